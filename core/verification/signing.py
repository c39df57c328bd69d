"""The ring of keys that this process signs and verifies with."""

from __future__ import annotations

from pathlib import Path

from flask import current_app

from core.config import Settings, ensure_home
from core.verification.keys import KeyFile


def key_path(settings: Settings) -> Path:
    """Return the file of the ring: HAMYAR_SIGNING_KEYS, or one in HAMYAR_HOME."""
    return settings.signing_keys or ensure_home(settings) / "keys" / "signing.json"


def key_file() -> KeyFile:
    """Return the application's ring; an application context is needed."""
    extensions = current_app.extensions
    if "hamyar_signing_keys" not in extensions:
        extensions["hamyar_signing_keys"] = KeyFile(key_path(extensions["hamyar_settings"]))
    found: KeyFile = extensions["hamyar_signing_keys"]
    return found
