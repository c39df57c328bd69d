"""Serving the static files: compressed beforehand, and kept for a year when the name has a hash."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from flask import Response, current_app, request, send_from_directory

_HASHED = re.compile(r"\.[0-9a-f]{10}\.\w+$")
_YEAR = 31_536_000
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
mimetypes.add_type("image/webp", ".webp")  # Python knows it since 3.13 only


def serve_static(filename: str) -> Response:
    """Answer a file of the static folder in the best encoding that the browser takes.

    A name with a content hash never changes its content, so browsers may keep it for a year;
    every other file is asked for again each time.
    """
    folder = Path(current_app.static_folder or "")
    encoding, suffix = _best_encoding(folder, filename)
    response = send_from_directory(folder, filename + suffix, max_age=0)
    if suffix:
        response.headers["Content-Encoding"] = encoding
        response.headers["Content-Type"] = _content_type(filename)
    if (folder / (filename + ".gz")).is_file():
        response.vary.add("Accept-Encoding")
    if _HASHED.search(filename):
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = _YEAR
        response.cache_control.immutable = True
    return response


def _best_encoding(folder: Path, filename: str) -> tuple[str, str]:
    """Return (encoding, file suffix) of the smallest form that exists and the browser accepts."""
    if ".." in filename:
        return "", ""  # send_from_directory refuses it; nothing is looked up outside the folder
    for encoding, suffix in _ENCODINGS:
        if request.accept_encodings[encoding] and (folder / (filename + suffix)).is_file():
            return encoding, suffix
    return "", ""


def _content_type(filename: str) -> str:
    """Return the type of the file inside the compressed one."""
    types = {
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
    }
    return types.get(filename.rpartition(".")[2], "application/octet-stream")
