"""What we say about a file that can't be read, and how to mend it."""

from __future__ import annotations

from core.imports.reading.refusal import RefusedError
from core.imports.wording import N_, Words, spoken

_SAVE_AS = N_("Open it in Excel and save it as “Excel Workbook (.xlsx)” or “CSV UTF-8”.")
_SMALLER = N_("Remove what isn't needed or split the file, and upload the parts one by one.")

WORDS: dict[str, Words] = {
    "missing": Words(
        N_("The file isn't there or can't be opened."),
        N_("Check its name and place, or upload it again."),
    ),
    "too_large": Words(
        N_("The file has %(megabytes)s MB; at most %(limit)s MB are read."), _SMALLER
    ),
    "empty": Words(
        N_("The file is empty."), N_("Check that you saved it and chose the right one.")
    ),
    "no_rows": Words(
        N_("The file has column names but no rows below them."),
        N_("Put the data into the first sheet, below the column names."),
    ),
    "no_header": Words(
        N_("Row %(row)s should hold the column names but has fewer than two."),
        N_("Write a name above each column; columns are separated by comma, semicolon or tab."),
    ),
    "duplicate_header": Words(
        N_("The column name “%(header)s” stands twice, in columns %(columns)s."),
        N_("Give each column a name of its own."),
    ),
    "encoding": Words(
        N_("The text of the file can't be decoded (row %(row)s): its encoding is unknown."),
        N_("Save it as “CSV UTF-8” or as an Excel workbook (.xlsx)."),
    ),
    "binary": Words(N_("This isn't a table: the file holds binary data."), _SAVE_AS),
    "pdf": Words(
        N_("This is a PDF, not a table."),
        N_("Ask for the Excel or CSV file that the PDF was made from."),
    ),
    "image": Words(
        N_("This is a picture, not a table."),
        N_("Ask for the Excel or CSV file behind it."),
    ),
    "old_excel": Words(N_("This is an old Excel file (.xls), which isn't read."), _SAVE_AS),
    "encrypted": Words(
        N_("The workbook is protected by a password."),
        N_("Open it in Excel, remove the password and save it again."),
    ),
    "html": Words(
        N_("This is a web page (HTML) with the name of a table, as some systems export it."),
        _SAVE_AS,
    ),
    "xml": Words(N_("This is an XML file, not a table."), _SAVE_AS),
    "ods": Words(
        N_("This is an OpenDocument spreadsheet (.ods), which isn't read."),
        N_("In LibreOffice choose “Save as” and the format “Excel 2007–365 (.xlsx)”."),
    ),
    "xlsb": Words(N_("This is a binary Excel workbook (.xlsb), which isn't read."), _SAVE_AS),
    "document": Words(N_("This is a text document or a presentation, not a table."), _SAVE_AS),
    "archive": Words(
        N_("This is an archive (zip or the like), not a table."),
        N_("Unpack it and upload the table inside."),
    ),
    "nested_archive": Words(
        N_("The workbook carries another archive inside (%(name)s)."),
        N_("Remove embedded files from the workbook and save it again."),
    ),
    "bomb": Words(
        N_("The file would grow to %(megabytes)s MB when unpacked; at most %(limit)s MB are read."),
        _SMALLER,
    ),
    "ratio": Words(
        N_("The file is packed %(ratio)s times smaller than its content, which isn't plausible."),
        N_("Copy the table into a new workbook and save that."),
    ),
    "too_many_entries": Words(
        N_("The workbook has too many parts inside."),
        N_("Copy the table into a new workbook and save that."),
    ),
    "damaged": Words(
        N_("The file is damaged and can't be opened."),
        N_("Open it in Excel, save it anew and upload that."),
    ),
    "too_heavy": Words(
        N_("Reading the file takes more time or memory than is allowed."),
        N_("Copy only the needed cells into a new workbook; a stray cell far away is enough."),
    ),
    "no_sheet": Words(
        N_("There is no sheet named “%(sheet)s” in the workbook."),
        N_("Choose one of its sheets."),
    ),
    "too_many_rows": Words(N_("The table has more than %(limit)s rows."), _SMALLER),
    "too_many_columns": Words(
        N_("Row %(row)s has more than %(limit)s columns."),
        N_("Remove the columns that aren't needed."),
    ),
    "too_long": Words(
        N_("A cell or line is too long at row %(row)s."),
        N_("Shorten it; in a CSV file a quotation mark may be missing there."),
    ),
    "unclosed_quote": Words(
        N_("A quotation mark opened near row %(row)s is never closed."),
        N_('Add the missing " or save the file anew from Excel.'),
    ),
}


class ReadError(ValueError):
    """A file was refused.

    ``message`` and ``remedy`` are lazily translated; ``code`` and ``figures`` can be stored.
    """

    def __init__(self, code: str, **figures: str | int) -> None:
        super().__init__(code)
        words = WORDS[code]
        self.code = code
        self.figures = figures
        self.message = spoken(words.message, figures)
        self.remedy = spoken(words.remedy, {})

    @classmethod
    def of(cls, refusal: RefusedError) -> ReadError:
        """The same in words."""
        return cls(refusal.code, **refusal.figures)
