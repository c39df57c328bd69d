"""A plugin made by `hamyar plugins new`, built as a wheel and installed into a venv by pip.

Nothing comes from the network: the venv sees the packages of the one that runs the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

from core.database.urls import DatabaseUrls
from core.plugin_host import skeleton

HAMYAR = "from core.cli import main; main()"


@dataclass
class Site:
    """A venv with the project's wheel; ``run`` calls `hamyar` in it."""

    project: Path
    venv: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def python(self) -> str:
        return str(self.venv / "bin" / "python")

    def use(self, urls: DatabaseUrls) -> None:
        """Let the commands work on a database."""
        home = self.venv / "home"
        self.environ = {
            "HAMYAR_HOME": str(home),
            "HAMYAR_DATABASE_URL": urls.app,
            "HAMYAR_OWNER_URL": str(urls.owner),
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.call(self.python, "-c", HAMYAR, *arguments)

    def call(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HAMYAR_", "PYTEST_"))}
        return subprocess.run(
            command,
            cwd=cwd or self.venv,
            env=kept | self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


def install(name: str, folder: Path) -> Site:
    """Make the project, build its wheel and install it."""
    project = skeleton.make(name, folder / "project", title="City bikes", title_fa="دوچرخهٔ شهری")
    site = Site(project, folder / "venv")
    _must(site.call(sys.executable, "-m", "venv", "--without-pip", str(site.venv), cwd=folder))
    ours = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})"
    (purelib,) = (site.venv / "lib").glob("python*/site-packages")
    (purelib / "hamyar-tests.pth").write_text(ours)
    wheels = folder / "wheels"
    offline = ("--no-index", "--no-deps", "--disable-pip-version-check")
    build = (sys.executable, "-m", "pip", "wheel", *offline, "--no-build-isolation")
    _must(site.call(*build, "--wheel-dir", str(wheels), str(project), cwd=folder))
    (wheel,) = wheels.glob("*.whl")
    _must(site.call(site.python, "-m", "pip", "install", *offline, str(wheel)))
    return site


def _must(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
