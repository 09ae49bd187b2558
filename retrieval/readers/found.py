"""What reading a file gives: documents, and named reasons why there is none. Values only; reads nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LARGEST = 64 * 1024 * 1024
"""Bytes of one file that are read at most, packed or not: some 10,000 pages of print, so more is hardly an article."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it was found.

    `path`: relative to the source, with `/`; an article among several of a file is `FILE.jsonl#id`, a file in an
    archive `FILE.zip/path/in/it`. `text`: of a text file the file's own, of others what was taken out of them; offsets
    refer to it. `metadata`: what the file says of the text outside of it, by the names of Article's fields. `sha256`:
    of the raw bytes (of the row, message, entry), in hex. `pages`: where each page begins; () where there are none.
    """

    path: str
    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a part of one (`FILE.jsonl:12`), that gives no text: why, and what a person can do. Sentences both.

    `may_pass`: what stood in the way may be gone the next time, though the file is the same: a disk, a busy machine.
    """

    path: str
    reason: str
    next_step: str
    may_pass: bool = False


Read = Iterator[Document | Unreadable]


class Refused(Exception):
    """The whole file gives no text: `reason` and `next_step` are sentences; `may_pass` as for `Unreadable`."""

    def __init__(self, reason: str, next_step: str, *, may_pass: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.next_step = next_step
        self.may_pass = may_pass


def problem(text: str) -> tuple[str, str] | None:
    """Why a text is not one we can use, and what to do; None when it is."""
    if not text.replace("\ufeff", "").strip():
        return "It is empty.", "Put an article into it, or take it away."
    if "\x00" in text:
        return "It holds NUL bytes, so it is not text.", "Save it as plain UTF-8 text."
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "It holds halves of characters (lone surrogates).", "Export it again as UTF-8."
    return None


def digest(content: bytes) -> str:
    """sha256 in hex."""
    return hashlib.sha256(content).hexdigest()
