"""Finding, checking, quarantining and calling plugins (docs/adr on plugins, docs/hooks.md).

`host.PluginHost` is built once per app. Nothing here imports Flask or SQLAlchemy at the top,
so that ``hamyar --help`` and ``hamyar plugins list`` stay quick and need no database.
"""

from __future__ import annotations
