"""Settings, read strictly from the environment.

Every setting is one variable ``HAMYAR_…``; an unknown one is an error that names the nearest
known one, since a misspelt setting that is silently ignored shows up only in production.
"""

from __future__ import annotations

import difflib
import os
import re
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import SplitResult, urlsplit

from core.private_files import locked, read_json, write_json

PREFIX: Final = "HAMYAR_"
SYSTEM_HOME: Final = Path("/var/lib/hamyar")
ENVIRONMENTS: Final = ("production", "development", "test")
BUNDLED_PLUGINS: Final = (
    "plugins.training.plugin",
    "plugins.insurance.plugin",
    "plugins.loans.plugin",
    "plugins.housing.plugin",
)
"""Modules of the services that ship with Hamyar; outsiders come by entry points."""

T = TypeVar("T")


class OperatorError(Exception):
    """A mistake that the operator can mend; the message is one clear line for the terminal."""


class SettingsError(OperatorError):
    """A setting is unknown, malformed or contradicts another."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration of one process.

    URLs of databases are libpq URLs (``postgresql://…``); None = embedded server. Intervals
    are seconds.
    """

    home: Path
    env: str = "production"
    database_url: str | None = None
    owner_url: str | None = None
    backup_url: str | None = None
    given_secret_key: str | None = None
    signing_keys: Path | None = None
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    web_workers: int = 1
    trusted_proxies: int = 0
    mail_url: str = "console:"
    mail_sender: str = "hamyar@localhost"
    sms_url: str = "console:"
    strict_plugins: bool = False
    log_level: str = "INFO"
    worker_poll_seconds: float = 5.0
    stalled_sweep_seconds: float = 60.0
    stalled_after_seconds: float = 600.0
    old_jobs_days: int = 30

    def __repr__(self) -> str:
        """Show only what is no secret; URLs hold passwords."""
        return f"Settings(home={str(self.home)!r}, env={self.env!r}, base_url={self.base_url!r})"

    @property
    def secret_key(self) -> str:
        """The key that signs cookies and links: HAMYAR_SECRET_KEY, else one made once.

        Several web nodes need the variable, as each would make a key of its own.
        """
        if self.given_secret_key is not None:
            return self.given_secret_key
        return stored_secret(ensure_home(self), "secret_key")

    def flask_config(self) -> dict[str, Any]:
        """Return Flask's configuration; starts or reaches the database (`core.flask_config`)."""
        from core.flask_config import flask_config

        return flask_config(self)


def stored_secret(home: Path, name: str) -> str:
    """Return the secret ``name`` of ``secrets.json`` (0600), made at the first call.

    Raises:
        SettingsError: the file is damaged; a new key would silently invalidate everything
            signed with the old one.
    """
    path = home / "secrets.json"
    with locked(home / "secrets.lock"):
        try:
            known = read_json(path)
        except ValueError as error:
            raise SettingsError(f"{path} is damaged; restore it from a backup") from error
        if name not in known:
            known[name] = secrets.token_urlsafe(48)
            write_json(path, known)
        return str(known[name])


def ensure_home(settings: Settings) -> Path:
    """Create the home folder when missing and return it.

    A new home is 0700; made by root it is 0711, because the embedded server, which never runs
    as root, passes through it to its own folder. Every file inside is 0600.

    Raises:
        SettingsError: the folder cannot be created or written.
    """
    home = settings.home
    try:
        if not home.is_dir():
            home.parent.mkdir(parents=True, exist_ok=True)
            home.mkdir(exist_ok=True)
            home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise SettingsError(f"HAMYAR_HOME {home} cannot be created: {error.strerror}") from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise SettingsError(f"HAMYAR_HOME {home} is not writable for this user")
    return home


def default_home(environ: Mapping[str, str]) -> Path:
    """Return the XDG data folder, or the system's one for a root with a closed home."""
    if os.geteuid() == 0 and not _others_may_enter(Path(environ.get("HOME", "/root"))):
        return SYSTEM_HOME
    if (base := environ.get("XDG_DATA_HOME", "")).startswith("/"):
        return Path(base) / "hamyar"
    return Path(environ.get("HOME") or Path.home()) / ".local/share/hamyar"


def _others_may_enter(folder: Path) -> bool:
    try:
        return bool(folder.stat().st_mode & stat.S_IXOTH)
    except OSError:
        return False


def _boolean(text: str) -> bool:
    values = {"1": True, "true": True, "yes": True, "on": True}
    values |= {"0": False, "false": False, "no": False, "off": False}
    if text.lower() not in values:
        raise ValueError("must be 1 or 0")
    return values[text.lower()]


def _integer(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) or float(text) <= 0:
        raise ValueError("must be a number of seconds above 0")
    return float(text)


def _choice(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text

    return read


def _absolute_path(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise ValueError("must be an absolute path")
    return path


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError as error:
        raise ValueError("is not a URL") from error


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise ValueError("must start with postgresql:// (other databases are not supported)")
    return f"postgresql://{rest}"


def _base_url(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise ValueError("must look like https://hamyar.example")
    return text.rstrip("/")


def _mail_url(text: str) -> str:
    parts = _split(text)
    if text != "console:" and not (parts.scheme in {"smtp", "smtps"} and parts.hostname):
        raise ValueError("must be console: or smtp://user:password@host:port")
    return text


def _sms_url(text: str) -> str:
    parts = _split(text)
    if text != "console:" and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise ValueError("must be console: or https://token@host/path")
    return text


def _secret_key(text: str) -> str:
    if len(text) < 32:
        raise ValueError("must have at least 32 characters")
    return text


def _host(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:-]+", text):
        raise ValueError("must be an address to listen on, as 127.0.0.1")
    return text


def _sender(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError("must be an e-mail address")
    return text


VARIABLES: Final[dict[str, tuple[str, Callable[[str], Any], str]]] = {
    "HOME": ("home", _absolute_path, "folder of the data, keys and the embedded database"),
    "ENV": ("env", _choice(*ENVIRONMENTS), "production, development or test"),
    "DATABASE_URL": ("database_url", _database_url, "PostgreSQL for the application's role"),
    "OWNER_URL": ("owner_url", _database_url, "the same database for migrations"),
    "BACKUP_URL": ("backup_url", _database_url, "the same database for backups"),
    "SECRET_KEY": ("given_secret_key", _secret_key, "signs cookies and links"),
    "SIGNING_KEYS": ("signing_keys", _absolute_path, "file of the keys that sign documents"),
    "BASE_URL": ("base_url", _base_url, "address that people type"),
    "HOST": ("host", _host, "address that the server listens on"),
    "PORT": ("port", _integer(1, 65535), "port that the server listens on"),
    "WEB_WORKERS": ("web_workers", _integer(1, 64), "processes of the web server"),
    "TRUSTED_PROXIES": ("trusted_proxies", _integer(0, 5), "proxies in front of the server"),
    "MAIL_URL": ("mail_url", _mail_url, "console: or smtp://user:password@host:port"),
    "MAIL_SENDER": ("mail_sender", _sender, "From: of all mail"),
    "SMS_URL": ("sms_url", _sms_url, "console: or https://token@host/path"),
    "STRICT_PLUGINS": ("strict_plugins", _boolean, "a broken plugin stops the start"),
    "LOG_LEVEL": ("log_level", _choice("DEBUG", "INFO", "WARNING", "ERROR"), "least level logged"),
    "WORKER_POLL_SECONDS": ("worker_poll_seconds", _seconds, "how often a worker looks for jobs"),
    "STALLED_SWEEP_SECONDS": ("stalled_sweep_seconds", _seconds, "how often stalled jobs restart"),
    "STALLED_AFTER_SECONDS": ("stalled_after_seconds", _seconds, "silence of a stalled job"),
    "OLD_JOBS_DAYS": ("old_jobs_days", _integer(1, 3650), "days that finished jobs are kept"),
}
"""Variable without prefix → field of `Settings`, reader (raises ValueError), meaning."""


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of an environment; nothing on disk is touched.

    Empty variables count as unset (``HAMYAR_OWNER_URL=`` in a service file).

    Raises:
        SettingsError: an unknown or malformed variable; the value itself is never shown, as
            it may hold a password.
    """
    given = {key[len(PREFIX) :]: value for key, value in environ.items() if key.startswith(PREFIX)}
    _refuse_unknown(given)
    fields: dict[str, Any] = {}
    for name, (field, read, _meaning) in VARIABLES.items():
        if given.get(name):
            fields[field] = _read(name, read, given[name])
    fields.setdefault("home", default_home(environ))
    if "port" in fields and "base_url" not in fields:
        fields["base_url"] = f"http://127.0.0.1:{fields['port']}"
    settings = Settings(**fields)
    _refuse_contradictions(settings)
    return settings


def _read(name: str, read: Callable[[str], T], value: str) -> T:
    try:
        return read(value)
    except ValueError as error:
        raise SettingsError(f"{PREFIX}{name} {error}") from error


def _refuse_unknown(given: Mapping[str, str]) -> None:
    for name in sorted(given.keys() - VARIABLES.keys()):
        near = difflib.get_close_matches(name, VARIABLES, n=1, cutoff=0.5)
        hint = f"; did you mean {PREFIX}{near[0]}?" if near else ""
        raise SettingsError(f"unknown setting {PREFIX}{name}{hint}")


def _refuse_contradictions(settings: Settings) -> None:
    for field in ("owner_url", "backup_url"):
        if getattr(settings, field) and not settings.database_url:
            name = f"{PREFIX}{field.upper()}"
            raise SettingsError(f"{name} is set without HAMYAR_DATABASE_URL")
