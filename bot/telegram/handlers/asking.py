"""Questions: a message in private, and in groups what is addressed to the bot. Takes them on; `desk` answers them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

from telegram import MaybeInaccessibleMessage, Update
from telegram import Message as TelegramMessage
from telegram.ext import ContextTypes

from bot import questions
from bot.errors import BadQuestion
from bot.render.telegram.message import Message
from bot.telegram.addressing import addressed
from bot.telegram.commands import parse_command
from bot.telegram.desk import NOTHING, Asked, Busy
from bot.telegram.documents import Documents
from bot.telegram.quotas import refusal
from bot.telegram.services import Services
from bot.telegram.wire import Party, party_of

EDITABLE: Final = 120.0
"""Seconds after which an edited question is left as it was answered."""


class Asking:
    """See the module."""

    def __init__(self, services: Services, documents: Documents) -> None:
        self._services = services
        self._documents = documents

    async def on_message(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A text that is no command: a question, where it is addressed to the bot."""
        message, party = update.effective_message, party_of(update)
        if message is None or party is None or not message.text or self._is_ours(message):
            return
        if party.private:
            if not await self._documents.takes(update):
                await self.ask(update.update_id, party, message, message.text)
            return
        text = self.in_group(message)
        if text is None:
            return
        if text:
            await self.ask(update.update_id, party, message, text)
        else:
            await self._say(party, message, "chat.ask_how")

    async def on_edited(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A question was edited: soon after it was asked it is answered anew, in the place of the answer; once."""
        message, party = update.edited_message, party_of(update)
        if message is None or party is None or not message.text:
            return
        services = self._services
        text = self._in_private(message) if party.private else self.in_group(message)
        job = await services.keep(services.store.jobs.by_message, party.chat, message.message_id)
        if not text or job is None or job.edits or job.person != party.person:
            return
        if time.time() - job.accepted_at > EDITABLE:
            return
        if await services.keep(services.store.jobs.reword, job.number, text):
            return
        answered = await services.keep(services.conversations.find, job.answer_id)
        if text == job.question or (answered is not None and text.split() == answered.typed.split()):
            return  # what changed was no word of it: a link's preview, say

        async def withdraw() -> int:
            await services.keep(services.store.jobs.finish, job.number, "cancelled")
            services.desk.stop(party.chat, number=job.number)
            answers = await services.keep(services.store.messages.ids, job.answer_id, "answer", party.chat)
            return answers[0] if len(answers) == 1 else 0  # of several, the later ones would still tell the old answer

        # Not from its own earlier wording, which is the newest answer there.
        parent = job.parent or (answered.parent or NOTHING if answered is not None else "")
        await self.ask(update.update_id, party, message, text, parent=parent, withdraw=withdraw)

    async def ask(
        self,
        update: int,
        party: Party,
        message: MaybeInaccessibleMessage,
        text: str,
        *,
        parent: str = "",
        withdraw: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        """Take a question on, or say why not. `message`: what the answer replies to; `parent`: as in Asked.

        `withdraw`: for one that is asked anew, lets go of it as it was asked before, once it is sure to be taken on;
        gives the message that the new answer replaces, else 0.
        """
        services = self._services
        words = await services.words(party)
        try:
            questions.read(text)
        except BadQuestion:
            key = "chat.too_long" if len(text) > questions.MAX_CHARACTERS else "chat.empty"
            await self._say(party, message, key, most=questions.MAX_CHARACTERS)
            return
        admin = services.access.is_admin(party.person)
        over = await services.keep(services.quotas.take, party.person, admin)
        if over is not None:
            sentence = Message(refusal(over, words))
            await services.sender.send(party.chat, party.thread, sentence, reply_to=message.message_id)
            return
        asked = Asked(
            update=update,
            chat=party.chat,
            thread=party.thread,
            person=party.person,
            private=party.private,
            message=message.message_id,
            text=text,
            language=words.language,
            parent=parent or await self._parent(party, message),
            anew=withdraw is not None,
            edits=await withdraw() if withdraw is not None else 0,
        )
        try:
            job = await services.desk.accept(asked)
        except Busy:
            await self._say(party, message, "chat.busy")
            return
        if job is not None:
            services.metrics.accepted("private" if party.private else "group")

    def _is_ours(self, message: TelegramMessage) -> bool:
        """Whether somebody has posted one of the bot's own inline results."""
        return message.via_bot is not None and message.via_bot.id == self._services.me

    def in_group(self, message: TelegramMessage) -> str | None:
        """What a group's message asks the bot; None when it is not for the bot, "" when it asks nothing."""
        return addressed(message, self._services.username, self._services.me)

    def _in_private(self, message: TelegramMessage) -> str | None:
        """What a private message asks; None where it is another command."""
        command = parse_command(message.text or "", message.entities, self._services.username)
        if command is None:
            return message.text
        return command[1] if command[0] == "ask" else None

    async def _parent(self, party: Party, message: MaybeInaccessibleMessage) -> str:
        """The answer that a message replies to, "" for none."""
        replied = message.reply_to_message if isinstance(message, TelegramMessage) else None
        if replied is None:
            return ""
        services = self._services
        return await services.keep(services.store.messages.answer_of, party.chat, replied.message_id) or ""

    async def _say(self, party: Party, message: MaybeInaccessibleMessage, key: str, **values: object) -> None:
        words = await self._services.words(party)
        answer = Message(words(key, **values))
        await self._services.sender.send(party.chat, party.thread, answer, reply_to=message.message_id)
