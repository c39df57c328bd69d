"""Turning an error of a plugin into a reason that an operator can read."""

from __future__ import annotations

import traceback
from dataclasses import replace

from core.plugin_host.plugin import Plugin, PluginState

CAUGHT = (Exception, SystemExit)
"""What plugin code may raise at us. ``KeyboardInterrupt`` is the operator's and passes."""


class PluginRefusedError(Exception):
    """A plugin breaks a rule; the message is the plain sentence that is shown."""


class QuarantineError(Exception):
    """Raised instead of quarantining when ``HAMYAR_STRICT_PLUGINS=1``."""


def explain(error: BaseException) -> str:
    """Return one line on ``error``; our own refusals are sentences already."""
    if isinstance(error, PluginRefusedError):
        return str(error)
    if isinstance(error, SystemExit):
        return f"it called sys.exit({error.code!r})"
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def full_text(error: BaseException) -> str:
    """Return the traceback, or nothing for our own refusals."""
    if isinstance(error, PluginRefusedError):
        return ""
    return "".join(traceback.format_exception(error))


def quarantined(plugin: Plugin, error: BaseException, during: str = "") -> Plugin:
    """Return ``plugin`` in quarantine, with what went wrong and ``during`` which step."""
    reason = f"{during}: {explain(error)}" if during else explain(error)
    return replace(plugin, state=PluginState.QUARANTINED, reason=reason, traceback=full_text(error))
