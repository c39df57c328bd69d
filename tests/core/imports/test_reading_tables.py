"""Reading of ordinary tables: encodings, delimiters, shapes, row numbers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.imports.reading.errors import ReadError
from core.imports.reading.limits import Limits
from core.imports.reading.shape import column_letter
from core.imports.reading.table import Row, Table, open_table


def read(path: Path, **options: Any) -> tuple[Table, list[Row]]:
    """The table and all of its rows."""
    with open_table(path, **options) as table:
        return table, list(table)


def refusal(path: Path, **options: Any) -> str:
    """Code of the error that reading ``path`` ends with."""
    with pytest.raises(ReadError) as caught:
        read(path, **options)
    assert str(caught.value.message)
    assert str(caught.value.remedy)
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(make_file: Any, encoding: str, delimiter: str) -> None:
    lines = [("نام", "کد ملی", "شهر"), ("زهرا، رضایی", "0499370899", "کرج"), ("ali", "1", "x")]
    text = "".join(delimiter.join(line) + "\r\n" for line in lines)
    table, rows = read(make_file(text.encode(encoding)))
    assert table.header == lines[0]
    assert table.delimiter == delimiter
    assert [row.cells for row in rows] == lines[1:]


def test_cp1256_of_old_payroll_software(make_file: Any) -> None:
    text = "نام;نام خانوادگي\r\nزهرا;رضايي\r\nعلي\u200cرضا;کريمي\r\n"
    table, rows = read(make_file(text.encode("cp1256")))
    assert table.encoding == "cp1256"
    assert rows[1].cells == ("علي\u200cرضا", "کريمي")


@pytest.mark.parametrize(
    "content",
    [
        "نام,شهر\nزهرا,کرج\nعلی,تهران\n".encode()[:-2] + b"\n",
        "name,city\nJosé,Köln\n".encode("latin-1"),
        "نام,شهر\nزهرا,کرج\n".encode("iso-8859-6", "replace") + b"\x81\xff\xfe\n",
    ],
)
def test_unknown_encoding(make_file: Any, content: bytes) -> None:
    assert refusal(make_file(content)) == "encoding"


def test_row_numbers_are_those_of_excel(make_file: Any) -> None:
    text = '\n\na,b\n1,2\n\n"two\nlines",4\n5,6\n,\n , \n'
    table, rows = read(make_file(text))
    assert table.header_row == 3
    assert [row.number for row in rows] == [4, 6, 7]
    assert rows[1].cells == ("two\nlines", "4")


def test_separator_line_of_excel(make_file: Any) -> None:
    table, rows = read(make_file("sep=;\r\na;b,c\r\n1;2\r\n"))
    assert table.header == ("a", "b,c")
    assert rows == [Row(2, ("1", "2"))]


def test_ragged_rows_are_padded_or_marked(make_file: Any) -> None:
    _, rows = read(make_file("a,b,c,,\n1\n1,2,3,,,\n1,2,3,4,5\n"))
    assert rows[0].cells == ("1", "", "")
    assert (rows[1].extra, rows[2].extra) == (0, 2)


def test_own_guard_against_formulas_is_taken_away(make_file: Any) -> None:
    _, rows = read(make_file("a,b\n'=1+1,'tis\n'-5,'\n"))
    assert [row.cells for row in rows] == [("=1+1", "'tis"), ("-5", "'")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty"),
        ("\ufeff \r\n\r\n", "empty"),
        (",,,\n,,\n", "empty"),
        ("a,b\n", "no_rows"),
        ("a,b\n,,\n\n", "no_rows"),
        ("just a text\nwithout columns\n", "no_header"),
        ("a,b,A\n1,2,3\n", "duplicate_header"),
        ('a,b\n1,2\n3,"four\n5,6\n7,8\n', "unclosed_quote"),
        ("a,b\n1," + "x" * 40_000 + "\n", "too_long"),
        (",".join(f"c{i}" for i in range(300)) + "\n1\n", "too_many_columns"),
    ],
)
def test_text_that_is_no_table(make_file: Any, content: str, code: str) -> None:
    assert refusal(make_file(content)) == code


def test_too_many_rows(make_file: Any) -> None:
    assert refusal(make_file("a,b\n" + "1,2\n" * 30), limits=Limits(rows=20)) == "too_many_rows"


def test_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nothing.csv") == "missing"
    assert refusal(tmp_path) == "missing"


def test_workbook_cells(make_xlsx: Any) -> None:
    path = make_xlsx(
        {
            (2, 1): "کد ملی",
            (2, 2): "تاریخ",
            (2, 3): "حقوق",
            (3, 1): "0499370899",
            (3, 2): date(2006, 9, 25),
            (3, 3): 55314,
            (5, 1): 499370899,
            (5, 2): "1385/07/03",
            (5, 3): 0.5,
            (9, 3): " ",
        }
    )
    table, rows = read(path)
    assert table.header == ("", "کد ملی", "تاریخ", "حقوق")
    assert (table.header_row, table.sheet) == (3, "Sheet1")
    assert rows == [
        Row(4, ("", "0499370899", "2006-09-25", "55314")),
        Row(6, ("", "499370899", "1385/07/03", "0.5")),
    ]


def test_choice_of_the_sheet(make_xlsx: Any) -> None:
    full = {(0, 0): "a", (0, 1): "b", (1, 0): "1"}
    path = make_xlsx({}, full, {**full, (1, 0): "2"}, names=("خالی", "یک", "دو"))
    table, rows = read(path)
    assert (table.sheet, table.sheets, rows[0].cells) == ("یک", ("خالی", "یک", "دو"), ("1", ""))
    assert read(path, sheet="دو")[1][0].cells == ("2", "")
    assert refusal(path, sheet="سه") == "no_sheet"
    assert refusal(path, sheet="خالی") == "empty"


def test_leaving_early_ends_the_child(make_file: Any) -> None:
    path = make_file("a,b\n" + "1,2\n" * 200_000)
    with open_table(path) as table:
        assert next(iter(table)).number == 2


def test_column_letters() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]
