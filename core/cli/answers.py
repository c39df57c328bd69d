"""Asking the operator, and not asking a script."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from core.config import OperatorError

Ask = Callable[[str, str | None, str, str | None], str]


def asked(*, may_ask: bool) -> Ask:
    """Return a function (option, given value, question, proposal) → value.

    It asks for what was not given; without a terminal (or with ``may_ask`` False, as standard
    input holds a password) it raises `OperatorError` naming the option.
    """
    may_ask = may_ask and sys.stdin.isatty()

    def ask(option: str, given: str | None, question: str, proposal: str | None) -> str:
        if given is not None:
            return given
        if not may_ask:
            raise OperatorError(f"{option} is missing")
        answer: Any = click.prompt(question, default=proposal)
        return str(answer)

    return ask


def password_from(*, stdin: bool) -> str:
    """Return a password: the first line of standard input, or typed twice and not shown."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise OperatorError("--password-stdin is missing")
    typed: Any = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return str(typed)
