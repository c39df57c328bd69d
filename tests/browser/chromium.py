"""Pages in Chromium that note everything that must not happen on them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

ROOT: Final = Path(__file__).resolve().parents[2]
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: Final = (390, 844)
DESKTOP: Final = (1280, 900)
EXPECTED: Final = re.compile(
    r"Failed to load resource: .* responded with a status of 4\d\d"
    r"|Service Worker registration blocked by Playwright"
)
"""What is logged when a page answers 404 or 422 on purpose; everything else is a fault."""
Theme = Literal["light", "dark"]


def executable() -> str:
    """Return Debian's Chromium; the tests fail without it, as they may not be skipped."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "Chromium is missing: apt-get install chromium"
    return found


def axe_source() -> str:
    """Return axe-core, which the build of the assets installs."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@dataclass
class Visitor:
    """One browser profile on one site. ``faults`` collects what no page may do.

    Errors on the console (violations of the content security policy among them), exceptions in
    scripts, answers of 500, and requests to any other host.
    """

    browser: Browser
    site: str
    app: Flask
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        path: str = "/",
        token: str | None = None,
        *,
        size: tuple[int, int] = PHONE,
        locale: str = "fa",
        theme: Theme = "light",
        javascript: bool = True,
        worker: bool = False,
        **options: Any,
    ) -> Page:
        """Return a page of a fresh profile at ``path``; ``token`` is a session's cookie.

        ``worker`` lets the service worker in; without it each page comes from the server.
        """
        context = self.browser.new_context(
            base_url=self.site,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,
            reduced_motion="reduce",
            java_script_enabled=javascript,
            locale="fa-IR",
            service_workers="allow" if worker else "block",
            **options,
        )
        self.contexts.append(context)
        cookies = {"hamyar_lang": locale}
        if token:
            cookies[self.app.config["SESSION_COOKIE_NAME"]] = token
        context.add_cookies([{"name": n, "value": v, "url": self.site} for n, v in cookies.items()])
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"exception: {error.error}"))
        context.on("request", self._request)
        page = context.new_page()
        page.on("response", lambda r: self._failed(r.url, r.status))
        page.goto(path)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.match(message.text):
            where = message.page.url if message.page else ""
            self.faults.append(f"console on {where}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.faults.append(f"outside request: {request.url}")

    def _failed(self, url: str, status: int) -> None:
        if status >= 500:
            self.faults.append(f"{status} for {url}")

    def close(self) -> None:
        """Close every profile."""
        for context in self.contexts:
            context.close()


RUN_AXE: Final = """
async (rules) => {
  const only = rules ? {runOnly: {type: 'rule', values: rules}} : {};
  const result = await axe.run(document, {resultTypes: ['violations'], ...only});
  return result.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target[0]} – ${node.failureSummary.split('\\n').pop().trim()}`));
}
"""


ABOUT_COLOURS: Final = ("color-contrast", "link-in-text-block")
"""The only rules of axe-core whose outcome depends on colours, hence on the theme."""


def violations(page: Page, rules: Sequence[str] | None = None) -> list[str]:
    """Return what axe-core finds on the page as it is now, one line per rule and element.

    ``rules`` (default: all) are those to apply.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe_source())
    found: list[str] = page.evaluate(RUN_AXE, rules)
    return found


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    width: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def weigh(page: Page, path: str) -> tuple[int, int]:
    """Load a page; return its kilobytes over the network and its requests."""
    sizes: list[int] = []

    def note(request: Request) -> None:
        facts = request.sizes()
        sizes.append(facts["responseBodySize"] + facts["responseHeadersSize"])

    page.on("requestfinished", note)
    page.goto(path, wait_until="networkidle")
    return round(sum(sizes) / 1000), len(sizes)
