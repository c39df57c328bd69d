"""What a QR symbol carries: an address, and behind its ``#`` the whole signed document.

A browser never sends the part behind ``#``, so scanning tells the server only the code, while
a verifier without network decides valid or forged from the symbol alone.

Behind ``#`` stands one decimal number: the bytes ``version(1) key id(8) signature(64)
deflate(canonical JSON)``, big-endian. QR symbols store digits at 8.03 bits per byte (base64url
would need 10.7), which makes the symbol two sizes smaller.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

import orjson
import segno

from core.verification.keys import KEY_ID_LENGTH, KeyRing, Signature
from core.verification.payload import Payload, Value, canonical

VERSION: Final = b"\x01"
SIGNATURE_LENGTH: Final = 64
LONGEST_DIGITS: Final = 4200  # below Python's limit for int(text); a QR symbol holds 7,089
LONGEST_JSON: Final = 16_384  # a bomb stops here
_HEAD: Final = 1 + KEY_ID_LENGTH + SIGNATURE_LENGTH
_MASK: Final = 3  # fixed: compressed, signed digits look random under every mask


class ForgedError(ValueError):
    """Not a document of ours: malformed, changed, or signed with a key that we do not know."""


class SealTooLongError(ValueError):
    """The fields do not fit into a QR symbol."""


def seal(payload: Mapping[str, Value], signature: Signature) -> str:
    """Return the digits that carry a signed document.

    Raises:
        SealTooLongError: over `LONGEST_DIGITS`.
    """
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeeze.compress(canonical(payload)) + squeeze.flush()
    number = int.from_bytes(VERSION + signature.key_id + signature.value + body)
    if number.bit_length() > LONGEST_DIGITS * 3.32:
        raise SealTooLongError("the signed fields are too long for a QR symbol")
    return str(number)


def unseal(digits: str, ring: KeyRing) -> Payload:
    """Return the document that ``digits`` carry, if ``ring`` signed it.

    Raises:
        ForgedError: see there.
    """
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_DIGITS):
        raise ForgedError("not a number of our length")
    number = int(digits)
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    if raw[:1] != VERSION or len(raw) <= _HEAD:
        raise ForgedError("unknown version, or cut off")
    key_id, value = raw[1 : 1 + KEY_ID_LENGTH], raw[1 + KEY_ID_LENGTH : _HEAD]
    message = _inflate(raw[_HEAD:])
    if not ring.verify(message, Signature(value, key_id)):
        raise ForgedError("the signature does not match")
    payload: Payload = orjson.loads(message)
    return payload


def symbol(address: str, digits: str) -> str:
    """Return the QR symbol of ``address#digits`` as SVG text without margin.

    Error correction M (15 %). The symbol of a usual certificate needs ≥ 30 mm.
    """
    segments = [f"{address}#", digits]
    # segno takes a list of segments, which its annotation leaves out.
    code = segno.make(segments, error="m", boost_error=False, mask=_MASK)  # type: ignore[arg-type]
    size = len(code.matrix)
    strokes = "".join(
        f"M{start} {y}.5h{length}"
        for y, row in enumerate(code.matrix)
        for start, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path d="{strokes}" stroke="#000" shape-rendering="crispEdges"/></svg>'
    )


def _runs(row: bytes | bytearray) -> list[tuple[int, int]]:
    """Return (start, length) of the dark runs of a row; matrix values are 0 and 1."""
    runs = []
    start = row.find(1)
    while start >= 0:
        end = row.find(0, start)
        end = len(row) if end < 0 else end
        runs.append((start, end - start))
        start = row.find(1, end)
    return runs


def _inflate(body: bytes) -> bytes:
    inflate = zlib.decompressobj(-15)
    try:
        message = inflate.decompress(body, LONGEST_JSON)
    except zlib.error as error:
        raise ForgedError("damaged") from error
    if not inflate.eof or inflate.unused_data:
        raise ForgedError("cut off, too long, or with something behind it")
    return message
