"""The offline verifier: one HTML file that tells genuine from forged without any network.

It holds the public keys of the day it was made, a script and the words; its own policy forbids
it to load or send anything. What it can't know is whether a document was revoked meanwhile.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import render_template
from markupsafe import Markup

from core.localization import _, clock, current_locale
from core.sdk.declarations import VerifiableDocument
from core.verification.keys import CONTEXT, KeyRing
from core.verification.wording import FIRST, LAST

HERE: Final = Path(__file__).parent


def verifier(ring: KeyRing, declared: Iterable[VerifiableDocument], address: str) -> str:
    """Return the file in the reader's language; ``address`` is where revocation is known."""
    script, style = _part("verifier.js"), _part("verifier.css")
    policy = f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}"
    return render_template(
        "verification/verifier.html",
        script=Markup(script),  # noqa: S704 # a file of this package
        style=Markup(style),  # noqa: S704 # a file of this package
        policy=policy,
        address=address,
        today=clock.today(),
        data=_data(ring, list(declared)),
    )


def _data(ring: KeyRing, declared: list[VerifiableDocument]) -> dict[str, Any]:
    fields = {
        one.kind: [[f.name, str(f.label), f.shown_as] for f in one.fields] for one in declared
    }
    return {
        "context": CONTEXT.decode(),
        "keys": {
            key_id.hex(): base64.b64encode(key.public_bytes_raw()).decode()
            for key_id, key in ring.public.items()
        },
        "first": [[f.name, str(f.label), f.shown_as] for f in FIRST],
        "last": [[f.name, str(f.label), f.shown_as] for f in LAST],
        "fields": fields,
        "titles": {one.kind: str(one.title) for one in declared},
        "locale": current_locale(),
        "words": _words(),
    }


def _words() -> dict[str, str]:
    """Return what the script may say."""
    return {
        "genuine": _("Genuine"),
        "genuine_text": _("The signature fits. Compare the lines below with the paper."),
        "forged": _("Forged"),
        "forged_text": _("The signature doesn't fit. Don't accept this document."),
        "stranger": _("Unknown key"),
        "stranger_text": _(
            "It is signed with a key that this file doesn't know: forged, or newer than the file. "
            "Check it on the network."
        ),
        "unreadable": _("Unreadable"),
        "unreadable_text": _("This isn't what the symbol of a document says. Scan it once more."),
        "unable": _("This browser can't check signatures"),
        "unable_text": _("Open the file with a newer browser."),
        "minutes": _("{n} minutes"),
    }


@cache
def _part(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
