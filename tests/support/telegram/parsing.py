"""Whether a text in one of Telegram's parse modes would be taken, as far as pairs of marks and escapes go.

What the marks would style is not worked out: the bot sends entities.
"""

from __future__ import annotations

import re
from typing import Final

from tests.support.telegram.refusals import bad

_TAG: Final = re.compile(r"<(/?)(?:tg-)?([a-z]+)[^<>]*>|<", re.IGNORECASE)
_TAGS: Final = frozenset(
    (
        "a",
        "b",
        "blockquote",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "pre",
        "s",
        "span",
        "strike",
        "strong",
        "u",
        "emoji",
        "spoiler",
    )
)
_MARK: Final = {
    "markdown": re.compile(r"\\.|\]\([^)\s]*\)|[*_`\[]"),
    "markdownv2": re.compile(r"\\.|\]\([^)\s]*\)|__|\|\||```|[*_`~\[\]()|>#+=\-{}.!]"),
}
_PAIRS: Final = frozenset(("*", "_", "__", "~", "||", "`", "```"))


def check_marks(text: str, mode: str) -> None:
    """Raises `Refused` for a parse mode that does not exist, and for marks that are not in pairs."""
    if mode.lower() == "html":
        _check_tags(text)
    elif mode.lower() in _MARK:
        _check_pairs(text, _MARK[mode.lower()])
    else:
        raise bad("unsupported parse_mode")


def _check_tags(text: str) -> None:
    around: list[str] = []
    for tag in _TAG.finditer(text):
        at = len(text[: tag.start()].encode())
        name = (tag[2] or "").lower()
        if name not in _TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {at}')
        if not tag[1]:
            around.append(name)
        elif not around or around.pop() != name:
            raise bad(f"can't parse entities: Unmatched end tag at byte offset {at}")
    if around:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{around[-1]}\"")


def _check_pairs(text: str, marks: re.Pattern[str]) -> None:
    around: list[str] = []
    for mark in marks.finditer(text):
        sign = mark[0]
        if sign.startswith("\\"):
            continue
        if around and (sign == around[-1] or (sign[0] == "]" and around[-1] == "[")):
            around.pop()
        elif sign in _PAIRS or sign == "[":
            around.append(sign)
        else:
            raise bad(
                f"can't parse entities: Character '{sign}' is reserved and must be escaped with the preceding '\\'"
            )
    if around:
        raise bad(f"can't parse entities: Can't find end of the entity starting with '{around[-1]}'")
