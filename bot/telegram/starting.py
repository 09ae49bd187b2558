"""What /start shows, and questions carried in a link that opens the bot (t.me/bot?start=q_…). Sends nothing."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Final

from bot.printable import printable
from bot.render.telegram.message import Button, Message
from bot.render.telegram.presses import press
from bot.telegram.texts import Texts

EXAMPLES: Final = 3
"""Example questions that fit a phone's screen with the greeting."""
PAYLOAD_LIMIT: Final = 64
"""Characters of a start parameter, of A-Z a-z 0-9 _ -, as the Bot API has it."""
_PREFIX: Final = "q_"


def start_message(texts: Texts, examples: Sequence[str], articles: int) -> Message:
    """Two lines, and a button for each of the first examples: its label is the question, its press counts from 0."""
    how = texts("start.examples") if examples else texts("start.how")
    keyboard = tuple(
        (Button(question, press("example", number)),) for number, question in enumerate(examples[:EXAMPLES])
    )
    return Message(f"{texts.count('start.what', articles)}\n{how}", keyboard=keyboard)


def start_payload(question: str) -> str | None:
    """The start parameter that asks this question; None when it is too long for one."""
    try:
        payload = _PREFIX + urlsafe_b64encode(question.encode()).decode().rstrip("=")
    except UnicodeEncodeError:
        return None
    return payload if len(payload) <= PAYLOAD_LIMIT else None


def read_payload(payload: str) -> str | None:
    """The question in a start parameter; None when it holds none."""
    if not payload.startswith(_PREFIX) or len(payload) > PAYLOAD_LIMIT:
        return None
    carried = payload.removeprefix(_PREFIX)
    try:
        return printable(urlsafe_b64decode(carried + "=" * (-len(carried) % 4)).decode()) or None
    except (binascii.Error, ValueError):  # no base64, no UTF-8; anybody can write such a link
        return None
