"""Units and posts as Iranian municipalities have them, smaller ones in fewer parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LARGE: Final = 120
"""From that many staff on, deputies have departments below them."""
DISTRICTS_FROM: Final = 600
"""From that many staff on, a municipality has districts (منطقه)."""


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit to be made; ``parent`` is the code of the one above, ``trade`` what it works on.

    ``share`` is the weight by which staff are spread.
    """

    code: str
    name: str
    parent: str | None
    trade: str
    share: int


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """A job title; ``pay`` is the usual monthly base in million rial."""

    title: str
    pay: int
    share: int = 1
    is_manager: bool = False


DEPUTIES: Final = (
    ("10", "حوزهٔ شهردار", "office", 6),
    ("20", "معاونت مالی و اقتصادی", "finance", 12),
    ("30", "معاونت شهرسازی و معماری", "planning", 14),
    ("40", "معاونت خدمات شهری", "city", 34),
    ("50", "معاونت فنی و عمرانی", "works", 18),
    ("60", "معاونت برنامه‌ریزی و توسعهٔ سرمایهٔ انسانی", "human", 9),
    ("70", "معاونت فرهنگی و اجتماعی", "culture", 7),
)
"""Code, name, trade and share of the first level."""

DEPARTMENTS: Final[dict[str, tuple[str, ...]]] = {
    "10": ("ادارهٔ روابط عمومی", "ادارهٔ حقوقی", "حراست"),
    "20": ("ادارهٔ امور مالی", "ادارهٔ درآمد", "ادارهٔ تدارکات", "ادارهٔ املاک"),
    "30": ("ادارهٔ شهرسازی", "ادارهٔ نظارت بر ساختمان", "ادارهٔ طرح‌های شهری"),
    "40": ("ادارهٔ خدمات شهری", "ادارهٔ فضای سبز", "مدیریت پسماند", "آتش‌نشانی"),
    "50": ("ادارهٔ عمران", "ادارهٔ حمل‌ونقل و ترافیک", "ادارهٔ تأسیسات"),
    "60": ("ادارهٔ سرمایهٔ انسانی", "ادارهٔ آموزش و رفاه", "ادارهٔ فناوری اطلاعات", "ادارهٔ بودجه"),
    "70": ("ادارهٔ امور فرهنگی", "ادارهٔ ورزش و سلامت"),
}
"""Departments below each deputy, in larger municipalities."""

HEAD: Final = PlannedPost("مدیر واحد", 520, is_manager=True)
DEPUTY: Final = PlannedPost("رئیس اداره", 430, is_manager=True)

POSTS: Final[dict[str, tuple[PlannedPost, ...]]] = {
    "office": (
        PlannedPost("کارشناس حقوقی", 310),
        PlannedPost("کارشناس روابط عمومی", 290),
        PlannedPost("مسئول دفتر", 240, 2),
        PlannedPost("نگهبان", 190, 2),
    ),
    "finance": (
        PlannedPost("حسابدار", 280, 4),
        PlannedPost("کارشناس درآمد", 290, 3),
        PlannedPost("کارپرداز", 240, 2),
        PlannedPost("کارشناس املاک", 300),
    ),
    "planning": (
        PlannedPost("کارشناس شهرسازی", 320, 3),
        PlannedPost("کارشناس معماری", 320, 2),
        PlannedPost("مأمور بازدید ساختمان", 240, 3),
        PlannedPost("نقشه‌بردار", 280),
    ),
    "city": (
        PlannedPost("کارگر خدمات شهری", 175, 9),
        PlannedPost("کارگر فضای سبز", 175, 6),
        PlannedPost("آتش‌نشان", 300, 4),
        PlannedPost("راننده", 200, 4),
        PlannedPost("کارشناس پسماند", 280),
    ),
    "works": (
        PlannedPost("مهندس عمران", 340, 3),
        PlannedPost("کارشناس ترافیک", 310, 2),
        PlannedPost("تکنسین تأسیسات", 240, 2),
        PlannedPost("راننده ماشین‌آلات", 220, 3),
    ),
    "human": (
        PlannedPost("کارشناس سرمایهٔ انسانی", 300, 3),
        PlannedPost("کارشناس آموزش", 290),
        PlannedPost("کارشناس فناوری اطلاعات", 320, 2),
        PlannedPost("متصدی بایگانی", 210),
    ),
    "culture": (
        PlannedPost("کارشناس فرهنگی", 280, 2),
        PlannedPost("کارشناس ورزش", 270),
        PlannedPost("مربی", 220),
    ),
}
"""Job titles by trade."""


def units(staff: int) -> tuple[PlannedUnit, ...]:
    """Return the units of a municipality with that many staff, parents first."""
    planned = []
    for code, name, trade, share in DEPUTIES:
        departments = DEPARTMENTS[code] if staff >= LARGE else ()
        planned.append(PlannedUnit(code, name, None, trade, 1 if departments else share))
        for number, department in enumerate(departments, 1):
            planned.append(PlannedUnit(f"{code}{number:02}", department, code, trade, share))
    return (*planned, *_districts(staff))


def _districts(staff: int) -> list[PlannedUnit]:
    """Districts work on the city's services and on building permits."""
    planned = []
    for number in range(
        1, min(10, staff // (DISTRICTS_FROM // 3)) + 1 if staff >= DISTRICTS_FROM else 1
    ):
        code, name = f"8{number:02}", f"شهرداری منطقهٔ {_PERSIAN[number]}"
        planned.append(PlannedUnit(code, name, None, "office", 2))
        planned.append(
            PlannedUnit(f"{code}1", f"خدمات شهری منطقهٔ {_PERSIAN[number]}", code, "city", 14)
        )
        planned.append(
            PlannedUnit(f"{code}2", f"شهرسازی منطقهٔ {_PERSIAN[number]}", code, "planning", 6)
        )
    return planned


_PERSIAN: Final = ("", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده")
