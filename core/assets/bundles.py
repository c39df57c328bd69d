"""Joining the style sheets and the small script modules into one file each.

No bundler is needed for what we write: the style sheets are plain, and the modules import each
other only by name (`import { a } from "./b.js"`) and have no two top-level names alike.
"""

from __future__ import annotations

import re
from pathlib import Path

from core.assets.node import AssetError

_STRING_OR_COMMENT = re.compile(r'("[^"]*"|\'[^\']*\')|/\*.*?\*/', re.DOTALL)
_DARK = re.compile(r":root\[data-theme=dark\]\s*\{([^}]*)\}")
_IMPORT = re.compile(r'^import\s+(?:[^;]*?\s+from\s+)?"\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|function|class)\b)", re.MULTILINE)
_JS_COMMENT = re.compile(r"^\s*(?://[^\n]*|/\*\*?.*?\*/)\n", re.MULTILINE | re.DOTALL)


def style_sheet(directory: Path) -> str:
    """Return all style sheets of `directory` as one: tokens, base, components, print."""
    parts = [directory / "tokens.css", directory / "base.css"]
    parts += sorted((directory / "components").glob("*.css"))
    parts.append(directory / "print.css")
    return minify_css(with_device_theme("".join(part.read_text("utf-8") for part in parts)))


def with_device_theme(css: str) -> str:
    """Repeat the dark tokens for devices that prefer dark, where the choice is left to them."""
    return _DARK.sub(
        lambda found: (
            found[0]
            + "@media (prefers-color-scheme:dark){:root[data-theme=auto]{"
            + found[1]
            + "}}"
        ),
        css,
    )


def minify_css(css: str) -> str:
    """Return `css` without comments and needless spaces; strings stay as they are."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        if found[1] is None:
            return ""
        kept.append(found[1])
        return f"\0{len(kept) - 1}\0"

    text = _STRING_OR_COMMENT.sub(keep, css)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([{};,>])\s*", r"\1", text)
    text = re.sub(r":\s+", ":", text).replace(";}", "}").strip()
    return re.sub("\0(\\d+)\0", lambda found: kept[int(found[1])], text) + "\n"


def script(directory: Path, entry: str) -> str:
    """Return `entry` and the modules that it imports as one module, dependencies first.

    :raises AssetError: when a module asks for a file that isn't there.
    """
    done: dict[str, str] = {}
    _add_module(directory, entry, done)
    return "".join(done.values())


def _add_module(directory: Path, name: str, done: dict[str, str]) -> None:
    """Put module `name` into `done`, after what it imports."""
    path = directory / name
    if not path.is_file():
        raise AssetError(f"A script imports {name}, which isn't there")
    text = path.read_text("utf-8")
    for imported in _IMPORT.findall(text):
        if imported not in done:
            _add_module(directory, imported, done)
    text = _EXPORT.sub("", _IMPORT.sub("", text))
    text = re.sub(r"\n\s+", "\n", _JS_COMMENT.sub("", text + "\n"))
    done[name] = text.strip() + "\n"
