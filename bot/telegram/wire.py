"""Between the shapes of a chat's messages and python-telegram-bot's, and what of an update everybody asks for.

Sends nothing, and decides nothing about who may do what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from telegram import (
    Chat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    Update,
    User,
)

from bot.render.telegram.message import Button, Entity, Keyboard

_HALF: Final = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")


@dataclass(frozen=True, slots=True)
class Party:
    """Where an update comes from, and who sent it, in Telegram's numbers.

    `thread`: 0 outside of topics. `person` is negative for who writes in the name of a group (its anonymous admins) or
    a channel. `language_code`: of the person's app, as it is told ("fr", "fr-CA"), or None.
    """

    chat: int
    thread: int
    person: int
    private: bool
    language_code: str | None = None


def party_of(update: Update) -> Party | None:
    """None for an update that belongs to no chat, or that nobody sent."""
    chat, sender = update.effective_chat, update.effective_sender
    if chat is None or sender is None:
        return None
    language = sender.language_code if isinstance(sender, User) else None
    return Party(chat.id, _thread(update, chat), sender.id, chat.type == Chat.PRIVATE, language)


def _thread(update: Update, chat: Chat) -> int:
    """The topic. In a group without topics the number only says what a message replies to, and nothing can be sent
    there.
    """
    message = update.effective_message
    if message is None or message.message_thread_id is None:
        return 0
    topics = message.is_topic_message or chat.is_forum or chat.type == Chat.PRIVATE
    return message.message_thread_id if topics else 0


def sendable(text: str) -> str:
    """The text with halves of UTF-16 pairs, which cannot be sent, replaced; of the same length in UTF-16 units."""
    return text.translate(_HALF)


def to_entities(entities: Sequence[Entity]) -> list[MessageEntity]:
    """The entities as they are sent."""
    return [MessageEntity(entity.style, entity.offset, entity.length, url=entity.url) for entity in entities]


def to_markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """The buttons as they are sent; None where there are none."""
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in keyboard]) if keyboard else None


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        sendable(button.label),
        url=button.url,
        callback_data=button.press,
        copy_text=CopyTextButton(sendable(button.copy)) if button.copy is not None else None,
        switch_inline_query=sendable(button.inline) if button.inline is not None else None,
    )
