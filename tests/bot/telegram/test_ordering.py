"""Updates are handled in order within a chat, and no chat waits for another."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import Update

from bot.telegram.ordering import PerChat

ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
Act = Callable[[], Awaitable[None]]


def message(chat: int, number: int = 1) -> dict[str, Any]:
    kind = {"type": "group", "title": "Readers"} if chat < 0 else {"type": "private"}
    return {"message_id": number, "date": 0, "chat": {"id": chat, **kind}, "from": ANN, "text": "?"}


def said(chat: int, number: int = 1) -> Update:
    return read(message=message(chat, number))


def read(**content: Any) -> Update:
    """An update as it comes over the wire."""
    return Update.de_json(json.loads(json.dumps({"update_id": 1, **content})), None)


class Handling:
    """Handles updates as an application does: a task each, in the order in which they came."""

    def __init__(self) -> None:
        self.order = PerChat()
        self.done: list[str] = []

    def come(self, update: object, name: str, act: Act | None = None) -> asyncio.Task[None]:
        async def handle() -> None:
            if act is not None:
                await act()
            self.done.append(name)

        return asyncio.create_task(self.order.process_update(update, handle()))


def pause(turns: int) -> Act:
    async def act() -> None:
        for _ in range(turns):
            await asyncio.sleep(0)

    return act


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_a_chat_is_served_in_order_however_long_each_message_takes() -> None:
    async def run() -> list[str]:
        handling = Handling()
        tasks = [handling.come(said(7, number), str(number), pause(9 - number)) for number in range(1, 9)]
        await asyncio.gather(*tasks)
        return handling.done

    assert asyncio.run(run()) == list("12345678")


def test_other_chats_are_served_while_one_waits() -> None:
    async def run() -> list[str]:
        handling, gate = Handling(), asyncio.Event()

        async def wait() -> None:
            await gate.wait()

        slow = [handling.come(said(7, number), f"slow {number}", wait) for number in range(3)]
        quick = [handling.come(said(chat), f"quick {chat}") for chat in (8, -9)]
        await asyncio.gather(*quick)
        gate.set()
        await asyncio.gather(*slow)
        return handling.done

    assert asyncio.run(run()) == ["quick 8", "quick -9", "slow 0", "slow 1", "slow 2"]


def test_a_chat_with_very_many_messages_leaves_room_for_others() -> None:
    async def run() -> list[str]:
        handling, gate = Handling(), asyncio.Event()

        async def wait() -> None:
            await gate.wait()

        flood = [handling.come(said(7, number), "flood", wait) for number in range(1000)]
        await handling.come(said(8), "other")
        seen = list(handling.done)
        gate.set()
        await asyncio.gather(*flood)
        return seen

    assert asyncio.run(run()) == ["other"]


def test_chats_that_wait_for_long_keep_no_other_from_being_served() -> None:
    async def run() -> list[str]:
        handling, gate = Handling(), asyncio.Event()

        async def wait() -> None:
            await gate.wait()

        slow = [handling.come(said(chat), "slow", wait) for chat in range(1, 500)]
        await handling.come(said(1000), "other")
        seen = list(handling.done)
        gate.set()
        await asyncio.gather(*slow)
        return seen

    assert asyncio.run(run()) == ["other"]


PRESS = {"id": "1", "from": ANN, "chat_instance": "1", "data": "x:1", "message": message(7)}
INLINE = {"id": "1", "from": ANN, "query": "where", "offset": ""}


@pytest.mark.parametrize(
    "update",
    [
        pytest.param({"callback_query": PRESS}, id="a press"),
        pytest.param({"inline_query": INLINE}, id="an inline query"),
        pytest.param({"stopped_message_generation": {"chat": {"id": 7, "type": "private"}}}, id="Telegram's Stop"),
        pytest.param({"something_new": {"chat": {"id": 7}}}, id="what nobody knows yet"),
    ],
)
def test_what_is_about_the_running_answer_overtakes(update: dict[str, Any]) -> None:
    async def run() -> list[str]:
        handling, gate = Handling(), asyncio.Event()

        async def wait() -> None:
            await gate.wait()

        question = handling.come(said(7), "question", wait)
        await handling.come(read(**update), "overtakes")
        gate.set()
        await question
        return handling.done

    assert asyncio.run(run()) == ["overtakes", "question"]


def test_a_handler_that_fails_does_not_stop_the_next() -> None:
    async def run() -> list[str]:
        handling = Handling()

        async def fail() -> None:
            raise ValueError("of the handler")

        failing = handling.come(said(7), "failing", fail)
        next_ = handling.come(said(7), "next")
        with pytest.raises(ValueError, match="of the handler"):
            await failing
        await next_
        return handling.done

    assert asyncio.run(run()) == ["next"]


@pytest.mark.parametrize("cancelled", [0, 1], ids=["the one that runs", "one that waits"])
def test_a_handler_that_is_cancelled_does_not_stop_the_next(cancelled: int) -> None:
    async def run() -> list[str]:
        handling, gate = Handling(), asyncio.Event()

        async def wait() -> None:
            await gate.wait()

        tasks = [handling.come(said(7, number), str(number), wait) for number in range(3)]
        await settle()
        tasks[cancelled].cancel()
        gate.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        return handling.done

    assert asyncio.run(run()) == [str(number) for number in range(3) if number != cancelled]


def test_nothing_is_kept_of_a_chat_that_is_quiet() -> None:
    async def run() -> tuple[int, int]:
        handling, gate = Handling(), asyncio.Event()

        async def wait() -> None:
            await gate.wait()

        tasks = [handling.come(said(chat, number), "", wait) for chat in range(1, 51) for number in range(2)]
        await settle()
        busy = handling.order.chats
        gate.set()
        await asyncio.gather(*tasks)
        del tasks
        return busy, handling.order.chats

    assert asyncio.run(run()) == (50, 0)
