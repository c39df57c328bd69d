"""A letter of the outbox as a mail: one template each for text and HTML, in its language."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from core.localization import _, clock, text_direction, use_locale
from core.notifications.models import Outgoing

TEMPLATES: Final = Path(__file__).parents[1] / "templates" / "notifications" / "mail"


@cache
def _environment() -> Environment:
    """An environment of its own: jobs have no request, and pages' globals need one."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=_)
    return environment


def rendered(template: str, letter: Outgoing, base_url: str) -> str:
    """Return ``message.txt`` or ``message.html`` for a letter."""
    with use_locale(letter.locale):
        return (
            _environment()
            .get_template(template)
            .render(
                letter=letter,
                url=f"{base_url}{letter.href}" if letter.href else "",
                base_url=base_url,
                direction=text_direction(letter.locale),
            )
        )


def as_mail(letter: Outgoing, *, sender: str, base_url: str) -> EmailMessage:
    """Return the mail; its Message-ID is the letter's, so a second sending can be recognised."""
    host = sender.partition("@")[2]
    mail = EmailMessage()
    with use_locale(letter.locale):
        mail["From"] = Address(_("Hamyar"), addr_spec=sender)
    mail["To"] = Address(addr_spec=letter.recipient)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{letter.id}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = letter.locale
    mail.set_content(rendered("message.txt", letter, base_url))
    mail.add_alternative(rendered("message.html", letter, base_url), subtype="html")
    return mail
