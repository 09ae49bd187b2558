"""The real python-telegram-bot works against the tests' Bot API server: each understands the other."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from tests.support.telegram import (
    BotApi,
    BotProcess,
    Fault,
    User,
    dropped,
    fail,
    garbage,
    late_reply,
    lost_reply,
    page,
    rival,
    too_many,
)

ANN = User(7, "Ann", "fr-CA", username="ann")
Context = ContextTypes.DEFAULT_TYPE


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as api:
        yield api


@asynccontextmanager
async def bot_of(api: BotApi) -> AsyncIterator[Bot]:
    builder = ApplicationBuilder().token(api.token).base_url(api.base_url).base_file_url(api.file_url)
    async with builder.read_timeout(0.5).build().bot as bot:
        yield bot


def with_bot(api: BotApi, use: Callable[[Bot], Coroutine[Any, Any, Any]]) -> Any:
    """What comes of using a bot."""

    async def used() -> Any:
        async with bot_of(api) as bot:
            return await use(bot)

    return asyncio.run(used())


class Served:
    """An Application in a thread of its own, which repeats what it is told."""

    def __init__(self, api: BotApi, webhook: int | None = None) -> None:
        self._api, self._webhook = api, webhook
        self.seen: list[Update] = []
        builder = ApplicationBuilder().token(api.token).base_url(api.base_url).base_file_url(api.file_url)
        self.app: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        self.app.add_handler(TypeHandler(Update, self._see), group=-1)
        self.app.add_handler(MessageHandler(filters.Document.ALL, _read))
        self.app.add_handler(MessageHandler(filters.TEXT, _repeat))
        self.app.add_handler(CallbackQueryHandler(_pressed))
        self.app.add_handler(InlineQueryHandler(_found))
        self.app.add_handler(ChatMemberHandler(_moved, ChatMemberHandler.MY_CHAT_MEMBER))

    async def _see(self, update: Update, _context: Context) -> None:
        with self._api.changed:
            self.seen.append(update)
            self._api.changed.notify_all()

    async def run(self, stop: asyncio.Event) -> None:
        assert self.app.updater is not None
        async with self.app:
            await self.app.start()
            if self._webhook is None:
                await self.app.updater.start_polling(allowed_updates=Update.ALL_TYPES)
            else:
                url = "https://bot.example/hook"
                await self.app.updater.start_webhook(
                    "127.0.0.1", self._webhook, "hook", webhook_url=url, secret_token="s"
                )
            await stop.wait()
            await self.app.updater.stop()
            await self.app.stop()


async def _repeat(update: Update, _context: Context) -> None:
    assert update.effective_message is not None and update.effective_chat is not None
    await update.effective_chat.send_action("typing")
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("[1]", callback_data="s:1")]])
    await update.effective_message.reply_text(
        f"You said {update.effective_message.text}", reply_markup=keyboard, do_quote=True
    )


async def _read(update: Update, _context: Context) -> None:
    assert update.message is not None and update.message.document is not None
    data = await (await update.message.document.get_file()).download_as_bytearray()
    await update.message.reply_document(bytes(data).upper(), filename="loud.txt", caption="Louder", do_quote=True)


async def _pressed(update: Update, _context: Context) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("Opened")
    await update.callback_query.edit_message_text("The passage")


async def _found(update: Update, _context: Context) -> None:
    assert update.inline_query is not None
    result = InlineQueryResultArticle("1", "One", InputTextMessageContent(update.inline_query.query))
    await update.inline_query.answer([result], cache_time=30, is_personal=True)


async def _moved(update: Update, context: Context) -> None:
    if update.my_chat_member is not None and update.my_chat_member.new_chat_member.status == "member":
        await context.bot.send_message(update.my_chat_member.chat.id, "Hello again")


@contextmanager
def served(api: BotApi, webhook: int | None = None) -> Iterator[Served]:
    application = Served(api, webhook)
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(application.run(stop)))
    thread.start()
    try:
        yield application
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_a_conversation_by_polling(api: BotApi) -> None:
    private, bob = api.private(ANN), api.user(8, language_code=None)
    group = api.group(-1001, [ANN, bob], threads=[5])
    with served(api):
        asked = private.says(ANN, "Où ? 👋")
        [answer] = private.wait_for_reply(asked)
        assert (answer.text, answer.labels) == ("You said Où ? 👋", ["[1]"])
        assert api.press(ANN, answer, "[1]").wait() == "Opened"
        private.wait_for(lambda message: message.text == "The passage")
        assert [version.text for version in answer.versions] == ["You said Où ? 👋"]
        [in_topic] = group.wait_for_reply(group.says(bob, "/ask what", thread=5))
        assert in_topic.thread == 5
        [result] = api.asks_inline(bob, "paris").wait()
        assert result["input_message_content"]["message_text"] == "paris"
        private.blocks()
        private.unblocks()
        private.wait_for(lambda message: message.text == "Hello again")
        api.group(-1002, [bob]).adds_bot()
        api.group(-1002).wait_for(lambda message: message.text == "Hello again")
    assert [action.name for action in private.actions] == ["typing"]
    assert api.problems == []


def test_files_both_ways(api: BotApi) -> None:
    private = api.private(ANN)
    with served(api):
        sent = private.sends_file(ANN, "quiet.txt", "un été".encode(), caption="for you")
        [back] = private.wait_for_reply(sent)
    document = back.more["document"]
    assert (document["file_name"], back.more["caption"]) == ("loud.txt", "Louder")
    assert api.files[document["file_id"]].data == "un été".encode().upper()


def test_a_conversation_by_webhook(api: BotApi) -> None:
    port = free_port()
    api.proxy["https://bot.example"] = f"http://127.0.0.1:{port}"
    private = api.private(ANN)
    early = private.says(ANN, "Early")
    with served(api, webhook=port):
        private.wait_for_reply(early)
        private.wait_for_reply(private.says(ANN, "Late"))
        api.wait_until(lambda: not api.updates.pending)
        with pytest.raises(Conflict, match="webhook is active"):
            with_bot(api, lambda bot: bot.get_updates())
    assert api.problems == []


def test_everything_people_send_is_understood(api: BotApi) -> None:
    api.privacy = False
    private, group, channel = api.private(ANN), api.group(-1001, [ANN], threads=[5]), api.channel(-3003)
    kinds = (
        "sticker",
        "voice",
        "photo",
        "video",
        "video_note",
        "audio",
        "animation",
        "location",
        "contact",
        "dice",
        "venue",
    )
    with served(api) as application:
        for kind in kinds:
            private.sends(ANN, kind)
        private.says(ANN, "Words of another", forwarded="Bob")
        group.service(ANN, new_chat_title="Readers of Paris")
        group.says(group, "From an admin", thread=5)
        group.says(channel, "From a channel")
        channel.says(channel, "A post")
        private.edits(private.messages[-1], "Words again")
        api.inject({"message": {**private.messages[-1].json(), "mood": {"level": 3}}})
        api.inject({"telepathy": {"from": ANN.json()}})
        api.redeliver(2)
        seen = application.seen
        api.wait_until(lambda: len(seen) == len(kinds) + 10)
    assert all(getattr(update.message, kind) for update, kind in zip(seen, kinds, strict=False))
    forwarded, service, anonymous, by_channel, post, edited, odd, unknown, *again = seen[len(kinds) :]
    assert forwarded.message and forwarded.message.forward_origin and forwarded.message.text == "Words of another"
    assert service.message and service.message.new_chat_title == "Readers of Paris"
    assert anonymous.effective_sender == Chat(-1001, "supergroup")
    assert (
        anonymous.message
        and anonymous.message.reply_to_message
        and anonymous.message.reply_to_message.forum_topic_created
    )
    assert by_channel.effective_sender == Chat(-3003, "channel")
    assert post.channel_post and post.effective_user is None
    assert edited.edited_message and edited.edited_message.text == "Words again"
    assert odd.message and odd.message.api_kwargs == {"mood": {"level": 3}}
    assert list(unknown.api_kwargs) == ["telepathy"]
    assert [update.update_id for update in again] == [odd.update_id, unknown.update_id]


def test_what_the_library_sends_stands_in_the_chat(api: BotApi) -> None:
    private = api.private(ANN)
    asked = private.says(ANN, "Where?")

    async def use(bot: Bot) -> None:
        await bot.send_message_draft(7, 1, "", api_kwargs={"can_stop": True})
        await bot.send_message_draft(7, 1, "In Par")
        sent = await bot.send_message(
            7,
            "In Paris.",
            entities=[MessageEntity("bold", 3, 5)],
            reply_parameters=ReplyParameters(asked.id, allow_sending_without_reply=True),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        await bot.set_message_reaction(7, asked.id, "👀")
        gone = await bot.send_message(7, "Wait.")
        assert await bot.delete_message(7, gone.message_id)
        await bot.edit_message_reply_markup(
            7, sent.message_id, reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("👍", callback_data="v")]])
        )
        assert (await bot.get_chat(7)).username == "ann"
        assert (await bot.get_chat_member(7, 7)).status == "member"

    with_bot(api, use)
    assert [(draft.text, draft.can_stop) for draft in private.drafts] == [("", True), ("In Par", False)]
    [answer] = private.sent
    assert (answer.styled("bold"), answer.reply_to, answer.labels) == (["Paris"], asked, ["👍"])
    assert asked.reactions == [{"type": "emoji", "emoji": "👀"}]
    assert api.called("sendMessage")[0].parameters["link_preview_options"] == '{"is_disabled": true}'
    assert api.problems == []


def test_the_bot_presents_itself(api: BotApi) -> None:
    async def use(bot: Bot) -> None:
        scope = BotCommandScopeAllGroupChats()
        await bot.set_my_commands([BotCommand("ask", "Poser une question")], scope=scope, language_code="fr")
        await bot.set_my_short_description("Answers with quotes")
        assert [command.command for command in await bot.get_my_commands(scope, "fr")] == ["ask"]
        assert (await bot.get_my_short_description()).short_description == "Answers with quotes"

    with_bot(api, use)
    assert api.profile.menu("supergroup", -1, "fr") == {"ask": "Poser une question"}


def test_stop_under_a_preview_reaches_who_asked_for_it(api: BotApi) -> None:
    private = api.private(ANN)

    async def use(bot: Bot) -> Any:
        await bot.get_updates(allowed_updates=["stopped_message_generation"])
        await bot.send_message_draft(7, 3, "", api_kwargs={"can_stop": True})
        api.stops(private, private.drafts[0])
        [update] = await bot.get_updates()
        return update.api_kwargs["stopped_message_generation"]

    assert with_bot(api, use)["draft_id"] == 3


FAULTS: dict[str, tuple[Fault, type[Exception], int]] = {
    "429": (too_many(2), RetryAfter, 0),
    "502 with a page": (page(502), NetworkError, 0),
    "500": (fail(500, "Internal Server Error"), NetworkError, 0),
    "403": (fail(403, "Forbidden: bot was blocked by the user"), Forbidden, 0),
    "400": (fail(400, "Bad Request: TOPIC_CLOSED"), BadRequest, 0),
    "409": (rival(), Conflict, 0),
    "garbage": (garbage(), Exception, 0),
    "dropped": (dropped(), NetworkError, 0),
    "reply lost": (lost_reply(), NetworkError, 1),
    "reply late": (late_reply(2), TimedOut, 1),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_what_the_library_takes_it_for(name: str, api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # or else reading retry_after is a warning
    private = api.private(ANN)
    fault, error, delivered = FAULTS[name]
    api.fault("sendMessage", fault, times=1)
    with pytest.raises(error):
        with_bot(api, lambda bot: bot.send_message(7, "a"))
    assert len(private.sent) == delivered
    assert api.problems == []


def test_an_upgraded_group_names_its_new_id(api: BotApi) -> None:
    old = api.group(-44, [ANN], kind="group")
    old.upgrades(-1009)
    with pytest.raises(ChatMigrated) as migrated:
        with_bot(api, lambda bot: bot.send_message(-44, "a"))
    assert migrated.value.new_chat_id == -1009


PROGRAM = """
import os, sys
from telegram.ext import ApplicationBuilder, MessageHandler, filters

async def repeat(update, context):
    print("asked", file=sys.stderr, flush=True)
    await update.message.reply_text(update.message.text)

token, base = os.environ["TELEGRAM_BOT_TOKEN"], os.environ["TELEGRAM_API_BASE_URL"]
app = ApplicationBuilder().token(token).base_url(base).build()
app.add_handler(MessageHandler(filters.TEXT, repeat))
app.run_polling()
"""


def test_a_bot_in_a_process_is_stopped_killed_and_started_again(api: BotApi, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    private = api.private(ANN)
    with BotProcess(api, tmp_path, program=[str(program)]) as bot:
        bot.start().ready()
        private.says(ANN, "One")
        private.wait_for()
        bot.wait_for("asked")
        bot.kill()
        assert not bot.running
        private.says(ANN, "Two")
        bot.start()
        private.wait_for(lambda message: message.text == "Two")
        first = bot.pid
        bot.restart()
        assert bot.pid != first
        assert bot.terminate() in (0, -signal.SIGTERM)
    assert "Traceback" not in bot.text


def test_a_bot_that_ends_at_once_says_why(api: BotApi, tmp_path: Path) -> None:
    program = ("-c", "import sys; sys.exit('no such setting')")
    with BotProcess(api, tmp_path, program=program) as bot, pytest.raises(AssertionError, match="no such setting"):
        bot.start().ready()
