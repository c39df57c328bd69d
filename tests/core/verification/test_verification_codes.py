from __future__ import annotations

import itertools

import pytest

from core.verification.codes import ALPHABET, LENGTH, grouped, new_code, normalise


def test_codes_are_random_and_valid() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(len(code) == LENGTH and normalise(code) == code for code in codes)
    assert {char for code in codes for char in code} == set(ALPHABET)


def test_a_code_is_typed_in_many_ways() -> None:
    code = "7K0M19QXAT2HV4"
    code = next(code + check for check in ALPHABET if normalise(code + check))
    assert grouped(code) == f"{code[:5]}-{code[5:10]}-{code[10:]}"
    persian = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    for typed in (
        grouped(code).lower(),
        f"  {code[:5]} {code[5:10]}\u200c{code[10:]}\n",
        grouped(code).replace("-", "–"),
        f"\u2066{grouped(code)}\u2069",
        grouped(code).translate(persian),
        grouped(code).lower().translate(arabic),
        code.replace("0", "o").replace("1", "l"),
        code.replace("0", "O").replace("1", "I"),
    ):
        assert normalise(typed) == code


def test_every_single_mistake_and_every_swap_is_found() -> None:
    code = new_code()
    for place, char in itertools.product(range(LENGTH), ALPHABET):
        if char != code[place]:
            assert normalise(code[:place] + char + code[place + 1 :]) is None
    for one, two in itertools.combinations(range(LENGTH), 2):
        swapped = list(code)
        swapped[one], swapped[two] = swapped[two], swapped[one]
        if code[one] != code[two]:
            assert normalise("".join(swapped)) is None


@pytest.mark.parametrize("text", ["", "-", "U" * 15, "0" * 14, "0" * 16, "کد" * 8, "A" * 10**6])
def test_what_is_no_code(text: str) -> None:
    assert normalise(text) is None
