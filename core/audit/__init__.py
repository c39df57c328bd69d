"""Append-only record of who did what, in the transaction of the change."""
