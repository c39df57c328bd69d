"""Persian text: what we store, what we search on and what we sort by.

Keyboards, old software and Excel files write the same name in several ways (Arabic ي and ك,
tatweel, bidi marks, spaces for half-spaces). ISIRI 6219 names the characters that are right:
keheh U+06A9, Farsi yeh U+06CC, ZWNJ U+200C.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from core.localization.digits import to_latin

ZWNJ: Final = "\u200c"

_LETTERS: Final = {"ي": "ی", "ى": "ی", "ك": "ک", "ۀ": "هٔ", "ة": "ه"}
# Tatweel, bidi controls, zero-width marks, BOM, soft hyphen: invisible, and each makes two
# equal names differ. NUL and lone surrogates can't be stored by PostgreSQL at all.
_INVISIBLE: Final = (
    "\u0640\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060"
    "\u2066\u2067\u2068\u2069\ufeff\u00ad"
)
_CLEAN: Final = {ord(a): b for a, b in _LETTERS.items()} | dict.fromkeys(map(ord, _INVISIBLE), "")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\ud800-\udfff]")
_HALF_SPACES: Final = re.compile(r"(?:\s*\u200c+\s+|\s+\u200c+)[\s\u200c]*")
_PRESENTATION: Final = re.compile(r"[\ufb50-\ufdff\ufe70-\ufefe]")
_HARAKAT: Final = re.compile(r"[\u064b-\u065f\u0670]")
_FOLDED: Final = str.maketrans("آأإٱؤئ", "ااااوی", "ء")

# One ASCII character per letter, so that the C order of the key is the Persian order:
# space < signs < digits < Persian letters < Latin letters (lower case) < everything else.
_ALPHABET: Final = "ءآابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_RANKS: Final = {letter: chr(0x3A + i) for i, letter in enumerate(_ALPHABET)}
_RANKS.update({"أ": _RANKS["ا"], "إ": _RANKS["ا"], "ٱ": _RANKS["ا"]})
_RANKS.update({"ؤ": _RANKS["و"], "ئ": _RANKS["ی"], " ": " ", ZWNJ: ""})
_KEEP: Final = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")


def clean(text: str) -> str:
    """Return ``text`` on one line as it is stored: right letters, no marks, single spaces.

    A ZWNJ stays where it joins two letters, never doubled or beside a space. Digits and
    accents are left alone, and there is no NFKC: it would change names.
    """
    text = _CONTROL.sub("", text.translate(_CLEAN))
    text = re.sub(r"\u200c{2,}", ZWNJ, _HALF_SPACES.sub(" ", text))
    return re.sub(r"\s+", " ", text).strip(" " + ZWNJ)


def clean_lines(text: str) -> str:
    """Return free text of several lines, each cleaned; at most one empty line in a row."""
    lines = "\n".join(clean(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def search_key(text: str) -> str:
    """Return the form that searches compare: «علی‌رضا» = «علی رضا» = «عليرضا».

    No spaces, ZWNJ or harakat; ASCII digits; hamza forms on their letter; Latin case folded;
    the joined letter forms that are copied out of PDF files taken apart.
    """
    text = _PRESENTATION.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
    text = to_latin(clean(text)).replace(ZWNJ, "").replace("\u200d", "").replace(" ", "")
    return _HARAKAT.sub("", text).translate(_FOLDED).casefold()


def sort_key(text: str) -> str:
    """Return a key whose plain code-point order (``COLLATE "C"``) is the Persian order.

    آ comes before ا; a hamza form sorts with its letter; harakat and ZWNJ don't count; digits
    come before letters; Latin letters come after Persian ones, whatever their case.
    """
    plain = _HARAKAT.sub("", to_latin(clean(text)))
    return "".join(_rank(c) for c in plain).strip()


def _rank(char: str) -> str:
    """Return what stands for one character in a sort key."""
    known = _RANKS.get(char)
    if known is not None:
        return known
    base = unicodedata.normalize("NFKD", char.casefold())[:1]
    if base in _KEEP:
        return base
    if char.isalpha() and ord(char) > 0x7F:
        return char
    return "!"
