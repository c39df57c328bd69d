"""Cursors that aren't ours begin at the start, whatever they hold."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import Column, Text

from core.database.paging import _read


@pytest.mark.parametrize("value", [rb"\ud800", rb"\u0000"])
def test_a_text_that_cannot_be_stored_is_no_cursor(value: bytes) -> None:
    cursor = base64.urlsafe_b64encode(b'[false, "' + value + b'"]').decode()
    good = base64.urlsafe_b64encode(b'[false, "a"]').decode()
    assert _read(cursor, [Column("key", Text())]) is None
    assert _read(good, [Column("key", Text())]) == (False, ["a"])
