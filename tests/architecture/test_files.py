"""The shape of the files: short, described, free of what must not be committed."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from trees import ROOT, python_files, relative, tracked, tree

LONGEST = 400
TEXT = {".py", ".html", ".css", ".js", ".md", ".cfg", ".toml", ".typ", ".po", ".json", ".yml", ""}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError")
FOREIGN = re.compile(r"/(?:work|root|home)/\w|(?:registry\.npmjs|pypi\.org|files\.pythonhosted)")


def documents() -> list[Path]:
    skip = {"package-lock.json", Path(__file__).name}
    return [p for p in tracked() if p.suffix in TEXT and p.name not in skip]


def test_no_file_is_long() -> None:
    code = [p for p in documents() if p.suffix in (".py", ".html", ".css", ".js")]
    long = {relative(p): n for p in code if (n := len(p.read_text("utf-8").splitlines())) > LONGEST}
    assert not long


def test_no_two_test_files_have_one_name() -> None:
    """The folders of tests are no packages, so a name is that of one module."""
    names = Counter(p.name for p in tracked() if p.name.startswith("test_") and p.suffix == ".py")
    assert not [name for name, count in names.items() if count > 1]


def test_nothing_is_unfinished() -> None:
    found = [
        relative(path)
        for path in python_files("core", "plugins", "migrations")
        if UNFINISHED.search(path.read_text("utf-8"))
    ]
    assert not found


def test_no_absolute_paths_and_no_registries() -> None:
    found = [relative(p) for p in documents() if FOREIGN.search(p.read_text("utf-8", "replace"))]
    assert not found


def public_parts(module: ast.Module) -> Iterator[ast.AST]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    inner
                    for inner in node.body
                    if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_")
                )


@pytest.mark.parametrize("path", python_files("core", "plugins"), ids=relative)
def test_public_things_are_described(path: Path) -> None:
    module = tree(path)
    assert ast.get_docstring(module), "the module has no docstring"
    bare = [n.name for n in public_parts(module) if not ast.get_docstring(n)]  # type: ignore[attr-defined,arg-type]
    overloads = {"deserialize"}
    assert not set(bare) - overloads


def test_one_way_to_the_database() -> None:
    """Sessions come from the unit of work; the day comes from the clock."""
    rules = {
        r"\bdb\.session\b": "use the unit of work",
        r"\bcurrent_date\b": "use hamyar_today() or the clock",
        r"(?i)\bset\s+(?:session\s+)?hamyar\.": "the scope is transaction-local",
        r"\bdatetime\.now\(|\bdate\.today\(|\btime\.time\(": "use core.localization.clock",
    }
    clocks = {"core/localization/clock.py", "core/verification/keys.py", "core/database/backup.py"}
    clocks |= {"core/assets/build.py"}  # ages of files, not business time
    found = [
        (relative(path), advice)
        for path in python_files("core", "plugins", "migrations")
        if relative(path) not in clocks
        for pattern, advice in rules.items()
        if any(
            re.search(pattern, line)
            for line in path.read_text("utf-8").splitlines()
            if not line.strip().startswith(("#", "``", '"""', "Business"))
        )
    ]
    assert not found


def test_every_feature_of_the_architecture_has_its_room() -> None:
    wanted = {"activation", "accounts", "people", "policy", "requests", "municipalities", "audit"}
    wanted |= {"imports", "exports", "jobs", "notifications", "verification", "letters", "portal"}
    wanted |= {"desk", "forms", "database", "localization", "plugin_host", "sdk", "operations"}
    assert {
        name for name in wanted if not (ROOT / "core" / name / "__init__.py").is_file()
    } == set()
