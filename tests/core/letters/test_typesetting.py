"""Typesetting: hostile data stays text, templates stay in their folder, output is stable."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pypdf
import pytest

from core.letters.documents import (
    CERTIFICATE,
    CERTIFICATES,
    LETTER,
    Certificate,
    Fact,
    Letter,
    Letterhead,
    Proof,
    Signer,
    bundle,
    left_to_right,
)
from core.letters.typesetting import (
    Typesetter,
    TypesettingError,
    pdf_batch,
    printable,
    typesetter,
)

IMPORT = '#import "@hamyar/letters:1.0.0": *\n'
WHEN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h1v1h-1z"/></svg>'
HOSTILE = [
    "#panic()",
    "$x^2$ and $",
    '"quoted" \\ back\\slash \\u{41}',
    "[bracket] {brace} ] }",
    "*bold* _it_ `raw` = heading",
    "<label> @ref // comment /* */ ~ -- ...",
    '#sys.inputs.data #read("/etc/passwd")',
    "</svg><script>alert(1)</script>",
    "{{ 7*7 }} ${7*7} %s {0}",
]
EXAMPLE = Certificate(
    letterhead=Letterhead("شهرداری کرج", "سازمان همیاری شهرداری‌های استان البرز"),
    number="۱۴۰۵/ک/۰۰۱۲۷",
    date="۲ آذر ۱۴۰۵",
    title="گواهی‌نامهٔ پایان دوره",
    lead="بدین‌وسیله گواهی می‌شود",
    holder="مریم حسینی‌نژاد",
    about=f"کد ملی {left_to_right('۰۰۱۲۳۴****')}",
    body="دورهٔ «آشنایی با Excel پیشرفته» را با موفقیت به پایان رسانده است.",
    facts=(Fact("مدت", "۱۶ ساعت"), Fact("نمره", "۱۸٫۵ از ۲۰")),
    signers=(Signer("زهرا کریمی", "رئیس منابع انسانی"),),
    verification=Proof(QR, "https://hamyar.example.ir/verify/", "K7M3P-9QXAT-2HV4D"),
)


def read(pdf: bytes) -> pypdf.PdfReader:
    """Open a PDF."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """Return the text of a PDF without spaces and joiners."""
    text = "".join(page.extract_text() for page in read(pdf).pages)
    return "".join(text.split()).replace("\u200c", "")


def test_several_certificates_stand_on_a_sheet_each() -> None:
    people = [replace(EXAMPLE, holder=name) for name in ("مریم حسینی", "رضا کریمی", *HOSTILE)]
    data = bundle("گواهی‌نامه‌ها", people)
    pdf = typesetter(CERTIFICATES).pdf(data, created=WHEN)
    pages = read(pdf).pages
    assert len(pages) == len(people)
    assert "رضا" in pages[1].extract_text()
    assert "رضا" not in pages[0].extract_text()
    assert (read(pdf).metadata or {})["/Title"] == "گواهی‌نامه‌ها"
    assert pdf == typesetter(CERTIFICATES).pdf(data, created=WHEN)


@pytest.fixture
def plain(tmp_path: Path) -> Typesetter:
    """Return a template that prints one value in a wide line."""
    template = tmp_path / "plain.typ"
    template.write_text(
        IMPORT + '#set page(width: 90cm)\n#set text(font: "Vazirmatn")\n#data.value', "utf-8"
    )
    return Typesetter(template)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_data_is_printed_as_text(plain: Typesetter, text: str) -> None:
    assert words(plain.pdf({"value": text})) == "".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_the_general_templates_print_hostile_values(text: str) -> None:
    head = Letterhead(text, text)
    hostile = replace(
        EXAMPLE, letterhead=head, title=text, holder=text, body=text, facts=(Fact(text, text),) * 5
    )
    assert len(read(typesetter(CERTIFICATE).pdf(hostile.data())).pages) == 1
    letter = Letter(
        letterhead=head,
        number=text,
        date=text,
        subject=text,
        body=(text, text),
        recipient=(text,),
        facts=(Fact(text, text),),
        signers=(Signer(text, text),),
    )
    assert len(read(typesetter(LETTER).pdf(letter.data())).pages) == 1


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_very_long_values_stay_on_one_sheet(locale: str) -> None:
    long = "سید محمدمهدی " * 9 + "Very-Long-Name " * 3
    certificate = replace(
        EXAMPLE,
        letterhead=Letterhead(long[:90], long),
        holder=long,
        title=long[:120],
        about=long,
        body=long * 5,
        facts=(Fact("مدت", long[:60]),) * 5,
        signers=(Signer(long[:50], long[:90]),) * 3,
    )
    data = certificate.data() | {"locale": locale}
    assert len(read(typesetter(CERTIFICATE).pdf(data)).pages) == 1


def test_mixed_empty_and_unprintable_values() -> None:
    odd = replace(
        EXAMPLE, holder="علی\u202eevil\x00\x07 😀 漢字 (Ali)", about="", facts=(), signers=()
    )
    assert len(read(typesetter(CERTIFICATE).pdf(odd.data())).pages) == 1
    assert printable({"a": ["x\x00\u202ey", 3, None]}) == {"a": ["xy", 3, None]}
    assert printable("ا\u200cب \u2066A\u2069\n") == "ا\u200cب \u2066A\u2069\n"


def test_the_same_data_and_time_give_the_same_bytes() -> None:
    setter = typesetter(CERTIFICATE)
    first = setter.pdf(EXAMPLE.data(), created=WHEN)
    setter.pdf(replace(EXAMPLE, holder="دیگری").data(), created=WHEN)
    assert setter.pdf(EXAMPLE.data(), created=WHEN) == first


def test_a_document_carries_title_and_language() -> None:
    pdf = read(typesetter(CERTIFICATE).pdf(EXAMPLE.data(), created=WHEN))
    assert pdf.metadata is not None
    assert EXAMPLE.holder in str(pdf.metadata.title)
    assert str(pdf.root_object["/Lang"]) == "fa"
    resources = cast("dict[str, Any]", pdf.pages[0]["/Resources"])
    fonts = {str(font["/BaseFont"]) for font in resources["/Font"].values()}
    assert fonts
    assert all("Vazirmatn" in font for font in fonts)


def test_previews_are_pictures() -> None:
    pages = typesetter(LETTER).pages(
        Letter(
            letterhead=EXAMPLE.letterhead,
            number="۱",
            date="۲",
            subject="س",
            body=("متن " * 900,),
        ).data()
    )
    assert len(pages) > 1
    assert all(page.startswith(b"\x89PNG") for page in pages)


def test_threads_share_a_typesetter(plain: Typesetter) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: words(plain.pdf({"value": f"n{n}"})), range(60)))
    assert results == [f"n{n}" for n in range(60)]


def test_a_batch_keeps_its_order(plain: Typesetter) -> None:
    batch = pdf_batch(plain, (({"value": f"n{n}"}, WHEN) for n in range(20)), workers=3)
    assert [words(pdf) for pdf in batch] == [f"n{n}" for n in range(20)]


def test_a_template_reads_its_own_folder_only(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "letters"
    folder.mkdir()
    for path in ("../secret.txt", str(tmp_path / "secret.txt")):
        template = folder / "bad.typ"
        template.write_text(f'#read("{path}")')
        with pytest.raises(TypesettingError, match=r"bad\.typ"):
            Typesetter(template).pdf({})


def test_foreign_packages_are_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    template = tmp_path / "net.typ"
    template.write_text('#import "@preview/cetz:0.3.0"')
    with pytest.raises(TypesettingError, match="preview"):
        Typesetter(template)


def test_missing_templates_values_and_fonts_are_named(tmp_path: Path) -> None:
    with pytest.raises(TypesettingError, match=r"none\.typ"):
        Typesetter(tmp_path / "none.typ")
    with pytest.raises(TypesettingError, match="assets build"):
        Typesetter(CERTIFICATE, tmp_path)
    with pytest.raises(TypesettingError, match="letterhead"):
        typesetter(CERTIFICATE).pdf({"number": "1"})
