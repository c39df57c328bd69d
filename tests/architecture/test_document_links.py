"""Links between the documents of the project lead to files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from trees import ROOT, relative, tracked

LINK = re.compile(r"(?:\]\(|(?:src|href)=\")(?!https?://|mailto:|#)([^)#\"\s]+)")
DOCUMENTS = [
    path for path in tracked() if path.suffix == ".md" and path.is_relative_to(ROOT / "docs")
]


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=relative
)
def test_links_lead_to_files(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert [link for link in LINK.findall(text) if not (path.parent / link).exists()] == []
