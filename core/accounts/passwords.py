"""Hashing passwords (Flask-Security, argon2id) and the list of common ones.

The work takes the same time for an account without a password and for no account at all.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from flask_security import hash_password
from flask_security.utils import verify_password

from core.accounts.policies import normal_password


def hashed(password: str) -> str:
    """Return the hash to store."""
    text: str = hash_password(normal_password(password))
    return text


def matches(password: str, stored: str | None) -> bool:
    """Tell whether ``password`` is the one behind ``stored``; None never matches."""
    right: bool = verify_password(normal_password(password), stored or _of_nobody())
    return right and stored is not None


@cache
def _of_nobody() -> str:
    """A hash with which the time is spent when there is none."""
    text: str = hash_password("nobody has this password")
    return text


@cache
def common() -> frozenset[str]:
    """Return what guessers try first."""
    text = (files("core.accounts") / "common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))
