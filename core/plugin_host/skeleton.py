"""`hamyar plugins new`: a small service that works, with its tests, made by Copier."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from pathlib import Path

from core.plugin_host.manifest import name_problems
from core.sdk import API_VERSION

TEMPLATE = "new_plugin"


class SkeletonError(Exception):
    """The project can't be made; the message is one clear line."""


def make(name: str, into: Path | None = None, *, title: str = "", title_fa: str = "") -> Path:
    """Make a project for the plugin ``name`` in the folder ``into``; return the folder.

    Titles are what people call the service; without a Persian one the English one stands there.

    Raises:
        SkeletonError: the name can't be used, the folder isn't empty, or Copier isn't installed.
    """
    if found := [*name_problems(name), *_title_problems(title, title_fa)]:
        raise SkeletonError("; ".join(found))
    folder = into or Path.cwd() / f"hamyar-{name.replace('_', '-')}"
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SkeletonError(f"{folder} exists already")
    english = title or name.replace("_", " ").capitalize()
    _copy(folder, _answers(name, english, title_fa or english))
    return folder


def _title_problems(*titles: str) -> Iterator[str]:
    """Titles stand in Python, Jinja and gettext files: no signs that mean something there."""
    for title in titles:
        if set(title) & set('"\\%{}') or not title.isprintable():
            yield f"the title {title!r} must be plain words"


def _answers(name: str, title: str, title_fa: str) -> dict[str, str]:
    return {
        "name": name,
        "package": f"hamyar_{name}",
        "title": title,
        "title_fa": title_fa,
        "api": ", ".join(map(str, API_VERSION)),
        "core_revision": _newest_revision(),
    }


def _newest_revision() -> str:
    """Return the newest of core's revisions by its file name."""
    versions = importlib.resources.files("migrations") / "versions"
    names = sorted(file.name for file in versions.iterdir() if file.name[:1].isdigit())
    return names[-1].partition("_")[0]


def _copy(folder: Path, answers: dict[str, str]) -> None:
    try:
        from copier import run_copy
    except ImportError as error:
        raise SkeletonError("Copier is missing: pip install 'hamyar[contractor]'") from error
    template = importlib.resources.files("core.plugin_host") / TEMPLATE
    with importlib.resources.as_file(template) as source:
        run_copy(str(source), folder, data=answers, defaults=True, quiet=True)
