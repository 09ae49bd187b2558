"""Whether Telegram would take a text with its entities: lengths and offsets in UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from tests.support.telegram.parsing import check_marks
from tests.support.telegram.refusals import bad

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
ENTITY_LIMIT: Final = 100
"""Telegram ignores the entities beyond; here they are refused, since what they style would be lost."""
_BYTES_LIMIT: Final = 32768
_OFFSET_LIMIT: Final = 1_000_000
_FOUND_TYPES: Final = ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number")
_STYLES: Final = ("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "date_time", "custom_emoji")
_QUOTES: Final = ("blockquote", "expandable_blockquote")
_LINKS: Final = ("text_link", "text_mention")
_TYPES: Final = frozenset((*_FOUND_TYPES, *_STYLES, *_QUOTES, *_LINKS))
_LINK: Final = re.compile(r"(?:https?|tg|ton)://[^\s/?#]+\S*|mailto:\S+|tel:\S+", re.IGNORECASE)
_FOUND: Final = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?)|(?P<mention>(?<!\w)@[A-Za-z]\w{2,})|(?P<url>https?://\S+)"
)
_TWO_UNITS: Final = re.compile("[\U00010000-\U0010ffff]")
_TAKEN_AWAY: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u2028-\u202e]")


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def stretch(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity covers."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def found_entities(text: str) -> list[dict[str, Any]]:
    """The entities that a client or the server finds by itself: commands, mentions, addresses."""
    return [
        {"type": found.lastgroup, "offset": units(text[: found.start()]), "length": units(found[0])}
        for found in _FOUND.finditer(text)
    ]


def taken_away(text: str) -> list[str]:
    """The control characters of a text that Telegram replaces or removes: a bot that sends them has not cleaned it."""
    return [f"U+{ord(character):04X}" for character in _TAKEN_AWAY.findall(text)]


def checked_text(
    raw: str, entities: Any = None, mode: str = "", *, limit: int = TEXT_LIMIT, empty: bool = False
) -> tuple[str, list[dict[str, Any]]]:
    """The trimmed text and its entities as they will stand. `empty`: a text without words is fine."""
    if len(raw.encode()) > _BYTES_LIMIT:
        raise bad("text is too long")
    if mode:
        check_marks(raw, mode)
    checked = [] if mode or entities is None else _checked_entities(raw, entities)
    text = raw.strip()
    if not text and not empty:
        raise bad("message text is empty")
    if units(text) > limit:
        raise bad("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    return text, _moved(checked, units(raw) - units(raw.lstrip()), units(text)) or found_entities(text)


def _checked_entities(text: str, entities: Any) -> list[dict[str, Any]]:
    if not isinstance(entities, list):
        raise bad("can't parse entities: expected an Array of MessageEntity")
    length, middles = units(text), _middles(text)
    for entity in entities:
        _check_entity(entity, length, middles)
    _check_nesting(entities)
    if len(entities) > ENTITY_LIMIT:
        raise bad(f"{len(entities)} entities, of which Telegram ignores all after the first {ENTITY_LIMIT}")
    return entities


def _check_entity(entity: Any, length: int, middles: set[int]) -> None:
    if not isinstance(entity, dict) or entity.get("type") not in _TYPES:
        raise bad("can't parse MessageEntity: Unsupported type specified")
    start, size = entity.get("offset"), entity.get("length")
    if not isinstance(start, int) or not 0 <= start <= _OFFSET_LIMIT:
        raise bad("receive an entity with incorrect offset")
    if not isinstance(size, int) or not 0 < size <= _OFFSET_LIMIT:
        raise bad("receive an entity with incorrect length")
    if start + size > length:
        raise bad(_beyond(start, start + size))
    for place, what in ((start, "begins"), (start + size, "ends")):
        if place in middles:
            raise bad(f"entity beginning at UTF-16 offset {start} {what} in a middle of a UTF-16 symbol")
    if entity["type"] == "text_link" and not _LINK.fullmatch(str(entity.get("url"))):
        raise bad(f"entity URL '{entity.get('url')}' is invalid: Wrong HTTP URL")
    if entity["type"] == "text_mention" and not isinstance(entity.get("user"), dict):
        raise bad("can't parse MessageEntity: Can't find field \"user\"")


def _beyond(start: int, end: int) -> str:
    return f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"


def _check_nesting(entities: Sequence[dict[str, Any]]) -> None:
    """An entity lies within another or beside it; nothing lies in code, no quotation in another."""
    around: list[dict[str, Any]] = []
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        while around and around[-1]["offset"] + around[-1]["length"] <= start:
            around.pop()
        if around and around[-1]["offset"] + around[-1]["length"] < end:
            raise bad(_beyond(start, end))
        types = {entity["type"] for entity in around}
        if types & {"code", "pre"} or (entity["type"] in _QUOTES and types.intersection(_QUOTES)):
            raise bad(f"entity of type {entity['type']} at UTF-16 offset {start} can't be nested")
        around.append(entity)


def _middles(text: str) -> set[int]:
    """The offsets that lie between the two halves of a character."""
    return {found.start() + before + 1 for before, found in enumerate(_TWO_UNITS.finditer(text))}


def _moved(entities: Sequence[dict[str, Any]], by: int, length: int) -> list[dict[str, Any]]:
    """The entities of a text that lost `by` units in front and has this length now."""
    kept = []
    for entity in entities:
        start = max(entity["offset"] - by, 0)
        end = min(entity["offset"] + entity["length"] - by, length)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return kept
