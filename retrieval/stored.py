"""How values are written into tables: spans as lists of offsets, texts known again by their digest. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from retrieval.types import Span


def text_digest(text: str) -> str:
    """sha256 of a text, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def dump_spans(spans: Sequence[Span]) -> str:
    """Spans as they are stored: [start, end, start, end, …]."""
    return json.dumps([offset for span in spans for offset in (span.start, span.end)], separators=(",", ":"))


def load_spans(stored: str) -> tuple[Span, ...]:
    """The spans of `dump_spans`."""
    offsets = json.loads(stored)
    return tuple(Span(start, end) for start, end in zip(offsets[::2], offsets[1::2], strict=True))
