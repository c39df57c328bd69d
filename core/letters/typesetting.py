"""Set a typst template with data as PDF.

A template is a ``.typ`` file that starts with ``#import "@hamyar/letters:1.0.0": *`` (the house
style in `PACKAGES`). Data reaches it as one JSON input and is never pasted into markup, so that
``#``, ``$`` or ``[`` in a name stay text. A template reads files of its own folder only, and no
package but ours: typst would fetch others from the network.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import orjson
import typst

from core.assets.manifest import BUILD

FONTS: Final = BUILD / "fonts"
PACKAGES: Final = Path(__file__).parent / "packages"
TYPEFACE: Final = "Vazirmatn"
_FOREIGN_PACKAGE = re.compile(r"@(?!hamyar/)[\w-]+/[\w-]+:\d")
# Control characters, and direction overrides with which a value could reorder its neighbours.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufeff]")


class TypesettingError(RuntimeError):
    """The template, its data or the fonts are unusable; the message is for the operator."""


class Typesetter:
    """Sets one template, again and again; safe to share between threads.

    A compiler keeps fonts and parsed sources, but serves one thread at a time: so idle ones
    wait in a pool, as many as there were threads at once.
    """

    def __init__(self, template: Path, fonts: Path = FONTS) -> None:
        """Check ``template`` and the folder with the TTF files of `TYPEFACE`.

        Raises:
            TypesettingError: no such template or fonts, or the template wants other packages.
        """
        self._template = template.resolve()
        _check_sources(self._template)
        self._fonts = _fonts(fonts.resolve())
        self._idle: deque[typst.Compiler] = deque()

    def pdf(self, data: Mapping[str, Any], *, created: datetime | None = None) -> bytes:
        """Return the document as PDF.

        ``data`` holds what JSON holds. ``created`` (aware) is the PDF's creation time: the same
        data with the same time give the same bytes.

        Raises:
            TypesettingError: the template refuses the data.
        """
        stamp = created.replace(microsecond=0) if created else None  # a PDF's time has seconds
        result = self._compile(data, format="pdf", timestamp=stamp)
        return result if isinstance(result, bytes) else b"".join(result)

    def pages(self, data: Mapping[str, Any], *, dots_per_inch: float = 96) -> list[bytes]:
        """Return the document as PNG pictures, one a page, for previews.

        Raises:
            TypesettingError: the template refuses the data.
        """
        result = self._compile(data, format="png", ppi=dots_per_inch)
        return [result] if isinstance(result, bytes) else result

    def _compile(self, data: Mapping[str, Any], **options: Any) -> bytes | list[bytes]:
        inputs = {"data": orjson.dumps(printable(data)).decode()}
        with self._compiler() as compiler:
            try:
                result = compiler.compile(sys_inputs=inputs, **options)
            except typst.TypstError as error:
                raise TypesettingError(f"{self._template.name}: {error.message}") from error
        return result or []

    @contextmanager
    def _compiler(self) -> Iterator[typst.Compiler]:
        try:
            compiler = self._idle.pop()
        except IndexError:
            compiler = typst.Compiler(
                self._template,
                root=self._template.parent,
                font_paths=self._fonts,
                ignore_system_fonts=True,
                package_path=PACKAGES,
                package_cache_path=PACKAGES,
            )
        try:
            yield compiler
        finally:
            self._idle.append(compiler)


@lru_cache(maxsize=64)
def typesetter(template: Path, fonts: Path = FONTS) -> Typesetter:
    """Return the process's typesetter of ``template``, made at the first call."""
    return Typesetter(template, fonts)


def pdf_batch(
    setter: Typesetter,
    documents: Iterable[tuple[Mapping[str, Any], datetime | None]],
    workers: int | None = None,
) -> Iterator[bytes]:
    """Yield the PDF of each (data, creation time) in order, set by several threads.

    typst works outside Python's lock. ``workers`` defaults to the number of processors, ≤ 4.

    Raises:
        TypesettingError: at the first document that the template refuses.
    """
    threads = workers or min(4, os.cpu_count() or 1)
    with ThreadPoolExecutor(threads, thread_name_prefix="typesetting") as pool:
        yield from pool.map(lambda item: setter.pdf(item[0], created=item[1]), documents)


def printable(value: Any) -> Any:
    """Return ``value`` (what JSON holds) with unprintable characters removed from its texts."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, Mapping):
        return {str(key): printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable(item) for item in value]
    return value


def _check_sources(template: Path) -> None:
    if not template.is_file():
        raise TypesettingError(f"There is no letter template {template.name}")
    for source in template.parent.rglob("*.typ"):
        if found := _FOREIGN_PACKAGE.search(source.read_text("utf-8")):
            raise TypesettingError(f"{source.name} imports {found[0]}…; only @hamyar is allowed")


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder] if folder.is_dir() else [])
    if TYPEFACE not in fonts.families():
        raise TypesettingError(
            f"The fonts for letters are missing: no {TYPEFACE} in {folder.name}/;"
            " build the static assets first (hamyar assets build)"
        )
    return fonts
