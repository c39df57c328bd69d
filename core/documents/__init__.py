"""The document vault: files that people hand in, checked by content, kept while needed.

Bytes are in the database, as web nodes keep nothing: they follow its backups, isolation and
transactions.
"""
