"""The pictures of the help, in both languages: ``python -m tests.browser.help_pictures``.

They are small WebP files of the demonstration, since employees load them on their phones.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Final, NamedTuple

from playwright.sync_api import Page, sync_playwright

from core.localization import LANGUAGES
from core.testing.app import make_app
from core.testing.postgres import clone_database
from tests.browser.chromium import ARGUMENTS, ROOT, Visitor, executable
from tests.browser.conftest import serving
from tests.browser.pictures import sign_in
from tests.browser.routes import stops
from tests.browser.world import build

PHONE: Final = (390, 640)
DESK: Final = (1100, 640)
QUALITY: Final = 60


class Sight(NamedTuple):
    """A picture: what is looked at (an endpoint of the sweep, or a path), by whom."""

    name: str
    what: str
    username: str
    size: tuple[int, int]


SIGHTS: Final = (
    Sight("help-home", "portal.home", "maryam", PHONE),
    Sight("help-requests", "my_requests.index", "maryam", PHONE),
    Sight("help-catalogue", "/m/karaj/training/", "maryam", PHONE),
    Sight("help-record", "me.record", "maryam", PHONE),
    Sight("help-attendance", "training.attendance", "admin", PHONE),
    Sight("help-desk", "/m/karaj/desk/", "sara", DESK),
    Sight("help-people", "/m/karaj/people/", "sara", DESK),
    Sight("help-inbox", "/m/karaj/inbox/", "sara", DESK),
    Sight("help-import", "imports.show", "admin", DESK),
    Sight("help-matrix", "/m/alborz/services/", "admin", DESK),
)


def main() -> int:
    """Fill a database, serve it and write every picture."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs" / "images"
    app = make_app(clone_database())
    build(app)
    paths = {stop.endpoint: stop.path for stop in stops(app)}
    tokens = {name: sign_in(app, name) for name in {sight.username for sight in SIGHTS}}
    with serving(app) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        visitor = Visitor(browser, site, app)
        for sight in SIGHTS:
            for locale in LANGUAGES:
                path, token = paths.get(sight.what, sight.what), tokens[sight.username]
                page = visitor.open(path, token, size=sight.size, locale=locale)
                picture = folder / f"{sight.name}-{locale}.webp"
                picture.write_bytes(_look(page))
        browser.close()
    assert visitor.faults == []
    return 0


def _look(page: Page) -> bytes:
    """Return what the window shows as WebP, which Playwright itself doesn't write."""
    page.wait_for_load_state("networkidle")
    devtools = page.context.new_cdp_session(page)
    answer = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    return base64.b64decode(answer["data"])


if __name__ == "__main__":
    sys.exit(main())
