"""No version with a known weakness runs, whatever an offline audit tool says."""

from __future__ import annotations

import tomllib
from importlib import metadata

import pytest
from packaging.version import Version
from trees import ROOT

MINIMA = tomllib.loads((ROOT / "min_versions.toml").read_text("utf-8"))["packages"]


@pytest.mark.parametrize("name", MINIMA)
def test_minimum_version(name: str) -> None:
    least, reason = MINIMA[name]
    assert reason
    assert Version(metadata.version(name)) >= Version(least)
