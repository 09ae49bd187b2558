"""Who asks sees at once that the bot is at work, and how far it is; never a word unverified, nothing too late."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from bot.progress import Checking, Progress, Reading, Searching, Verified
from bot.render.telegram.message import Message, units
from bot.telegram.preview import Pace, Preview
from bot.telegram.sending import Sender
from bot.telegram.texts import texts
from bot.types import Claim
from tests.support.outcomes import BUILT, HARBOUR, cite
from tests.support.telegram import BotApi, Chat, Fault, User, delayed, dropped, fail, late_reply, too_many
from tests.support.telegram_sender import sending

pytestmark = pytest.mark.timeout(60)
QUICK = Pace(typing=0.02, frame=0.01, refresh=0.05, last=20)
SLOW = Pace(typing=600, frame=600, refresh=600, last=20)
UNHURRIED = Pace(typing=600, frame=0.01, refresh=600, last=20)
ANSWER = Message("It took eleven years to build. [1]")
CLAIM = Claim("The mayor said that building it had taken eleven years.", (cite(HARBOUR, BUILT),))
Work = Callable[[Preview], Awaitable[Any]]


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def ann(api: BotApi) -> User:
    return api.user(7)


@pytest.fixture
def chat(api: BotApi, ann: User) -> Chat:
    return api.private(ann)


def answer(
    api: BotApi,
    chat: Chat,
    work: Work,
    pace: Pace = UNHURRIED,
    *,
    thread: int = 0,
    language: str = "en",
    articles: int = 5,
    drafts: bool = True,
) -> None:
    """Answer in this chat: work under a preview, then send."""

    async def act(sender: Sender) -> None:
        preview = Preview(
            sender,
            chat.id,
            thread,
            chat.kind == "private",
            texts(language),
            9,
            articles=articles,
            drafts=drafts,
            pace=pace,
        )
        async with preview:
            await work(preview)
        await sender.send(chat.id, thread, ANSWER)

    sending(api, act)


async def seen(api: BotApi, condition: Callable[[], bool]) -> None:
    await asyncio.to_thread(api.wait_until, condition)


def frames(chat: Chat) -> list[str]:
    return [draft.text for draft in chat.drafts]


def showing(api: BotApi, chat: Chat, *stages: Progress) -> Work:
    """Tells these, each when the one before it is seen."""

    async def work(preview: Preview) -> None:
        for count, stage in enumerate(stages, 1):
            preview.tell(stage)
            await seen(api, lambda count=count: len(chat.drafts) > count)  # type: ignore[misc]

    return work


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Searching 5 articles…", "Reading 1 passage…", "Checking 3 quotes…"]),
        ("fr", ["Recherche dans 5 articles…", "Lecture de 1 passage…", "Vérification de 3 citations…"]),
    ],
)
def test_a_draft_names_the_stage(api: BotApi, chat: Chat, language: str, expected: list[str]) -> None:
    answer(api, chat, showing(api, chat, Reading(1), Checking(3)), language=language)
    assert frames(chat) == expected
    assert [draft.can_stop for draft in chat.drafts] == [True] * 3
    assert {draft.id for draft in chat.drafts} == {9}
    assert [message.text for message in chat.sent] == [ANSWER.text]
    assert api.problems == []


def test_the_first_frame_and_typing_come_before_anything_is_known(api: BotApi, chat: Chat) -> None:
    async def work(_preview: Preview) -> None:
        await seen(api, lambda: bool(chat.drafts and chat.actions))

    answer(api, chat, work, SLOW, articles=0)
    assert frames(chat) == ["Searching…"]
    assert [action.name for action in chat.actions] == ["typing"]


def test_a_claim_is_shown_when_it_is_verified_and_stays(api: BotApi, chat: Chat) -> None:
    answer(api, chat, showing(api, chat, Checking(1), Verified(CLAIM), Checking(2)))
    said = f"{CLAIM.text} [1]"
    assert frames(chat)[1:] == [
        "Checking 1 quote…",
        f"{said}\n\nChecking 1 quote…",
        f"{said}\n\nChecking 2 quotes…",
    ]


def test_failure_5_of_many_claims_as_many_as_have_room_are_shown_whole(api: BotApi, chat: Chat) -> None:
    long = Claim("\N{GRINNING FACE}" * 700, CLAIM.citations)

    async def work(preview: Preview) -> None:
        for _ in range(9):
            preview.tell(Verified(long))
        await seen(api, lambda: len(chat.drafts) > 1)

    answer(api, chat, work)
    last = frames(chat)[-1]
    *claims, stage = last.split("\n\n")
    assert units(last) <= 4096
    assert claims == [f"{long.text} [1]"] * 2
    assert stage == "Searching 5 articles…"
    assert api.problems == []


def test_claims_are_told_from_the_thread_that_verifies_them(api: BotApi, chat: Chat) -> None:
    async def work(preview: Preview) -> None:
        thread = threading.Thread(target=preview.tell, args=(Verified(CLAIM),))
        thread.start()
        await seen(api, lambda: any(CLAIM.text in frame for frame in frames(chat)))
        thread.join()

    answer(api, chat, work)


def test_what_is_told_too_late_is_of_no_consequence(api: BotApi, chat: Chat) -> None:
    kept = []

    async def work(preview: Preview) -> None:
        kept.append(preview)

    answer(api, chat, work)
    kept[0].tell(Verified(CLAIM))  # the event loop is closed by now
    assert not any(CLAIM.text in frame for frame in frames(chat))


def test_much_news_makes_few_frames(api: BotApi, chat: Chat) -> None:
    async def work(preview: Preview) -> None:
        await seen(api, lambda: len(chat.drafts) == 1)
        for number in range(100):
            preview.tell(Reading(number))
        await asyncio.sleep(0.1)

    answer(api, chat, work, SLOW)
    assert len(chat.drafts) == 1


def test_news_that_comes_between_two_frames_is_in_the_next(api: BotApi, chat: Chat) -> None:
    async def work(preview: Preview) -> None:
        for number in range(2, 101):
            preview.tell(Reading(number))
        await seen(api, lambda: "Reading 100 passages…" in frames(chat))

    answer(api, chat, work)
    assert len(chat.drafts) < 20


def test_no_news_makes_no_frames(api: BotApi, chat: Chat) -> None:
    async def work(preview: Preview) -> None:
        for _ in range(20):
            preview.tell(Searching())
            await asyncio.sleep(0.01)

    answer(api, chat, work)
    assert len(chat.drafts) == 1


def test_a_frame_is_sent_again_before_it_fades_and_typing_too(api: BotApi, chat: Chat) -> None:
    async def work(_preview: Preview) -> None:
        await seen(api, lambda: len(chat.drafts) > 3 and len(chat.actions) > 3)

    answer(api, chat, work, QUICK)
    assert set(frames(chat)) == {"Searching 5 articles…"}


def test_the_paces_are_those_that_telegram_wants() -> None:
    pace = Pace()
    assert pace.typing < 5
    assert pace.frame >= 0.7
    assert pace.frame + pace.refresh < 25


def test_in_a_group_there_is_typing_and_no_draft(api: BotApi, ann: User) -> None:
    group = api.group(-1001, [ann], threads=[5])

    async def work(preview: Preview) -> None:
        preview.tell(Verified(CLAIM))
        await seen(api, lambda: len(group.actions) > 2)

    answer(api, group, work, QUICK, thread=5)
    assert {action.thread for action in group.actions} == {5}
    assert api.counts["sendMessageDraft"] == 0
    assert [message.text for message in group.sent] == [ANSWER.text]


def test_drafts_can_be_switched_off(api: BotApi, chat: Chat) -> None:
    async def work(_preview: Preview) -> None:
        await seen(api, lambda: len(chat.actions) > 2)

    answer(api, chat, work, QUICK, drafts=False)
    assert chat.drafts == []


@pytest.mark.parametrize(
    "fault",
    [
        fail(400, "Bad Request: TEXTDRAFT_PEER_INVALID"),
        fail(404, "Not Found"),
        too_many(30),
        dropped(),
    ],
    ids=["refused", "unknown to an old server", "flood control", "dropped"],
)
def test_failures_1_and_21_a_draft_that_fails_is_the_last_and_the_answer_comes_at_once(
    api: BotApi, chat: Chat, fault: Fault
) -> None:
    planned = api.fault("sendMessageDraft", fault)

    async def work(preview: Preview) -> None:
        preview.tell(Reading(3))
        await seen(api, lambda: len(chat.actions) > 5 and bool(planned.hits))

    answer(api, chat, work, QUICK)
    assert len(planned.hits) == 1
    assert [message.text for message in chat.sent] == [ANSWER.text]


@pytest.mark.parametrize("fault", [delayed(0.3), late_reply(0.3)], ids=["arrives late", "reply is late"])
def test_failure_22_no_frame_comes_after_the_answer(api: BotApi, chat: Chat, fault: Fault) -> None:
    planned = api.fault(["sendMessageDraft", "sendChatAction"], fault)

    async def work(preview: Preview) -> None:
        preview.tell(Verified(CLAIM))
        await asyncio.sleep(0.05)  # the frame is on its way

    answer(api, chat, work, QUICK)
    assert planned.hits
    [final] = chat.sent
    assert all(draft.at <= final.at for draft in chat.drafts)
    assert all(action.at <= final.at for action in chat.actions)


def test_a_frame_that_hangs_is_not_waited_for(api: BotApi, chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    api.fault("sendMessageDraft", late_reply(50))

    async def work(_preview: Preview) -> None:
        await seen(api, lambda: bool(chat.drafts))

    answer(api, chat, work, Pace(typing=600, frame=600, refresh=600, last=0.05))
    assert [message.text for message in chat.sent] == [ANSWER.text]
    assert "Timeout" not in caplog.text  # it was left before it gave up by itself


@pytest.mark.parametrize("missing", ["sendMessageDraft", "sendChatAction"])
def test_the_first_sign_of_life_is_reported_once(api: BotApi, chat: Chat, missing: str) -> None:
    api.fault(missing, fail(400, "Bad Request: not today"))
    signs = []

    async def act(sender: Sender) -> None:
        async with Preview(
            sender, chat.id, 0, True, texts("en"), 9, pace=QUICK, seen=lambda: signs.append(api.counts.copy())
        ):
            await seen(api, lambda: len(chat.drafts) + len(chat.actions) > 5)

    sending(api, act)
    assert len(signs) == 1


def test_when_the_work_is_stopped_the_preview_ends_with_it(api: BotApi, chat: Chat) -> None:
    async def act(sender: Sender) -> tuple[int, int]:
        async def work() -> None:
            async with Preview(sender, chat.id, 0, True, texts("en"), 9, pace=QUICK):
                await asyncio.Event().wait()

        before = asyncio.all_tasks()
        task = asyncio.create_task(work())
        await seen(api, lambda: len(chat.drafts) > 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        count = api.counts["sendMessageDraft"]
        await asyncio.sleep(0.2)
        assert asyncio.all_tasks() == before
        return count, api.counts["sendMessageDraft"]

    at_the_end, later = sending(api, act)
    assert at_the_end == later


def test_failure_10_while_it_answers_it_notices_that_it_was_blocked(api: BotApi, chat: Chat) -> None:
    noticed = []

    async def on_blocked(blocked: int) -> None:
        noticed.append(blocked)

    chat.blocks()

    async def act(sender: Sender) -> None:
        async with Preview(sender, chat.id, 0, True, texts("en"), 9, pace=SLOW):
            while not noticed:
                await asyncio.sleep(0.01)

    sending(api, act, on_blocked=on_blocked)
    assert noticed == [chat.id]
