"""Everything the bot sends, edits and acknowledges, so that whoever asks for it hears what became of it and no error.

What Telegram refuses is sent again in a milder form; what certainly was not done is tried again for a while; what may
have been done is never sent twice. Entities only, never a parse mode; no link previews. Decides nothing about jobs:
whoever sends passes a `Record`. Logs kinds of errors, never a text, an address or the token.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Literal, TypeVar

from telegram import CallbackQuery, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter
from telegram.ext import ExtBot

from bot.render.telegram.message import Entity, Keyboard, Message, units
from bot.render.telegram.splitting import split
from bot.telegram.fates import BAD_REPLY, fate_of, kind_of
from bot.telegram.journal import event, warn
from bot.telegram.ladder import RUNGS, Attempt, gone, milder, too_long, unchanged
from bot.telegram.pacing import Preview, PreviewDropped, Record, seconds
from bot.telegram.wire import sendable, to_entities, to_markup

TOAST_LIMIT: Final = 200
"""Characters of the answer to a press, as the Bot API has it."""
LATER: Final = 30.0
"""Seconds to leave Telegram alone when it could not be reached for a while."""
_LONGEST_PAUSE: Final = 8.0
_PREVIEW_SECONDS: Final = 5.0
"""Seconds for what is worth nothing later."""
_PRESS_SECONDS: Final = 5.0
"""Seconds in which it is tried to answer a press; who pressed waits, and Telegram takes no answer after some more."""
_REMEMBERED: Final = 1024
"""Messages of which is known what they show."""
FRESH: Final = 10.0
"""Seconds in which it is taken for true; later somebody may have deleted the message, which only an edit tells."""
_NO_LINK_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
_LEAST: Final = 200
"""UTF-16 units; a message of fewer isn't too long for anything."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Sent:
    """It is there: its number, and its chat, which is another one where a group was upgraded meanwhile.

    Of a message that had to go in pieces, the number of the last.
    """

    message_id: int
    chat: int


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may be there, or part of it; `why` is the kind of the error. Must not be sent again unasked."""

    why: str


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """It will never be there: the bot is "blocked", the chat is "gone", or Telegram "refused" every form of it."""

    why: Literal["blocked", "gone", "refused"]


@dataclass(frozen=True, slots=True)
class Later:
    """It is certainly not there, and can be sent again after so many seconds."""

    seconds: float


Result = Sent | Unsure | Undeliverable | Later


async def _nothing(*_chats: int) -> None:
    """For who need not hear of it."""


class Sender:
    """See the module. The bot must have a Pacer as its rate limiter."""

    def __init__(
        self,
        bot: ExtBot[Any],
        *,
        on_migrated: Callable[[int, int], Awaitable[object]] = _nothing,
        on_blocked: Callable[[int], Awaitable[object]] = _nothing,
        patience: float = 60.0,
        backoff: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`on_migrated`: told a group's old and new id. `on_blocked`: told a chat where nothing can be sent any more.
        `patience`: seconds in which what was not done is tried again, the first time after `backoff`.
        """
        self._bot = bot
        self._on_migrated = on_migrated
        self._on_blocked = on_blocked
        self._patience = patience
        self._backoff = backoff
        self._clock = clock
        self._sleep = sleep
        self._shown: OrderedDict[tuple[int, int], tuple[bytes, float]] = OrderedDict()

    async def send(
        self,
        chat: int,
        thread: int,
        message: Message,
        *,
        reply_to: int | None = None,
        silent: bool = False,
        record: Record | None = None,
    ) -> Result:
        """Send a message; raises nothing of Telegram's. `record` hears of every request before it is made."""
        return await self._send(Attempt(chat, thread, message, reply_to, silent), record)

    async def edit(self, chat: int, message_id: int, message: Message, *, preview: bool = False) -> bool:
        """Make a message show this; False where it isn't there any more or can't be made to.

        `preview`: it only shows how work goes on, and is left out when the chat has to wait.
        """
        digest = _digest(message)
        shown, since = self._shown.get((chat, message_id), (b"", 0.0))
        if shown == digest and self._clock() < since + FRESH:
            return True
        attempt = Attempt(chat, 0, message)
        for _ in range(RUNGS):
            try:
                await self._insist(partial(self._edit, attempt, message_id, "preview" if preview else None), twice=True)
            except BAD_REPLY as error:
                if not unchanged(error):
                    other = milder(error, attempt)
                    if other is None:
                        return await self._edit_failed(chat, error)
                    attempt = other
                    continue
            self._remember(chat, message_id, digest)
            return True
        return False

    async def edit_keyboard(self, chat: int, message_id: int, keyboard: Keyboard) -> bool:
        """Put other buttons under a message; False where it isn't there any more."""
        self._shown.pop((chat, message_id), None)
        markup = to_markup(keyboard)
        call = partial(self._bot.edit_message_reply_markup, chat_id=chat, message_id=message_id, reply_markup=markup)
        try:
            await self._insist(call, twice=True)
        except BAD_REPLY as error:
            return unchanged(error) or await self._edit_failed(chat, error)
        return True

    async def answer_press(self, query: CallbackQuery, text: str = "", alert: bool = False) -> None:
        """Let a pressed button come to rest, with a sentence over the chat where there is one."""
        call = partial(self._bot.answer_callback_query, query.id, text=_toast(text) or None, show_alert=alert or None)
        try:
            await self._insist(call, twice=True, patience=_PRESS_SECONDS)
        except BAD_REPLY as error:  # it was pressed too long ago, before a restart perhaps
            _failed("answerCallbackQuery", error)

    async def typing(self, chat: int, thread: int) -> bool:
        """Show for some seconds that the bot is at work; False where that failed."""
        try:
            await self._bot.send_chat_action(
                chat, ChatAction.TYPING, message_thread_id=thread or None, read_timeout=_PREVIEW_SECONDS
            )
        except BAD_REPLY as error:
            _failed("sendChatAction", error)
            if isinstance(error, Forbidden):
                await self._on_blocked(chat)
            return False
        return True

    async def draft(
        self, chat: int, thread: int, draft_id: int, text: str, entities: Sequence[Entity] = (), can_stop: bool = True
    ) -> bool:
        """Show what a message will be like, in a private chat; False where that failed. `can_stop`: with a button."""
        try:
            await self._bot.send_message_draft(
                chat,
                draft_id,
                sendable(text),
                message_thread_id=thread or None,
                entities=to_entities(entities) or None,
                api_kwargs={"can_stop": True} if can_stop else None,
                read_timeout=_PREVIEW_SECONDS,
            )
        except BAD_REPLY as error:
            _failed("sendMessageDraft", error)
            return False
        return True

    async def _send(self, attempt: Attempt, record: Record | None) -> Result:
        for _ in range(RUNGS):
            try:
                message_id = await self._insist(partial(self._request, attempt, record), twice=False, record=record)
            except ChatMigrated as migration:
                await self._on_migrated(attempt.chat, migration.new_chat_id)
                # In the new chat the number of the message that was replied to is another's.
                attempt = replace(attempt, chat=migration.new_chat_id, reply_to=None)
            except Forbidden:
                await self._on_blocked(attempt.chat)
                return Undeliverable("blocked")
            except RetryAfter as refusal:
                return Later(seconds(refusal))
            except BAD_REPLY as error:
                if too_long(error):
                    return await self._send_in_pieces(attempt, record)
                other = milder(error, attempt)
                if other is None:
                    return _given_up(error)
                warn("message in a milder form", error=kind_of(error))
                attempt = other
            else:
                self._remember(attempt.chat, message_id, _digest(attempt.message))
                return Sent(message_id, attempt.chat)
        return Undeliverable("refused")

    async def _send_in_pieces(self, attempt: Attempt, record: Record | None) -> Result:
        length = units(attempt.message.text)
        pieces = split(attempt.message, length // 2) if length >= _LEAST else []
        if not pieces:
            return Undeliverable("refused")
        result: Result = Later(0.0)
        unsure: Unsure | None = None
        for number, piece in enumerate(pieces):
            reply_to = attempt.reply_to if number == 0 else None
            result = await self._send(replace(attempt, message=piece, reply_to=reply_to), record)
            if isinstance(result, Unsure):
                unsure = result
            elif not isinstance(result, Sent):
                # All of it again would show twice what is there.
                return Unsure("in part") if number and isinstance(result, Later) else result
        return unsure or result

    async def _request(self, attempt: Attempt, record: Record | None) -> int:
        reply = ReplyParameters(attempt.reply_to, allow_sending_without_reply=True) if attempt.reply_to else None
        message = await self._bot.send_message(
            attempt.chat,
            sendable(attempt.message.text),
            entities=to_entities(attempt.message.entities) or None,
            reply_markup=to_markup(attempt.message.keyboard),
            reply_parameters=reply,
            message_thread_id=attempt.thread or None,
            disable_notification=attempt.silent or None,
            link_preview_options=_NO_LINK_PREVIEW,
            rate_limit_args=record,
        )
        return message.message_id

    async def _edit(self, attempt: Attempt, message_id: int, limit: Preview | None) -> object:
        return await self._bot.edit_message_text(
            sendable(attempt.message.text),
            chat_id=attempt.chat,
            message_id=message_id,
            entities=to_entities(attempt.message.entities) or None,
            reply_markup=to_markup(attempt.message.keyboard),
            link_preview_options=_NO_LINK_PREVIEW,
            rate_limit_args=limit,
        )

    async def _edit_failed(self, chat: int, error: Exception) -> bool:
        _failed("editMessage", error)
        if isinstance(error, Forbidden):
            await self._on_blocked(chat)
        return False

    async def _insist(
        self,
        call: Callable[[], Awaitable[_T]],
        *,
        twice: bool,
        record: Record | None = None,
        patience: float | None = None,
    ) -> _T:
        """What the call returns; called again, while patience lasts, where it was not done, and with `twice` also where
        that is unknown. Raises the last error.
        """
        end = self._clock() + (self._patience if patience is None else patience)
        pause = self._backoff
        while True:
            try:
                return await call()
            except BAD_REPLY as error:
                fate = fate_of(error)
                if record is not None and fate != "unknown":
                    await record.not_done()
                # The pacer has the last word on when there is a turn.
                waited = isinstance(error, RetryAfter | PreviewDropped)
                again = not waited and (twice if fate == "unknown" else fate == "not_done")
                if not again or self._clock() + pause > end:
                    raise
                event("request repeated", error=kind_of(error))
            await self._sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _remember(self, chat: int, message_id: int, digest: bytes) -> None:
        self._shown[chat, message_id] = digest, self._clock()
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)


def _digest(message: Message) -> bytes:
    return hashlib.sha256(repr(message).encode("utf-8", "surrogatepass")).digest()


def _toast(text: str) -> str:
    text = sendable(text)
    if units(text) <= TOAST_LIMIT:
        return text
    text = text[: TOAST_LIMIT - 1]
    while units(text) >= TOAST_LIMIT:
        text = text[:-1]
    return text + "…"


def _failed(method: str, error: Exception) -> None:
    if not isinstance(error, PreviewDropped):  # which was on purpose
        event("request failed", method=method, error=kind_of(error))


def _given_up(error: Exception) -> Result:
    """What is to be said of a message that was not sent, and is not tried again now."""
    fate = fate_of(error)
    event("message not sent", error=kind_of(error), fate=fate)
    if fate == "unknown":
        return Unsure(kind_of(error))
    if isinstance(error, BadRequest):
        return Undeliverable("gone" if gone(error) else "refused")
    return Later(LATER)  # out of reach; or the token is refused, which says nothing of the message
