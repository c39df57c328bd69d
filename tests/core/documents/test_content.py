"""What a file is, by its bytes, and what is kept of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.documents.content import Fault, RefusedFileError, check
from core.documents.policies import ENDINGS, KEPT, DocumentKind, file_name, too_many_pixels
from core.documents.wording import complaint
from tests.core.documents.samples import GPS, chunk, exif, heic, jpeg, pdf, png, segment


def fault_of(data: bytes) -> Fault:
    with pytest.raises(RefusedFileError) as caught:
        check(data)
    return caught.value.fault


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(jpeg(), "image/jpeg"), (png(), "image/png"), (pdf(), "application/pdf")],
)
def test_plain_files_are_kept_as_they_are(data: bytes, media_type: str) -> None:
    checked = check(data)
    assert (checked.media_type, checked.content) == (media_type, data)


def test_pictures_tell_their_extent() -> None:
    assert (check(jpeg(640, 480)).width, check(jpeg(640, 480)).height) == (640, 480)
    assert (check(png(3, 5)).width, check(png(3, 5)).height) == (3, 5)
    assert check(pdf()).width is None


def test_where_a_photo_was_taken_is_left_out_but_how_it_is_turned_stays() -> None:
    for order in "<>":
        kept = check(jpeg(16, 8, exif(6, order), segment(0xFE, GPS))).content
        assert GPS not in kept
        assert kept.count(b"Exif\0\0") == 1
        assert check(kept).content == kept
    assert b"Exif" not in check(jpeg(16, 8, exif(1))).content


def test_what_hangs_behind_the_end_is_cut_off() -> None:
    script = b"<script>alert(1)</script>PK\x03\x04"
    assert check(jpeg(tail=script)).content == jpeg()
    assert check(png() + script).content == png()
    assert check(png(2, 1, chunk(b"tEXt", script))).content == png()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.EMPTY),
        (heic(), Fault.HEIC),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Fault.KIND),
        (b"<html><script>alert(1)</script>", Fault.KIND),
        (b"GIF89a", Fault.KIND),
        (b"MZ\x90\0", Fault.KIND),
        (b"PK\x03\x04", Fault.KIND),
        (jpeg()[:-2], Fault.DAMAGED),
        (b"\xff\xd8\xff\xd9", Fault.DAMAGED),
        (png()[:-5], Fault.DAMAGED),
        (png().replace(b"IDAT", b"IDAX"), Fault.DAMAGED),
        (b"%PDF-1.7 cut", Fault.DAMAGED),
        (png(20_001, 1), Fault.PIXELS),
        (png(0, 1), Fault.PIXELS),
        (jpeg(20_000, 20_000), Fault.PIXELS),
        (pdf(b"<</S /JavaScript /JS (app.alert(1))>>"), Fault.ACTIVE),
        (pdf(b"<</S /J#61vaScript>>"), Fault.ACTIVE),
        (pdf(b"<</Names <</EmbeddedFiles 3 0 R>>>>"), Fault.ACTIVE),
        (pdf(b"<</S /Launch>>"), Fault.ACTIVE),
    ],
)
def test_other_files_are_refused_with_what_helps(data: bytes, fault: Fault) -> None:
    assert fault_of(data) == fault
    assert len(complaint(fault, "x.jpg")) > len("“x.jpg”: ")


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"])
)
def test_no_bytes_break_the_check(data: bytes, start: bytes) -> None:
    try:
        checked = check(start + data)
    except RefusedFileError:
        return
    assert check(checked.content).content == checked.content


@given(st.integers(0, len(jpeg(16, 8, exif(6))) - 1), st.integers(0, 255))
def test_a_changed_byte_never_breaks_the_check(at: int, value: int) -> None:
    data = bytearray(jpeg(16, 8, exif(6)))
    data[at] = value
    try:
        checked = check(bytes(data))
    except RefusedFileError:
        return
    assert check(checked.content).content == checked.content


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\fakepath\\شناسنامه.HEIC", "شناسنامه.jpg"),
        ("a\u202egpj.exe", "agpj.jpg"),
        ('x"; filename="evil.html', "x ; filename= evil.jpg"),
        ("", "document.jpg"),
        ("...", "document.jpg"),
        ("a" * 300, "a" * 80 + ".jpg"),
    ],
)
def test_names_have_no_path_no_marks_and_the_right_ending(given_name: str, kept: str) -> None:
    assert file_name(given_name, "image/jpeg") == kept


@given(st.text(max_size=200), st.sampled_from(sorted(ENDINGS)))
def test_any_name_is_safe(given_name: str, media_type: str) -> None:
    name = file_name(given_name, media_type)
    assert name.endswith("." + ENDINGS[media_type])
    assert not set(name) & set('\\/:*?"<>|\r\n\0')
    assert file_name(name, media_type) == name


def test_pixels_are_bounded_at_the_limit() -> None:
    assert not too_many_pixels(10_000, 10_000)
    assert too_many_pixels(10_000, 10_001)


def test_every_kind_has_a_time() -> None:
    assert set(KEPT) == set(DocumentKind)
