"""The two commands of the README, and the CI command that calls one of them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from trees import ROOT

GOALS = ("demo", "test", "install", "run", "lint", "bench", "nightly", "help")


def plan(goal: str, *settings: str) -> str:
    """Return what make would do, the installation left out."""
    done = subprocess.run(
        ["make", "-n", "-C", ROOT, "-o", ".venv/.demo", "-o", ".venv/.test", goal, *settings],
        capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("goal", GOALS)
def test_every_command_is_there_and_in_the_help(goal: str) -> None:
    assert plan(goal)
    helped = subprocess.run(
        ["make", "-s", "-C", ROOT, "help"], capture_output=True, text=True, check=True
    )
    assert f"make {goal} " in helped.stdout


def test_the_demo_builds_fills_and_serves() -> None:
    lines = plan("demo", "SIZE=full").splitlines()
    order = ["core.assets.build", "hamyar demo --size full", "hamyar run"]
    found = [next(n for n, line in enumerate(lines) if what in line) for what in order]
    assert found == sorted(found)


def test_the_tests_use_all_cores_and_skip_nothing() -> None:
    assert re.search(r"pytest -n \d+ --dist loadgroup$", plan("test"), re.MULTILINE)


def test_the_readme_names_the_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for goal in ("make demo", "make test"):
        assert goal in readme
    assert "make test" in (ROOT / ".ci/run").read_text("utf-8")


@pytest.mark.parametrize(
    ("closing", "status", "expected"),
    [
        ("==== 5 passed in 310.21s (0:05:10) ====", 0, 0),
        ("==== 1 failed, 4 passed in 3.21s ====", 2, 2),
        ("==== 4 passed, 1 error in 3.21s ====", 1, 1),
        ("killed", 0, 1),
    ],
)
def test_ci_fails_when_the_tests_fail(
    tmp_path: Path, closing: str, status: int, expected: int
) -> None:
    make = tmp_path / "make"
    make.write_text(f"#!/bin/sh\necho '{closing}'\nexit {status}\n")
    make.chmod(0o755)
    done = subprocess.run(
        [ROOT / ".ci/run"], capture_output=True, text=True, check=False,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == expected
    if expected != 1 or status:
        assert done.stdout.splitlines()[-1] == f"--- {closing}"


def test_a_missing_chromium_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", ROOT / ".ci/chromium"], capture_output=True, text=True, check=False,
        env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert "the browser tests will fail" in done.stderr
