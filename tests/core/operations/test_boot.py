"""The application does not start where row-level security would not hold it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from core.app import create_app
from core.config import Settings
from core.database.roles import RoleError
from core.database.urls import DatabaseUrls


@pytest.mark.parametrize(("role", "fault"), [("admin", "is a superuser"), ("owner", "owns tables")])
def test_a_role_that_is_too_strong_is_refused(
    session_urls: DatabaseUrls, tmp_path: Path, role: str, fault: str
) -> None:
    strong = getattr(session_urls, role)
    settings = Settings(
        home=tmp_path, env="test", database_url=strong, owner_url=session_urls.owner
    )
    with pytest.raises(RoleError, match=fault):
        create_app(settings)


def test_the_engine_never_shows_parameters(app: Flask) -> None:
    from core.database.extension import db

    with app.app_context():
        assert db.engine.hide_parameters
