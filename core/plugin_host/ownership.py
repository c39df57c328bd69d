"""Declared things must carry their plugin's name, so that two plugins never meet."""

from __future__ import annotations

from core.sdk import (
    DemoData,
    JobDeclaration,
    Manifest,
    NotificationTopic,
    RequestType,
    RoleSuggestion,
    VerifiableDocument,
)


def request_type(manifest: Manifest, item: RequestType) -> str:
    """Check the name, and that each step asks for a permission that exists."""
    known = {permission.name for permission in manifest.permissions}
    for step in item.steps:
        if step.permission.startswith(manifest.name + ".") and step.permission not in known:
            return f"step {step.name!r} asks for {step.permission!r}, which is not declared"
    return _prefixed(manifest, item.name)


def role(manifest: Manifest, item: RoleSuggestion) -> str:
    """Check the name, and that the plugin's own permissions in it exist."""
    known = {permission.name for permission in manifest.permissions}
    own = {name for name in item.permissions if name.startswith(manifest.name + ".")}
    if own - known:
        return f"role {item.name!r} names {sorted(own - known)}, which the manifest doesn't declare"
    if item.name != manifest.name and not item.name.startswith(manifest.name + "_"):
        return f"the role {item.name!r} must be named {manifest.name}_…"
    return ""


def job(manifest: Manifest, item: JobDeclaration) -> str:
    """Check the name."""
    return _prefixed(manifest, item.name)


def topic(manifest: Manifest, item: NotificationTopic) -> str:
    """Check the name."""
    return _prefixed(manifest, item.name)


def demo_data(manifest: Manifest, item: DemoData) -> str:
    """Check the name."""
    return _prefixed(manifest, item.name)


def document(manifest: Manifest, item: VerifiableDocument) -> str:
    """Check the kind."""
    return _prefixed(manifest, item.kind)


def command(manifest: Manifest, item: object) -> str:
    """Check that a click command is named as the plugin, with - for _."""
    name = getattr(item, "name", None)
    wanted = manifest.name.replace("_", "-")
    return "" if name == wanted else f"the command {name!r} must be named {wanted!r}"


def blueprint(manifest: Manifest, item: object) -> str:
    """Check a blueprint's name (it prefixes endpoints) and that core alone places it."""
    name = str(getattr(item, "name", ""))
    if name != manifest.name and not name.startswith(manifest.name + "_"):
        return f"the blueprint {name!r} must be named {manifest.name!r} or {manifest.name}_…"
    for attribute in ("url_prefix", "subdomain"):
        if getattr(item, attribute, None):
            return f"the blueprint {name!r} sets {attribute}; core decides where it is mounted"
    return ""


def _prefixed(manifest: Manifest, name: str) -> str:
    right = name.startswith(manifest.name + ".")
    return "" if right else f"{name!r} must start with {manifest.name + '.'!r}"
