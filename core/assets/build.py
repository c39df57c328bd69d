"""Build all static assets: `python -m core.assets.build`, or `hamyar assets build`.

Installs the pinned browser packages, then writes style sheet, scripts, icons, fonts and the help
with content-hash names, their compressed forms, the licence texts, and `manifest.json` – last, so
that a reader never meets a name whose file isn't there yet. Unchanged inputs build nothing.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.assets import bundles, fonts, guides, licences, sprite
from core.assets.manifest import BUILD, Manifest, read_manifest, write_manifest
from core.assets.node import AssetError, install_packages

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path(__file__).resolve().parent
KEPT_SECONDS = 24 * 3600
_COMPRESSED = {".css", ".js", ".svg"}


def icon_directories(root: Path = ROOT) -> list[Path]:
    """Return where icons are listed: core's sources, then each bundled plugin's static folder."""
    return [SOURCES, *sorted(root.glob("plugins/*/static"))]


def build(
    root: Path = ROOT,
    target: Path = BUILD,
    icons: Iterable[Path] | None = None,
    force: bool = False,
) -> bool:
    """Build into `target` what has changed; return whether anything had to be built.

    `icons` are the directories that list icons; `force` builds even when nothing has changed.

    :raises AssetError: when a tool or a source is missing.
    """
    if not (root / "package-lock.json").is_file():
        raise AssetError("Assets are built in the source tree; an installed Hamyar brings its own")
    directories = list(icon_directories(root) if icons is None else icons)
    target.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        inputs = fingerprint(root, directories)
        old = read_manifest(target)
        if not force and old.inputs == inputs and _complete(old, target):
            return False
        modules = install_packages(root)
        manifest = _write_all(modules, target, root / "docs", directories, inputs)
        write_manifest(manifest, target)
        _sweep(manifest, target)
    return True


def fingerprint(root: Path, directories: Iterable[Path]) -> str:
    """Return one hash over all that the build reads: lock, our sources, help, plugins' icons."""
    files = [root / "package-lock.json", *guides.sources(root / "docs")]
    files += [path for path in SOURCES.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    for directory in directories:
        files += [directory / "icons.txt", *directory.glob("icons/*.svg")]
    digest = hashlib.sha256()
    for path in sorted({path for path in files if path.is_file()}):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _write_all(
    modules: Path, target: Path, docs: Path, directories: list[Path], inputs: str
) -> Manifest:
    """Write every file of the build and return its manifest."""
    files = write_help(docs, target)
    font = target / "vazirmatn.woff2"
    fonts.subset(modules, font)
    files[font.name] = _put(target, font.name, font.read_bytes())
    font.unlink()
    css = bundles.style_sheet(SOURCES / "css").replace(font.name, files[font.name])
    icons = sprite.listed(directories)
    texts = {
        "hamyar.css": css,
        "hamyar.js": bundles.script(SOURCES / "js", "main.js"),
        "htmx.js": (modules / "htmx.org" / "dist" / "htmx.min.js").read_text("utf-8"),
        "icons.svg": sprite.sprite(icons, modules),
        "favicon.svg": (SOURCES / "favicon.svg").read_text("utf-8"),
    }
    for name, text in texts.items():
        files[name] = _put(target, name, text.encode())
    for name in fonts.copy_whole(modules, target / "fonts"):
        files[f"fonts/{name}"] = f"fonts/{name}"
    (target / "LICENCES.txt").write_text(licences.texts(modules), "utf-8")
    files["LICENCES.txt"] = "LICENCES.txt"
    return Manifest(files, tuple(icons), inputs)


def write_help(docs: Path, target: Path) -> dict[str, str]:
    """Write the topics of the help and the pictures they show; return their names."""
    files: dict[str, str] = {}

    def put(picture: Path) -> str:
        files[picture.name] = _put(target, picture.name, picture.read_bytes())
        return f"/static/build/{files[picture.name]}"

    pages = guides.render(docs, put)
    facts = {language: [page.facts() for page in found] for language, found in pages.items()}
    content = json.dumps(facts, ensure_ascii=False, indent=1).encode()
    files["help.json"] = _put(target, "help.json", content)
    return files


def _put(target: Path, name: str, content: bytes) -> str:
    """Write `content` under a name with its hash, and compressed beside; return the name."""
    stem, _, suffix = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
    (target / hashed).write_bytes(content)
    if f".{suffix}" in _COMPRESSED:
        import brotli  # only the build needs it, and only here

        (target / f"{hashed}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        (target / f"{hashed}.br").write_bytes(brotli.compress(content))
    return hashed


def _complete(manifest: Manifest, target: Path) -> bool:
    """Return whether every file of `manifest` is there."""
    return bool(manifest.files) and all((target / n).is_file() for n in manifest.files.values())


def _sweep(manifest: Manifest, target: Path) -> None:
    """Remove what builds of earlier days left behind.

    Pages that are open in browsers, and servers that still run, name the files of the last build.
    """
    old = time.time() - KEPT_SECONDS
    kept = {"manifest.json", ".lock", "fonts"}
    for name in manifest.files.values():
        kept |= {name, f"{name}.gz", f"{name}.br"}
    for path in target.iterdir():
        if path.name not in kept and path.stat().st_mtime < old:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Let one build at a time write to `target`; a second one waits, then finds nothing to do."""
    with (target / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Build, say in one line what was done, and return the exit status."""
    try:
        built = build(force="--force" in sys.argv[1:])
    except AssetError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("Assets built.\n" if built else "Assets are up to date.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
