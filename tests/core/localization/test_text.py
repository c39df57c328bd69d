"""Cleaning, searching, sorting, digits, amounts and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.digits import to_word

from core.localization import money, use_locale
from core.localization.digits import localized, to_latin, to_persian
from core.localization.text import clean, clean_lines, search_key, sort_key
from core.localization.words import words

PERSIAN = st.text(alphabet="آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیيكىةۀئؤأ\u200c \u0640", max_size=30)
ORDER = [
    "آرش",
    "آزاده",
    "احمد",
    "ارش",
    "اسد",
    "بابک",
    "پری",
    "تارا",
    "ژاله",
    "گلی",
    "مریم",
    "نادر",
    "وحید",
    "هادی",
    "یاسر",
]
WORDS = {
    0: "صفر",
    13: "سیزده",
    21: "بیست و یک",
    100: "یکصد",
    110: "یکصد و ده",
    1000: "یک هزار",
    1100: "یک هزار و یکصد",
    12345: "دوازده هزار و سیصد و چهل و پنج",
    100000: "یکصد هزار",
    25001001: "بیست و پنج میلیون و یک هزار و یک",
    -45: "منفی چهل و پنج",
}


def test_clean() -> None:
    assert clean("عليرضا  كريمي") == "علیرضا کریمی"
    assert clean("علی\u200c\u200cرضا ") == "علی\u200cرضا"
    assert clean("مـريم\u200f") == "مریم"
    assert clean("a\x00b") == "ab"
    assert clean_lines("يك\n\n\n\nدو") == "یک\n\nدو"


@given(PERSIAN)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert search_key(clean(text)) == search_key(text)


@pytest.mark.parametrize("text", ["علی‌رضا", "علی رضا", "عليرضا", "عَلی رِضا"])
def test_one_name_in_several_spellings(text: str) -> None:
    assert search_key(text) == "علیرضا"


def test_persian_order() -> None:
    mixed = ORDER[1::2] + ORDER[::2]
    assert sorted(mixed, key=sort_key) == ORDER
    assert sort_key("۲ شهریور") < sort_key("آبان") < sort_key("Zagros")
    assert sort_key("الف ب") < sort_key("الفبا")


@given(st.lists(PERSIAN, max_size=8))
def test_keys_sort_bytewise(texts: list[str]) -> None:
    """PostgreSQL compares with ``COLLATE "C"``: bytes of UTF-8 must order as code points do."""
    keys = [sort_key(text) for text in texts]
    assert sorted(keys) == sorted(keys, key=lambda key: key.encode())


@given(st.integers(-(10**15), 10**15))
def test_digits(number: int) -> None:
    assert to_latin(to_persian(number)) == str(number)
    assert localized(localized(number, "fa"), "en") == str(number)


@pytest.mark.parametrize(("number", "said"), WORDS.items())
def test_words(number: int, said: str) -> None:
    assert words(number) == said


@given(st.integers(0, 10**12 - 1))
def test_words_as_persiantools_says_them(number: int) -> None:
    assert words(number) == to_word(number)


@pytest.mark.parametrize(
    ("typed", "rial"),
    [
        ("۴۸۷٬۵۰۰٬۰۰۰", 487_500_000),
        ("487,500,000 ریال", 487_500_000),
        ("۵۰۰٬۰۰۰ تومان", 5_000_000),
        ("123456.7 toman", 1_234_567),
        ("0", 0),
    ],
)
def test_amounts(typed: str, rial: int) -> None:
    assert money.parse_rial(typed) == rial


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "empty"), ("ده", "format"), ("۱٬۰۰۰٬۰۰", "grouping"), ("1.5", "fraction")],
)
def test_amounts_that_are_none(typed: str, code: str) -> None:
    with pytest.raises(money.MoneyError) as caught:
        money.parse_rial(typed)
    assert caught.value.code == code
    for locale in ("fa", "en"):
        with use_locale(locale):
            assert money.explain(caught.value)


@given(st.integers(0, 10**15))
def test_written_amounts_can_be_read(amount: int) -> None:
    for locale in ("fa", "en"):
        assert money.parse_rial(money.format_rial(amount, locale)) == amount
        assert money.parse_rial(money.format_toman(amount, locale)) == amount


def test_how_amounts_look() -> None:
    assert money.format_rial(487_500_000) == "۴۸۷٬۵۰۰٬۰۰۰ ریال"
    assert money.format_toman(1_234_567) == "۱۲۳٬۴۵۶٫۷ تومان"
    assert money.in_words(1100) == "یک هزار و یکصد ریال"
    assert money.toman_in_words(1_234_567).endswith("هفت ریال")
