"""The municipalities of Alborz as data, added once and by any role."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from core.database.scope import EMPTY
from core.database.unit_of_work import open_unit
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.municipalities.models import Municipality
from core.municipalities.schemas import CODE
from core.municipalities.seed import ALBORZ, CITIES, add_province
from core.testing.postgres import clone_database, drop_database


@pytest.fixture
def urls() -> Iterator[DatabaseUrls]:
    """An empty database of one's own: the codes are the real ones."""
    found = clone_database()
    yield found
    drop_database(found)


def engine_of(url: str | None) -> Engine:
    assert url
    return create_engine(sqlalchemy_url(url))


def test_the_seventeen_cities_of_the_census() -> None:
    assert len(CITIES) == 17
    assert (
        sum(city.population for city in CITIES) == 2_512_737
    )  # the province's urban population of 1395
    assert [city.population for city in CITIES] == sorted(
        (city.population for city in CITIES), reverse=True
    )
    assert len({city.county_fa for city in CITIES}) == 7
    for names in zip(*((c.code, c.name_fa, c.name_en) for c in CITIES), strict=True):
        assert len(set(names)) == 17


def test_codes_and_letters_are_right() -> None:
    for item in (*CITIES, ALBORZ):
        assert re.fullmatch(CODE, item.code)
        assert not re.search("[يك]", item.name_fa)


@pytest.mark.parametrize("role", ["owner", "app"])
def test_either_role_adds_the_province_once(urls: DatabaseUrls, role: str) -> None:
    engine = engine_of(getattr(urls, role))
    with Session(engine) if role == "owner" else open_unit(EMPTY, engine=engine) as work:
        session = work if isinstance(work, Session) else work.session
        first = add_province(session)
        session.execute(
            Municipality.__table__.update()
            .where(Municipality.code == "karaj")
            .values(hr_name="Edited since")
        )
        assert add_province(session) == first
        assert session.scalar(select(func.count()).select_from(Municipality)) == 18
        karaj = session.scalars(select(Municipality).where(Municipality.code == "karaj")).one()
        assert (karaj.hr_name, karaj.organisation_id) == ("Edited since", first["alborz"])
        assert karaj.name_fa == "شهرداری کرج"
    engine.dispose()
