"""Language, calendar, text, money and identifiers of Iran; Flask only in `i18n`.

The names below are what the rest of the code calls; everything else is imported from its
module (``core.localization.jalali`` …).
"""

from __future__ import annotations

from core.localization.languages import (
    DEFAULT,
    LANGUAGES,
    current_locale,
    text_direction,
    use_locale,
)
from core.localization.messages import (
    LazyString,
    _,
    gettext,
    lazy_gettext,
    lazy_ngettext,
    ngettext,
)

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "LazyString",
    "_",
    "current_locale",
    "gettext",
    "lazy_gettext",
    "lazy_ngettext",
    "ngettext",
    "text_direction",
    "use_locale",
]
