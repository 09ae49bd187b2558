"""The bot keeps within what Telegram allows, and no chat waits for another. Time is the test's own."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.telegram.pacing import Pacer, Preview, PreviewDropped, Record, seconds
from tests.support.clock import Clock

ANN, BOB, GROUP = 1, 2, -1001
TURNED_AWAY = 29.0


class Telegram:
    """What was asked of Telegram, and when; it answers with the errors it is given, then says yes."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.pacer = Pacer(clock=self.clock, sleep=self.clock.sleep, **options)
        self.requests: list[tuple[float, int | str, str]] = []
        self.seconds = 0.0
        """What a request takes."""
        self.errors: dict[tuple[int | str, str], list[TelegramError]] = {}

    def call(
        self, chat: int | str, method: str = "sendMessage", limit: Preview | Record | None = None
    ) -> Coroutine[Any, Any, Any]:
        async def request() -> bool:
            self.requests.append((self.clock.now, chat, method))
            if self.seconds:
                await self.clock.sleep(self.seconds)
            errors = self.errors.get((chat, method))
            if errors:
                raise errors.pop(0)
            return True

        return self.pacer.process_request(request, (), {}, method, {"chat_id": chat}, limit)

    def run(self, *calls: Coroutine[Any, Any, Any]) -> list[Any]:
        return self.clock.run(*calls)

    def moments(self, chat: int | str, method: str = "sendMessage") -> list[float]:
        return [at for at, to, what in self.requests if (to, what) == (chat, method)]


def after(wait: float) -> RetryAfter:
    return RetryAfter(timedelta(seconds=wait))


def test_messages_in_a_chat_are_a_second_apart_and_in_order() -> None:
    telegram, said = Telegram(), []

    async def say(number: int) -> None:
        await telegram.call(ANN)
        said.append(number)

    telegram.run(*map(say, range(5)))
    moments = telegram.moments(ANN)
    assert moments[0] == 0
    assert all(later - earlier >= 1.05 - 1e-9 for earlier, later in pairwise(moments))
    assert said == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("chat", "in_the_first_minute"), [(GROUP, 18), ("@readers", 18), (ANN, 30), (str(ANN), 30)])
def test_a_group_has_fewer_a_minute(chat: int | str, in_the_first_minute: int) -> None:
    telegram = Telegram(apart=0.5)
    telegram.run(*(telegram.call(chat) for _ in range(30)))
    assert sum(at < 60 for at in telegram.moments(chat)) == in_the_first_minute
    assert len(telegram.moments(chat)) == 30


def test_all_chats_together_have_25_a_second() -> None:
    telegram = Telegram()
    telegram.run(*map(telegram.call, range(1, 61)))
    moments = [at for at, _, _ in telegram.requests]
    assert sum(at == 0 for at in moments) == 25  # nobody waits for nothing
    assert all(later - earlier >= 1 for earlier, later in zip(moments, moments[25:], strict=False))
    assert [chat for _, chat, _ in telegram.requests] == list(range(1, 61))  # first come, first served


def test_zero_switches_each_pace_off() -> None:
    telegram = Telegram(apart=0, group_minute=0, second=0)
    telegram.run(*(telegram.call(GROUP) for _ in range(200)))
    assert telegram.moments(GROUP) == [0.0] * 200


def test_a_chat_with_much_to_say_holds_up_no_other() -> None:
    telegram = Telegram()
    telegram.run(*(telegram.call(GROUP) for _ in range(40)), telegram.call(ANN), telegram.call(BOB))
    assert telegram.moments(ANN) == telegram.moments(BOB) == [0.0]


def test_failure_2_a_429_in_one_chat_cools_that_chat_alone() -> None:
    telegram = Telegram()
    telegram.errors[ANN, "sendMessage"] = [after(TURNED_AWAY)]
    answers = telegram.run(telegram.call(ANN), telegram.call(ANN), telegram.call(BOB), telegram.call(GROUP))
    assert answers == [True] * 4
    assert telegram.moments(BOB) == telegram.moments(GROUP) == [0.0]
    assert [at for at in telegram.moments(ANN) if 0 < at < TURNED_AWAY] == []


def test_failure_1_a_429_for_a_draft_drops_the_next_ones_and_the_answer_goes_out_at_once() -> None:
    telegram = Telegram()
    telegram.errors[ANN, "sendMessageDraft"] = [after(TURNED_AWAY)]

    async def answering() -> None:
        for error in (RetryAfter, PreviewDropped, PreviewDropped):
            with pytest.raises(error):
                await telegram.call(ANN, "sendMessageDraft")
        await telegram.call(ANN, "sendChatAction")
        await telegram.call(ANN)

    assert telegram.run(answering()) == [None]
    assert [method for _, _, method in telegram.requests] == ["sendMessageDraft", "sendChatAction", "sendMessage"]
    assert telegram.clock.now == 0
    telegram.clock.now = TURNED_AWAY + 1
    assert telegram.run(telegram.call(ANN, "sendMessageDraft")) == [True]


def test_failure_1_an_answer_that_is_turned_away_comes_when_the_chat_has_cooled() -> None:
    telegram = Telegram()
    telegram.errors[ANN, "sendMessage"] = [after(TURNED_AWAY), after(40)]

    async def typing() -> None:
        await telegram.clock.sleep(5)
        await telegram.call(ANN, "sendChatAction")

    answer, dropped = telegram.run(telegram.call(ANN), typing())
    assert answer is True
    assert isinstance(dropped, PreviewDropped)
    first, second, third = telegram.moments(ANN)
    assert second - first > TURNED_AWAY  # the two clocks need not agree
    assert third - second > 40


def test_a_message_that_waits_for_the_others_of_the_second_notices_that_its_chat_has_to_cool() -> None:
    telegram = Telegram(apart=0, second=1)
    telegram.seconds = 0.5
    telegram.errors[ANN, "sendMessage"] = [after(TURNED_AWAY)]
    telegram.run(telegram.call(ANN), telegram.call(ANN))
    assert [at for at in telegram.moments(ANN) if 0 < at < TURNED_AWAY] == []
    assert len(telegram.moments(ANN)) == 3


@pytest.mark.parametrize(
    "refusals", [[after(700)], [after(60)] * 50], ids=["one that is too long", "one after another"]
)
def test_failure_1_after_ten_minutes_it_raises_so_that_the_job_stays_open(refusals: list[TelegramError]) -> None:
    telegram = Telegram()
    telegram.errors[ANN, "sendMessage"] = refusals
    [error] = telegram.run(telegram.call(ANN))
    assert isinstance(error, RetryAfter)
    assert telegram.clock.now <= 600
    assert seconds(error) > 0


def test_a_wait_that_would_be_too_long_is_not_begun() -> None:
    telegram = Telegram()
    telegram.errors[ANN, "sendMessage"] = [after(3000)]
    [error] = telegram.run(telegram.call(ANN))
    assert isinstance(error, RetryAfter)
    assert telegram.clock.now == 0
    assert seconds(error) >= 3000


@pytest.mark.parametrize("setting", ["true", "false"])
def test_retry_after_is_read_in_both_its_forms(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", setting)
    if setting == "true":
        assert seconds(RetryAfter(7)) == 7
    else:
        with pytest.warns(DeprecationWarning):
            assert seconds(RetryAfter(7)) == 7


@pytest.mark.parametrize("method", ["sendChatAction", "sendMessageDraft", "setMessageReaction"])
def test_what_is_no_message_does_not_wait_and_is_not_counted(method: str) -> None:
    telegram = Telegram()
    telegram.run(*(telegram.call(GROUP, method) for _ in range(60)), telegram.call(GROUP))
    assert telegram.moments(GROUP, method) == [0.0] * 60
    assert telegram.moments(GROUP) == [0.0]


def test_presses_are_answered_whatever_waits() -> None:
    telegram = Telegram()
    telegram.errors[ANN, "sendMessage"] = [after(TURNED_AWAY)]
    answered = []

    async def press() -> bool:
        answered.append(telegram.clock.now)
        return True

    async def pressed() -> None:
        await telegram.pacer.process_request(press, (), {}, "answerCallbackQuery", {"callback_query_id": "1"}, None)

    telegram.run(telegram.call(ANN), telegram.call(ANN), pressed())
    assert answered == [0.0]


def test_edits_count_as_messages() -> None:
    telegram = Telegram()
    telegram.run(telegram.call(ANN), telegram.call(ANN, "editMessageText"))
    assert telegram.moments(ANN, "editMessageText")[0] >= 1.05


def test_an_edit_that_only_shows_progress_gives_way_to_messages() -> None:
    telegram = Telegram()

    async def progress() -> None:
        await telegram.call(ANN, "editMessageText", "preview")

    _, _, dropped = telegram.run(telegram.call(ANN), telegram.call(ANN), progress())
    assert isinstance(dropped, PreviewDropped)
    telegram.clock.now += 2
    assert telegram.run(progress()) == [None]


def test_a_429_for_such_an_edit_is_not_waited_out_and_cools_the_chat() -> None:
    telegram = Telegram()
    telegram.errors[ANN, "editMessageText"] = [after(TURNED_AWAY)]
    [error] = telegram.run(telegram.call(ANN, "editMessageText", "preview"))
    assert isinstance(error, RetryAfter)
    telegram.run(telegram.call(ANN))
    assert telegram.moments(ANN)[0] >= TURNED_AWAY


def test_other_errors_are_for_who_asked() -> None:
    telegram = Telegram()
    telegram.errors[ANN, "sendMessage"] = [BadRequest("Chat not found")]
    [error] = telegram.run(telegram.call(ANN))
    assert isinstance(error, BadRequest)
    assert len(telegram.requests) == 1


def test_a_request_is_recorded_right_before_it_is_made_and_taken_back_when_it_is_turned_away() -> None:
    telegram, heard = Telegram(), []
    telegram.errors[ANN, "sendMessage"] = [after(TURNED_AWAY)]

    class Heard:
        async def on_its_way(self) -> None:
            heard.append(("on its way", len(telegram.requests)))

        async def not_done(self) -> None:
            heard.append(("not done", len(telegram.requests)))

    telegram.run(telegram.call(ANN, limit=Heard()))
    assert heard == [("on its way", 0), ("not done", 1), ("on its way", 1)]


def test_one_who_waits_and_gives_up_leaves_the_turn_to_the_next() -> None:
    telegram = Telegram()

    async def given_up() -> None:
        first = asyncio.create_task(telegram.call(ANN))
        second = asyncio.create_task(telegram.call(ANN))
        third = asyncio.create_task(telegram.call(ANN))
        await telegram.clock.sleep(0.5)
        second.cancel()
        assert await first
        assert await third

    assert telegram.run(given_up()) == [None]
    assert len(telegram.moments(ANN)) == 2


def test_chats_that_are_quiet_are_forgotten() -> None:
    telegram = Telegram(second=0)
    telegram.errors[BOB, "sendMessage"] = [after(500)]

    async def days() -> None:
        for day in range(20):
            for chat in range(1000):
                await telegram.call(10_000 + 1000 * day + chat)
            await telegram.clock.sleep(120)

    telegram.run(days(), telegram.call(BOB))
    assert telegram.pacer.chats <= 1002
    telegram.clock.now += 1000
    telegram.run(telegram.call(ANN))
    assert telegram.pacer.chats == 1


@pytest.mark.parametrize("seed", range(20))
def test_at_random_no_limit_is_ever_passed_and_everything_is_sent(seed: int) -> None:
    """Bursts in a few chats, each turned away now and then: no message too early, none lost, none twice."""
    chance = random.Random(seed)
    telegram = Telegram(second=5)
    chats = [ANN, BOB, GROUP, -1002]
    refused: dict[int, list[RetryAfter]] = {}
    for chat in chats:
        refused[chat] = [after(chance.randint(1, 30)) for _ in range(chance.randint(0, 3))]
        telegram.errors[chat, "sendMessage"] = list(refused[chat])

    async def later(chat: int) -> bool:
        await telegram.clock.sleep(chance.choice([0, 0, 1, 5, 30]))
        return bool(await telegram.call(chat))

    wanted = [chance.choice(chats) for _ in range(80)]
    assert telegram.run(*map(later, wanted)) == [True] * 80
    counts = Counter(wanted)
    for chat in chats:
        moments = telegram.moments(chat)
        assert len(moments) == counts[chat] + len(refused[chat])
        assert all(later - earlier >= 1.05 - 1e-9 for earlier, later in pairwise(moments))
        if chat < 0:
            assert all(later - earlier >= 60 - 1e-9 for earlier, later in zip(moments, moments[18:], strict=False))
        for moment, refusal in zip(moments, refused[chat], strict=False):
            assert not [at for at in moments if moment < at < moment + seconds(refusal)]
    everything = sorted(at for at, _, _ in telegram.requests)
    assert all(later - earlier >= 1 - 1e-9 for earlier, later in zip(everything, everything[5:], strict=False))
