"""Web pages saved with all that belongs to them in one file (.mhtml, .mht), as Chrome, Edge and Opera save them.

Such a file is a message whose parts are the page, its frames, pictures and styles. The page itself is read as `html`
reads it; where it was saved from is its address, unless it names another. When it was saved says nothing of its date.
"""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message

from retrieval.readers import html
from retrieval.readers.found import Document, Read, Refused, digest


def read(name: str, content: bytes) -> Read:
    """The page as one document. Raises Refused."""
    try:
        part = _page(message_from_bytes(content, policy=policy.compat32))
        page = part.get_payload(decode=True) if part is not None else None
        declared = part.get_content_charset() if part is not None else None
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # what the standard library's parser raises for messages that keep no rule
        part, page, declared = None, None, None
    if part is None or not isinstance(page, bytes):
        raise Refused("There is no page in it.", "Save the page again as HTML, or take it away.")
    if declared is not None:
        page = _as_utf8(page, declared)
    place = str(part.get("Content-Location", "")).strip()
    for found in html.read(name, page):
        if isinstance(found, Document) and "url" not in found.metadata and re.fullmatch(r"https?://\S+", place):
            found = replace(found, metadata={**found.metadata, "url": place})
        yield replace(found, sha256=digest(content)) if isinstance(found, Document) else found


def _page(message: Message) -> Message | None:
    """The part that is the page: the one that the message begins with by its own word, else the first of that type."""
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    start = message.get_param("start")
    return next(
        (part for part in pages if start is not None and part.get("Content-ID") == start), next(iter(pages), None)
    )


def _as_utf8(page: bytes, encoding: str) -> bytes:
    """The page in UTF-8, which is tried first; as it is where it isn't in the encoding that its part names."""
    try:
        return page.decode(encoding).encode("utf-8")
    except (UnicodeError, LookupError):
        return page
