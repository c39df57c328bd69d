"""The words for states of a transfer: as tags, as refusals, as messages to the employee."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.localization import lazy_gettext
from core.sdk import Text
from core.transfers.models import TransferState

STATES: Final[Mapping[str, Text]] = {
    TransferState.PENDING: lazy_gettext("Waits for an answer"),
    TransferState.ACCEPTED: lazy_gettext("Accepted"),
    TransferState.WITHDRAWN: lazy_gettext("Withdrawn"),
    TransferState.REFUSED: lazy_gettext("Refused"),
    TransferState.LAPSED: lazy_gettext("Lapsed: the employment ended before"),
}
TONES: Final[Mapping[str, str]] = {
    TransferState.PENDING: "warn",
    TransferState.ACCEPTED: "ok",
    TransferState.WITHDRAWN: "neutral",
    TransferState.REFUSED: "danger",
    TransferState.LAPSED: "neutral",
}
CLOSED: Final[Mapping[str, Text]] = {
    TransferState.ACCEPTED: lazy_gettext("This transfer was accepted already."),
    TransferState.WITHDRAWN: lazy_gettext("This transfer was withdrawn meanwhile."),
    TransferState.REFUSED: lazy_gettext("This transfer was refused meanwhile."),
    TransferState.LAPSED: lazy_gettext(
        "The employment ended before the day of the transfer, so it can't be accepted any more."
    ),
}
TOLD: Final[Mapping[str, Text]] = {
    TransferState.PENDING: lazy_gettext("%(from)s has released you to %(to)s from %(day)s on"),
    TransferState.ACCEPTED: lazy_gettext("You move from %(from)s to %(to)s on %(day)s"),
    TransferState.WITHDRAWN: lazy_gettext("%(from)s has withdrawn your transfer to %(to)s"),
    TransferState.REFUSED: lazy_gettext("%(to)s has not accepted your transfer from %(from)s"),
}
