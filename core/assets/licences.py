"""The licence texts of what reaches the browser, collected in one file beside the build."""

from __future__ import annotations

import json
from pathlib import Path

_SHIPPED = {"htmx.org": "LICENSE", "@tabler/icons": "LICENSE", "vazirmatn": "OFL.txt"}


def texts(modules: Path) -> str:
    """Return name, version and licence text of every package whose parts we serve."""
    return "\n".join(_one(modules / name, licence) for name, licence in _SHIPPED.items())


def _one(package: Path, licence: str) -> str:
    """Return the paragraph of one package."""
    about = json.loads((package / "package.json").read_text("utf-8"))
    title = f"{about['name']} {about['version']} ({about['license']})"
    return f"{title}\n{'=' * len(title)}\n\n{(package / licence).read_text('utf-8').strip()}\n"
