"""What files write for sex, marital status and kind of employment."""

from __future__ import annotations

from typing import Final, NamedTuple

from core.imports.values import choices


class Labels(NamedTuple):
    """Header key of a label → code, and the texts to offer in an error message."""

    by_key: dict[str, str]
    allowed: str


def labels(names: dict[str, tuple[str, ...]]) -> Labels:
    """Return the labels of each code, the first of which is offered."""
    offered = (f"{words[0]} ({code})" for code, words in names.items())
    return Labels(choices(names), ", ".join(offered))


SEXES: Final = labels(
    {
        "female": ("زن", "مؤنث", "مونث", "خانم", "f", "w", "woman", "۲"),
        "male": ("مرد", "مذکر", "آقا", "m", "man", "۱"),
    }
)
MARITAL: Final = labels(
    {
        "single": ("مجرد", "s", "unmarried", "never married"),
        "married": ("متأهل", "متاهل", "m"),
        "divorced": ("مطلقه", "جداشده", "طلاق گرفته", "d"),
        "widowed": ("همسر فوت‌شده", "همسر فوت شده", "بیوه", "widow", "widower", "w"),
    }
)
KINDS: Final = labels(
    {
        "official": ("رسمی", "رسمی قطعی", "رسمی (قطعی)", "permanent"),
        "official_trial": ("رسمی آزمایشی", "رسمی-آزمایشی", "آزمایشی", "official, trial period"),
        "contract": ("پیمانی", "peymani", "contract (peymani)"),
        "fixed_task": ("قرارداد کار معین", "کار معین", "معین", "انجام کار معین", "fixed-task"),
        "labour": (
            "کارگری", "کارگری دائم", "کارگری موقت", "کارگری دائم/موقت", "قانون کار",
            "کارگر", "labour code", "labor",
        ),
        "company": ("شرکتی", "through a company"),
        "volume": ("حجمی", "volume contract"),
        "hourly": ("ساعتی", "hourly paid", "paid by the hour"),
        "retiree": ("بازنشسته", "retired"),
        "survivor": ("موظف", "بازمانده", "وظیفه‌بگیر", "surviving dependant"),
    }
)  # fmt: skip
