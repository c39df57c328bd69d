"""Messages in two languages: gettext, lazy text, library messages, and the request's language."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string

from core.localization import (
    current_locale,
    gettext,
    lazy_gettext,
    text_direction,
    use_locale,
)
from core.localization.library_messages import translate_csrf, translate_marshmallow


def test_language_in_force() -> None:
    assert current_locale() == "fa"
    with use_locale("en"):
        assert (current_locale(), text_direction()) == ("en", "ltr")
        with use_locale("fa"):
            assert text_direction() == "rtl"
        assert current_locale() == "en"
    with pytest.raises(ValueError, match="no such language"), use_locale("de"):
        pass


def test_whole_numbers_get_the_readers_digits() -> None:
    with use_locale("fa"):
        assert gettext("unknown %(n)s of %(code)s", n=12, code="A1") == "unknown ۱۲ of A1"
    with use_locale("en"):
        assert gettext("unknown %(n)s", n=12) == "unknown 12"


def test_lazy_text_is_read_late() -> None:
    lazy = lazy_gettext("Sign in first")
    with use_locale("en"):
        assert str(lazy) == "Sign in first"
    with use_locale("fa"):
        assert str(lazy) != "Sign in first"
    assert "Sign in first" in repr(lazy)


def test_library_messages() -> None:
    with use_locale("fa"):
        said = translate_marshmallow("Length must be between 2 and 5.")
        assert "۲" in said
        assert "۵" in said
        assert translate_marshmallow("never heard of") == "never heard of"
        assert translate_csrf("The CSRF token is missing.") != "The CSRF token is missing."
    with use_locale("en"):
        assert translate_marshmallow("Not a valid date.") == "Not a valid date."


def test_the_language_of_a_request(app: Flask) -> None:
    def language(**query: str) -> str:
        with app.test_request_context("/", query_string=query):
            return current_locale()

    assert language() == "fa"
    assert language(lang="en") == "en"
    assert language(lang="xx") == "fa"


def test_a_cookie_remembers_the_language(app: Flask) -> None:
    client = app.test_client()
    client.get("/nothing?lang=en")
    assert 'lang="en"' in client.get("/nothing").text
    assert 'dir="rtl"' in client.get("/nothing?lang=fa").text


def test_markup_in_variables_is_escaped(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        page = render_template_string("{{ _('Hello %(name)s', name=name) }}", name="<b>")
        assert "<b>" not in page
