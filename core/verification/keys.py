"""The ring of Ed25519 signing keys: one signs, older ones still verify.

The ring is one private JSON file (0600), by default ``HAMYAR_HOME/keys/signing.json``; several
web nodes share one by ``HAMYAR_SIGNING_KEYS``. After a rotation only the public half of the
old key stays, so a stolen ring can't sign in the name of the past.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from core.config import OperatorError
from core.private_files import locked, read_json, write_json

CONTEXT: Final = b"hamyar.document.v1\n"
"""Precedes the signed bytes, so that no other protocol's signature can pass for ours."""
KEY_ID_LENGTH: Final = 8


class KeyRingError(OperatorError):
    """The file of keys is damaged; a new one would make every document look forged."""


@dataclass(frozen=True, slots=True)
class Signature:
    """64 bytes of Ed25519 and the 8-byte id of the key that made them."""

    value: bytes
    key_id: bytes


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one moment. ``public`` maps key ids to keys that verify."""

    current: bytes
    signer: Ed25519PrivateKey
    public: dict[bytes, Ed25519PublicKey] = field(default_factory=dict)

    def sign(self, message: bytes) -> Signature:
        """Sign ``message`` with the current key."""
        return Signature(self.signer.sign(CONTEXT + message), self.current)

    def verify(self, message: bytes, signature: Signature) -> bool:
        """Tell whether a key of the ring, past or present, made ``signature``."""
        key = self.public.get(signature.key_id)
        if key is None:
            return False
        try:
            key.verify(signature.value, CONTEXT + message)
        except InvalidSignature:
            return False
        return True


class KeyFile:
    """The ring on disk; read again when another process has rotated it. Thread-safe."""

    def __init__(self, path: Path) -> None:
        """``path`` need not exist: `ring` makes it with a first key."""
        self.path = path
        self._guard = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._ring: KeyRing | None = None

    def ring(self) -> KeyRing:
        """Return the current ring.

        Raises:
            KeyRingError: the file is damaged.
            OSError: it can be neither read nor made.
        """
        with self._guard:
            if (stamp := self._stamp()) is None:
                self._extend(only_if_missing=True)
                stamp = self._stamp()
            if self._ring is None or stamp != self._seen:
                self._ring, self._seen = _load(self.path), stamp
            return self._ring

    def rotate(self) -> KeyRing:
        """Make a new signing key, keep the public half of the old one, return the new ring.

        Raises:
            KeyRingError: the file is damaged.
        """
        with self._guard:
            self._extend(only_if_missing=False)
        return self.ring()

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _extend(self, *, only_if_missing: bool) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self.path.with_suffix(".lock")):
            if only_if_missing and self.path.exists():
                return
            content = _read(self.path) if self.path.exists() else {"keys": {}}
            for entry in content["keys"].values():
                entry.pop("private", None)
            key_id, entry = _new_entry()
            content["keys"][key_id] = entry
            write_json(self.path, content | {"current": key_id})


def key_id_of(public: bytes) -> bytes:
    """Return the id of a raw public key: the start of its SHA-256."""
    return hashlib.sha256(public).digest()[:KEY_ID_LENGTH]


def _new_entry() -> tuple[str, dict[str, str]]:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    return key_id_of(public).hex(), {
        "private": base64.b64encode(private.private_bytes_raw()).decode(),
        "public": base64.b64encode(public).decode(),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        content = read_json(path)
        content["keys"][content["current"]]["private"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyRingError(f"{path} is damaged; restore it from a backup") from error
    return content


def _load(path: Path) -> KeyRing:
    content = _read(path)
    try:
        public = {
            bytes.fromhex(key_id): Ed25519PublicKey.from_public_bytes(_raw(entry["public"]))
            for key_id, entry in content["keys"].items()
        }
        signer = Ed25519PrivateKey.from_private_bytes(
            _raw(content["keys"][content["current"]]["private"])
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyRingError(f"{path} is damaged; restore it from a backup") from error
    current = bytes.fromhex(content["current"])
    if any(key_id_of(key.public_bytes_raw()) != key_id for key_id, key in public.items()) or (
        signer.public_key() != public[current]
    ):
        raise KeyRingError(f"{path} is damaged: a key does not fit its id")
    return KeyRing(current, signer, public)


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
