"""The manifest of a build: what was built, under which hashed name, from which inputs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

BUILD = Path(__file__).resolve().parent.parent / "static" / "build"
"""Where the build goes, beside the package, so that the wheel and the image carry it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files`: logical → built name; `icons`: names in the sprite; `inputs`: their fingerprint."""

    files: dict[str, str] = field(default_factory=dict)
    icons: tuple[str, ...] = ()
    inputs: str = ""


def read_manifest(directory: Path = BUILD) -> Manifest:
    """Return the manifest of `directory`, an empty one when nothing has been built there."""
    try:
        data = json.loads((directory / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        return Manifest()
    return Manifest(data["files"], tuple(data["icons"]), data["inputs"])


def write_manifest(manifest: Manifest, directory: Path = BUILD) -> None:
    """Replace the manifest of `directory` in one step: readers see the old or the new one."""
    data = {"files": manifest.files, "icons": list(manifest.icons), "inputs": manifest.inputs}
    new = directory / "manifest.json.new"
    new.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", "utf-8")
    new.replace(directory / "manifest.json")
