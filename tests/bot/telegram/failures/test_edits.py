"""A question that was edited is answered as it reads now, once, in the place of the answer; later it is left alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.telegram.handlers.asking import EDITABLE
from bot.telegram.store import FILE
from tests.support.drafts import drafting, is_rewriting
from tests.support.model_server import ModelServer, say, silent
from tests.support.running import COMMANDER, UNKNOWN, Bot
from tests.support.telegram import Chat, Message
from tests.support.waiting import soon

SICILY = "How many Marines are there in Sicily?"
POLICE = "How many policemen were beheaded in Sabratha?"


def silent_model(model: ModelServer) -> None:
    """From now on no draft ever comes."""
    model.respond = lambda request: say({"question": "", "translation": ""}) if is_rewriting(request) else silent()


def drafts_asked_for(model: ModelServer, question: str) -> int:
    """How often the model was to answer this question."""
    return sum(question in request.text and not is_rewriting(request) for request in model.requests)


def answers(chat: Chat, question: str) -> Message:
    """Ask this, and wait for the answer."""
    return chat.wait_for_reply(chat.says(chat.members[0], question))[0]


def quiet_since(chat: Chat) -> None:
    """All updates until now have been handled, and what they asked is answered: what is asked now comes behind them."""
    answers(chat, COMMANDER)


def test_failure_28_the_answer_is_edited_in_place_once(bot: Bot, ann: Chat) -> None:
    asked = ann.says(ann.members[0], SICILY)
    [answer] = ann.wait_for_reply(asked)
    assert "250 Marines" in answer.text
    opened = bot.api.press(ann.members[0], answer, "[1]")
    opened.wait()
    ann.wait_for(2)
    ann.edits(asked, POLICE)
    bot.api.wait_until(lambda: "12 policemen" in answer.text)
    assert "250 Marines" not in answer.text
    assert bot.api.press(ann.members[0], answer, "[1]").wait() == ""
    ann.wait_for(lambda message: message.text.startswith("[1] ") and "12 policemen" in message.text)
    ann.edits(asked, SICILY)
    quiet_since(ann)
    assert len(answer.versions) == 1
    assert ann.replies[asked.id] == [answer]


def test_failure_28_an_edit_can_ask_for_more_or_less_than_one_message_holds(bot: Bot, ann: Chat) -> None:
    asked = ann.says(ann.members[0], SICILY)
    [answer] = ann.wait_for_reply(asked)
    ann.edits(asked, UNKNOWN)
    bot.api.wait_until(lambda: bool(answer.versions))
    assert "[1]" not in answer.text.partition("\n")[0]
    bot.api.press(ann.members[0], answer, "Why").wait()
    ann.wait_for(lambda message: UNKNOWN in message.text)


@pytest.mark.parametrize("change", [lambda text: text, lambda text: f" {text}\n", lambda text: text.replace(" ", "  ")])
def test_failure_28_an_edit_that_changes_no_word_changes_nothing(bot: Bot, ann: Chat, change: object) -> None:
    asked = ann.says(ann.members[0], SICILY)
    [answer] = ann.wait_for_reply(asked)
    ann.edits(asked, change(SICILY))  # type: ignore[operator]
    quiet_since(ann)
    assert answer.versions == []
    assert ann.replies[asked.id] == [answer]
    ann.edits(asked, POLICE)
    bot.api.wait_until(lambda: "12 policemen" in answer.text)


def test_failure_28_two_minutes_later_an_edit_is_ignored(bot: Bot, ann: Chat) -> None:
    asked = ann.says(ann.members[0], SICILY)
    [answer] = ann.wait_for_reply(asked)
    with closing(sqlite3.connect(bot.home / FILE)) as connection, connection:
        connection.execute("UPDATE jobs SET accepted_at = accepted_at - ? WHERE chat = ?", (EDITABLE, ann.id))
    ann.edits(asked, POLICE)
    quiet_since(ann)
    assert answer.versions == []
    assert ann.replies[asked.id] == [answer]


def test_failure_28_an_edit_of_what_was_no_question_is_ignored(bot: Bot) -> None:
    ann = bot.person()
    bot.api.privacy = False
    group = bot.group(ann)
    chatter = group.says(ann, "Good morning!")
    group.edits(chatter, f"/ask {SICILY}")
    quiet = group.says(ann, f"/ask {COMMANDER}")
    group.wait_for_reply(quiet)
    bot.api.privacy = True
    assert len(group.sent) == 1


def test_failure_28_in_a_group_it_is_the_same(bot: Bot) -> None:
    ann = bot.person()
    group = bot.group(ann)
    asked = group.says(ann, f"/ask {SICILY}")
    [answer] = group.wait_for_reply(asked)
    group.edits(asked, f"/ask {POLICE}")
    bot.api.wait_until(lambda: "12 policemen" in answer.text)
    assert group.sent == [answer]


def test_failure_28_a_question_that_waits_is_answered_as_it_reads_by_then(writer: Bot, model: ModelServer) -> None:
    silent_model(model)
    ann = writer.private()
    first, second = ann.says(ann.members[0], COMMANDER), ann.says(ann.members[0], SICILY)
    assert soon(lambda: drafts_asked_for(model, COMMANDER) == 1)
    ann.edits(second, POLICE)
    model.respond = drafting(None)
    writer.api.wait_until(lambda: len(ann.drafts) > 0)
    writer.api.stops(ann, ann.drafts[-1])
    ann.wait_for_reply(second)
    assert (drafts_asked_for(model, SICILY), drafts_asked_for(model, POLICE)) == (0, 1)
    assert [message.reply_to for message in ann.sent] == [first, second]


def test_failure_28_a_question_that_is_being_answered_is_begun_anew(writer: Bot, model: ModelServer) -> None:
    silent_model(model)
    ann = writer.private()
    asked, *others = (ann.says(ann.members[0], text) for text in (SICILY, COMMANDER, UNKNOWN, "Who is Renzi?"))
    assert soon(lambda: drafts_asked_for(model, SICILY) == 1)
    model.respond = drafting(None)
    ann.edits(asked, POLICE)
    for each in (asked, *others):
        ann.wait_for_reply(each)
    assert drafts_asked_for(model, POLICE) == 1
    assert soon(lambda: model.connections == 0), "the call for what it asked before was ended"
    assert sorted(message.reply_to.id for message in ann.sent if message.reply_to) == [
        message.id for message in (asked, *others)
    ]
    assert "Stopped." not in [message.text for message in ann.sent]
