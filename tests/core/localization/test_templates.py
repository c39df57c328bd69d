"""Templates are compiled once for each language, with their plain texts filled in."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, render_template
from jinja2 import FileSystemLoader

from core.localization import i18n, use_locale
from core.localization.templates import Templates

PAGE = (
    '<b title="{{ _("Name") }}">{{ _("Name") }}</b>'
    '{{ _("%(shown)s shown", shown=3) }}{{ _(word) }}{{ _("a <i> & b") }}'
)


@pytest.fixture
def page(tmp_path: Path) -> Flask:
    class Site(Flask):
        jinja_environment = Templates

    site = Site("site")
    i18n.init_babel(site)
    site.jinja_env.loader = FileSystemLoader(tmp_path)
    (tmp_path / "page.html").write_text(PAGE)
    return site


def shown(site: Flask, locale: str) -> str:
    with site.test_request_context("/"), use_locale(locale):
        return render_template("page.html", word="Name")


def test_each_language_has_its_own_texts(page: Flask) -> None:
    for _round in range(2):
        persian, english = shown(page, "fa"), shown(page, "en")
        assert persian == '<b title="نام">نام</b>نمایش ۳ موردنامa &lt;i&gt; &amp; b'
        assert english == '<b title="Name">Name</b>3 shownNamea &lt;i&gt; &amp; b'


def test_plain_texts_are_looked_up_once(page: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    shown(page, "en")
    asked: list[str] = []
    monkeypatch.setitem(page.jinja_env.globals, "_", lambda text, **_more: asked.append(text) or "")
    shown(page, "en")
    assert asked == ["%(shown)s shown", "Name"]
