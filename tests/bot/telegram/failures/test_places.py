"""Where an answer is to go can be gone by then: the question deleted, the topic closed. It still comes."""

from __future__ import annotations

import pytest

from tests.support.running import COMMANDER, Bot
from tests.support.telegram import Chat, fail


def test_failure_23_a_question_that_was_deleted_is_answered_without_a_reply(bot: Bot, ann: Chat) -> None:
    with bot.api.changed:
        asked = ann.says(ann.members[0], COMMANDER)
        ann.deletes(asked)
    [answer] = ann.wait_for()
    assert "Benina" in answer.text and "[1]" in answer.labels
    assert answer.reply_to is None


@pytest.mark.parametrize(
    "words", ["Bad Request: message to be replied not found", "Bad Request: REPLY_MESSAGE_ID_INVALID"]
)
def test_failure_23_nor_is_it_lost_where_telegram_insists(bot: Bot, ann: Chat, words: str) -> None:
    refused = bot.api.fault("sendMessage", fail(400, words), times=1, chat=ann.id)
    asked = ann.says(ann.members[0], COMMANDER)
    [answer] = ann.wait_for()
    assert len(refused.hits) == 1
    assert "Benina" in answer.text
    assert ann.replies[asked.id] == []


def test_failure_23_the_panel_of_a_deleted_answer_opens_all_the_same(bot: Bot, ann: Chat) -> None:
    [answer] = ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))
    with bot.api.changed:
        pressed = bot.api.press(ann.members[0], answer, "[1]")
        ann.deletes(answer)
    pressed.wait()
    [panel] = ann.wait_for(lambda message: message.text.startswith("[1] "))
    assert panel.styled("bold")


def test_failure_24_in_a_topic_that_was_closed_the_answer_comes_outside_of_it(bot: Bot) -> None:
    ann = bot.person()
    group = bot.group(ann, threads=[5, 6])
    with bot.api.changed:
        asked = group.says(ann, f"/ask {COMMANDER}", thread=5)
        group.threads.discard(5)
    [answer] = group.wait_for_reply(asked)
    assert answer.thread is None and "[1]" in answer.labels
    bot.api.press(ann, answer, "[1]").wait()
    group.wait_for(lambda message: message.text.startswith("[1] "))
    elsewhere = group.says(ann, f"/ask {COMMANDER}", thread=6)
    assert group.wait_for_reply(elsewhere)[0].thread == 6


@pytest.mark.parametrize("words", ["TOPIC_CLOSED", "TOPIC_DELETED", "message thread not found"])
def test_failure_24_however_telegram_says_it_and_of_a_reply_too(bot: Bot, words: str) -> None:
    ann = bot.person()
    group = bot.group(ann, threads=[5])
    refused = bot.api.fault("sendMessage", fail(400, f"Bad Request: {words}"), times=2, chat=group.id)
    group.says(ann, f"/ask {COMMANDER}", thread=5)
    [answer] = group.wait_for()
    assert len(refused.hits) == 2
    assert answer.thread is None and "[1]" in answer.labels


def test_failure_24_a_topic_of_a_private_chat_too(bot: Bot) -> None:
    ann = bot.private(threads=[3])
    [answer] = ann.wait_for_reply(ann.says(ann.members[0], COMMANDER, thread=3))
    assert answer.thread == 3
    with bot.api.changed:
        asked = ann.says(ann.members[0], COMMANDER, thread=3)
        ann.threads.discard(3)
    [answer] = ann.wait_for_reply(asked)
    assert answer.thread is None and "[1]" in answer.labels
