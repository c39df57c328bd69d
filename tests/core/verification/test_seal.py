from __future__ import annotations

import json
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.verification.keys import KeyFile, KeyRing
from core.verification.payload import Payload, PayloadError, build, canonical, mask
from core.verification.seal import ForgedError, SealTooLongError, seal, symbol, unseal


def document(**fields: Any) -> Payload:
    return build(
        code="7K0M19QXAT2HV4D",
        kind="training.certificate",
        issuer="شهرداری کرج",
        issued_on=date(2026, 11, 23),
        holder="مریم  حسيني",
        holder_id="۰۰۱۲۳۴۵۶۷۹",
        fields=fields or {"title": "آشنایی با Excel", "hours": 16, "held_on": date(2026, 11, 1)},
    )


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return KeyFile(tmp_path_factory.mktemp("ring") / "signing.json").ring()


def test_the_canonical_bytes_never_change() -> None:
    assert canonical(document()).decode() == (
        '{"code":"7K0M19QXAT2HV4D","held_on":"2026-11-01","holder":"مریم حسینی",'
        '"holder_id":"001234****","hours":16,"issued_on":"2026-11-23","issuer":"شهرداری کرج",'
        '"kind":"training.certificate","title":"آشنایی با Excel","v":1}'
    )


@given(
    st.dictionaries(
        st.from_regex(r"f_[a-z0-9]{1,8}", fullmatch=True),
        st.one_of(st.text(max_size=80), st.integers(-(2**53) + 1, 2**53 - 1), st.dates()),
        max_size=6,
    )
)
@settings(max_examples=150)
def test_json_in_any_order_gives_the_same_bytes(fields: dict[str, Any]) -> None:
    payload = document(**fields)
    stored = json.dumps(dict(reversed(payload.items())), indent=2)
    assert canonical(json.loads(stored)) == canonical(payload)


@pytest.mark.parametrize(
    "fields",
    [
        {"holder": "other"},
        {"v": 2},
        {"Bad": "x"},
        {"x" * 41: "x"},
        {"a": 1.5},
        {"a": True},
        {"a": None},
        {"a": 2**53},
        {"a": "x" * 401},
    ],
)
def test_what_cannot_be_signed(fields: dict[str, Any]) -> None:
    with pytest.raises(PayloadError):
        document(**fields)


def test_the_national_id_is_masked() -> None:
    assert mask("0012345679") == "001234****"
    assert mask("") == ""


def test_the_symbol_alone_decides(ring: KeyRing) -> None:
    payload = document()
    digits = seal(payload, ring.sign(canonical(payload)))
    assert unseal(digits, ring) == payload


def test_no_changed_bit_changes_the_document(ring: KeyRing) -> None:
    """The last byte of the compressed text may have up to seven bits that mean nothing."""
    payload = document()
    number = int(seal(payload, ring.sign(canonical(payload))))
    accepted = 0
    for place in range(number.bit_length()):
        try:
            assert unseal(str(number ^ (1 << place)), ring) == payload
            accepted += 1
        except ForgedError:
            continue
    assert accepted <= 7


def test_another_ring_is_forged(ring: KeyRing, tmp_path: Path) -> None:
    payload = document()
    other = KeyFile(tmp_path / "signing.json").ring()
    with pytest.raises(ForgedError):
        unseal(seal(payload, other.sign(canonical(payload))), ring)


@pytest.mark.parametrize("digits", ["", "abc", "-1", "1.5", "۱۲۳", "0", "1" * 100, "9" * 5000])
def test_rubbish_is_forged(ring: KeyRing, digits: str) -> None:
    with pytest.raises(ForgedError):
        unseal(digits, ring)


def test_a_bomb_stops(ring: KeyRing) -> None:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = squeeze.compress(b" " * 10**6) + squeeze.flush()
    with pytest.raises(ForgedError, match="long"):
        unseal(str(int.from_bytes(b"\x01" + bytes(72) + bomb)), ring)


def test_a_document_too_long_for_a_symbol_says_so(ring: KeyRing) -> None:
    noise = {f"f{n}": "".join(chr(0x4E00 + (n * 997 + i * 7919) % 20000) for i in range(300))
             for n in range(4)}  # fmt: skip
    payload = document(**noise)
    with pytest.raises(SealTooLongError):
        seal(payload, ring.sign(canonical(payload)))


def test_the_symbol_is_a_square_of_runs(ring: KeyRing) -> None:
    payload = document()
    svg = symbol("https://h.example/verify/X", seal(payload, ring.sign(canonical(payload))))
    size = int(svg.split('viewBox="0 0 ')[1].split(" ")[0])
    assert 60 < size <= 85
    path = svg.split(' d="')[1].split('"')[0]
    assert path.startswith("M0 0.5h7M")
    assert f"M{size - 7} 0.5h7M" in path
