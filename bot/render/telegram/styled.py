"""Builds a message: text and the entities that style it, written one after the other.

All that goes in passes `visible`: no control or direction character of an article or a question reaches a chat; and
what a chat would make a link of by itself is set as code, which it leaves alone: links are ours to give. What is no
quote should pass `plain` besides. Does not limit lengths; `splitting` does.
"""

from __future__ import annotations

import re
from typing import Final

from bot.render.telegram.message import Entity, Keyboard, Message, Style, units
from bot.render.text import one_line, visible

_PARTING: Final = "\N{ZERO WIDTH NON-JOINER}"
_LINKED: Final = re.compile(r"(?<!\w)@(?=\w)|(?<![\w</])/(?=\w)|:(?=//)")
"""Where a chat would make a mention, a command or a link by itself; a slash in a path, a fraction or a tag is none."""
TAPPED: Final = re.compile(
    r"(?<![\w.+-])[A-Za-z][A-Za-z0-9+.-]{0,30}://\S+"
    r"|(?<![\w.+@-])(?:[\w.+-]{1,64}@)?(?:[\w-]{1,63}\.){1,8}(?!(?:txt|jsonl)\b)(?:[a-z]{2,24}|[A-Z]{2,24})(?!\w)(?:[:/?#]\S+)?"
    r"|(?<!\w)@\w+"
    r"|(?<![\w</])/[a-z]\w*"
)
"""What a chat would make an address, a mention or a command of by itself."""
_ADDRESS: Final = re.compile(r"https?://(?:[\w-]{1,63}\.)+[\w-]{1,63}(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)
_LONGEST_ADDRESS: Final = 2048


def plain(text: str) -> str:
    """A text from outside that is no quote, on one line: "@everyone" and "/stop" in it stay words.

    A character without width behind the @ or / does it; quotes are left as they are.
    """
    return _LINKED.sub(rf"\g<0>{_PARTING}", one_line(text))


def shortened(text: str, limit: int) -> str:
    """The text with at most `limit` characters: cut between two words where one ends late enough, then "…"."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    whole = head.rpartition(" ")[0]
    return (whole if len(whole) >= limit // 2 else head).rstrip() + "…"


def web_address(url: str | None) -> str | None:
    """The address, if Telegram takes it for a link and nothing in it is hidden; else None.

    It refuses a message with an address that has no dot in its host; and one with a name before the host ("bank@host")
    deceives.
    """
    if url is None or len(url) > _LONGEST_ADDRESS or visible(url) != url or not _ADDRESS.fullmatch(url):
        return None
    return url


class Styled:
    """Text being written. Each method adds at the end and gives the same object back."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._entities: list[Entity] = []
        self._length = 0

    def __bool__(self) -> bool:
        return self._length > 0

    def add(self, text: str, style: Style | None = None, url: str | None = None) -> Styled:
        """A text, in a style or in none. `url`: of a text_link."""
        shown, at = visible(text), 0
        for found in TAPPED.finditer(shown) if url is None and style != "code" else ():
            self._add(shown[at : found.start()], style)
            self._add(found[0], "code")
            at = found.end()
        self._add(shown[at:], style, url)
        return self

    def _add(self, shown: str, style: Style | None, url: str | None = None) -> None:
        length = units(shown)
        if style is not None and shown.strip():
            self._entities.append(Entity(style, self._length, length, url))
        self._pieces.append(shown)
        self._length += length

    def bold(self, text: str) -> Styled:
        """A text in bold."""
        return self.add(text, "bold")

    def italic(self, text: str) -> Styled:
        """A text in italics."""
        return self.add(text, "italic")

    def link(self, text: str, url: str | None) -> Styled:
        """A text that opens an address; just the text where there is none that Telegram takes."""
        address = web_address(url)
        return self.add(text) if address is None else self.add(text, "text_link", address)

    def join(self, *others: Styled, between: str = "\n") -> Styled:
        """Other texts, one behind the other."""
        for place, other in enumerate(others):
            if place:
                self.add(between)
            self._entities += [entity.moved(self._length) for entity in other._entities]
            self._pieces += other._pieces
            self._length += other._length
        return self

    def quote(self, *lines: Styled, folded: bool = False) -> Styled:
        """A block quotation, begun on a line of its own. `folded`: a chat shows its first lines until it is tapped."""
        start = self._length
        self.join(*lines)
        if self._length > start:
            style: Style = "expandable_blockquote" if folded else "blockquote"
            self._entities.append(Entity(style, start, self._length - start))
        return self

    def message(self, keyboard: Keyboard = ()) -> Message:
        """What was written, as a message: what contains other entities comes before them."""
        entities = sorted(self._entities, key=lambda entity: (entity.offset, -entity.length))
        return Message("".join(self._pieces), tuple(entities), keyboard)
