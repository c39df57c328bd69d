"""Flask-Babel set up: which language a request speaks, and templates and libraries in it.

Order: ``?lang=`` (remembered in a cookie for a year, so it works before sign-in) → the cookie
→ the account's preference → Persian. The preference is asked of
``app.extensions["hamyar_locale_of_viewer"]``, a callable without arguments that returns a
code or None, if the accounts package has put one there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import flask_babel  # type: ignore[import-untyped]  # has no py.typed
from flask import Flask, Response, current_app, g, has_request_context, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from core.localization import catalogue_files
from core.localization.languages import LANGUAGES, connect, current_locale, text_direction
from core.localization.messages import interpolate

COOKIE = "hamyar_lang"
YEAR_SECONDS = 365 * 24 * 3600


class PoDomain(flask_babel.Domain):  # type: ignore[misc]  # untyped base
    """A gettext domain whose messages come from `catalogue_files`, never from ``.mo`` files."""

    def get_translations(self) -> catalogue_files.PoTranslations:
        """Return the messages of this domain in the language in force."""
        return catalogue_files.translations(current_locale(), self.domain[0])


class Babel(flask_babel.Babel):  # type: ignore[misc]  # untyped base
    """Flask-Babel with our domain."""

    domain_instance = PoDomain()


def init_babel(app: Flask, extra_locale_dirs: Iterable[Path | str] = ()) -> None:
    """Make ``app`` speak both languages.

    ``extra_locale_dirs``: the ``locale`` directories of plugins, in order of precedence after
    core's own; missing ones don't matter.
    """
    catalogue_files.add_directories(Path(directory) for directory in extra_locale_dirs)
    for language in LANGUAGES:
        catalogue_files.translations(language)
    babel = Babel(configure_jinja=False)
    babel.init_app(
        app,
        default_locale="fa",
        default_timezone="Asia/Tehran",
        locale_selector=current_locale,
    )
    connect(_request_locale, flask_babel.refresh)
    _configure_templates(app)
    app.before_request(_offer_form_messages)
    app.after_request(_remember_language)


def _request_locale() -> str | None:
    """Return the language of the request at hand, None outside of one."""
    if not has_request_context():
        return None
    here = g._get_current_object()  # asked for each text of a page: no proxy in between
    known: str | None = here.get("hamyar_locale")
    if known is None:
        # Set first: the hook may itself translate something and would ask again.
        here.hamyar_locale = _asked_for() or request.cookies.get(COOKIE, "")
        if here.hamyar_locale not in LANGUAGES:
            here.hamyar_locale = "fa"
            here.hamyar_locale = _preferred() or "fa"
        known = str(here.hamyar_locale)
    return known


def _asked_for() -> str | None:
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else None


def _preferred() -> str | None:
    hook = current_app.extensions.get("hamyar_locale_of_viewer")
    preferred = hook() if hook is not None else None
    return preferred if preferred in LANGUAGES else None


def _remember_language(response: Response) -> Response:
    asked = _asked_for()
    if asked is not None and request.cookies.get(COOKIE) != asked:
        response.set_cookie(
            COOKIE,
            asked,
            max_age=YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
        )
    return response


def _offer_form_messages() -> None:
    """Give Flask-WTF our WTForms messages: the ones that ship with WTForms are incomplete."""
    request.wtforms_translations = _FormMessages()  # type: ignore[attr-defined]  # Flask-WTF's cache, read with getattr


class _FormMessages:
    """WTForms' messages in the language at the time of asking."""

    def ugettext(self, message: str) -> str:
        return catalogue_files.translations(current_locale(), "wtforms").gettext(message)

    def ungettext(self, singular: str, plural: str, number: int) -> str:
        found = catalogue_files.translations(current_locale(), "wtforms")
        return found.ngettext(singular, plural, number)


def _configure_templates(app: Flask) -> None:
    """Install ``_``, ``gettext``, ``ngettext`` and ``{% trans %}`` (newstyle, trimmed)."""
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # set by the i18n extension
    environment.globals.update(
        {
            "_": _template_text,
            "gettext": _template_trans,
            "ngettext": _template_ngettext,
            "current_locale": current_locale,
            "text_direction": text_direction,
            "languages": LANGUAGES,
        }
    )


@pass_eval_context
def _template_text(context: EvalContext, message: str, **variables: Any) -> str:
    """Translate for ``{{ _("…") }}``: the result is text and will be escaped.

    A variable that is markup already (a macro's ``<bdi>``) stays markup.
    """
    locale = current_locale()
    text = catalogue_files.translations(locale).gettext(message)
    if not variables:
        return text
    if context.autoescape and any(isinstance(value, Markup) for value in variables.values()):
        return _markup(str(escape(text)), variables, locale)
    return interpolate(text, variables, locale)


@pass_eval_context
def _template_trans(context: EvalContext, message: str, **variables: Any) -> str:
    """Translate a ``{% trans %}`` block: it stands in a template, so its tags are ours."""
    locale = current_locale()
    text = catalogue_files.translations(locale).gettext(message)
    if context.autoescape:
        return _markup(text, variables, locale)
    return interpolate(text, variables, locale)


@pass_eval_context
def _template_ngettext(
    context: EvalContext, singular: str, plural: str, num: int, **variables: Any
) -> str:
    """Translate a block with ``{% pluralize %}``, or ``ngettext("…", "…", n)``."""
    locale = current_locale()
    variables = {"num": num, **variables}
    text = catalogue_files.translations(locale).ngettext(singular, plural, num)
    if context.autoescape:
        return _markup(text, variables, locale)
    return interpolate(text, variables, locale)


def _markup(text: str, variables: dict[str, Any], locale: str) -> Markup:
    """Fill in ``variables``, escaped; numbers stay numbers for ``%(n)d`` and ``%(n).1f``."""
    escaped = {
        name: value if isinstance(value, (int, float)) else escape(value)
        for name, value in variables.items()
    }
    return Markup(interpolate(text, escaped, locale))  # noqa: S704 - every value is escaped above
