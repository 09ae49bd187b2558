"""The /commands, and the buttons that belong to them."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Awaitable, Callable

from telegram import CallbackQuery, Update
from telegram import Message as TelegramMessage
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot import filters
from bot.errors import BadFilter, FootnoteError, named
from bot.render.kept import Kept
from bot.render.telegram.lists import archive_messages, sources_message
from bot.render.telegram.message import Message
from bot.render.telegram.presses import Press
from bot.render.telegram.source import source_message
from bot.telegram import privacy
from bot.telegram.commands import find_command, help_text, parse_command, unknown_command
from bot.telegram.desk import conversation
from bot.telegram.documents import Documents
from bot.telegram.handlers.admitting import Admitting
from bot.telegram.handlers.asking import Asking
from bot.telegram.journal import fault
from bot.telegram.language import AUTO, language_message, language_set, read_language
from bot.telegram.privacy import person_key
from bot.telegram.services import Services
from bot.telegram.starting import read_payload, start_message
from bot.telegram.statistics import people_text, statistics_text
from bot.telegram.texts import Texts
from bot.telegram.wire import Party, party_of
from retrieval.errors import RetrievalError, UnknownArticle
from retrieval.types import Filter

_ID = re.compile(r"-?\d{1,18}", re.ASCII)
_PERSONAL = ("language", "forget")
"""Buttons that are for who sent the command alone."""
_Handler = Callable[["_Said"], Awaitable[None]]


class _Said:
    """A command that is to be obeyed: by whom and where, its argument, the interface's sentences."""

    __slots__ = ("argument", "message", "party", "replied", "update", "words")

    def __init__(self, update: Update, message: TelegramMessage, party: Party, argument: str, words: Texts) -> None:
        self.update = update
        self.message = message
        self.party = party
        self.argument = argument
        self.words = words
        self.replied = message.reply_to_message


class Commanding:
    """See the module."""

    def __init__(self, services: Services, asking: Asking, admitting: Admitting, documents: Documents) -> None:
        self._services = services
        self._asking = asking
        self._admitting = admitting
        self._documents = documents
        self.handlers: dict[str, _Handler] = {
            "ask": self._ask,
            "sources": self._sources,
            "source": self._source,
            "stop": self._stop,
            "reset": self._reset,
            "filter": self._filter,
            "lang": self._lang,
            "feedback": self._feedback,
            "privacy": self._privacy,
            "forget": self._forget,
            "help": self._help,
            "start": self._start,
            "pair": self._pair,
            "people": self._people,
            "add": self._add,
            "stats": self._stats,
        }

    async def on_command(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A /command; one that there is not gets a hint in private, silence in a group."""
        message, party = update.effective_message, party_of(update)
        if message is None or party is None:
            return
        command = parse_command(message.text or "", message.entities, self._services.username)
        if command is None:
            return
        name, argument = command
        words = await self._services.words(party)
        admin = self._services.access.is_admin(party.person)
        if find_command(name, admin=admin, private=party.private) is None:
            if party.private:
                await self._say(party, message, Message(unknown_command(words, name)))
            return
        await self.handlers[name](_Said(update, message, party, argument, words))

    async def on_other(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """The Stop button of a draft, which the library does not know; whatever else is new is passed over."""
        stopped = update.api_kwargs.get("stopped_message_generation")
        if not isinstance(stopped, dict):
            return
        chat, draft = stopped.get("chat"), stopped.get("draft_id")
        if isinstance(chat, dict) and isinstance(chat.get("id"), int) and isinstance(draft, int):
            self._services.desk.stop(chat["id"], number=draft)

    async def on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A handler failed: the person gets a sentence and a number, the log the traceback under that number."""
        error, number = context.error, secrets.token_hex(3)
        if error is None:
            return
        fault("a handler failed", error, number=number)
        failure = named(error) if isinstance(error, FootnoteError | RetrievalError) else None
        self._services.metrics.failed(failure.code if failure else "unexpected")
        party = party_of(update) if isinstance(update, Update) else None
        if not isinstance(update, Update) or party is None:
            return
        words = await self._services.words(party)
        if update.callback_query is not None:
            await self._services.sender.answer_press(update.callback_query, words("chat.fault", error=number))
        elif update.message is not None and not isinstance(error, TelegramError):
            # Where Telegram itself fails, one more message helps nobody.
            told = Message(words("chat.fault", error=number))
            await self._services.sender.send(party.chat, party.thread, told, reply_to=update.message.message_id)

    async def on_press(self, update: Update, query: CallbackQuery, party: Party, pressed: Press) -> None:
        """A button that belongs to a command."""
        actions = {
            "example": self._on_example,
            "language": self._on_language,
            "forget": self._on_forget,
            "pair": self._on_pair,
        }
        if pressed.action in _PERSONAL and not party.private and _asker(query) not in (None, party.person):
            words = await self._services.words(party)
            await self._services.sender.answer_press(query, words("chat.not_yours"))
            return
        await actions[pressed.action](update, query, party, pressed)

    async def _ask(self, said: _Said) -> None:
        text = self._asking.in_group(said.message) if not said.party.private else said.argument
        if not text and said.replied is not None:  # /ask as a reply to somebody's words asks these
            text = said.replied.text or ""
        if text:
            await self._asking.ask(said.update.update_id, said.party, said.message, text)
        else:
            await self._say(said.party, said.message, Message(said.words("chat.ask_how")))

    async def _sources(self, said: _Said) -> None:
        kept = await self._replied_answer(said)
        if kept is not None:
            await self._say(said.party, said.message, sources_message(kept, said.words))
            return
        for message in archive_messages(await self._services.pool.articles(), said.words):
            await self._say(said.party, said.message, message)

    async def _source(self, said: _Said) -> None:
        services, party = self._services, said.party
        kept = await self._replied_answer(said)
        if kept is None:
            last = await services.keep(services.store.messages.last_answer, party.chat, party.thread)
            kept = await self._kept(party.chat, last) if last is not None else None
        if kept is None:
            await self._say(party, said.message, Message(said.words("chat.no_answer_yet")))
            return
        wanted = said.argument.strip("[] ") or "1"
        cited = kept.cited(int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else None
        if cited is None:
            known = ", ".join(f"[{one.n}]" for one in kept.shown) or "–"
            await self._say(party, said.message, Message(said.words("chat.no_source", known=known)))
            return
        try:
            article = await services.pool.article(cited.article)
        except UnknownArticle:
            article = None
        await self._say(party, said.message, source_message(kept, cited.n, article, said.words))

    async def _stop(self, said: _Said) -> None:
        services, party = self._services, said.party
        waiting = await services.desk.drop(party.chat, party.person)
        stopped = services.desk.stop(party.chat, party.person)  # each says so itself, in reply to its question
        if waiting or not stopped:
            key = "chat.waiting_cancelled" if waiting else "chat.nothing_runs"
            await self._say(party, said.message, Message(said.words(key)))

    async def _reset(self, said: _Said) -> None:
        services, party = self._services, said.party
        key, person = conversation(party.chat, party.thread), person_key(party.person)
        await services.keep(services.conversations.reset, key, person)
        await self._say(party, said.message, Message(said.words("chat.begun_anew")))

    async def _filter(self, said: _Said) -> None:
        """Say which articles are searched in this chat and thread; without an argument, show it."""
        services, party = self._services, said.party
        store, at = services.store.filters, (party.chat, party.thread)
        try:
            if said.argument.lower() in filters.OFF:
                await services.keep(store.set, *at, Filter())
            elif said.argument:
                wanted = await services.pool.settled(filters.read(said.argument))
                await services.keep(store.set, *at, wanted)
        except BadFilter as error:
            await self._say(party, said.message, Message(said.words("filter.wrong", reason=error.message)))
            return
        told = await services.pool.told(await services.keep(store.get, *at), said.words.language)
        text = "\n".join([*told, said.words("filter.how")] if told else [said.words("filter.none")])
        await self._say(party, said.message, Message(text))

    async def _lang(self, said: _Said) -> None:
        choice = read_language(said.argument)
        if choice is None:
            await self._say(said.party, said.message, language_message(said.words, wrong=bool(said.argument)))
            return
        words = await self._choose_language(said.party, choice)
        await self._say(said.party, said.message, Message(language_set(words, choice)))

    async def _on_language(self, _update: Update, query: CallbackQuery, party: Party, pressed: Press) -> None:
        choice = read_language(pressed.arguments[0])
        if choice is None:
            await self._services.sender.answer_press(query)
            return
        words = await self._choose_language(party, choice)
        await self._replace(query, party, language_set(words, choice))

    async def _choose_language(self, party: Party, choice: str) -> Texts:
        services = self._services
        chosen = None if choice == AUTO else choice
        await services.keep(services.store.people.set_language, party.person, chosen)
        return await services.words(party)

    async def _feedback(self, said: _Said) -> None:
        services, party = self._services, said.party
        if not said.argument:
            await self._say(party, said.message, Message(said.words("chat.feedback_how")))
            return
        answer = await self._answer_id(said)
        await services.keep(services.store.feedback.remark, party.person, said.argument, time.time(), answer or "")
        await self._say(party, said.message, Message(said.words("chat.feedback_kept")))

    async def _privacy(self, said: _Said) -> None:
        await self._say(said.party, said.message, privacy.privacy_message(said.words, self._services.settings))

    async def _forget(self, said: _Said) -> None:
        await self._say(said.party, said.message, privacy.confirm_message(said.words))

    async def _on_forget(self, _update: Update, query: CallbackQuery, party: Party, pressed: Press) -> None:
        services, words = self._services, await self._services.words(party)
        if pressed.arguments[0] != "yes":
            await self._replace(query, party, privacy.cancelled_text(words))
            return
        # What is being answered would be written down after everything was deleted.
        await services.desk.forget(party.person)
        forgotten = await services.keep(privacy.forget, services.store, services.conversations, party.person)
        await self._replace(query, party, privacy.forgotten_text(words, forgotten))

    async def _help(self, said: _Said) -> None:
        admin = self._services.access.is_admin(said.party.person)
        await self._say(said.party, said.message, help_text(said.words, admin=admin, group=not said.party.private))

    async def _start(self, said: _Said) -> None:
        asked = read_payload(said.argument)
        if asked is not None:
            await self._asking.ask(said.update.update_id, said.party, said.message, asked)
            return
        pool = self._services.pool
        examples, archive = await pool.examples(said.words.language), await pool.archive()
        await self._say(said.party, said.message, start_message(said.words, examples, archive.articles))

    async def _on_example(self, update: Update, query: CallbackQuery, party: Party, _pressed: Press) -> None:
        """The question is the button's own label: other examples may have been found since."""
        await self._services.sender.answer_press(query)
        message = query.message
        if isinstance(message, TelegramMessage) and message.reply_markup is not None:
            buttons = [button for row in message.reply_markup.inline_keyboard for button in row]
            label = next((button.text for button in buttons if button.callback_data == query.data), "")
            await self._asking.ask(update.update_id, party, message, label)

    async def _pair(self, said: _Said) -> None:
        await self._admitting.on_code(said.party, said.message, said.argument, said.words)

    async def _on_pair(self, _update: Update, query: CallbackQuery, party: Party, pressed: Press) -> None:
        await self._admitting.on_press(query, party, pressed)

    async def _people(self, said: _Said) -> None:
        """Who may use the bot; "/people remove 123" takes back what a code gave."""
        services = self._services
        word, _, whom = said.argument.partition(" ")
        if word.lower() in ("remove", "retirer") and _ID.fullmatch(whom.strip()):
            removed = await services.keep(services.access.remove, int(whom))
            told = said.words("chat.removed" if removed else "chat.not_removed", whom=whom.strip())
        else:
            told = await services.keep(
                people_text, services.store, services.access, services.settings.listed, said.words
            )
        await self._say(said.party, said.message, Message(told))

    async def _add(self, said: _Said) -> None:
        await self._documents.on_add(said.update, said.party, said.argument)

    async def _stats(self, said: _Said) -> None:
        services = self._services
        told = await services.keep(statistics_text, services.store, services.desk.queue, time.time(), said.words)
        await self._say(said.party, said.message, Message(told))

    async def _replied_answer(self, said: _Said) -> Kept | None:
        """The answer that a command replies to."""
        answer = await self._answer_id(said)
        return await self._kept(said.party.chat, answer) if answer is not None else None

    async def _answer_id(self, said: _Said) -> str | None:
        if said.replied is None:
            return None
        services = self._services
        return await services.keep(services.store.messages.answer_of, said.party.chat, said.replied.message_id)

    async def _kept(self, chat: int, answer_id: str) -> Kept | None:
        services = self._services
        turn = await services.keep(services.conversations.find, answer_id, conversation(chat, 0).chat)
        return Kept.read(turn.outcome, turn.at) if turn is not None else None

    async def _say(self, party: Party, message: TelegramMessage, answer: Message) -> None:
        await self._services.sender.send(party.chat, party.thread, answer, reply_to=message.message_id)

    async def _replace(self, query: CallbackQuery, party: Party, text: str) -> None:
        """Put a sentence in the place of the message with the button."""
        await self._services.sender.answer_press(query)
        if query.message is not None:
            await self._services.sender.edit(party.chat, query.message.message_id, Message(text))


def _asker(query: CallbackQuery) -> int | None:
    """Who sent the command that the message with the button replies to, as far as Telegram tells."""
    message = query.message
    replied = message.reply_to_message if isinstance(message, TelegramMessage) else None
    sender = replied.sender_chat or replied.from_user if replied is not None else None
    return sender.id if sender is not None else None
