"""What brings letters to people: SMTP, an HTTP service for SMS, or the console.

``HAMYAR_MAIL_URL`` and ``HAMYAR_SMS_URL`` choose; ``console:`` prints, for trying out.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import urllib.request
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

import click

from core.config import Settings
from core.notifications.letters import as_mail
from core.notifications.models import Outgoing
from core.notifications.outbox import EMAIL, SMS, Gateway

CONSOLE: Final = "console:"
TIMEOUT: Final = 20.0
"""Seconds that a gateway may take."""


class ConsoleGateway:
    """Prints letters on standard output; not through the log, which keeps what it gets."""

    def send(self, letter: Outgoing) -> None:
        """Print one."""
        click.echo(f"--- {letter.channel} to {letter.recipient}\n{letter.subject}")
        click.echo(f"{letter.body}\n---")


class SmtpGateway:
    """A mail server: ``smtps://`` speaks TLS at once, ``smtp://`` when the server offers it."""

    def __init__(self, url: str, *, sender: str, base_url: str) -> None:
        self._parts = urlsplit(url)
        self._sender, self._base_url = sender, base_url

    def send(self, letter: Outgoing) -> None:
        """Send one mail; smtplib's errors are `OSError`s."""
        mail = as_mail(letter, sender=self._sender, base_url=self._base_url)
        with self._connection() as server:
            if self._parts.username:
                server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
            server.send_message(mail)

    def _connection(self) -> smtplib.SMTP:
        host = self._parts.hostname or "localhost"
        context = ssl.create_default_context()
        if self._parts.scheme == "smtps":
            port = self._parts.port or 465
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        server = smtplib.SMTP(host, self._parts.port or 25, timeout=TIMEOUT)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        return server


class HttpSmsGateway:
    """Posts ``{"to": "09…", "text": "…"}`` as JSON; the URL's user part is a bearer token.

    Each provider has an interface of its own; a few lines of theirs translate this one.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        where = f"{host}:{parts.port}" if parts.port else host
        self._url = urlunsplit((parts.scheme, where, parts.path, parts.query, ""))
        self._token = unquote(parts.username or "")

    def send(self, letter: Outgoing) -> None:
        """Send one SMS; an answer of 4xx or 5xx is an `OSError` too."""
        body = json.dumps({"to": letter.recipient, "text": letter.body}).encode()
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(self._url, body, headers, method="POST")  # noqa: S310 # an operator's setting, http(s) only
        with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310
            pass


def gateways(settings: Settings) -> Mapping[str, Gateway]:
    """Return the gateway of each channel."""
    return {
        EMAIL: ConsoleGateway()
        if settings.mail_url == CONSOLE
        else SmtpGateway(
            settings.mail_url, sender=settings.mail_sender, base_url=settings.base_url
        ),
        SMS: ConsoleGateway() if settings.sms_url == CONSOLE else HttpSmsGateway(settings.sms_url),
    }
