"""Alembic environment and core's revisions; inside a package, so that the wheel carries them."""
