"""Reading uploaded tables (CSV, XLSX) safely: no Flask, no database.

``core.imports.reading.table.open_table`` is the entry. This package stays empty on purpose: the
limited child process imports it, and should carry nothing it doesn't need.
"""
