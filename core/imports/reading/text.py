"""CSV: encoding, delimiter and records of a text file, read as a stream."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.imports.reading.kinds import HEAD_BYTES, wide_encoding
from core.imports.reading.limits import Limits
from core.imports.reading.refusal import RefusedError

DELIMITERS: Final = ",;\t|"
_CHUNK: Final = 1024 * 1024
_SAMPLE_RECORDS: Final = 50


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How a text file is to be read. ``skipped`` lines at the top belong to Excel (``sep=;``)."""

    encoding: str
    delimiter: str
    skipped: int = 0


def text_format(path: Path) -> TextFormat:
    """Encoding and delimiter of the file; raises ``RefusedError("encoding")``."""
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        first = file.readline(64)
        named = first.strip("\ufeff \"'\r\n").lower()
        if named.startswith("sep=") and len(named) == 5:
            return TextFormat(encoding, named[4], 1)
        sample = first + file.read(64 * 1024)
    return TextFormat(encoding, sniff_delimiter(sample))


def records(path: Path, style: TextFormat, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Record number (as Excel shows it: one record is one row) and cells; blank ones included."""
    csv.field_size_limit(limits.cell_characters)
    number = 0
    with path.open(encoding=style.encoding, newline="") as file:
        quotes = _QuoteCount(file)
        for _ in range(style.skipped):
            next(quotes, None)
        reader = csv.reader(quotes, delimiter=style.delimiter)
        cells: list[str] = []
        try:
            for number, cells in enumerate(reader, 1):
                yield number, cells
        except csv.Error:
            raise RefusedError("too_long", row=number + 1) from None
        except UnicodeError:
            raise RefusedError("encoding", row=number + 1) from None
        # One record that swallowed the rest of the file: lines inside, and an odd quotation mark.
        if quotes.count % 2 and any("\n" in cell for cell in cells):
            raise RefusedError("unclosed_quote", row=number)


def sniff_delimiter(sample: str) -> str:
    """The delimiter that splits most records of ``sample`` into the same number of columns."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = [len(record) for record in _sample_records(sample, delimiter) if record]
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        score = (count / len(widths), width) if width > 1 else (0.0, width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _sample_records(sample: str, delimiter: str) -> list[list[str]]:
    """The first records, without the last one, which the sample may have cut."""
    found: list[list[str]] = []
    try:
        for record in csv.reader(sample.splitlines(keepends=True), delimiter=delimiter):
            found.append(record)
            if len(found) > _SAMPLE_RECORDS:
                break
    except csv.Error:
        pass
    return found[:-1] if len(found) > 2 else found


def _encoding(path: Path) -> str:
    """UTF-16 by mark or zero bytes, UTF-8 when all of it decodes, cp1256 when it reads Persian."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    wide = wide_encoding(head)
    if wide:
        return wide
    line = _first_bad_line(path)
    if line is None:
        return "utf-8-sig"
    if _reads_as_cp1256(path):
        return "cp1256"
    raise RefusedError("encoding", row=line)


def _first_bad_line(path: Path) -> int | None:
    """Number of the first line that isn't UTF-8, or None when all of it is."""
    line = 1
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            line += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _reads_as_cp1256(path: Path) -> bool:
    """Whether the bytes above ASCII are Arabic-script letters of cp1256.

    Damaged UTF-8 also looks Arabic in cp1256; it gives itself away by its valid sequences.
    """
    with path.open("rb") as file:
        sample = bytes(byte for byte in file.read(_CHUNK) if byte > 127)
    if not sample:
        return False
    valid = sum(1 for letter in sample.decode("utf-8", "ignore") if _is_arabic(letter))
    if valid * 2 > len(sample) // 2:
        return False
    letters = sample.decode("cp1256", "replace")
    # ZWNJ, ZWJ and Persian punctuation are at home in such a text.
    fitting = sum(1 for letter in letters if _is_arabic(letter) or letter in "\u200c\u200d\xa0«»")
    return fitting >= 0.9 * len(letters)


def _is_arabic(letter: str) -> bool:
    return "\u060c" <= letter <= "\u06d5"


class _QuoteCount:
    """Lines of a file, counting their quotation marks on the way."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.count = 0

    def __iter__(self) -> _QuoteCount:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += line.count('"')
        return line
