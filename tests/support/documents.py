"""A bot that takes documents, over the real python-telegram-bot and a small home with a real index."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from bot.render.telegram import message as shapes
from bot.render.telegram.presses import read_press
from bot.settings import Settings
from bot.telegram.documents import Documents
from bot.telegram.keeping import Keeper
from bot.telegram.sending import Sender
from bot.telegram.store import Store
from bot.telegram.texts import Texts, texts
from bot.telegram.wire import Party, party_of
from bot.uploads import Uploads
from tests.support.handling import handling
from tests.support.telegram import BotApi, Chat, Message

ADMIN, READER = 1, 7
BRIDGE = "A bridge for Varnholm\n\n4 May 2016\n\nThe bridge of stone was opened in May. It cost nine million crowns.\n"
PARAGRAPH = "The council of Varnholm met again on the question of the bridge, which had been closed since the spring. "


class World:
    """A home, a store, and the Bot API; the bot is started and ended at will."""

    def __init__(self, api: BotApi, settings: Settings) -> None:
        self.api = api
        self.settings = settings
        self.uploads = Uploads(settings)
        self.admin, self.reader = api.user(ADMIN, "Ada"), api.user(READER, "Rui", language_code="fr")
        self.chat, self.readers_chat = api.private(self.admin), api.private(self.reader)

    @contextmanager
    def bot(self, *, drained: float = 60.0, every: float = 0.02, within: float = 0.3) -> Iterator[None]:
        """The bot, with the handlers of documents and one that repeats what is to be asked."""

        async def setup(application: Application[Any, Any, Any, Any, Any, Any]) -> Callable[[], Awaitable[object]]:
            keep = Keeper()
            store = await keep(Store, self.settings.home / "telegram.sqlite")
            sender = Sender(application.bot)

            async def words(party: Party) -> Texts:
                return texts(party.language_code or "en")

            documents = Documents(
                application.bot, self.uploads, store.uploads, keep, sender, {ADMIN}.__contains__, words,
                every=every, within=within, pause=0.0,
            )  # fmt: skip

            async def ask(party: Party, text: str) -> None:
                await sender.send(party.chat, party.thread, shapes.Message(f"Asked: {text}"))

            async def on_text(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
                party = party_of(update)
                assert party is not None and update.message is not None and update.message.text is not None
                command, _, argument = update.message.text.partition(" ")
                if command == "/add":
                    await documents.on_add(update, party, argument)
                elif not await documents.takes(update):
                    await ask(party, update.message.text)

            async def on_press(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
                query, party = update.callback_query, party_of(update)
                assert query is not None and party is not None
                pressed = read_press(query.data or "")
                assert pressed is not None and pressed.action == "upload"
                text = await documents.on_press(query, party, pressed.arguments)
                if text is not None:
                    await ask(party, text)

            async def finish() -> None:
                await documents.drain(drained)
                keep.close()
                store.close()

            application.add_handler(CallbackQueryHandler(on_press, block=False))
            application.add_handler(MessageHandler(filters.TEXT, on_text))
            application.add_handler(MessageHandler(filters.ALL, documents.on_document))
            await documents.resume(await documents.recover())
            return finish

        with handling(self.api, setup):
            yield
        # After a restart the bot does not know what a message shows already.
        problems = [one for one in self.api.problems if "not modified" not in one.description]
        assert problems == [], problems

    def waiting(self) -> list[tuple[str, str]]:
        """Name and state of what the store holds."""
        store = Store(self.settings.home / "telegram.sqlite")
        try:
            return [(upload.name, upload.state) for upload in store.uploads.all()]
        finally:
            store.close()

    def files(self) -> set[str]:
        """What is kept on the disk, beside the uploads that are indexed too."""
        return {path.name for path in self.uploads.folder.rglob("*") if path.is_file()}


def says(chat: Chat, words: str) -> Message:
    """Wait until the bot's last message begins so; that message."""
    chat.wait_for(lambda message: message.text.startswith(words) and message is chat.sent[-1])
    return chat.sent[-1]


def added(world: World, name: str, text: str) -> Message:
    """An admin has sent a file, and the bot has added it."""
    world.chat.sends_file(world.admin, name, text.encode())
    return says(world.chat, "Added to the archive.")
