"""Exports: tables as CSV and XLSX that open well in Excel, in Persian."""
