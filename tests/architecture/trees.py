"""The project's files as the architecture tests look at them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("core", "plugins", "migrations", "tests", "benchmarks")


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Return the Python files under ``folders`` (default: all), without built or generated ones."""
    found: list[Path] = []
    for folder in folders or CODE:
        found += (ROOT / folder).rglob("*.py")
    return tuple(sorted(p for p in found if "build" not in p.parts and ".venv" not in p.parts))


@cache
def tracked() -> tuple[Path, ...]:
    """Return what git tracks, or in an unpacked archive every file."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        return python_files()
    names = done.stdout.decode().split("\0")
    return tuple(path for name in names if name and (path := ROOT / name).is_file())


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def imports(path: Path, *, top: bool = False) -> Iterator[str]:
    """Yield the modules that a file imports; with ``top`` only those that run at import."""
    body = tree(path).body if top else list(ast.walk(tree(path)))
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def relative(path: Path) -> str:
    """Return the path as it is named in messages."""
    return str(path.relative_to(ROOT))
