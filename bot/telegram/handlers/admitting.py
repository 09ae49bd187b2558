"""The gate before all other handlers, and what lets people through it: codes, and an admin's word on them.

Whoever may not use the bot is told, once a day, how to be let in. `access` decides; this asks it and says what it said.
"""

from __future__ import annotations

from telegram import CallbackQuery, Update
from telegram import Message as TelegramMessage
from telegram.ext import ApplicationHandlerStop, ContextTypes

from bot.render.telegram.message import Message
from bot.render.telegram.presses import Press
from bot.telegram.access import Allowed, Expired, Paired, Refused, UnknownCode
from bot.telegram.commands import parse_command
from bot.telegram.handlers.asking import Asking
from bot.telegram.language import interface_language
from bot.telegram.menus import admin_menu
from bot.telegram.pairing import decision_message, note_message, telling_message, verdict_text
from bot.telegram.services import Services
from bot.telegram.texts import Texts, texts
from bot.telegram.wire import Party, party_of

_ASKS_TO_BE_LET_IN = ("start", "pair")
_REMEMBERED = 1000
"""People whose app's language is remembered, for when they are told something that they did not just ask."""


class Admitting:
    """See the module."""

    def __init__(self, services: Services, asking: Asking) -> None:
        self._services = services
        self._asking = asking
        self._menus: set[int] = set()
        self._apps: dict[int, str | None] = {}

    async def on_update(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let an update through to the handlers, or raise ApplicationHandlerStop."""
        party = party_of(update)
        message = update.message
        moved = message is not None and message.migrate_from_chat_id is not None
        if party is None or update.my_chat_member is not None or moved:
            return  # an inline query asks for itself; where the bot is a member, and a group's id, nobody has to allow
        services = self._services
        if message is not None and party.private and await self._claims(party, message):
            self._remember(party.person, party)
            self._show_menu(party.person, context)
            raise ApplicationHandlerStop
        allowed = await services.keep(services.access.may, party.person, party.chat, party.private)
        if isinstance(allowed, Allowed):
            if allowed.admin and party.private:
                self._remember(party.person, party)
                self._show_menu(party.person, context)
            return
        if update.callback_query is not None:
            words = await services.words(party)
            await services.sender.answer_press(update.callback_query, words("access.not_listed"))
        elif message is not None:
            await self._tell(party, message)
        raise ApplicationHandlerStop

    async def on_code(self, party: Party, message: TelegramMessage, code: str, words: Texts) -> None:
        """/pair: an admin lets in whoever was given this code."""
        if not code.isdigit():
            told = Message(words("access.how_to_pair"))
        else:
            told = await self._decide(party, code, True, words)
        await self._services.sender.send(party.chat, party.thread, told, reply_to=message.message_id)

    async def on_press(self, query: CallbackQuery, party: Party, pressed: Press) -> None:
        """An admin's word by button, under the note about a request."""
        services, words = self._services, await self._services.words(party)
        await services.sender.answer_press(query)
        if len(pressed.arguments) == 2 and query.message is not None:
            told = await self._decide(party, pressed.arguments[0], pressed.arguments[1] == "yes", words)
            await services.sender.edit(party.chat, query.message.message_id, told)

    def _show_menu(self, admin: int, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Give an admin their menu, once; Telegram knows no chat of theirs with the bot before they write in it."""
        if admin not in self._menus:
            self._menus.add(admin)
            context.application.create_task(admin_menu(context.bot, admin))

    async def _claims(self, party: Party, message: TelegramMessage) -> bool:
        """Whether this is the code printed at the start: its sender runs the bot from now on."""
        services, text = self._services, message.text or ""
        if not services.access.may_claim(text) or not await services.keep(services.access.claim, text, party.person):
            return False
        words = await services.words(party)
        told = Message(words("access.claimed"))
        await services.sender.send(party.chat, party.thread, told, reply_to=message.message_id)
        return True

    async def _tell(self, party: Party, message: TelegramMessage) -> None:
        """How to be let in; in a group only where the bot was spoken to."""
        services = self._services
        command = parse_command(message.text or "", message.entities, services.username)
        if not party.private and command is None and self._asking.in_group(message) is None:
            return
        asked = command is not None and command[0] in _ASKS_TO_BE_LET_IN
        chat, user = message.chat, message.from_user
        name = (user.full_name if user is not None else "") if party.private else chat.title or ""
        telling = await services.keep(
            services.access.telling, party.person, party.chat, name, private=party.private, asked=asked
        )
        if telling is None:
            return
        words = await services.words(party)
        shown = telling_message(telling, words, group=not party.private)
        await services.sender.send(party.chat, party.thread, shown, reply_to=message.message_id)
        whom = party.person if party.private else party.chat
        self._remember(whom, party)
        for admin in telling.ask:
            theirs = texts(await self._language(admin))
            note = note_message(telling.code or "", name, whom, theirs, group=not party.private)
            await services.sender.send(admin, 0, note)

    async def _decide(self, party: Party, code: str, yes: bool, words: Texts) -> Message:
        """Carry out an admin's word, and tell those it is about; what the admin is told."""
        services = self._services
        decision = await services.keep(services.access.decide, code, party.person, yes)
        match decision:
            case Paired() | Refused():
                theirs = texts(await self._language(decision.person))
                await services.sender.send(decision.chat, 0, Message(verdict_text(decision, theirs)))
            case UnknownCode() | Expired():
                pass
        return decision_message(decision, words)

    async def _language(self, person: int) -> str:
        services = self._services
        chosen = (await services.keep(services.store.people.get, person)).language
        return interface_language(chosen, self._apps.get(person))

    def _remember(self, whom: int, party: Party) -> None:
        self._apps.pop(whom, None)
        self._apps[whom] = party.language_code
        if len(self._apps) > _REMEMBERED:
            del self._apps[next(iter(self._apps))]
