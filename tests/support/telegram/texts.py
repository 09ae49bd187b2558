"""Whether Telegram would take a text with its entities: lengths and offsets in UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from tests.support.telegram.parameters import Parameters
from tests.support.telegram.refusals import bad

TEXT_LIMIT: Final = 4096
ENTITY_LIMIT: Final = 100
"""Telegram ignores the entities beyond."""
_BYTES_LIMIT: Final = 32768
_STYLES: Final = frozenset(
    (
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    )
)
_QUOTES: Final = frozenset(("blockquote", "expandable_blockquote"))
_MARKS: Final = {
    "html": re.compile(r"<(/?)([a-z-]+)[^>]*>|<|&(?!lt;|gt;|amp;|quot;|#)", re.IGNORECASE),
    "markdown": re.compile(r"\\.|[*_`\[]"),
    "markdownv2": re.compile(r"\\.|[*_`~\[\]()|>#+=\-{}.!]"),
}
_FOUND: Final = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?)|(?P<mention>(?<!\w)@[A-Za-z]\w{2,})|(?P<url>https?://\S+)"
)


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


def checked_text(
    parameters: Parameters, *, entities: str = "entities", limit: int = TEXT_LIMIT, empty: bool = False
) -> tuple[str, list[dict[str, Any]]]:
    """The trimmed text and its entities as they will stand. `empty`: a text without words is fine."""
    raw = parameters.text("text")
    if len(raw.encode()) > _BYTES_LIMIT:
        raise bad("text is too long")
    mode = parameters.text("parse_mode").lower()
    given = [] if mode else parameters.structure(entities) or []
    if mode:
        _parse(raw, mode)
    checked = _checked_entities(raw, given)
    text = raw.strip()
    if not text and not empty:
        raise bad("message text is empty")
    if units(text) > limit:
        raise bad("message is too long")
    return text, _moved(checked, units(raw) - units(raw.lstrip()), units(text)) or found_entities(text)


def _checked_entities(text: str, entities: Any) -> list[dict[str, Any]]:
    if not isinstance(entities, list):
        raise bad("can't parse entities: expected an Array of MessageEntity")
    length, inside = units(text), _middles(text)
    for entity in entities:
        _check_entity(entity, length, inside)
    _check_nesting(entities)
    if len(entities) > ENTITY_LIMIT:
        raise bad(f"{len(entities)} entities, of which Telegram ignores all after the first {ENTITY_LIMIT}")
    return entities


def _check_entity(entity: Any, length: int, inside: set[int]) -> None:
    if not isinstance(entity, dict) or entity.get("type") not in _STYLES:
        raise bad("can't parse MessageEntity: Unsupported type specified")
    start, size = entity.get("offset"), entity.get("length")
    if not isinstance(start, int) or start < 0:
        raise bad("receive an entity with incorrect offset")
    if not isinstance(size, int) or size <= 0:
        raise bad("receive an entity with incorrect length")
    if start + size > length:
        raise bad(
            f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {start + size}"
        )
    for place, what in ((start, "begins"), (start + size, "ends")):
        if place in inside:
            raise bad(f"entity beginning at UTF-16 offset {start} {what} in a middle of a UTF-16 symbol")
    if entity["type"] == "text_link" and not re.fullmatch(r"(?:https?|tg)://\S+|mailto:\S+", str(entity.get("url"))):
        raise bad(f"entity URL '{entity.get('url')}' is invalid: Wrong HTTP URL")
    if entity["type"] == "text_mention" and not isinstance(entity.get("user"), dict):
        raise bad("can't parse MessageEntity: Can't find field \"user\"")


def _check_nesting(entities: Sequence[dict[str, Any]]) -> None:
    """An entity lies within another or beside it; nothing lies in code, no quotation in another."""
    open_: list[dict[str, Any]] = []
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        while open_ and open_[-1]["offset"] + open_[-1]["length"] <= start:
            open_.pop()
        if open_ and open_[-1]["offset"] + open_[-1]["length"] < end:
            raise bad(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"
            )
        around = {entity["type"] for entity in open_}
        if around & {"code", "pre"} or (entity["type"] in _QUOTES and around & _QUOTES):
            raise bad(f"entity of type {entity['type']} at UTF-16 offset {start} can't be nested")
        open_.append(entity)


def _middles(text: str) -> set[int]:
    """The offsets that lie between the two halves of a character."""
    places, at = set(), 0
    for character in text:
        if character > "\uffff":
            places.add(at + 1)
            at += 1
        at += 1
    return places


def _moved(entities: Sequence[dict[str, Any]], by: int, length: int) -> list[dict[str, Any]]:
    """The entities of a text that lost `by` units in front and has this length now."""
    kept = []
    for entity in entities:
        start = max(entity["offset"] - by, 0)
        end = min(entity["offset"] + entity["length"] - by, length)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return kept


def _parse(text: str, mode: str) -> None:
    """Refuse marks that are not in pairs. What the marks would style is not kept: no part of the bot sends any."""
    if mode not in _MARKS:
        raise bad("unsupported parse_mode")
    open_: list[str] = []
    for mark in _MARKS[mode].finditer(text):
        if mode == "html":
            if mark[2] is None:
                raise bad(f"can't parse entities: Unsupported start tag at byte offset {mark.start()}")
            if not mark[1]:
                open_.append(mark[2].lower())
            elif not open_ or open_.pop() != mark[2].lower():
                raise bad(f"can't parse entities: Unmatched end tag at byte offset {mark.start()}")
        elif not mark[0].startswith("\\"):
            if mark[0] not in "*_`~[]":
                raise bad(f"can't parse entities: Character '{mark[0]}' is reserved and must be escaped")
            if open_ and open_[-1] == mark[0]:
                open_.pop()
            else:
                open_.append(mark[0])
    if open_:
        raise bad(f"can't parse entities: Can't find end of the entity starting with {open_[-1]}")
