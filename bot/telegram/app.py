"""`footnote telegram`: builds the bot, runs it until it is told to stop, and takes it down in order.

    locks -> store -> python-telegram-bot -> /health -> what was left undone -> updates

Updates come by long polling, or to a webhook where one is set. SIGTERM and Ctrl-C finish what is being answered.
Decides nothing about questions or people: the handlers do.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
import sys
import time
from collections.abc import Awaitable
from contextlib import AsyncExitStack, suppress
from typing import Any, Final
from urllib.parse import urlsplit

from telegram import Message, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.conversations import FILE as CONVERSATIONS
from bot.conversations import Conversations
from bot.errors import DONE, FAILED, FootnoteError, WrongUse
from bot.pool import Pool
from bot.settings import Settings
from bot.telegram import privacy
from bot.telegram.access import Access, claim_sentence
from bot.telegram.delivery import Delivery
from bot.telegram.desk import Desk
from bot.telegram.documents import Documents
from bot.telegram.entities import command_entity
from bot.telegram.handlers.admitting import Admitting
from bot.telegram.handlers.asking import Asking
from bot.telegram.handlers.commanding import Commanding
from bot.telegram.handlers.joining import Joining
from bot.telegram.handlers.pressing import Pressing
from bot.telegram.health import WEBHOOK, Health, Pulse
from bot.telegram.inbox import Handling, Inbox
from bot.telegram.inline import Inline
from bot.telegram.journal import event, fault, warn
from bot.telegram.keeping import Keeper
from bot.telegram.locking import only_bot
from bot.telegram.menus import introduce
from bot.telegram.metrics import Metrics
from bot.telegram.pacing import Pacer
from bot.telegram.preview import Preview
from bot.telegram.quotas import Quotas
from bot.telegram.sending import Sender
from bot.telegram.services import Services
from bot.telegram.store import FILE as STORE
from bot.telegram.store import Job, Store
from bot.telegram.texts import texts
from bot.telegram.watchdog import Noting, Watchdog
from bot.uploads import Uploads
from retrieval.errors import RetrievalError

ALLOWED_UPDATES: Final = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "my_chat_member",
    "stopped_message_generation",  # Bot API 10.3: the Stop button of a draft
)
"""What the bot asks Telegram for; everything else it is not sent."""
DRAIN_SECONDS: Final = 25.0
"""What is being answered when the bot is told to stop has so long; service managers wait a little more."""
_CONNECTIONS: Final = 64
_TIMEOUTS: Final[dict[str, Any]] = {
    "connect_timeout": 10.0,
    "read_timeout": 20.0,
    "write_timeout": 20.0,
    "pool_timeout": 20.0,
}
"""Seconds, of any request."""
_HOUR: Final = 3600.0
_LONGEST_PAUSE: Final = 30.0

_Application = Application[Any, Any, Any, Any, Any, Any]


class _Commands(filters.MessageFilter):
    """Messages that begin with a command; python-telegram-bot's own filter goes by entities alone."""

    def filter(self, message: Message) -> bool:
        return command_entity(message.text or "", message.entities) is not None


def run(settings: Settings, pool: Pool) -> int:
    """Run the bot until it is told to stop, and close the pool; the exit code.

    Raises AlreadyRunning, WrongUse where Telegram does not know the token, and what opening the store raises.
    """
    return asyncio.run(_run(settings, pool))


class _Ending:
    """Whether the bot is to end, and with which exit code."""

    def __init__(self) -> None:
        self._told = asyncio.Event()
        self.code = DONE
        for signal_ in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(signal_, self._told.set)

    def fail(self, _reason: str) -> None:
        """End as something that has to be started anew."""
        self.code = FAILED
        self._told.set()

    async def told(self) -> None:
        """Wait until the bot is to end."""
        await self._told.wait()

    async def before(self, work: Awaitable[object]) -> bool:
        """Wait for this; False when the bot is to end first, and the work was given up. Raises what it raises."""
        task = asyncio.ensure_future(work)
        told = asyncio.create_task(self._told.wait())
        await asyncio.wait((task, told), return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if task.done():
            await task
            return True
        task.cancel()
        await asyncio.wait((task,))
        return False


async def _run(settings: Settings, pool: Pool) -> int:
    token = settings.telegram_bot_token
    assert token is not None  # the command has looked
    ending, keep, metrics = _Ending(), Keeper(), Metrics()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(pool.close)
        stack.enter_context(only_bot(token, settings.home, settings.telegram_api_base_url))
        stack.callback(keep.close)
        store = await keep(Store, settings.home / STORE)
        stack.callback(store.close)
        conversations = await keep(Conversations, settings.home / CONVERSATIONS)
        stack.callback(conversations.close)
        await keep(store.belongs_to, int(token.partition(":")[0]))
        watchdog = await stack.enter_async_context(Watchdog(ending.fail, metrics))
        inbox = Inbox(store, keep)
        application = _application(settings, token, inbox, watchdog)
        access = await keep(Access, store, settings, announce=_announce)
        joining = Joining(store, conversations, keep, access)
        sender = Sender(application.bot, on_migrated=joining.moved, on_blocked=joining.blocked)
        quotas = Quotas(store, settings)

        def preview(job: Job, articles: int) -> Preview:
            return Preview(
                sender, job.chat, job.thread, job.private, texts(job.language), job.number,
                articles=articles, drafts=settings.telegram_drafts,
                seen=lambda: metrics.feedback_after(time.time() - job.accepted_at), dropped=metrics.draft_dropped,
            )  # fmt: skip

        delivery = Delivery(store, conversations, keep, sender, metrics)
        desk = Desk(store, conversations, keep, pool, delivery, metrics, preview, quotas.spent)
        joining.desk = desk

        def pulse() -> Pulse:
            return Pulse(WEBHOOK if settings.telegram_webhook_url else watchdog.polled_ago, desk.queue)

        await stack.enter_async_context(Health(settings.health, settings.home, pulse, metrics))
        if not await ending.before(_initialized(application)):
            return ending.code
        stack.push_async_callback(application.shutdown)
        me, username = application.bot.id, application.bot.username
        services = Services(
            settings, store, conversations, keep, pool, sender, desk, access, quotas, metrics, me, username
        )
        documents = Documents(
            application.bot,
            Uploads(settings),
            store.uploads,
            keep,
            sender,
            access.is_admin,
            services.words,
            told=metrics.uploaded,
        )
        _handle(application, services, documents, joining)
        documents_left = await documents.recover()
        await application.start()
        event("started", bot=username, access=access.describe())
        _announce(await keep(access.claim_code))
        # What may have been sent is known as that before an update wakes its chat.
        left = await desk.resume() + await inbox.replay(application.bot)
        if left:
            event("goes on with what was left", count=left)
        works = (documents.resume(documents_left), introduce(application.bot), _sweep(services), _warm(pool))
        background = [asyncio.create_task(work) for work in works]
        try:
            if await ending.before(_receive(application, settings, watchdog)):
                await ending.told()
        finally:
            event("stopping")
            for task in background:
                task.cancel()
            if application.updater is not None and application.updater.running:
                with suppress(TelegramError):  # what ended polling for good is raised once more
                    await application.updater.stop()
            # An update whose handling takes longer is not marked as handled: the next process handles it.
            handling = asyncio.wait((asyncio.create_task(application.stop()),), timeout=DRAIN_SECONDS)
            await asyncio.gather(handling, documents.drain(DRAIN_SECONDS), desk.drain(DRAIN_SECONDS))
            await asyncio.wait(background)
    event("stopped")
    return ending.code


def _application(settings: Settings, token: str, inbox: Inbox, watchdog: Watchdog) -> _Application:
    """python-telegram-bot, set up and not yet talking."""
    pace = settings.telegram_pace
    pacer = Pacer(
        apart=pace.between if pace else 0, group_minute=pace.group_per_minute if pace else 0,
        second=pace.per_second if pace else 0,
    )  # fmt: skip
    builder = (
        ApplicationBuilder()
        .token(token)
        .rate_limiter(pacer)
        .update_queue(inbox)
        .concurrent_updates(Handling(inbox))
        .request(HTTPXRequest(connection_pool_size=_CONNECTIONS, **_TIMEOUTS))
        .get_updates_request(Noting(watchdog, **_TIMEOUTS))
    )
    if settings.telegram_api_base_url is not None:
        server = settings.telegram_api_base_url.removesuffix("/bot")
        builder = builder.base_url(f"{server}/bot").base_file_url(f"{server}/file/bot")
    return builder.build()


def _handle(application: _Application, services: Services, documents: Documents, joining: Joining) -> None:
    """Which handler gets what."""
    asking = Asking(services, documents)
    admitting = Admitting(services, asking)
    commanding = Commanding(services, asking, admitting, documents)
    pressing = Pressing(services, asking, commanding, documents)
    inline = Inline(
        services.pool,
        services.access,
        services.quotas,
        services.keep,
        services.words,
        searched=lambda: services.metrics.accepted("inline"),
    )
    new, text = filters.UpdateType.MESSAGE, filters.TEXT
    application.add_handler(TypeHandler(Update, admitting.on_update), group=-1)
    application.add_handlers(
        [
            CallbackQueryHandler(pressing.on_press),
            InlineQueryHandler(inline.on_query),
            ChatMemberHandler(joining.on_member, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(filters.StatusUpdate.MIGRATE, joining.on_moved),
            MessageHandler(new & _Commands(), commanding.on_command),
            MessageHandler(new & text, asking.on_message),
            MessageHandler(filters.UpdateType.EDITED_MESSAGE & text, asking.on_edited),
            MessageHandler(new & ~filters.StatusUpdate.ALL, documents.on_document),
            TypeHandler(Update, commanding.on_other),
        ]
    )
    application.add_error_handler(commanding.on_error)


async def _initialized(application: _Application) -> None:
    """Ask Telegram who the bot is, until it says so. Raises WrongUse where the token is unknown."""
    pause = 1.0
    while True:
        try:
            await application.initialize()
            return
        except InvalidToken as error:
            raise WrongUse(
                "Telegram does not know the token in TELEGRAM_BOT_TOKEN.", "Copy it again from @BotFather."
            ) from error
        except TelegramError as error:
            warn("Telegram cannot be reached", error=error)
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


async def _receive(application: _Application, settings: Settings, watchdog: Watchdog) -> None:
    """Have updates come in. Returns when they do."""
    updater = application.updater
    assert updater is not None
    if settings.telegram_webhook_url is None:
        await updater.start_polling(
            allowed_updates=ALLOWED_UPDATES, bootstrap_retries=-1, error_callback=watchdog.failed
        )
    else:
        listen = settings.telegram_webhook_listen
        await updater.start_webhook(
            listen=listen.host,
            port=listen.port,
            url_path=urlsplit(settings.telegram_webhook_url).path,
            webhook_url=settings.telegram_webhook_url,
            secret_token=settings.telegram_webhook_secret or secrets.token_urlsafe(32),
            allowed_updates=ALLOWED_UPDATES,
            bootstrap_retries=-1,
        )


async def _sweep(services: Services) -> None:
    """Every hour, delete what has been kept long enough."""
    while True:
        try:
            gone = await services.keep(
                privacy.sweep, services.store, services.conversations, time.time(), services.settings.retention_days
            )
            event("swept", count=gone)
        except (FootnoteError, RetrievalError) as error:
            fault("sweeping failed", error)
        await asyncio.sleep(_HOUR)


async def _warm(pool: Pool) -> None:
    """Load what the first answer would load."""
    try:
        await pool.warm()
    except (FootnoteError, RetrievalError) as error:
        fault("warming up failed", error)


def _announce(code: str | None) -> None:
    """Show the first admin's code to who started the bot, and to no log."""
    if code:
        sys.stdout.write(f"{claim_sentence(code)}\n")
        sys.stdout.flush()
