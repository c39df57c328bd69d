"""Every hook is documented with its exact signature, has a method of the façade, and is called."""

from __future__ import annotations

import ast
import dataclasses
import re
from functools import cache

import pytest
from trees import ROOT, python_files, tree

import core.sdk
from core.plugin_host.hooks import DECLARATIONS, Hooks
from core.plugin_host.hookspecs import MODES, Mode, signature

PAGE = (ROOT / "docs" / "hooks.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### (hamyar_\w+)\n(.*?)(?=^##)", PAGE, re.DOTALL | re.MULTILINE))
VALUE = re.compile(r"^- `(\w+)\(([^)]*)\)`", re.MULTILINE)


@cache
def called() -> frozenset[str]:
    """The names of methods that core or a test calls on something named ``hooks``."""
    found = set()
    for path in python_files("core", "tests"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and "hooks" in ast.unparse(node.value).split("."):
                found.add(node.attr)
    return frozenset(found)


def test_no_other_hooks_are_documented() -> None:
    assert set(SECTIONS) == set(MODES)


@pytest.mark.parametrize("hook", MODES)
def test_the_signature_is_the_real_one(hook: str) -> None:
    assert f"\n```python\n{signature(hook)}\n```\n" in SECTIONS[hook]
    words = re.sub(r"```.*?```", "", SECTIONS[hook], flags=re.DOTALL).split()
    assert len(words) >= 8, "it isn't explained"


@pytest.mark.parametrize("hook", MODES)
def test_it_stands_under_its_mode(hook: str) -> None:
    before = PAGE[: PAGE.index(f"### {hook}\n")]
    chapter = re.findall(r"^## (.+)$", before, re.MULTILINE)[-1]
    if chapter == "Service life":
        assert f"Mode: {MODES[hook]}." in SECTIONS[hook]
    else:
        assert chapter.lower() == MODES[hook]


@pytest.mark.parametrize("hook", MODES)
def test_the_facade_has_a_method_and_somebody_calls_it(hook: str) -> None:
    method = hook.removeprefix("hamyar_")
    assert callable(getattr(Hooks, method, None))
    assert method in called() or any(d.__name__ == method for d in DECLARATIONS)


def test_every_declaration_is_asked_at_boot() -> None:
    declared = {
        hook.removeprefix("hamyar_") for hook, mode in MODES.items() if mode is Mode.DECLARE
    }
    assert {declaration.__name__ for declaration in DECLARATIONS} == declared  # type: ignore[attr-defined]


def test_values_are_documented_with_their_fields() -> None:
    shown = dict(VALUE.findall(PAGE))
    for name, fields in shown.items():
        assert fields == ", ".join(_fields(getattr(core.sdk, name))), name
    named = {word for hook in MODES for word in re.findall(r"\b[A-Z]\w+", signature(hook))}
    values = {n for n in named if dataclasses.is_dataclass(getattr(core.sdk, n, None))}
    assert values <= set(shown)


def _fields(value: type) -> list[str]:
    def is_optional(field: dataclasses.Field[object]) -> bool:
        missing = dataclasses.MISSING
        return field.default is not missing or field.default_factory is not missing

    return [field.name + "=" * is_optional(field) for field in dataclasses.fields(value)]
