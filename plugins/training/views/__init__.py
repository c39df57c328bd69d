"""The pages of training; core mounts them under ``/m/<municipality>/training/``."""

from __future__ import annotations

from plugins.training.views.blueprint import blueprint

# Each module puts its routes on the blueprint when it is imported.
from plugins.training.views import attendance, certificates, courses, duty, mine, offerings, portal  # isort: skip

__all__ = [
    "attendance",
    "blueprint",
    "certificates",
    "courses",
    "duty",
    "mine",
    "offerings",
    "portal",
]
