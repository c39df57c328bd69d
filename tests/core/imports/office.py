"""An HR office that imports files: what the tests of imports have in common."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from core.database.unit_of_work import Actor
from core.imports import services
from core.imports.kinds import EMPLOYEES, kind_of
from core.imports.mapping import ColumnMapping, guess
from core.imports.models import ImportRefusal, ImportRun
from core.imports.reading.table import open_table
from core.imports.running import Runner
from core.localization.jalali import format_date
from core.municipalities.models import Municipality
from core.municipalities.place import Place
from core.plugin_host.host import PluginHost
from core.testing.factories import Province, UnitContext, reserve_numbers, valid_national_id

OFFICER = Actor("سارا احمدی", origin="test")
COLUMNS = {
    "national_id": "کد ملی",
    "personnel_number": "شماره پرسنلی",
    "given_name": "نام",
    "family_name": "نام خانوادگی",
    "birth_date": "تاریخ تولد",
    "employment_kind": "نوع استخدام",
    "hire_date": "تاریخ استخدام",
    "leave_date": "تاریخ ترک کار",
    "unit_code": "کد واحد",
    "unit": "واحد",
    "job_title": "پست",
    "mobile": "موبایل",
    "email": "ایمیل",
    "sheba": "شبا",
    "base_salary": "حقوق",
}
GIVEN = ("علی", "مریم", "زهرا", "حسین", "رضا", "فاطمه", "محمد")
FAMILY = ("محمدی", "رضایی", "احمدی", "کریمی", "موسوی", "حسینی", "اکبری", "نوری")


class Quiet:
    """A watcher that only remembers; ``stop_after`` calls it says that somebody pressed Stop."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.told: list[tuple[int, int]] = []
        self._stop_after = stop_after

    def advance(self, done: int, errors: int = 0, *, total: int | None = None) -> None:
        self.told.append((done, errors))

    def is_cancelled(self) -> bool:
        return self._stop_after is not None and len(self.told) > self._stop_after


@dataclass
class Telling:
    """Stands for the hooks; remembers what services were told."""

    hired: list[list[UUID]] = field(default_factory=list)
    left: list[list[UUID]] = field(default_factory=list)

    def employee_hired(self, *, employment_ids: list[UUID], **_more: Any) -> tuple[()]:
        self.hired.append(list(employment_ids))
        return ()

    def employee_left(self, *, employment_ids: list[UUID], **_more: Any) -> tuple[()]:
        self.left.append(list(employment_ids))
        return ()


def person(number: int, base: int = 0, **changes: str) -> dict[str, str]:
    """One employee of a file, by header; ``changes`` by field name, ``base`` for his ID."""
    row = {
        "national_id": valid_national_id(base + number),
        "personnel_number": f"P{number}",
        "given_name": GIVEN[number % len(GIVEN)],
        "family_name": f"{FAMILY[number % len(FAMILY)]} {number}",
        "birth_date": f"13{60 + number % 20}/01/15",
        "employment_kind": "پیمانی",
        "hire_date": "1395/07/01",
        "leave_date": "",
        "unit_code": f"U{number % 7}",
        "unit": f"معاونت {number % 7}",
        "job_title": f"کارشناس {number % 5}",
        "mobile": "",
        "email": "",
        "sheba": "",
        "base_salary": str(120_000_000 + number),
    }
    unknown = changes.keys() - row.keys()
    assert not unknown
    return {COLUMNS[name]: cell for name, cell in {**row, **changes}.items()}


def table(rows: Iterable[Mapping[str, str]]) -> str:
    """The rows as the text of a CSV file."""
    listed = list(rows)
    file = io.StringIO()
    writer = csv.DictWriter(file, list(listed[0]))
    writer.writeheader()
    writer.writerows(listed)
    return file.getvalue()


class Office:
    """Imports files into one municipality, without a worker."""

    kind = EMPLOYEES.name

    def __init__(self, province: Province, town: Municipality, folder: Path) -> None:
        self.province = province
        self.town = town
        self.place = Place.of(town)
        self.folder = folder
        self._base = reserve_numbers(10**4)  # 10**8 are there for all tests of a process

    def person(self, number: int, **changes: str) -> dict[str, str]:
        """One employee of a file; no other test has him."""
        return person(number, self._base, **changes)

    def staff(self, count: int, **changes: str) -> list[dict[str, str]]:
        """The first ``count`` employees."""
        return [self.person(number, **changes) for number in range(count)]

    def unit(self) -> UnitContext:
        return self.province.unit(self.town)

    def runner(self, watcher: Any = None, hooks: Any = None) -> Runner:
        return Runner(
            self.place,
            hooks or PluginHost(bundled=(), entry_points=()).hooks,
            OFFICER,
            watcher or Quiet(),
            engine=self.province.engine,
        )

    def map(self, content: str | bytes | Path, mapping: ColumnMapping | None = None) -> UUID:
        """Upload a file and choose its columns; the check comes next."""
        path = self.write(content)
        with self.unit() as uow:
            run = services.upload(uow, self.place, name=path.name, path=path, kind=self.kind)
            chosen = mapping or self.guess(path)
            services.map_columns(uow, self.place, run.id, chosen, test_ids=True)
            return run.id

    def write(self, content: str | bytes | Path) -> Path:
        """The file with this content."""
        if isinstance(content, Path):
            return content
        path = self.folder / "staff.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def guess(self, path: Path) -> ColumnMapping:
        """The mapping that the headers suggest."""
        with open_table(path) as opened:
            fields = kind_of(self.kind).fields
            return ColumnMapping(self.kind, guess(opened.header, fields).columns)

    def check(self, content: str | bytes | Path, mapping: ColumnMapping | None = None) -> ImportRun:
        """Upload, map and check."""
        run_id = self.map(content, mapping)
        self.runner().check(run_id)
        return self.run(run_id)

    def confirm(self, run_id: UUID) -> None:
        with self.unit() as uow:
            services.confirm(uow, self.place, run_id)

    def bring_in(
        self, content: str | bytes | Path, mapping: ColumnMapping | None = None, hooks: Any = None
    ) -> ImportRun:
        """Upload, map, check, confirm and apply."""
        run_id = self.check(content, mapping).id
        self.confirm(run_id)
        self.runner(hooks=hooks).apply(run_id)
        return self.run(run_id)

    def undo(self, run_id: UUID) -> ImportRun:
        with self.unit() as uow:
            services.begin_undo(uow, self.place, run_id)
        self.runner().undo(run_id)
        return self.run(run_id)

    def run(self, run_id: UUID) -> ImportRun:
        with self.unit() as uow:
            return uow.session.get_one(ImportRun, (self.place.id, run_id))

    def reasons(self, run_id: UUID) -> dict[int, list[str]]:
        """Row number → codes of why it was refused."""
        with self.unit() as uow:
            rows = uow.session.query(ImportRefusal).filter_by(
                municipality_id=self.place.id, import_id=run_id
            )
            return {row.row: [error["code"] for error in row.errors] for row in rows}

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Rows of a statement as the owner sees them; ``:place`` is the municipality."""
        with self.province.owner.connect() as connection:
            return list(connection.execute(text(statement), {"place": self.place.id, **values}))

    def facts(self, number: str) -> Any:
        """What is stored of the employee with a personnel number, on the day of the test."""
        rows = self.sql(
            "select e.*, p.national_id, p.given_name, p.family_name, p.birth_date, p.mobile,"
            " p.email, p.sheba, p.test_identity, u.code, u.name as unit, t.title,"
            " a.starts_on as assigned_on, f.monthly_base, f.starts_on as paid_on"
            " from employment e join person p on p.id = e.person_id"
            " left join assignment a on a.municipality_id = e.municipality_id"
            "  and a.employment_id = e.id and a.ends_on is not distinct from e.ends_on"
            " left join org_unit u on u.municipality_id = a.municipality_id and u.id = a.unit_id"
            " left join post t on t.municipality_id = a.municipality_id and t.id = a.post_id"
            " left join lateral (select * from salary_fact s where s.employment_id = e.id"
            "  order by s.starts_on desc limit 1) f on true"
            " where e.municipality_id = :place and e.personnel_number = :number",
            number=number,
        )
        return rows[0] if rows else None

    def picture(self) -> dict[str, list[Any]]:
        """Everything that an import may write here, for comparing before and after."""
        people = "select person_id from employment where municipality_id = :place"
        statements = {
            "person": f"select to_jsonb(p) - 'version' from person p where p.id in ({people})",
            **{
                name: f"select to_jsonb(x) - 'version' from {name} x where municipality_id = :place"
                for name in ("employment", "assignment", "salary_fact", "org_unit", "post")
            },
        }
        return {
            name: sorted((row[0] for row in self.sql(statement)), key=lambda fact: fact["id"])
            for name, statement in statements.items()
        }


def jalali(day: date) -> str:
    """A date as a Persian office writes it."""
    return format_date(day, "fa")
