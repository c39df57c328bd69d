"""Imports: upload, map the columns, dry run, confirm, a resumable job."""
