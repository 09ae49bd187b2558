"""Buttons: from any answer to its passages, its evidence and how it was found, and what people think of it.

Every press is answered first, so that no button spins. What it opens is one message beside the answer, the panel, which
each further press edits. The answers are looked up where they are kept: buttons work after a restart, and expire when
the answer is forgotten.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary

from telegram import CallbackQuery, MaybeInaccessibleMessage, Update
from telegram import Message as TelegramMessage
from telegram.ext import ContextTypes

from bot.render.kept import Kept
from bot.render.telegram.answer import Vote, answer_keyboard, answer_messages
from bot.render.telegram.evidence import evidence_message
from bot.render.telegram.message import Message
from bot.render.telegram.presses import read_press
from bot.render.telegram.source import source_message
from bot.render.telegram.why import why_message
from bot.telegram.documents import Documents
from bot.telegram.handlers.asking import Asking
from bot.telegram.handlers.commanding import Commanding
from bot.telegram.sending import Sent
from bot.telegram.services import Services
from bot.telegram.store.feedback import REASONS
from bot.telegram.texts import Texts
from bot.telegram.wire import Party, party_of, to_markup
from retrieval.errors import UnknownArticle
from retrieval.types import Article

VOTES: Final[Mapping[str, Vote]] = {"up": "up", "down": "down"}


class Expired(Exception):
    """What a button belongs to is not kept any more."""


@dataclass(frozen=True, slots=True)
class _Pressed:
    """A press that is to be acted on: whose it is, on which message of the bot, and its arguments.

    Of a message of long ago Telegram may tell nothing but where it is.
    """

    update: int
    query: CallbackQuery
    party: Party
    message: MaybeInaccessibleMessage
    arguments: tuple[str, ...]
    words: Texts

    @property
    def answer_id(self) -> str:
        """The answer that the button belongs to."""
        return self.arguments[0]

    def number(self, index: int = 1) -> int:
        """An argument that is a number. Raises Expired for what is none: no button of ours says that."""
        try:
            return int(self.arguments[index])
        except (IndexError, ValueError) as error:
            raise Expired from error


class Pressing:
    """See the module."""

    def __init__(self, services: Services, asking: Asking, commanding: Commanding, documents: Documents) -> None:
        self._services = services
        self._asking = asking
        self._commanding = commanding
        self._documents = documents
        self._locks: WeakValueDictionary[tuple[int, str], asyncio.Lock] = WeakValueDictionary()
        self._actions: dict[str, Callable[[_Pressed], Awaitable[None]]] = {
            "source": self._source,
            "evidence": self._evidence,
            "why": self._why,
            "vote": self._vote,
            "reason": self._reason,
            "again": self._again,
            "continue": self._continue,
            "suggested": self._suggested,
        }

    async def on_press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A button was pressed."""
        query, party = update.callback_query, party_of(update)
        services = self._services
        if query is not None and party is None:  # under a message in a chat that the bot isn't in
            await services.sender.answer_press(query)
        if query is None or party is None:
            return
        words = await services.words(party)
        pressed = read_press(query.data or "")
        message = query.message
        if pressed is None or message is None or not pressed.arguments:
            await services.sender.answer_press(query, words("chat.expired"))
            return
        press = _Pressed(update.update_id, query, party, message, pressed.arguments, words)
        if pressed.action == "upload":
            question = await self._documents.on_press(query, party, pressed.arguments)
            if question is not None:
                await self._asking.ask(update.update_id, party, message, question)
            return
        if pressed.action not in self._actions:
            await self._commanding.on_press(update, query, party, pressed)
            return
        try:
            await self._actions[pressed.action](press)
        except Expired:
            await services.sender.answer_press(query, words("chat.expired"))

    async def _source(self, press: _Pressed) -> None:
        """The passage behind [n]."""
        kept, number = await self._kept(press), press.number()
        cited = kept.cited(number)
        if cited is None:
            raise Expired
        await self._services.sender.answer_press(press.query)
        await self._open(press, source_message(kept, number, await self._article(cited.article), press.words))

    async def _evidence(self, press: _Pressed) -> None:
        """Claim by claim, what it rests on."""
        kept, at = await self._kept(press), press.number()
        if kept.claims and not 0 <= at < len(kept.claims):
            raise Expired
        await self._services.sender.answer_press(press.query)
        articles = {one: await self._article(one) for one in {cited.article for cited in kept.shown}}
        await self._open(press, evidence_message(kept, at, articles.get, press.words))

    async def _why(self, press: _Pressed) -> None:
        """How the answer was found, and what was left out."""
        kept = await self._kept(press)
        await self._services.sender.answer_press(press.query)
        shown = {one.article for one in kept.how.left_out} | {hit.article for hit in kept.how.hits}
        articles = {one: await self._article(one) for one in shown}
        await self._open(press, why_message(kept, press.words, articles.get))

    async def _open(self, press: _Pressed, message: Message) -> None:
        """Show this in the answer's panel: the one there is, else a new one."""
        services, party = self._services, press.party
        lock = self._locks.setdefault((party.chat, press.answer_id), asyncio.Lock())
        async with lock:  # of two quick presses, the second edits what the first opened
            panels = await services.keep(services.store.messages.ids, press.answer_id, "panel", party.chat)
            if panels and await services.sender.edit(party.chat, panels[-1], message):
                return
            result = await services.sender.send(
                party.chat, party.thread, message, reply_to=press.message.message_id, silent=True
            )
            if isinstance(result, Sent):
                await services.keep(
                    services.store.messages.add, result.chat, result.message_id, press.answer_id, "panel", time.time()
                )

    async def _vote(self, press: _Pressed) -> None:
        """A thumb up or down; down asks for a reason."""
        kept, verdict = await self._kept(press), VOTES.get(press.arguments[-1])
        if verdict is None:
            raise Expired
        services, person = self._services, press.party.person
        before = await services.keep(services.store.feedback.of, kept.id, person)
        again = before is not None and before.verdict == verdict
        given = None if again else verdict
        await services.keep(services.store.vote, press.update, kept.id, person, given, time.time())
        if again:
            await services.sender.answer_press(press.query, press.words("chat.taken_back"))
            await self._mark(press, kept, None, reasons=False)
            return
        thanks = "chat.thanks" if verdict == "up" else "chat.which_reason"
        await services.sender.answer_press(press.query, press.words(thanks))
        await self._mark(press, kept, verdict, reasons=verdict == "down")

    async def _reason(self, press: _Pressed) -> None:
        """Why an answer was no good."""
        kept, reason = await self._kept(press), press.arguments[-1]
        if reason not in REASONS:
            raise Expired
        services = self._services
        await services.keep(services.store.feedback.reason, kept.id, press.party.person, reason, time.time())
        await services.sender.answer_press(press.query, press.words("chat.thanks"))
        await self._mark(press, kept, "down", reasons=False)

    async def _mark(self, press: _Pressed, kept: Kept, voted: Vote | None, *, reasons: bool) -> None:
        """Show the choice in the buttons of the pressed message; in a group it is not shown, being one of many."""
        keyboard = answer_keyboard(
            kept,
            press.words,
            voted=voted if press.party.private else None,
            more=_continues(press.message),
            reasons=reasons,
        )
        shown = press.message.reply_markup if isinstance(press.message, TelegramMessage) else None
        if to_markup(keyboard) != shown:
            await self._services.sender.edit_keyboard(press.party.chat, press.message.message_id, keyboard)

    async def _again(self, press: _Pressed) -> None:
        """Show an answer that may have been lost, in the place of the message that says so."""
        kept, services = await self._kept(press), self._services
        await services.sender.answer_press(press.query)
        message = answer_messages(kept, press.words, most=1)[0]
        if await services.sender.edit(press.party.chat, press.message.message_id, message):
            await services.keep(
                services.store.messages.add,
                press.party.chat,
                press.message.message_id,
                press.answer_id,
                "answer",
                time.time(),
            )

    async def _continue(self, press: _Pressed) -> None:
        """The rest of a long answer, in a message of its own."""
        kept, first, services = await self._kept(press), press.number(), self._services
        await services.sender.answer_press(press.query)
        # Without its button, so that a second press does not bring the same again.
        keyboard = answer_keyboard(kept, press.words)
        await services.sender.edit_keyboard(press.party.chat, press.message.message_id, keyboard)
        for message in answer_messages(kept, press.words, first=first):
            result = await services.sender.send(
                press.party.chat, press.party.thread, message, reply_to=press.message.message_id
            )
            if isinstance(result, Sent):
                await services.keep(
                    services.store.messages.add, result.chat, result.message_id, press.answer_id, "answer", time.time()
                )

    async def _suggested(self, press: _Pressed) -> None:
        """Ask one of the questions that were offered."""
        kept = await self._kept(press)
        offered = kept.suggested[press.number() : press.number() + 1]
        if not offered:
            raise Expired
        await self._services.sender.answer_press(press.query)
        await self._asking.ask(press.update, press.party, press.message, offered[0], parent=press.answer_id)

    async def _kept(self, press: _Pressed) -> Kept:
        """The answer a button belongs to, as it is kept. Raises Expired."""
        services = self._services
        turn = await services.keep(services.conversations.find, press.answer_id, f"telegram:{press.party.chat}")
        if turn is None:
            raise Expired
        return Kept.read(turn.outcome, turn.at)

    async def _article(self, article_id: str) -> Article | None:
        try:
            return await self._services.pool.article(article_id)
        except UnknownArticle:
            return None


def _continues(message: MaybeInaccessibleMessage) -> int | None:
    """The part that the Continue button of a message brings, where it is known to have one."""
    markup = message.reply_markup if isinstance(message, TelegramMessage) else None
    rows = markup.inline_keyboard if markup is not None else ()
    for button in (button for row in rows for button in row):
        pressed = read_press(button.callback_data) if isinstance(button.callback_data, str) else None
        if pressed is not None and pressed.action == "continue":
            return int(pressed.arguments[-1])
    return None
