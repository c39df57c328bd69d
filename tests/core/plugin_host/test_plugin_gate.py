"""The gate decides by path prefix; nothing that the router knows may tell more."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.plugin_host.gate import OPEN_STATES, Location, Verdict, decide, locate
from core.plugin_host.manifest import CORE_ROOMS
from tests.testdummy.hosts import host_of

SPELLINGS = [
    "/m/karaj/good/",
    "/m/karaj/good",
    "/m/karaj/good/cases/7",
    "//m//karaj///good//",
    "/M/Karaj/GOOD/",
    "/m/karaj/%67ood/",
    "/m/karaj/%2567ood/",
    "/m/karaj%2Fgood/",
    "/api/v1/m/karaj/good/",
    "/API/V1//m/karaj/good",
    "/api/v1/m/karaj/good/cases?x=1",
]


@pytest.mark.parametrize("path", ["/m/fardis\0/good/", "/m/fardis%00/good/"])
def test_a_nul_names_a_municipality_that_cannot_be(path: str) -> None:
    assert locate(path) == Location("fardis\ufffd", "good")


@pytest.mark.parametrize("path", SPELLINGS)
def test_every_spelling_belongs_to_the_service(path: str) -> None:
    assert locate(path.partition("?")[0]) == Location("karaj", "good")


@pytest.mark.parametrize("room", sorted(CORE_ROOMS))
def test_rooms_of_core_belong_to_no_service(room: str) -> None:
    assert locate(f"/m/karaj/{room}/x") == Location("karaj", None)


@pytest.mark.parametrize("path", ["/", "/m", "/m/", "/static/good", "/verify/X", "/api/v1/jobs/1"])
def test_other_paths_are_about_no_municipality(path: str) -> None:
    assert locate(path) == Location()


@pytest.mark.parametrize("path", ["/m/karaj", "/m/karaj/", "//m//karaj//"])
def test_a_municipality_alone_is_no_service(path: str) -> None:
    assert locate(path) == Location("karaj", None)


def test_an_unknown_room_counts_as_a_service() -> None:
    assert locate("/m/karaj/no-such-room/") == Location("karaj", "no-such-room")


@given(st.text(max_size=40))
def test_any_path_is_located_without_an_error(path: str) -> None:
    locate(path)


@given(
    st.lists(st.integers(0, 4), min_size=5, max_size=5),
    st.text(alphabet="/", min_size=1, max_size=3),
)
def test_no_mix_of_encoding_and_slashes_hides_a_service(rounds: list[int], slash: str) -> None:
    def encoded(word: str, times: int) -> str:
        for _round in range(times):
            word = quote(word, safe="") if "%" in word else "".join(f"%{ord(c):02x}" for c in word)
        return word

    parts = [encoded(word, times) for word, times in zip(["m", "karaj", "good"], rounds)]  # noqa: B905
    assert locate(slash + slash.join(parts)) == Location("karaj", "good")


def test_a_service_answers_only_where_it_is_on_or_closing() -> None:
    good = host_of("good").get("good")
    verdicts = {state: decide(state, good) for state in (None, "off", "on", "closing", "else")}
    assert {state for state, verdict in verdicts.items() if verdict is Verdict.ALLOW} == OPEN_STATES


def test_what_is_not_loaded_never_answers() -> None:
    host = host_of("misversioned", "good")
    host.mark_needs_migration("good", "behind")
    host.mark_orphans(["gone"])
    for name in ("misversioned", "good", "gone", "never_heard_of"):
        assert decide("on", host.get(name)) is Verdict.NOT_FOUND


def test_an_announced_service_never_answers() -> None:
    from core.plugin_host.host import PluginHost

    host = PluginHost(["plugins.loans.plugin"], ())
    assert decide("on", host.get("loans")) is Verdict.NOT_FOUND
