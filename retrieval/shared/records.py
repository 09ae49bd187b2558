"""Articles as they lie on the server: rows of the catalogue, packed into pieces that any Chroma takes. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

WAITING: Final = "waiting"
"""In the row of an article, where there are any: its passages whose vectors are still to come."""
PIECE: Final = 12_000
"""Characters of a piece. Chroma Cloud takes documents of 16,384 bytes (its quotas page)."""


VALUE: Final = 4000
"""Characters of a value of metadata. Chroma Cloud takes 4,096 bytes, and 32 of them."""


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


def values(piece: str) -> dict[str, str]:
    """A piece as values of metadata. Documents get an index of all their three letters, four times as large as they are
    and slow to make, which many vectors would feel.
    """
    return {str(at): piece[at * VALUE : (at + 1) * VALUE] for at in range(max(1, -(-len(piece) // VALUE)))}


def piece(said: Mapping[str, Any]) -> str:
    """The piece of these values."""
    return "".join(str(said[name]) for name in sorted(filter(str.isdecimal, said), key=int))


def joined(pieces: Sequence[str]) -> bytes:
    """The bytes of these pieces. Raises ValueError."""
    return base64.b64decode("".join(pieces), validate=True)


def digest(value: Any) -> str:
    """What is the same for the same value of JSON."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:24]
