"""What to do about a file that isn't taken."""

from __future__ import annotations

from core.documents.content import Fault
from core.documents.policies import LARGEST_MB, LONGEST_NAME, MOST_WAITING
from core.forms.schema import Message
from core.localization import _


def complaint(fault: Fault, name: str) -> Message:
    """Say what is wrong with the file called ``name``, and what helps."""
    shown = name[-LONGEST_NAME:]
    return Message(_("“%(name)s”: %(problem)s", name=shown, problem=_problem(fault)), fault)


def _problem(fault: Fault) -> str:
    return {
        Fault.EMPTY: _("The file is empty. Choose it again."),
        Fault.HEIC: _(
            "This is a HEIC photo, which not everybody can open. On an iPhone choose Settings › "
            "Camera › Formats › Most Compatible and photograph it again, or send it as JPEG."
        ),
        Fault.KIND: _("This kind of file isn't taken. Send a photo (JPEG, PNG) or a PDF."),
        Fault.DAMAGED: _("The file is damaged or incomplete. Photograph or save it again."),
        Fault.PIXELS: _(
            "The picture has too many pixels. Photograph it again at a lower resolution."
        ),
        Fault.ACTIVE: _(
            "The PDF has scripts, forms or files inside. Print it to a new PDF, or send a photo."
        ),
        Fault.TOO_LARGE: _(
            "The file is larger than %(n)s MB. Photograph it again at a lower quality.",
            n=LARGEST_MB,
        ),
        Fault.TOO_MANY: _(
            "You have uploaded %(n)s files that belong to no request yet. Send the request, or "
            "come back in two days.",
            n=MOST_WAITING,
        ),
    }[fault]
