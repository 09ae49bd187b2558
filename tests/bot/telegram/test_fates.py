"""Whatever becomes of the request for a message, it is in the chat once at most, and what is reported is true.

The real client talks to a real server that breaks what is to be broken.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from telegram import CallbackQuery, User
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.render.telegram.message import Message
from bot.telegram.fates import Fate, fate_of, kind_of
from bot.telegram.pacing import Pacer
from bot.telegram.sending import LATER, Later, Result, Sender, Sent, Undeliverable, Unsure
from tests.support.raw_server import Answer, Connection, RawServer, close, half_a_reply, reply, reset, say_nothing

TOKEN = "424242:AAF-a-token-of-the-tests"
WORDS = "It took eleven years to build"
DONE = reply({"ok": True, "result": {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "x"}})
BAD_GATEWAY = reply("<html><body><h1>502 Bad Gateway</h1></body></html>", 502)
GATEWAY_TIMEOUT = reply("<html><body><h1>504 Gateway Time-out</h1></body></html>", 504)

pytestmark = pytest.mark.timeout(60)


def refused(code: int, description: str, **parameters: int) -> Answer:
    body = {"ok": False, "error_code": code, "description": description}
    return reply({**body, "parameters": parameters} if parameters else body, code)


DELETED = refused(403, "Forbidden: user is deactivated")


class Heard:
    """Keeps account, as a job does: what may be in the chat."""

    def __init__(self) -> None:
        self.on_the_way = False

    async def on_its_way(self) -> None:
        self.on_the_way = True

    async def not_done(self) -> None:
        self.on_the_way = False


def sending(
    url: str,
    act: Callable[[Sender], Awaitable[Any]],
    *,
    patience: float = 20,
    **options: Any,
) -> Awaitable[Any]:
    async def run() -> Any:
        limits: dict[str, Any] = {"connect_timeout": 10, "read_timeout": 10, "write_timeout": 10}
        request = HTTPXRequest(httpx_kwargs={"verify": False}, **limits | options)
        pacer = Pacer(apart=0, group_minute=0, second=0, patience=5)
        bot: ExtBot[Any] = ExtBot(TOKEN, base_url=url, request=request, get_updates_request=request, rate_limiter=pacer)
        try:
            return await act(Sender(bot, patience=patience, backoff=0.02))
        finally:
            await request.shutdown()

    return run()


def send(url: str, *, words: str = WORDS, record: Heard | None = None, **options: Any) -> Awaitable[Any]:
    return sending(url, lambda sender: sender.send(7, 0, Message(words), record=record), **options)


SENT = Sent(5, 7)


@pytest.mark.parametrize(
    ("script", "expected", "requests"),
    [
        pytest.param([DONE], SENT, 1, id="done"),
        pytest.param([BAD_GATEWAY, BAD_GATEWAY, DONE], SENT, 3, id="502 with a page"),
        pytest.param([refused(500, "Internal Server Error: restart"), DONE], SENT, 2, id="500"),
        pytest.param([refused(429, "Too Many Requests"), DONE], SENT, 2, id="429 that names no time"),
        pytest.param([refused(429, "Too Many Requests", retry_after=1), DONE], SENT, 2, id="429"),
        pytest.param([refused(429, "Too Many Requests", retry_after=900)], Later, 1, id="429 for too long"),
        pytest.param([close], Unsure("NetworkError/RemoteProtocolError"), 1, id="closed without a reply"),
        pytest.param([reset], Unsure("NetworkError/ReadError"), 1, id="reset without a reply"),
        pytest.param([say_nothing], Unsure("TimedOut/ReadTimeout"), 1, id="no reply"),
        pytest.param([half_a_reply], Unsure("NetworkError/RemoteProtocolError"), 1, id="half a reply"),
        pytest.param([GATEWAY_TIMEOUT], Unsure("NetworkError/TelegramError"), 1, id="504 with a page"),
        pytest.param([refused(504, "Gateway Timeout")], Unsure("NetworkError"), 1, id="504"),
        pytest.param([reply("<html>Welcome</html>")], Unsure("TelegramError/JSONDecodeError"), 1, id="200 with a page"),
        pytest.param([reply({"ok": True})], Unsure("KeyError"), 1, id="200 without a result"),
        pytest.param([reply("[]")], Unsure("TypeError"), 1, id="200 with a list"),
        pytest.param([reply({"ok": True, "result": {}})], Unsure("KeyError"), 1, id="200 with an empty message"),
        pytest.param([refused(401, "Unauthorized")], Later(LATER), 1, id="the token is refused"),
        pytest.param([refused(400, "Bad Request: chat not found")], Undeliverable("gone"), 1, id="no such chat"),
        pytest.param([DELETED], Undeliverable("blocked"), 1, id="deleted account"),
        pytest.param([refused(413, "Request Entity Too Large")], Undeliverable("refused"), 1, id="413"),
        pytest.param([refused(400, "Bad Request: who knows")], Undeliverable("refused"), 1, id="refused"),
    ],
)
def test_failure_9_a_message_whose_fate_is_unknown_is_never_sent_again(
    script: list[Answer], expected: Result | type[Later], requests: int
) -> None:
    async def run() -> tuple[Result, int, bool]:
        heard = Heard()
        async with RawServer(*script) as server:
            result = await send(server.url, record=heard, read_timeout=0.3 if say_nothing in script else 10)
            return result, server.requests, heard.on_the_way

    result, count, on_the_way = asyncio.run(run())
    assert result == expected or (expected is Later and isinstance(result, Later))
    assert count == requests
    assert on_the_way is isinstance(result, Sent | Unsure)


@pytest.mark.parametrize("answer", [BAD_GATEWAY, refused(500, "Internal Server Error")], ids=["page", "JSON"])
def test_a_server_that_is_down_for_long_gets_it_later(answer: Answer) -> None:
    async def run() -> tuple[Result, int]:
        async with RawServer(answer) as server:
            return await send(server.url, patience=0.3), server.requests

    result, requests = asyncio.run(run())
    assert result == Later(LATER)
    assert requests > 1


def test_where_nobody_listens_it_is_tried_again_and_sent_once_somebody_does() -> None:
    async def run() -> tuple[Result, Result, int]:
        server = RawServer(DONE)  # its port is taken, and not listened to
        refused_ = await send(server.url, patience=0.1)
        waiting = asyncio.ensure_future(send(server.url))
        await asyncio.sleep(0.1)
        async with server:
            return refused_, await waiting, server.requests

    assert asyncio.run(run()) == (Later(LATER), SENT, 1)


def test_a_connection_that_is_not_taken_is_tried_again() -> None:
    async def run() -> Any:
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            others = []
            for _ in range(4):  # more than a queue of none holds: further connections hear nothing
                other = socket.socket()
                other.setblocking(False)
                other.connect_ex(full.getsockname())
                others.append(other)
            try:
                url = f"http://127.0.0.1:{full.getsockname()[1]}/bot"
                return await send(url, connect_timeout=0.2, patience=0.3)
            finally:
                for other in others:
                    other.close()

    assert asyncio.run(run()) == Later(LATER)


def test_a_message_for_which_no_connection_is_free_is_tried_again() -> None:
    async def run() -> tuple[list[Result], int]:
        release = asyncio.Event()

        async def slowly(connection: Any) -> None:
            await release.wait()
            await DONE(connection)

        async with RawServer(slowly, DONE) as server:

            async def two(sender: Sender) -> list[Result]:
                asyncio.get_running_loop().call_later(0.3, release.set)
                return await asyncio.gather(*(sender.send(7, 0, Message(WORDS)) for _ in range(2)))

            results = await sending(server.url, two, connection_pool_size=1, pool_timeout=0.05)
            return results, server.requests

    assert asyncio.run(run()) == ([SENT, SENT], 2)


async def torn(connection: Connection) -> None:
    await asyncio.sleep(0.1)
    await reset(connection)


@pytest.mark.parametrize(
    ("deaf", "kind"),
    [
        pytest.param(say_nothing, "TimedOut/WriteTimeout", id="stuck"),
        # When it cannot write on, the client reads, for there might be a reply that says why.
        pytest.param(torn, "NetworkError/ReadError", id="torn"),
    ],
)
def test_a_message_that_broke_off_on_its_way_is_not_sent_again(deaf: Answer, kind: str) -> None:
    async def run() -> Any:
        small = [(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)]
        async with RawServer(DONE, deaf=deaf) as server:
            return await send(server.url, words="é" * 4000, socket_options=small, write_timeout=0.5)

    assert asyncio.run(run()) == Unsure(kind)


def test_an_edit_whose_reply_was_lost_is_made_again() -> None:
    async def run() -> tuple[bool, int]:
        async with RawServer(close, say_nothing, BAD_GATEWAY, DONE) as server:
            shown = await sending(server.url, lambda sender: sender.edit(7, 5, Message(WORDS)), read_timeout=2)
            return shown, server.requests

    assert asyncio.run(run()) == (True, 4)


@pytest.mark.parametrize(
    "answer",
    [BAD_GATEWAY, close, reply("{}"), reply("[]"), DELETED, refused(400, "Bad Request: who knows")],
    ids=["502", "closed", "no result", "a list", "forbidden", "refused"],
)
def test_whatever_fails_no_error_of_telegrams_comes_out(answer: Answer) -> None:
    query = CallbackQuery("1", User(7, "Ann", False), "1")

    async def everything(sender: Sender) -> list[Any]:
        await sender.answer_press(query, "Thanks")
        return [
            await sender.send(7, 0, Message(WORDS)),
            await sender.edit(7, 5, Message(WORDS)),
            await sender.edit_keyboard(7, 5, ()),
            await sender.typing(7, 0),
            await sender.draft(7, 0, 1, WORDS),
        ]

    async def run() -> Any:
        async with RawServer(answer) as server:
            return await sending(server.url, everything, patience=0.1)

    sent, *others = asyncio.run(run())
    assert not isinstance(sent, Sent)
    assert others == [False, False, False, False]


def test_failure_33_neither_the_token_nor_what_is_written_gets_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.WARNING, "httpx")  # as the command does

    async def run(*script: Answer) -> None:
        async with RawServer(*script) as server:
            await send(server.url, read_timeout=0.3)

    entities = refused(400, f"Bad Request: can't parse entities in {WORDS}")
    for script in ([BAD_GATEWAY, DONE], [close], [say_nothing], [entities], [refused(403, f"Forbidden: {WORDS}")]):
        asyncio.run(run(*script))
    assert len(caplog.records) >= 5
    assert WORDS not in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("cause", "fate"),
    [
        (httpx.ConnectError("x"), "not_done"),
        (httpx.ConnectTimeout("x"), "not_done"),
        (httpx.PoolTimeout("x"), "not_done"),
        (httpx.ProxyError("x"), "not_done"),
        (httpx.UnsupportedProtocol("x"), "not_done"),
        (httpx.ReadTimeout("x"), "unknown"),
        (httpx.WriteTimeout("x"), "unknown"),
        (httpx.ReadError("x"), "unknown"),
        (httpx.WriteError("x"), "unknown"),
        (httpx.CloseError("x"), "unknown"),
        (httpx.RemoteProtocolError("x"), "unknown"),
        (httpx.DecodingError("x"), "unknown"),
        (RuntimeError("x"), "unknown"),
    ],
)
def test_what_lies_under_an_error_decides_what_became_of_the_request(cause: Exception, fate: Fate) -> None:
    for error in (NetworkError("x"), TimedOut()):
        error.__cause__ = cause
        assert fate_of(error) == fate
        assert kind_of(error) == f"{type(error).__name__}/{type(cause).__name__}"


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (BadRequest("x"), "refused"),
        (Conflict("x"), "refused"),
        (RetryAfter(3), "not_done"),
        (NetworkError("Bad Gateway"), "not_done"),
        (TelegramError("Invalid server response"), "unknown"),
    ],
)
def test_what_telegram_itself_answered_is_believed(error: TelegramError, fate: Fate) -> None:
    assert fate_of(error) == fate
