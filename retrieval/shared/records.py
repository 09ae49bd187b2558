"""Articles as they lie on the server: rows of the catalogue, packed into pieces that any Chroma takes. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Sequence
from typing import Any, Final

WAITING: Final = "waiting"
"""In the row of an article, where there are any: its passages whose vectors are still to come."""
PIECE: Final = 12_000
"""Characters of a piece. Chroma Cloud takes documents of 16,384 bytes (its quotas page)."""


def pack(value: Any) -> list[str]:
    """A value of JSON in pieces."""
    packed = zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 6)
    return split(packed)


def unpack(pieces: Sequence[str]) -> Any:
    """The value of these pieces, in their order. Raises ValueError for what `pack` did not make."""
    try:
        return json.loads(zlib.decompress(joined(pieces)))
    except zlib.error as error:
        raise ValueError("not packed by us") from error


def split(raw: bytes) -> list[str]:
    """Bytes in pieces of base64, at least one."""
    text = base64.b64encode(raw).decode("ascii")
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)] or [""]


def joined(pieces: Sequence[str]) -> bytes:
    """The bytes of these pieces. Raises ValueError."""
    return base64.b64decode("".join(pieces), validate=True)


def digest(value: Any) -> str:
    """What is the same for the same value of JSON."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:24]
