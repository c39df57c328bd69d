"""Iranian identifiers, by public vectors (persian-tools, Central Bank's sheba examples)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.localization import identifiers, use_locale
from core.localization.digits import ARABIC, to_persian

NATIONAL = [
    "0499370899",
    "0790419904",
    "0084575948",
    "0963695398",
    "0684159414",
    "0067749828",
    "0650451252",
    "1583250689",
    "4032152314",
    "0076229645",
    "0060495219",
    "0671658506",
    "0643005846",
    "0906582709",
    "0451727304",
    "0371359058",
    "5049478618",
    "2110990147",
]
NO_NATIONAL = [
    "0000000000",
    "1111111111",
    "9999999999",
    "1234567890",
    "0010000000",
    "4271427685",
    "0200203041",
    "0684159415",
    "068415941d",
    "06841594156",
    "0084545943",
    "1234567",
]
LEGAL = [
    "10380284790",
    "10100387143",
    "77111986110",
    "18061055669",
    "15292247120",
    "42118547230",
    "27388385445",
    "55828465992",
    "32882926778",
    "97006806007",
    "21272129339",
    "18706641333",
]
NO_LEGAL = [
    "10380284792",
    "10380285692",
    "09748208301",
    "11111111111",
    "84735069516",
    "65399567978",
    "99969101031",
    "15826563190",
    "11053639140",
    "18090089802",
    "1038028479",
]
SHEBA = [
    "IR820540102680020817909002",
    "IR550570022080013447370101",
    "IR790610000000700796858044",
    "IR062960000000100324200001",
]
NO_SHEBA = ["IR012345678901234567890123", "IR820540102680020817909003", "IR82054010268002081790900"]
MOBILES = [
    "09022002580",
    "9022002580",
    "+989022002580",
    "00989022002580",
    "989022002580",
    "۰۹۰۲۲۰۰۲۵۸۰",
]


@pytest.mark.parametrize("text", NATIONAL)
def test_national_ids(text: str) -> None:
    assert identifiers.national_id(text) == text
    assert identifiers.national_id(to_persian(text)) == text
    arabic = text.translate({ord(str(i)): c for i, c in enumerate(ARABIC)})
    assert identifiers.national_id(f" {arabic} ") == text


def test_a_national_id_without_the_zeros_that_excel_ate() -> None:
    assert identifiers.national_id("68415941") == "0068415941"


@pytest.mark.parametrize("text", NO_NATIONAL)
def test_wrong_national_ids(text: str) -> None:
    assert identifiers.national_id(text) is None


@given(st.text(max_size=30))
def test_national_ids_never_fail(text: str) -> None:
    found = identifiers.national_id(text)
    assert found is None or (len(found) == 10 and found.isascii() and found.isdigit())


def test_place_of_issue() -> None:
    with use_locale("en"):
        assert identifiers.place_of_issue("0499370899") == "Rey"
        assert identifiers.place_of_issue("4032152314") is None


@pytest.mark.parametrize("text", LEGAL)
def test_legal_ids(text: str) -> None:
    assert identifiers.legal_id(to_persian(text)) == text


@pytest.mark.parametrize("text", NO_LEGAL)
def test_wrong_legal_ids(text: str) -> None:
    assert identifiers.legal_id(text) is None


@pytest.mark.parametrize("text", SHEBA)
def test_shebas(text: str) -> None:
    assert identifiers.sheba(text) == text
    assert identifiers.sheba(text[2:]) == text
    assert identifiers.sheba(identifiers.sheba_groups(text).lower()) == text


@pytest.mark.parametrize("text", NO_SHEBA)
def test_wrong_shebas(text: str) -> None:
    assert identifiers.sheba(text) is None


@pytest.mark.parametrize("text", MOBILES)
def test_mobiles(text: str) -> None:
    assert identifiers.mobile(text) == "09022002580"


@pytest.mark.parametrize("text", ["0902200258", "02634567890", "", "نه"])
def test_wrong_mobiles(text: str) -> None:
    assert identifiers.mobile(text) is None


def test_postal_codes() -> None:
    assert identifiers.postal_code("۳۳۵۴۳-۵۵۵۹۹") == "3354355599"
    assert not identifiers.postal_code_is_unusual("3354355599")
    assert identifiers.postal_code("1234512345") is None
    assert identifiers.postal_code("3333355599") == "3333355599"
    assert identifiers.postal_code_is_unusual("3333355599")
