"""One SVG file of all used icons, referred to as `icons.svg#i-<name>`.

Core's icons are listed in `core/assets/icons.txt`. A plugin lists what it adds in
`static/icons.txt` (Tabler names, one a line) and may bring its own drawings, 24 × 24 and in
strokes, as `static/icons/<name>.svg`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from core.assets.node import AssetError

_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_EMPTY_FRAME = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def listed(directories: Iterable[Path]) -> dict[str, Path | None]:
    """Return the icons that `directories` ask for: name → own drawing, or None for Tabler's."""
    names: dict[str, Path | None] = {}
    for directory in directories:
        listing = directory / "icons.txt"
        if listing.is_file():
            lines = listing.read_text("utf-8").splitlines()
            words = (line.partition("#")[0].strip() for line in lines)
            names.update({word: None for word in words if word})
        names.update({path.stem: path for path in sorted((directory / "icons").glob("*.svg"))})
    return dict(sorted(names.items()))


def sprite(icons: dict[str, Path | None], modules: Path) -> str:
    """Return the sprite of `icons`.

    :raises AssetError: naming the icon that Tabler doesn't have.
    """
    tabler = modules / "@tabler" / "icons" / "icons" / "outline"
    symbols = (_symbol(name, own or tabler / f"{name}.svg") for name, own in icons.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def _symbol(name: str, source: Path) -> str:
    """Return one drawing as a symbol; colour and width of its lines come from the style sheet."""
    if not source.is_file():
        raise AssetError(f"No icon is called {name!r}: see the names at Tabler Icons (outline)")
    found = _BODY.search(source.read_text("utf-8"))
    if found is None:
        raise AssetError(f"{source.name} isn't an SVG drawing")
    body = re.sub(r">\s+<", "><", _EMPTY_FRAME.sub("", found[1]).strip()).replace(" />", "/>")
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{body}</symbol>'
