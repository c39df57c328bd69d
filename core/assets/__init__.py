"""What the templates need from the built assets: names with their content hash, and icons.

`register(app)` is the one call of the boot order. The build itself lives in `core.assets.build` and
is never imported by a running server.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from markupsafe import Markup

from core.assets.charts import scale, sums
from core.assets.manifest import BUILD, read_manifest
from core.assets.pages import current_url
from core.assets.serving import serve_static
from core.localization import current_locale, text_direction

__all__ = ["Assets", "font_directory", "register"]


class Assets:
    """The addresses of one build: logical name → hashed address under the static folder."""

    def __init__(self, prefix: str, directory: Path = BUILD) -> None:
        self.prefix = prefix.rstrip("/")
        self.directory = directory
        self._files: dict[str, str] = {}
        self._icons: dict[tuple[str, bool], Markup] = {}

    def url(self, name: str) -> str:
        """Return the address of `name` (`hamyar.css`), hashed when there is a build.

        Without a build the plain name is answered: a page without its looks beats no page, and
        `hamyar doctor` says what is missing.
        """
        if not self._files:
            self._files = read_manifest(self.directory).files
        return f"{self.prefix}/build/{self._files.get(name, name)}"

    def path(self, name: str) -> Path:
        """Return the file of `name`; it isn't there without a build."""
        return self.directory / self.url(name).rpartition("/")[2]

    def icon(self, name: str, directional: bool = False) -> Markup:
        """Return a decorative icon from the external sprite.

        `directional` icons are named as in left-to-right text (`chevron-right` = forward) and are
        mirrored by the style sheet in right-to-left pages.
        """
        found = self._icons.get((name, directional))
        if found is None:
            found = Markup(
                '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>'
            ).format("ic ic-d" if directional else "ic", self.url("icons.svg"), name)
            if self._files:
                self._icons[name, directional] = found
        return found


def font_directory() -> Path:
    """Return the directory with `Vazirmatn-Regular.ttf` and `-Bold.ttf`, for PDFs."""
    return BUILD / "fonts"


def register(app: Flask) -> None:
    """Give the templates `asset`, `icon` and their small helpers, and serve the files well."""
    assets = Assets(app.static_url_path or "/static")
    app.extensions["hamyar_assets"] = assets
    app.jinja_env.globals.update(
        asset=assets.url,
        icon=assets.icon,
        chart_scale=scale,
        chart_sums=sums,
        current_url=current_url,
        page_language=current_locale,
        text_direction=text_direction,
    )
    if "static" in app.view_functions:
        app.view_functions["static"] = serve_static
