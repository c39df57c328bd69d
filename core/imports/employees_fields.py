"""The fields of an employee import, and the headers by which files name them."""

from __future__ import annotations

from typing import Final

from core.imports.mapping import TargetField
from core.imports.wording import N_

KIND: Final = "employees"
EXAMPLE_ID: Final = "9991234561"
"""Of the template's example row: it passes every check, but no place of issue has such numbers."""

FIELDS: Final[tuple[TargetField, ...]] = (
    TargetField(
        "national_id", N_("National ID"), True,
        ("کد ملی", "کدملی", "شماره ملی", "شناسه ملی فرد", "national code", "nat", "PER_NATCOD"),
    ),
    TargetField(
        "personnel_number", N_("Personnel number"), True,
        ("شماره پرسنلی", "کد پرسنلی", "پرسنلی", "شماره مستخدم", "شماره کارمندی", "کد کارمند",
         "employee id", "employee number", "personnel no", "emp no"),
    ),
    TargetField(
        "given_name", N_("Given name"), False,
        ("نام", "نام کوچک", "first name", "forename", "DSW_FNAME"),
    ),
    TargetField(
        "family_name", N_("Family name"), False,
        ("نام خانوادگی", "شهرت", "فامیل", "last name", "surname", "DSW_LNAME"),
    ),
    TargetField(
        "full_name", N_("Full name"), False,
        ("نام و نام خانوادگی", "نام و نام‌خانوادگی", "نام کامل", "نام خانوادگی و نام",
         "name", "employee name"),
    ),
    TargetField(
        "father_name", N_("Father's name"), False,
        ("نام پدر", "father", "DSW_DNAME"),
    ),
    TargetField(
        "birth_date", N_("Birth date"), False,
        ("تاریخ تولد", "ت تولد", "date of birth", "dob", "DSW_BDATE"),
    ),
    TargetField("sex", N_("Sex"), False, ("جنسیت", "جنس", "gender", "DSW_SEX")),
    TargetField(
        "marital_status", N_("Marital status"), False,
        ("وضعیت تأهل", "وضعیت تاهل", "تأهل", "marital"),
    ),
    TargetField(
        "employment_kind", N_("Kind of employment"), True,
        ("نوع استخدام", "نوع قرارداد", "وضعیت استخدامی", "نوع همکاری", "employment type",
         "contract type"),
    ),
    TargetField(
        "hire_date", N_("Hire date"), True,
        ("تاریخ استخدام", "تاریخ شروع به کار", "شروع به کار", "تاریخ شروع", "date hired",
         "start date", "DSW_SDATE"),
    ),
    TargetField(
        "leave_date", N_("Last day of employment"), False,
        ("تاریخ ترک کار", "تاریخ پایان کار", "پایان کار", "تاریخ خاتمه", "leave date", "end date",
         "DSW_EDATE"),
    ),
    TargetField(
        "unit_code", N_("Unit code"), False,
        ("کد واحد", "کد واحد سازمانی", "کد محل خدمت", "agency id", "department id"),
    ),
    TargetField(
        "unit", N_("Unit"), False,
        ("واحد", "واحد سازمانی", "محل خدمت", "اداره", "معاونت", "agency", "department",
         "organisational unit"),
    ),
    TargetField(
        "job_title", N_("Job title"), False,
        ("پست", "پست سازمانی", "سمت", "عنوان شغل", "عنوان پست", "شغل", "position", "post",
         "title", "DSW_OCP"),
    ),
    TargetField(
        "mobile", N_("Mobile"), False,
        ("موبایل", "تلفن همراه", "شماره همراه", "همراه", "mobile number", "cell phone"),
    ),
    TargetField(
        "email", N_("E-mail"), False,
        ("ایمیل", "پست الکترونیک", "پست الکترونیکی", "رایانامه", "e-mail address", "mail"),
    ),
    TargetField(
        "sheba", N_("Sheba (IBAN)"), False,
        ("شبا", "شماره شبا", "iban", "sheba number"),
    ),
    TargetField(
        "base_salary", N_("Base salary"), False,
        ("حقوق", "حقوق پایه", "حقوق مبنا", "حقوق ماهانه", "حقوق ثابت", "annual salary", "salary",
         "monthly salary"),
    ),
)  # fmt: skip
