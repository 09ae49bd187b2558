"""Telegram says that it is too much (429): nothing is lost, nobody else waits, and what it asked for is kept to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support.running import COMMANDER, Bot
from tests.support.telegram import BotApi, Chat, Flood, too_many
from tests.support.waiting import soon


@pytest.fixture
def strict(bot: Bot) -> Iterator[BotApi]:
    """Telegram takes one message a second in a chat, edits too, and then none for two seconds."""
    bot.api.limits.chat_second, bot.api.limits.penalty = 1, 2
    yield bot.api
    bot.api.limits.chat_second = None


def floods(bot: Bot, chat: Chat) -> list[Flood]:
    """The calls in a chat that came too fast, or before they might."""
    return [flood for flood in bot.api.floods if flood.chat == chat.id]


def test_failure_01_a_flood_of_previews_does_not_touch_the_answer(bot: Bot, ann: Chat) -> None:
    previews = bot.api.fault(["sendMessageDraft", "sendChatAction"], too_many(60), chat=ann.id)
    asked = ann.says(ann.members[0], COMMANDER)
    [answer] = ann.wait_for_reply(asked)
    assert "[1]" in answer.labels
    assert {call.method for call in previews.hits} == {"sendMessageDraft", "sendChatAction"}
    assert floods(bot, ann) == [], "after a 429 a preview was sent again before its time"


def test_failure_01_previews_are_drafts_in_private_and_never_edits(bot: Bot, ann: Chat) -> None:
    edits = bot.api.counts["editMessageText"]
    group = bot.group(*ann.members)
    ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))
    group.wait_for_reply(group.says(ann.members[0], f"/ask {COMMANDER}"))
    assert ann.drafts and not group.drafts
    assert [action.name for action in group.actions] != []
    assert bot.api.counts["editMessageText"] == edits
    assert len(group.sent) == len(ann.sent) == 1


def test_failure_01_the_answer_waits_out_a_flood_that_edits_made(bot: Bot, ann: Chat, strict: BotApi) -> None:
    [answer] = ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))
    strict.press(ann.members[0], answer, "[1]")
    [_, panel] = ann.wait_for(2)
    strict.press(ann.members[0], answer, "Evidence")
    strict.wait_until(lambda: bool(floods(bot, ann)))
    asked = ann.says(ann.members[0], "Who is the main sponsor of Haftar?")
    [second] = ann.wait_for_reply(asked)
    strict.wait_until(lambda: bool(panel.versions))
    assert not any(flood.early for flood in floods(bot, ann)), "it did not wait as long as it was told to"
    assert len(ann.replies[asked.id]) == 1 and "[1]" in second.labels
    assert len(ann.sent) == 3, "two answers and one panel"


def test_failure_01_the_answer_is_sent_when_the_time_is_over_that_telegram_named(bot: Bot, ann: Chat) -> None:
    refused = bot.api.fault("sendMessage", too_many(2), times=1, chat=ann.id)
    asked = ann.says(ann.members[0], COMMANDER)
    [answer] = ann.wait_for_reply(asked)
    [call] = refused.hits
    assert answer.at >= call.at + 2
    assert floods(bot, ann) == []
    assert len(ann.sent) == 1


def test_failure_01_an_answer_that_would_have_to_wait_for_an_hour_is_there_after_a_restart(bot: Bot, ann: Chat) -> None:
    for_an_hour = replace(too_many(3600), retry_after=0)
    refused = bot.api.fault("sendMessage", for_an_hour)
    asked = ann.says(ann.members[0], COMMANDER)
    bot.api.wait_until(lambda: bool(refused.hits))
    assert soon(lambda: bot.state(asked) == "answered"), "it still takes it for sent"
    refused.stop()
    bot.process.kill()
    bot.process.start().ready()
    [answer] = ann.wait_for_reply(asked)
    assert "[1]" in answer.labels
    assert ann.sent == [answer]


def test_failure_02_a_flood_in_one_chat_holds_up_no_other(bot: Bot, ann: Chat) -> None:
    flood = bot.api.fault("sendMessage", too_many(1), chat=ann.id)
    asked = ann.says(ann.members[0], COMMANDER)
    bot.api.wait_until(lambda: bool(flood.hits))
    ben = bot.private()
    for _ in range(3):
        ben.wait_for_reply(ben.says(ben.members[0], COMMANDER))
    assert ann.sent == [], "the flood was over before the others asked"
    flood.stop()
    ann.wait_for_reply(asked)
    assert not floods(bot, ann) and not floods(bot, ben)
