"""The embedded PostgreSQL: our own small supervisor over stock binaries.

For evaluation and small sites; production sets ``HAMYAR_DATABASE_URL``
(docs/adr/0003-embedded-database.md).
"""

from core.database.embedded.binaries import SUPPORTED, Binaries, ServerError, choose, installed
from core.database.embedded.server import EmbeddedServer, Running, embedded_server

__all__ = [
    "SUPPORTED",
    "Binaries",
    "EmbeddedServer",
    "Running",
    "ServerError",
    "choose",
    "embedded_server",
    "installed",
]
