"""``hamyar import``: files from the command line, by the same checks as on the site."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

import click

from core.config import OperatorError, load_settings

if TYPE_CHECKING:
    from flask import Flask

    from core.imports.batch import Outcome
    from core.imports.mapping import ColumnMapping
    from core.municipalities.place import Place

SAID: Final = {
    "imported": "imported",
    "checked": "checked; nothing was written",
    "unchanged": "nothing to do: every row is stored as it is in the file",
    "already_imported": "nothing to do: this file was imported before by this mapping",
    "failed": "failed",
}
EXISTING: Final = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group(name="import")
def command() -> None:
    """Import files of employees or deductions, or write a table to fill in."""


def _options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command what every kind of import takes."""
    for each in (
        click.option("--json", "as_json", is_flag=True, help="Write the summary as JSON."),
        click.option(
            "--dry-run", is_flag=True, help="Check and count only; write nothing of people."
        ),
        click.option(
            "--mapping",
            metavar="FILE|NAME",
            help="A mapping file, or the name of a saved one; default: recognise or guess.",
        ),
        click.option(
            "--municipality", required=True, metavar="CODE", help="As in addresses: karaj."
        ),
        click.argument("file", type=EXISTING),
    ):
        function = each(function)
    return function


@command.command()
@_options
@click.option(
    "--generate-test-ids",
    is_flag=True,
    help="Derive marked test IDs and numbers where the file has none; not in production.",
)
def employees(file: Path, generate_test_ids: bool, **options: Any) -> None:
    """Import the employees in FILE (XLSX or CSV).

    Progress goes to standard error, the summary to standard output. A file that went in already
    by the same mapping changes nothing; one that was interrupted goes on. Exit status: 0 when the
    file was read to its end (refused rows are counted in the summary), 1 when it or its mapping
    can't be used, 2 when the command is wrong.
    """
    _run(file, "employees", generate_test_ids, **options)


@command.command()
@_options
def deductions(file: Path, **options: Any) -> None:
    """Import what courts, the tax office and other creditors have withheld (XLSX or CSV).

    By the rules of "employees": what went in already changes nothing.
    """
    _run(file, "deductions", generate_test_ids=False, **options)


def _run(
    file: Path,
    kind: str,
    generate_test_ids: bool,
    *,
    municipality: str,
    mapping: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    from core.app import create_app
    from core.localization import use_locale

    app = create_app(load_settings())
    with app.app_context(), use_locale("en"):
        place = _place(municipality)
        outcome = _import(app, place, file, kind, mapping, generate_test_ids, dry_run)
        _tell(outcome, place, file, as_json=as_json)
    if outcome.what == "failed":
        sys.exit(1)


@command.command()
@click.option("--format", "kind", type=click.Choice(["csv", "xlsx"]), default="csv")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: stdout.")
@click.option(
    "--kind",
    "of",
    type=click.Choice(["employees", "deductions"]),
    default="employees",
    help="What the table is for.",
)
@click.option("--language", type=click.Choice(["fa", "en"]), default="fa", help="Of the headers.")
def template(kind: str, output: Path | None, of: str, language: str) -> None:
    """Write a table with a column for every field and one row as an example."""
    from core.exports.tables import write_csv, write_xlsx
    from core.imports.template import template_columns, template_row
    from core.localization import use_locale

    write_as = write_csv if kind == "csv" else write_xlsx
    with use_locale(language), click.open_file(str(output or "-"), "wb") as target:
        write_as(
            cast("BinaryIO", target), template_columns(of), [template_row(of)], locale=language
        )


def _place(code: str) -> Place:
    """Return a municipality by its code."""
    from core.database.scope import EMPTY
    from core.database.unit_of_work import open_unit
    from core.municipalities import queries
    from core.municipalities.place import Place

    with open_unit(EMPTY, read_only=True) as uow:
        row = queries.by_code(uow, code)
    if row is None:
        raise OperatorError(f"there is no municipality with the code {code!r}")
    return Place.of(row)


def _import(
    app: Flask,
    place: Place,
    file: Path,
    kind: str,
    mapping: str | None,
    generate_test_ids: bool,
    dry_run: bool,
) -> Outcome:
    from core.database.unit_of_work import Actor
    from core.errors import Invalid, flattened
    from core.imports import sample_files
    from core.imports.batch import Batch

    hooks = app.extensions["hamyar_plugins"].hooks
    test_ids = sample_files.allowed(app.extensions["hamyar_settings"])
    actor = Actor("hamyar import", origin="cli")
    batch = Batch(place, hooks, actor, _Progress(), test_ids=test_ids, kind=kind)
    try:
        return batch.run(
            file,
            mapping=_mapping(place, kind, mapping) if mapping else None,
            generate_test_ids=generate_test_ids,
            dry_run=dry_run,
        )
    except Invalid as error:
        said = " ".join(str(message) for _at, message in flattened(error.fields))
        raise OperatorError(said or str(error)) from error


def _mapping(place: Place, kind: str, given: str) -> ColumnMapping:
    """Return the mapping of a file, or else the one that is saved under that name."""
    from core.database.scope import Scope
    from core.database.unit_of_work import open_unit
    from core.imports.mapping import MappingError, parse_mapping
    from core.imports.saved_mappings import mapping_named

    try:
        if Path(given).is_file():
            return parse_mapping(Path(given).read_text("utf-8-sig", errors="replace"), kind=kind)
        with open_unit(Scope.of(place.id), read_only=True) as uow:
            found = mapping_named(uow, place.id, kind, given)
    except MappingError as error:
        raise OperatorError(f"{error.message} {error.remedy}") from error
    if found is None:
        raise OperatorError(
            f"{given!r} is no mapping file, and no mapping of that name is saved for {place.code}"
        )
    return found


class _Progress:
    """Tells on standard error how far the import is: a line that moves, or a few lines in a log."""

    EVERY: Final = 5000

    def __init__(self) -> None:
        self._moving = sys.stderr.isatty()
        self._next = 0
        self._total: int | None = None

    def advance(self, done: int, errors: int = 0, *, total: int | None = None) -> None:
        """Tell how many rows are done."""
        self._total = total or self._total
        if done < self._next - self.EVERY:  # the next phase begins
            self._next = 0
        if not self._moving and done < self._next:
            return
        self._next = done + self.EVERY
        known = f" of {self._total:,}" if self._total else ""
        line = f"{done:,}{known} rows, {errors:,} refused"
        click.echo(f"\r{line}" if self._moving else line, nl=not self._moving, err=True)

    def is_cancelled(self) -> bool:
        """Never; Ctrl+C ends the command, and the next one goes on."""
        return False


def _tell(outcome: Outcome, place: Place, file: Path, *, as_json: bool) -> None:
    facts: dict[str, Any] = {
        "outcome": outcome.what,
        "import": str(outcome.import_id),
        "municipality": place.code,
        "file": file.name,
        **outcome.counts,
        "errors": [
            {**error.as_json(), "reason": str(error.reason), "remedy": str(error.remedy)}
            for error in outcome.errors
        ],
    }
    if outcome.failure:
        facts["failure"] = {**outcome.failure, "reason": _failure(outcome)}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    click.echo(f"{file.name}: {SAID[outcome.what]}")
    for name in ("rows", "new", "changed", "same", "refused"):
        if name in facts:
            click.echo(f"{name:>10} {facts[name]:>9,}")
    for error in outcome.errors[:20]:
        click.echo(f"  row {error.row}, {error.column or 'the whole row'}: {error.reason}")
    if outcome.failure:
        click.echo(f"hamyar: {facts['failure']['reason']}", err=True)


def _failure(outcome: Outcome) -> str:
    from core.imports.failures import explained

    found = explained(outcome.failure or {})
    return f"{found.message} {found.remedy}" if found else ""
