"""The municipalities of Alborz, for the first run and the demonstration.

Cities and populations: census of 2016 (1395), one municipality per city; counties as of 2020.
They are a start: the page of the organisation adds, edits and deactivates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.database.keys import new_id
from core.municipalities.models import Municipality, MunicipalityKind


@dataclass(frozen=True, slots=True)
class City:
    """A city with its county (شهرستان) and its population."""

    code: str
    name_fa: str
    name_en: str
    county_fa: str
    population: int


@dataclass(frozen=True, slots=True)
class Organisation:
    """The provincial organisation; ``code`` is its slug in addresses."""

    code: str
    name_fa: str
    name_en: str
    province_fa: str


ALBORZ = Organisation(
    "alborz",
    "سازمان همیاری شهرداری‌های استان البرز",
    "Hamyari Organisation of Alborz Municipalities",
    "البرز",
)
CITIES = (
    City("karaj", "کرج", "Karaj", "کرج", 1_592_492),
    City("fardis", "فردیس", "Fardis", "فردیس", 181_174),
    City("kamalshahr", "کمال‌شهر", "Kamalshahr", "کرج", 141_669),
    City("nazarabad", "نظرآباد", "Nazarabad", "نظرآباد", 119_512),
    City("mohammadshahr", "محمدشهر", "Mohammadshahr", "کرج", 119_418),
    City("mahdasht", "ماهدشت", "Mahdasht", "کرج", 62_910),
    City("meshkindasht", "مشکین‌دشت", "Meshkindasht", "فردیس", 62_005),
    City("hashtgerd", "هشتگرد", "Hashtgerd", "ساوجبلاغ", 55_640),
    City("chaharbagh", "چهارباغ", "Chaharbagh", "چهارباغ", 48_828),
    City("mehestan", "شهر جدید هشتگرد (مهستان)", "Hashtgerd New Town", "ساوجبلاغ", 42_147),
    City("eshtehard", "اشتهارد", "Eshtehard", "اشتهارد", 29_993),
    City("garmdarreh", "گرمدره", "Garmdarreh", "کرج", 22_726),
    City("golsar", "گلسار", "Golsar", "ساوجبلاغ", 13_745),
    City("kuhsar", "کوهسار", "Kuhsar", "ساوجبلاغ", 10_940),
    City("tankaman", "تنکمان", "Tankaman", "نظرآباد", 4_654),
    City("taleqan", "طالقان", "Taleqan", "طالقان", 3_545),
    City("asara", "آسارا", "Asara", "کرج", 1_339),
)


def add_province(
    session: Session, organisation: Organisation = ALBORZ, cities: Iterable[City] = CITIES
) -> dict[str, UUID]:
    """Add the organisation and its municipalities; return the id of each code.

    What exists is left as it is, so it may run again. Any role and scope will do: the table is
    global. The caller commits.
    """
    facts = {
        "code": organisation.code,
        "kind": MunicipalityKind.ORGANISATION,
        "name_fa": organisation.name_fa,
        "name_en": organisation.name_en,
        "province_fa": organisation.province_fa,
    }
    _add(session, [facts])
    organisation_id = ids(session, [organisation.code])[organisation.code]
    rows = [_facts(city, organisation, organisation_id) for city in cities]
    _add(session, rows)
    return ids(session, [organisation.code, *(row["code"] for row in rows)])


def ids(session: Session, codes: Iterable[str]) -> dict[str, UUID]:
    """Return the ids of municipalities by code."""
    found = select(Municipality.code, Municipality.id).where(Municipality.code.in_(list(codes)))
    return {row.code: row.id for row in session.execute(found)}


def _facts(city: City, organisation: Organisation, organisation_id: UUID) -> dict[str, Any]:
    return {
        "code": city.code,
        "kind": MunicipalityKind.MUNICIPALITY,
        "organisation_id": organisation_id,
        "name_fa": f"شهرداری {city.name_fa}",
        "name_en": f"Municipality of {city.name_en}",
        "province_fa": organisation.province_fa,
        "county_fa": city.county_fa,
        "population": city.population,
    }


def _add(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        values = [{"id": new_id(), **row} for row in rows]
        session.execute(insert(Municipality).values(values).on_conflict_do_nothing())
