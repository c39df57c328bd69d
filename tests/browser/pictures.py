"""The pictures of the documentation, taken from the demonstration: ``make screenshots``.

``python -m tests.browser.pictures`` writes them into docs/images; those of the story come from
``tests/browser/test_story.py``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask
from playwright.sync_api import sync_playwright

from core.demo.accounts import PASSWORD
from core.demo.filling import fill
from core.demo.province import Size
from core.testing.app import make_app, post
from core.testing.postgres import clone_database
from tests.browser.chromium import ARGUMENTS, DESKTOP, PHONE, ROOT, Theme, Visitor, executable
from tests.browser.conftest import serving


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, who looks at which page, and how."""

    name: str
    username: str
    path: str
    size: tuple[int, int] = DESKTOP
    theme: Theme = "light"
    locale: str = "fa"


PICTURES: Final = (
    Picture("home-phone-fa", "maryam", "/", PHONE),
    Picture("home-phone-fa-dark", "maryam", "/", PHONE, "dark"),
    Picture("home-desktop-fa", "maryam", "/"),
    Picture("home-desktop-en", "maryam", "/", locale="en"),
    Picture("passport-desktop-fa", "maryam", "/m/karaj/training/passport"),
    Picture("catalogue-phone-fa", "maryam", "/m/karaj/training/", PHONE),
    Picture("desk-desktop-fa", "sara", "/m/karaj/desk/"),
    Picture("desk-desktop-fa-dark", "sara", "/m/karaj/desk/", theme="dark"),
    Picture("inbox-desktop-fa", "sara", "/m/karaj/inbox/"),
    Picture("people-desktop-fa", "sara", "/m/karaj/people/"),
    Picture("matrix-desktop-fa", "admin", "/m/alborz/services/"),
)


def main() -> int:
    """Fill a database, serve it and write every picture."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    app = make_app(clone_database())
    fill(app, Size.DEMO, seed=1405)
    with serving(app) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        visitor = Visitor(browser, site, app)
        tokens = {name: sign_in(app, name) for name in {each.username for each in PICTURES}}
        for picture in PICTURES:
            page = visitor.open(
                picture.path,
                tokens[picture.username],
                size=picture.size,
                theme=picture.theme,
                locale=picture.locale,
            )
            page.screenshot(path=folder / f"{picture.name}.png")
        browser.close()
    return 0


def sign_in(app: Flask, username: str) -> str:
    """Sign an account of the demonstration in; return its session's token."""
    client = app.test_client()
    post(client, "/sign-in", {"name": username, "password": PASSWORD})
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    return cookie.value if cookie else ""


if __name__ == "__main__":
    sys.exit(main())
