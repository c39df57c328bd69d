"""Pages of imports at the desk."""

from __future__ import annotations

from core.imports.views import files, mappings, mending, rows, runs, upload
from core.imports.views.shared import blueprint

__all__ = ["blueprint", "files", "mappings", "mending", "rows", "runs", "upload"]
