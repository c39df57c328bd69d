"""Rules of accounts: passwords, codes, names to sign in with, who needs a second person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from uuid import UUID

from core.localization import identifiers, lazy_gettext
from core.localization.digits import to_latin
from core.localization.text import clean
from core.sdk.text import Text

if TYPE_CHECKING:
    from core.policy.viewer import Viewer

LEAST_LENGTH: Final = 10
LEAST_DISTINCT: Final = 5
"""As many different characters a password needs: «aaaaaaaaaa» is long, too."""

MESSAGE_LIFETIME: Final = timedelta(minutes=10)
MESSAGE_LENGTH: Final = 8
MOST_LIVE: Final = 3
"""So many codes by message are valid at once; each until its own end, whoever asked for it."""
SLIP_LIFETIME: Final = timedelta(days=14)

CODE_ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Letters and digits that nobody confuses on paper (no I, L, O, U, 0, 1)."""
SLIP_LENGTH: Final = 12
"""Characters of a slip's code: 58 bits, so that trying is hopeless even without a limit."""

_USER_NAME: Final = re.compile(r"[a-z][a-z0-9._-]{2,63}")
_LETTERS: Final = str.maketrans("يىك", "ییک")


def sign_in_names(typed: str) -> list[str]:
    """Return how an account may be called that somebody means by ``typed``.

    In small letters as user names and addresses are, as personnel numbers are looked up, and, if
    it can be one, as a national ID of 10 digits. The last one names the person.
    """
    key = identifiers.personnel_key(typed)[:254]
    names = (key.casefold(), key, identifiers.national_id(key))
    return list(dict.fromkeys(name for name in names if name is not None))


def user_name(text: str) -> str | None:
    """Return a user name chosen by an officer, or None: 3–64 of a–z, 0–9, dot, dash, _."""
    name = to_latin(clean(text)).casefold()
    return name if _USER_NAME.fullmatch(name) else None


def normal_password(typed: str) -> str:
    """Return what is hashed: the same whether typed on a Persian, Arabic or Latin keyboard."""
    return unicodedata.normalize("NFKC", to_latin(typed).translate(_LETTERS))


def password_problem(
    password: str, personal: Iterable[str] = (), common: AbstractSet[str] = frozenset()
) -> Text | None:
    """Return what is wrong with a new password, or None.

    ``password`` is normal (`normal_password`), ``personal`` what everybody knows of its owner
    (IDs, user name, telephone), ``common`` the list of what guessers try first.
    """
    plain = password.casefold()
    if len(password) < LEAST_LENGTH:
        return lazy_gettext("Use at least %(n)s characters.", n=LEAST_LENGTH)
    if len(set(plain)) < LEAST_DISTINCT or _is_run(plain):
        return lazy_gettext("This is too easy to guess. Mix different characters.")
    if any(len(known) >= 5 and known.casefold() in plain for known in personal):
        return lazy_gettext("Leave your own name, numbers and ID out of the password.")
    if plain in common or plain.strip("0123456789!@#$%^&*.-_ ") in common:
        return lazy_gettext("Many people use this password. Choose another one.")
    return None


def _is_run(text: str) -> bool:
    """Tell whether each character follows the one before: «1234567890», «zyxwvutsrq»."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return len(steps - {-9, 9}) == 1 and abs(next(iter(steps - {-9, 9}))) <= 1


def read_code(typed: str) -> str:
    """Return a code as it was given out: capital letters and ASCII digits, without spaces."""
    return re.sub(r"[^A-Z0-9]", "", to_latin(clean(typed)).upper())[:64]


def is_message_code(code: str) -> bool:
    """Tell whether a code, as `read_code` gives it, can be one by message: few enough to guess."""
    return len(code) == MESSAGE_LENGTH and code.isdigit()


def grouped_code(code: str) -> str:
    """Return a slip's code in groups of four, as it is printed."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def may_manage(viewer: Viewer, account_id: UUID, grant_places: Iterable[UUID]) -> bool:
    """Tell whether an officer may change an account that holds grants in these places.

    He must manage accounts in each of them, not only in some units; his own he changes as
    everybody does, on the page of his account.
    """
    return account_id != viewer.account_id and all(
        viewer.units_for("accounts.manage", place) is None for place in grant_places
    )


def is_in_charge(viewer: Viewer, permission: str, place_id: UUID, employer: UUID | None) -> bool:
    """Tell whether an officer of a place may care for the account of somebody employed there.

    ``employer`` is the first that the person has now, None if he is employed nowhere. Whoever
    employs him later, too, must not get at what he has with the first.
    """
    return employer in (None, place_id) or viewer.units_for(permission, employer) is None


def device(agent: str) -> str:
    """Return browser and system of a ``User-Agent``, as people call them; '' if unknown.

    Only to tell one's own sessions apart; nothing is decided by it.
    """
    known = [next((name for mark, name in kinds if mark in agent), "") for kinds in DEVICES]
    return ", ".join(name for name in known if name)


DEVICES: Final = (
    (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ),
    (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ),
)
"""Marks in the order in which they decide: every browser also calls itself others."""
