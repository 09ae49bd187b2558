"""What a private message is that may be no question: a long text, a bare link, a piece of what was pasted. Pure."""

from __future__ import annotations

import re
from typing import Final

from bot.render.telegram.message import units

PIECE: Final = 3900
"""UTF-16 units from which on a message may be the first part of a longer text: apps cut at 4,096, at white space."""
LONG: Final = 1000
"""Characters from which on a text is hardly a question."""
_FULL: Final = 4096
_PARAGRAPHS: Final = 300
"""Characters from which on a text of several paragraphs is hardly a question."""
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def is_link(text: str) -> bool:
    """Whether this is nothing but an address."""
    return _LINK.fullmatch(text.strip()) is not None


def is_long(text: str) -> bool:
    """Whether this looks like an article, or a part of one, rather than a question."""
    return len(text) > LONG or (len(text) > _PARAGRAPHS and re.search(r"\S\s*\n\s*\n\s*\S", text) is not None)


def is_piece(text: str) -> bool:
    """Whether the rest of the text may follow in another message."""
    return units(text) >= PIECE


def joined(before: str, after: str) -> str:
    """Two messages as the one text that an app has cut.

    Which white space stood at the cut is lost. Where none did, the message is full; behind a sentence it is taken for
    the end of a paragraph.
    """
    if units(before) >= _FULL:
        return before + after
    ended = re.search(r"[.!?…][”\"’')\]»\s]*\Z", before) is not None
    return f"{before}\n\n{after}" if ended else f"{before} {after}"
