"""Courses that Iranian municipalities hold for their staff, and where they hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Example:
    """A course of the demonstration; ``requires`` are codes of earlier ones."""

    code: str
    title_fa: str
    title_en: str
    kind: str
    hours: int
    about_fa: str
    about_en: str = ""
    requires: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return the facts as `services.courses` takes them, but for what it requires."""
        return {
            "code": self.code,
            "title_fa": self.title_fa,
            "title_en": self.title_en,
            "about_fa": self.about_fa,
            "about_en": self.about_en,
            "kind": self.kind,
            "minutes": self.hours * 60,
            "threshold": 80,
            "retired": False,
        }


EXAMPLES: Final = (
    Example(
        "SH-2104",
        "ایمنی کار در معابر",
        "Safety in street works",
        "job_specific",
        8,
        "چیدن علائم، حفاظ‌گذاری، کار در شب و نخستین کمک‌ها تا رسیدن اورژانس.",
        "Placing signs and barriers, working at night, first aid until the ambulance arrives.",
    ),
    Example(
        "OM-1102",
        "اکسل کاربردی",
        "Practical Excel",
        "general",
        16,
        "جدول، فرمول، نمودار و جدول محوری با نمونه‌هایی از کار روزانهٔ شهرداری.",
        "Tables, formulas, charts and pivot tables with examples from daily work.",
    ),
    Example(
        "OM-1201",
        "آیین نگارش و مکاتبات اداری",
        "Writing official letters",
        "general",
        12,
        "نامهٔ روشن و کوتاه، درست‌نویسی و گزارش‌نویسی.",
        "Clear and short letters, correct spelling, writing reports.",
    ),
    Example(
        "SH-2310",
        "ضوابط شهرسازی و صدور پروانه",
        "Planning rules and building permits",
        "job_specific",
        16,
        "گام‌های صدور پروانه، کمیسیون مادهٔ صد و نمونه‌های رایج تخلف.",
    ),
    Example(
        "MD-4101",
        "مدیریت زمان و اولویت‌بندی کارها",
        "Managing time and priorities",
        "management",
        8,
        "برنامهٔ هفته، جلسهٔ کوتاه و واگذاری کار.",
    ),
    Example(
        "OM-1305",
        "ارتباط با ارباب‌رجوع و تکریم شهروندان",
        "Serving citizens well",
        "job_general",
        8,
        "شنیدن، پاسخ روشن، کار با ارباب‌رجوع ناراضی.",
        "Listening, clear answers, working with dissatisfied visitors.",
        ("OM-1201",),
    ),
    Example(
        "SH-2207",
        "اطفای حریق و ایمنی ساختمان",
        "Fire fighting and building safety",
        "job_general",
        4,
        "کار با خاموش‌کننده، راه‌های خروج و تخلیهٔ ساختمان؛ با تمرین عملی.",
        "Using an extinguisher, exits and evacuation, with practice.",
    ),
    Example(
        "OR-0101",
        "توجیهی بدو خدمت",
        "Orientation for new employees",
        "orientation",
        20,
        "آشنایی با شهرداری، حقوق و تکالیف کارمند و خدمات کارکنان.",
    ),
    Example(
        "SH-2415",
        "مدیریت پسماند و تفکیک از مبدأ",
        "Waste management and sorting",
        "job_specific",
        12,
        "برنامهٔ جمع‌آوری، تفکیک و آموزش شهروندان.",
    ),
    Example(
        "FN-3102",
        "حسابداری تعهدی در شهرداری‌ها",
        "Accrual accounting in municipalities",
        "job_specific",
        24,
        "دستورالعمل حسابداری، ثبت‌ها و گزارش‌های پایان سال.",
    ),
    Example(
        "OM-1410",
        "امنیت اطلاعات برای کارمندان",
        "Information security for employees",
        "general",
        4,
        "گذرواژه، پیام‌های فریبنده و نگه‌داری از دادهٔ شهروندان.",
        "Passwords, deceptive messages, keeping citizens' data safe.",
    ),
    Example(
        "MD-4203",
        "مهارت‌های سرپرستی",
        "Skills of supervisors",
        "management",
        16,
        "بازخورد، ارزیابی عملکرد و حل اختلاف در گروه.",
        requires=("MD-4101",),
    ),
)

HALLS: Final = (
    "سالن آموزش، ساختمان مرکزی، طبقهٔ سوم",
    "سالن اجتماعات شهید بهشتی",
    "کارگاه رایانه، ادارهٔ فناوری اطلاعات",
    "سالن کنفرانس معاونت خدمات شهری",
)
INSTRUCTORS: Final = (
    "دکتر رضا مهدوی",
    "مهندس لیلا شریفی",
    "مهندس کامران یزدانی",
    "دکتر نسرین طاهری",
    "علی‌اکبر صفری",
)
CANCELLED_BECAUSE: Final = "مدرس بیمار است. تاریخ تازه اعلام می‌شود."
NOTE: Final = "کارت شناسایی همراه داشته باشید. پارکینگ ساختمان برای شرکت‌کنندگان باز است."
DUTY: Final[dict[str, Any]] = {
    "staff": 40 * 60,
    "managers": 60 * 60,
    "kinds": {"volume": 0, "hourly": 0, "retiree": 0, "survivor": 0},
    "basis": "بخشنامهٔ نمونه؛ با بخشنامهٔ جاری تطبیق داده شود",
}
"""Minutes a year, as for public employees."""
