"""What a manifest must keep to, alone and beside the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.sdk import API_VERSION, VERBS, Manifest
from core.sdk.checks import NAME

LONGEST_NAME = 24
"""Tables are ``<plugin>_<name>`` and PostgreSQL cuts identifiers at 63 bytes."""

CORE_ROOMS = frozenset(
    {"accounts", "audit", "dashboard", "delegations", "desk", "documents", "exports", "funds",
     "grants", "imports", "inbox", "jobs", "ledger", "letters", "me", "municipality",
     "organisation", "payments", "people", "plugins", "reports", "requests", "roles", "search",
     "services", "settings", "units"}
)  # fmt: skip
"""Second path segments under ``/m/<municipality>/`` that belong to core."""

RESERVED = CORE_ROOMS | frozenset(
    {"account", "activation", "alembic", "analyse", "api", "assets", "auth", "background",
     "calendar", "cli", "core", "database", "db", "deduction", "deductions", "delegated",
     "delegation", "dependant", "desk", "doctor", "document", "employment", "end", "external",
     "find", "first", "hamyar", "health", "help", "home", "import", "init", "issued", "job",
     "keys", "link", "localization", "m", "match", "message", "notification", "notifications",
     "one", "operations", "org", "outbox", "person", "plugin", "policy", "portal", "post",
     "procrastinate", "public", "request", "role", "run", "salary", "saved", "sdk", "security",
     "service", "session", "sign_in", "sign_out", "static", "system", "tests", "throttle",
     "transfer", "unlink", "verification", "verify", "webhooks", "worker"}
)  # fmt: skip
"""Names that no plugin may take: core's pages, tables (by their first word: a plugin's tables are
known by their prefix), functions, commands and packages."""


def problems(manifest: Manifest, *, bundled: bool) -> Iterator[str]:
    """Yield a plain sentence for each rule that the manifest alone breaks."""
    yield from name_problems(manifest.name)
    yield from _api_problems(manifest.api)
    yield from _permission_problems(manifest)
    if manifest.announced and not bundled:
        yield "announced is for bundled services; leave it out until the service works"
    if manifest.name in manifest.requires:
        yield "requires names the plugin itself"


def name_problems(name: str) -> Iterator[str]:
    """Yield a plain sentence for each rule that a plugin's name breaks."""
    if not NAME.fullmatch(name):
        yield f"the name {name!r} must be lower-case letters, digits and single _"
    if len(name) < 3 or len(name) > LONGEST_NAME:
        yield f"the name {name!r} must have 3 to {LONGEST_NAME} characters"
    if name in RESERVED:
        yield f"the name {name!r} is reserved for core"


def _api_problems(api: tuple[int, int]) -> Iterator[str]:
    ours = ".".join(map(str, API_VERSION))
    theirs = ".".join(map(str, api))
    if api[0] != API_VERSION[0]:
        yield f"it was written for plugin interface {theirs}; this is {ours}, another major version"
    elif api[1] > API_VERSION[1]:
        yield f"it needs plugin interface {theirs} or later; this is {ours}: upgrade Hamyar"


def _permission_problems(manifest: Manifest) -> Iterator[str]:
    verbs = (*VERBS, *manifest.extra_verbs)
    names = [permission.name for permission in manifest.permissions]
    for permission in manifest.permissions:
        prefix, _dot, verb = permission.name.partition(".")
        if prefix != manifest.name:
            yield f"the permission {permission.name!r} must start with {manifest.name + '.'!r}"
        if verb not in verbs:
            yield (
                f"the verb of {permission.name!r} is none of {', '.join(verbs)}; "
                "declare it in extra_verbs if it must exist"
            )
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"the permission {name!r} is declared twice"


def collision(name: str, others: Iterable[str]) -> str:
    """Return why ``name`` can't stand beside ``others``, or ''.

    ``loans_extra`` beside ``loans`` is refused, as the tables of one would carry the prefix
    of the other and migrations would drop them.
    """
    for other in others:
        if name == other:
            return f"the name {name!r} is taken by another plugin"
        if name.startswith(other + "_") or other.startswith(name + "_"):
            return f"the name {name!r} and the plugin {other!r} share a table prefix"
    return ""
