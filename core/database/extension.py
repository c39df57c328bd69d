"""The Flask-SQLAlchemy extension: engine settings and metadata.

Sessions are opened by `core.database.unit_of_work` only, because each needs a scope;
``db.session`` is not used (a test forbids it).
"""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy

from core.database.base import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
