"""A bare application that shows every component with sample data, for tests and for looking at."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

from flask import Flask, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from core.assets import register
from core.assets.build import ROOT
from core.headers import add_headers
from core.localization import LANGUAGES, current_locale, filters, i18n
from core.shell import Account, Language, Link, PlaceLink, Section, Shell

HERE = Path(__file__).resolve().parent


def create_app() -> Flask:
    """Return the application; its pages are `/home`, `/components`, `/desk`, `/error/<status>`."""
    app = Flask("core", root_path=str(ROOT / "core"), static_folder="static")
    app.config.update(SECRET_KEY="only for tests")
    own = FileSystemLoader(HERE / "templates")
    app.jinja_loader = ChoiceLoader([own, FileSystemLoader(ROOT / "core" / "templates")])
    i18n.init_babel(app)
    filters.register(app)
    register(app)
    app.jinja_env.globals.update(
        csrf=lambda: Markup('<input type="hidden" name="t" value="x">'),
        portal_shell=shell,
        desk_shell=shell,
        plain_shell=shell,
    )
    for name in ("home", "components", "desk"):
        app.add_url_rule(f"/{name}", name, lambda name=name: _page(f"{name}.html"))
    app.add_url_rule("/error/<int:status>", "error", _error)
    app.after_request(add_headers)
    return app


def _page(template: str) -> str:
    return render_template(template, **samples())


def _error(status: int) -> str:
    return render_template("errors/error.html", status=status, request_id="0f3a9c")


def shell() -> Shell:
    """Return the data of the layouts, as the real application gives it."""
    labels = ["خانه", "آموزش", "بیمه", "وام", "مسکن"]
    icons = ["home", "school", "shield-heart", "cash", "home-heart"]
    items = tuple(
        Link(label, f"/{icon}", icon, current=i == 0, badge=12 if i == 3 else None)
        for i, (label, icon) in enumerate(zip(labels, icons, strict=True))
    )
    places = ["استان البرز", "کرج", "نظرآباد", "ساوجبلاغ"]
    return Shell(
        brand_municipality="شهرداری کرج",
        home_url="/home",
        navigation=items,
        sections=(Section("", items[:3]), Section("مدیریت", items[3:])),
        tabs=items,
        viewer=Account("مریم رضایی", (), "/sign-out"),
        languages=tuple(Language(c, n, c == current_locale()) for c, n in LANGUAGES.items()),
        theme=request.args.get("theme", "light"),
        unread=2,
        notifications_url="/messages",
        municipalities=tuple(
            PlaceLink(str(i), name, f"/m/{i}/desk/", i == 1) for i, name in enumerate(places)
        ),
        footer=(Link("راهنما", "/help"),),
    )


def field(name: str, widget: str, label: str, **more: Any) -> Thing:
    """Return one form field with the attributes that the macros read."""
    return Thing(
        **{
            "name": name,
            "id": f"f-{name}",
            "widget": widget,
            "label": label,
            "hint": "",
            "value": None,
            "errors": [],
            "required": True,
            "choices": [],
            "attrs": {},
            **more,
        }
    )


def fields() -> list[Thing]:
    """Return one field of every widget, some with errors."""
    plans = [("a", "طرح الف"), ("b", "طرح ب")]
    return [
        field("reason", "text", "علت درخواست", hint="به زبان ساده بنویسید."),
        field("count", "number", "تعداد", value=3, attrs={"unit": "نفر"}),
        field("start", "date", "تاریخ شروع", value="۱۴۰۵/۰۹/۰۲", errors=["این روز تعطیل است."]),
        field("birth_date", "birth_date", "تاریخ تولد", value={"year": 1360, "month": 2, "day": 5}),
        field("amount", "money", "مبلغ", value=500_000_000),
        field("plan", "select", "طرح", choices=plans, required=False),
        field("kind", "radios", "نوع", choices=plans, value="b", errors=["یکی را برگزینید."]),
        field("extras", "checkboxes", "افزوده‌ها", choices=plans, value=["a"]),
        field("agree", "checkbox", "شرایط را خوانده‌ام"),
        field("note", "textarea", "توضیح", required=False),
        field("slip", "file", "فیش حقوقی", attrs={"accept": ".pdf,.jpg,.heic", "max_mb": 5}),
        field("sheba", "code", "شبا", value="IR820540102680020817909002"),
        field("password", "password", "گذرواژه", attrs={"autocomplete": "current-password"}),
        field("unit", "readonly", "واحد", value="امور مالی", attrs={"correction_url": "/c"}),
        field("version", "hidden", "", value=3),
    ]


def samples() -> dict[str, Any]:
    """Return the sample data of the gallery's pages."""
    at = datetime(2026, 11, 23, 6, 45, tzinfo=UTC)
    rows = [
        ("HM-1405-08231", "وام ضروری", "۲۸ آبان ۱۴۰۵", 500_000_000, "در حال بررسی", "review"),
        ("HM-1405-07990", "بیمهٔ تکمیلی", "۱۲ آبان ۱۴۰۵", 18_450_000, "تأیید شد", "ok"),
        ("HM-1405-07412", "دورهٔ «ایمنی در کار»", "۳۰ مهر ۱۴۰۵", None, "ثبت‌نام شد", "ok"),
        ("HM-1405-06105", "مسکن کارکنان", "۹ مهر ۱۴۰۵", None, "نقص مدرک", "warn"),
    ]
    return {
        "requests": rows,
        "fields": fields(),
        "months": ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر"],
        "hours": [2, 4, 0, 3, 6, 1, 5, 4, 3],
        "entries": [
            {"title": "درخواست ثبت شد", "at": at, "who": "مریم رضایی"},
            {"title": "در حال بررسی", "at": at, "who": "کارگزینی", "text": "مدارک کامل است."},
            {"title": "تصمیم", "pending": True},
        ],
        "tree": [
            {
                "name": "معاونت مالی",
                "children": [
                    {"name": "حسابداری", "url": "/u/1", "note": "۱۲ نفر"},
                    {"name": "درآمد", "children": [{"name": "عوارض"}]},
                ],
            }
        ],
        "job": Thing(
            url="/components",
            running=True,
            failed=False,
            done=1200,
            total=1500,
            errors=3,
            title="ورود کارکنان",
            message="",
            cancel_url="/cancel",
            result_url=None,
            result_label=None,
        ),
    }
