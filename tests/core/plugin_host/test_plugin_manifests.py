"""What a manifest must keep to, alone and beside others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.plugin_host import manifest as rules
from core.sdk import Availability, InvalidValueError, Permission, Provider
from tests.testdummy.manifests import manifest

NAMES = st.from_regex(r"[a-z][a-z0-9]{1,6}(_[a-z0-9]{1,4}){0,2}", fullmatch=True)


def problems(name: str = "bikes", *, bundled: bool = False, **fields: Any) -> list[str]:
    return list(rules.problems(manifest(name, **fields), bundled=bundled))


def test_a_valid_manifest_has_no_problems() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    "name", ["Bikes", "bi", "1bikes", "bikes-plus", "bikes__plus", "_bikes", "b" * 25, "دوچرخه"]
)
def test_a_name_that_is_no_plain_word_is_refused(name: str) -> None:
    fields = {"permissions": ()}
    assert any(name in problem for problem in problems(name, **fields))


@pytest.mark.parametrize("name", ["core", "people", "sdk", "static", "requests", "municipality"])
def test_names_of_core_are_reserved(name: str) -> None:
    assert any("reserved for core" in problem for problem in problems(name))


@pytest.mark.parametrize(
    ("api", "words"),
    [((2, 0), "another major version"), ((0, 9), "another major"), ((1, 99), "upgrade Hamyar")],
)
def test_another_version_of_the_interface_is_refused(api: tuple[int, int], words: str) -> None:
    assert any(words in problem for problem in problems(api=api))


@pytest.mark.parametrize(
    ("permission", "words"),
    [("loans.view", "must start with 'bikes.'"), ("bikes.destroy", "declare it in extra_verbs")],
)
def test_permissions_are_the_plugins_own_and_use_known_verbs(permission: str, words: str) -> None:
    found = problems(permissions=(Permission(permission, "Title"),))
    assert any(words in problem for problem in found)


def test_an_extra_verb_is_declared() -> None:
    permissions = (Permission("bikes.overbook", "Overbook"),)
    assert problems(permissions=permissions, extra_verbs=("overbook",)) == []


def test_a_permission_stands_once() -> None:
    twice = (Permission("bikes.view", "See"), Permission("bikes.view", "Look"))
    assert problems(permissions=twice) == ["the permission 'bikes.view' is declared twice"]


def test_only_bundled_services_may_be_announced() -> None:
    assert any("announced is for bundled" in problem for problem in problems(announced=True))
    assert problems(announced=True, bundled=True) == []


def test_a_plugin_cannot_require_itself() -> None:
    assert problems(requires=("bikes",)) == ["requires names the plugin itself"]


@pytest.mark.parametrize(
    "fields",
    [
        {"title": " "},
        {"api": (1,)},
        {"api": ("1", "0")},
        {"category": "other"},
        {"availability": "open"},
        {"provider": "somebody"},
        {"permissions": ["bikes.view"]},
        {"requires": ["loans"]},
        {"icon": "../evil"},
        {"weight": -1},
        {"settings": "a schema"},
        {"holds_personal_data": "no"},
    ],
)
def test_wrong_types_are_refused_when_the_manifest_is_made(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        manifest("bikes", **fields)


@pytest.mark.parametrize("contact", ["", "nobody", "http://a.example/", "two words@a.example"])
def test_a_provider_needs_somewhere_to_report_a_weakness(contact: str) -> None:
    with pytest.raises(InvalidValueError, match="security_contact"):
        Provider("Somebody", contact)


def test_availability_is_open_unless_it_says_otherwise() -> None:
    assert manifest("bikes").availability is Availability.OPEN


@given(NAMES, NAMES)
def test_two_names_stand_together_only_if_their_tables_do(one: str, other: str) -> None:
    overlap = (one + "_").startswith(other + "_") or (other + "_").startswith(one + "_")
    assert bool(rules.collision(one, [other])) is overlap
    assert bool(rules.collision(other, [one])) is overlap
