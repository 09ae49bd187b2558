"""Cuts a message that is too long, or styled too often, into several that Telegram takes.

Cut is at the end of a paragraph, else of a line, of a sentence, of a word, else between two characters as a reader sees
them; outside entities where that can be, else the entity goes on in the next part. Changes nothing but the white space
at the cuts. Does not decide how many parts are sent.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from bot.render.telegram.message import Entity, Message

LIMIT: Final = 3900
"""UTF-16 units of a part: some less than Telegram takes."""
ENTITIES: Final = 95
"""Entities of a part: Telegram ignores those from the 101st on."""

_BLANK: Final = re.compile(r"[\s\u00ad\u115f\u1160\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0]*")
"""What nobody sees: Telegram refuses a message of nothing else."""
_NO_BEGINNING: Final = re.compile(rf"(?:{_BLANK.pattern}[\u034f\ufe00-\ufe0f]*)+")
"""What nobody sees at the beginning: signs that shape the character before them, too."""
_LEAST: Final = 3
"""A part is filled to a third at least, where it can be cut later in a worse place."""
_CLUSTER: Final = 64
"""Code points that one character as a reader sees it is followed back for."""
_JOINER: Final = "\N{ZERO WIDTH JOINER}"

_AHEAD: Final = 8
"""Code points behind a place that the patterns look at."""
_PARAGRAPH: Final = re.compile(r"(?=\n[ \t]*\n)")
_LINE: Final = re.compile(r"(?=\n)")
_SENTENCE: Final = re.compile(r"[.!?…](?:[”\"’')\]]|[\u00a0\u202f ]?»)*(?: ?\[\d+\])*(?=\s)")
_WORD: Final = re.compile(r"\S(?= (?!\[\d))")  # [n] stays with what it stands behind


def split(message: Message, limit: int = LIMIT, entities: int = ENTITIES) -> list[Message]:
    """The parts, in order, the keyboard under the last; none of a message in which there is nothing to see.

    `limit` in UTF-16 units, at least 2 (ValueError).
    """
    if limit < 2:
        raise ValueError(f"a character may have 2 units, and the limit is {limit}")
    text = _Text.of(message)
    parts: list[Message] = []
    start = text.seen_from(0)
    while start < text.end:
        end = text.cut(start, limit, entities)
        parts.append(text.part(start, text.seen_to(end), entities))
        start = text.seen_from(end)
    if parts:
        parts[-1] = replace(parts[-1], keyboard=message.keyboard)
    return parts


def first_part(message: Message) -> Message:
    """The message, if Telegram takes it whole; else as much as it takes, with "…" behind it, and its keyboard."""
    parts = split(message)
    if len(parts) < 2:
        return message
    return replace(parts[0], text=parts[0].text + "\n…", keyboard=message.keyboard)


@dataclass(frozen=True, slots=True)
class _Text:
    """A message to cut. `at`: the UTF-16 units before each of its code points, and before its end."""

    text: str
    at: list[int]
    entities: Sequence[Entity]
    end: int

    @classmethod
    def of(cls, message: Message) -> _Text:
        at = list(accumulate((1 + (character > "\uffff") for character in message.text), initial=0))
        entities = sorted(message.entities, key=lambda entity: (entity.offset, -entity.length))
        return cls(message.text, at, entities, len(message.text))

    def seen_from(self, start: int) -> int:
        """Where something is seen again, from `start` on."""
        unseen = _NO_BEGINNING.match(self.text, start)
        return unseen.end() if unseen else start

    def seen_to(self, end: int) -> int:
        """Behind the last before `end` that is seen; there is something."""
        while _BLANK.fullmatch(self.text, end - 1, end):
            end -= 1
        return end

    def part(self, start: int, end: int, most: int) -> Message:
        """The text between two places, with what lies there of its entities."""
        first, last = self.at[start], self.at[end]
        clipped = []
        for entity in self.entities:
            begin, stop = max(entity.offset, first), min(entity.offset + entity.length, last)
            if begin < stop:
                clipped.append(replace(entity, offset=begin - first, length=stop - begin))
        return Message(self.text[start:end], tuple(clipped[:most]))

    def cut(self, start: int, limit: int, most: int) -> int:
        """Where a part that begins at `start` should end."""
        stop = bisect_right(self.at, self.at[start] + limit) - 1
        live = [entity for entity in self.entities if entity.offset + entity.length > self.at[start]]
        if len(live) > most and live[most].offset > self.at[start]:
            stop = min(stop, bisect_left(self.at, live[most].offset))
        if stop >= self.end or self.seen_from(stop) == self.end:
            return stop
        late = start + (stop - start) // _LEAST
        for pattern in (_PARAGRAPH, _LINE, _SENTENCE, _WORD):
            if place := self._last(pattern, late, stop, self._between):
                return place
        for least in (late, start):
            for pattern in (_LINE, _SENTENCE, _WORD):
                if place := self._last(pattern, least, stop, self._headless):
                    return place
        return self._between_characters(start, stop)

    def _last(self, pattern: re.Pattern[str], least: int, stop: int, allowed: Callable[[int], bool]) -> int:
        """The last place behind `least` where the pattern ends and a cut is allowed; 0 for none."""
        ends = [match.end() for match in pattern.finditer(self.text, least, stop + _AHEAD)]
        return next((end for end in reversed(ends) if least < end <= stop and allowed(end)), 0)

    def _headless(self, place: int) -> bool:
        """Whether a cut here leaves no heading without the block it stands over."""
        after = self.seen_from(place)
        if self.text.count("\n", place, after) > 1:
            return True
        return not any(e.style.endswith("blockquote") and e.offset == self.at[after] for e in self.entities)

    def _between(self, place: int) -> bool:
        """Whether a cut here parts no entity, and no heading from its block."""
        here = self.at[place]
        inside = any(entity.offset < here < entity.offset + entity.length for entity in self.entities)
        return not inside and self._headless(place)

    def _between_characters(self, start: int, stop: int) -> int:
        """The last place where a character begins that does not belong to the one before it."""
        for place in range(stop, max(start, stop - _CLUSTER), -1):
            after, before = self.text[place], self.text[place - 1]
            joined = after == _JOINER or before == _JOINER or unicodedata.category(after)[0] == "M"
            if not joined and not "\U0001f3fb" <= after <= "\U0001f3ff":  # the colours of skin
                return place
        return stop
