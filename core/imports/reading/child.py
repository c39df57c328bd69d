"""The limited child process: ``python -m core.imports.reading.child KIND PATH [SHEET]``.

Writes JSON lines: first an object with ``header``, ``row`` and the like, then one array
``[row number, [cells]]`` per row, at last ``{"end": true}``; or ``{"error": code, "figures": {}}``
instead of the rest. Our own limits come first, before anything of the file is looked at.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.imports.reading.limits import Limits, lock_down
from core.imports.reading.refusal import RefusedError
from core.imports.reading.shape import Records, header_of, rows_of


def main(arguments: list[str]) -> int:
    """Read the file and write it to standard output; 0 also for a refused file."""
    limits = Limits(**json.loads(arguments[0]))
    lock_down(limits)
    kind, path = arguments[1], Path(arguments[2])
    sheet = arguments[3] if len(arguments) > 3 else None
    try:
        for line in _lines(kind, path, sheet, limits):
            _write(line)
        _write({"end": True})
    except RefusedError as refusal:
        _write({"error": refusal.code, "figures": refusal.figures})
    except (MemoryError, RecursionError):
        _write({"error": "too_heavy", "figures": {}})
    except BrokenPipeError:
        return 1
    sys.stdout.flush()
    return 0


def _lines(kind: str, path: Path, sheet: str | None, limits: Limits) -> Iterator[Any]:
    """The header object, then the rows; a table without rows is refused before the header."""
    records, facts = _open(kind, path, sheet, limits)
    number, header = header_of(records, limits)
    rows = rows_of(records, limits)
    first = next(rows, None)
    if first is None:
        raise RefusedError("no_rows")
    yield {"header": header, "row": number, **facts}
    yield from itertools.chain([first], rows)


def _open(
    kind: str, path: Path, sheet: str | None, limits: Limits
) -> tuple[Records, dict[str, Any]]:
    """Raw records, and the facts about the file that go beside the header."""
    if kind == "xlsx":
        from core.imports.reading.archive import check_streams
        from core.imports.reading.workbook import open_sheet

        check_streams(path, limits)
        found = open_sheet(path, sheet)
        return found.rows, {"sheet": found.name, "sheets": found.names}
    from core.imports.reading.text import records, text_format

    style = text_format(path)
    facts = {"encoding": style.encoding, "delimiter": style.delimiter}
    return records(path, style, limits), facts


def _write(line: Any) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
