"""A bot that is stopped or killed, and started again: nothing that was asked is lost, and nothing is answered twice."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from threading import Event

import pytest

from bot.render.phrases import phrases
from tests.support.drafts import drafting
from tests.support.model_server import ModelServer, Received, Reply, silent
from tests.support.running import COMMANDER, UNKNOWN, Bot
from tests.support.telegram import Chat, late_reply, page, too_many
from tests.support.waiting import soon

DECLINED = phrases("en").declined["not_in_evidence"]


def test_failure_07_updates_that_come_again_are_answered_once(bot: Bot, ann: Chat) -> None:
    person = ann.members[0]
    asked = ann.says(person, COMMANDER)
    [answer] = ann.wait_for_reply(asked)
    press = bot.api.press(person, answer, "[1]")
    [_, panel] = ann.wait_for(2)
    bot.api.redeliver(2)
    later = ann.says(person, UNKNOWN)
    [last] = ann.wait_for_reply(later)
    assert ann.sent == [answer, panel, last]
    assert len(press.answers) == 1


@pytest.mark.parametrize("end", ["SIGTERM", "SIGKILL"])
def test_failure_07_no_double_answer_after_a_restart_with_an_unconfirmed_offset(bot: Bot, ann: Chat, end: str) -> None:
    bot.api.wait_until(lambda: bot.api.updates.polled)
    unconfirmed = bot.api.fault("getUpdates", page(502))
    asked = ann.says(ann.members[0], COMMANDER)
    ann.wait_for_reply(asked)
    assert soon(lambda: bot.state(asked) == "done")
    if end == "SIGTERM":
        assert bot.process.terminate() == 0
    else:
        bot.process.kill()
    assert bot.api.updates.pending, "Telegram was told of the question's receipt"
    unconfirmed.stop()
    bot.process.start().ready()
    bot.api.wait_until(lambda: not bot.api.updates.pending)
    later = ann.says(ann.members[0], UNKNOWN)
    ann.wait_for_reply(later)
    assert len(ann.replies[asked.id]) == 1
    assert len(ann.sent) == 2


def test_failure_08_a_question_is_answered_after_a_kill_while_it_was_worked_on(writer: Bot, model: ModelServer) -> None:
    model.respond = lambda _request: silent()
    ann, ben = writer.private(), writer.private(language="fr")
    asked = [ann.says(ann.members[0], question) for question in (COMMANDER, UNKNOWN)]
    other = ben.says(ben.members[0], "Qui commande les forces autour de Benina ?")
    assert soon(lambda: len(model.requests) == 2), "both chats are being answered"
    assert soon(lambda: writer.state(asked[1]) == "waiting")
    writer.process.kill()
    model.respond = drafting(None)
    writer.process.start().ready()
    replies = [ann.wait_for_reply(question)[0] for question in asked]
    ben.wait_for_reply(other)
    assert all(reply.text.startswith(DECLINED) for reply in replies)
    assert ann.sent == replies, "in the order in which they were asked, and nothing else"
    assert len(ben.sent) == 1


def test_failure_08_a_question_is_answered_after_a_kill_before_it_was_taken_on(bot: Bot, ann: Chat) -> None:
    stuck = bot.api.fault("sendMessage", late_reply(3600), times=1)
    first = ann.says(ann.members[0], "/help")
    bot.api.wait_until(lambda: bool(stuck.hits))
    asked = ann.says(ann.members[0], COMMANDER)
    bot.api.wait_until(lambda: not bot.api.updates.pending)
    assert bot.state(asked) is None, "Telegram takes it for received, and no handler has seen it"
    bot.process.kill()
    bot.process.start().ready()
    [answer] = ann.wait_for_reply(asked)
    assert "[1]" in answer.labels
    assert soon(lambda: bot.state(asked) == "done")
    assert len(ann.replies[asked.id]) == 1
    assert 1 <= len(ann.replies[first.id]) <= 2, "a command that is harmless is carried out again"


def test_failure_08_what_is_being_answered_when_the_bot_is_told_to_stop_is_finished(
    writer: Bot, model: ModelServer
) -> None:
    may_answer = Event()

    def answering(request: Received) -> Reply:
        may_answer.wait(60)
        return drafting(None)(request)

    model.respond = answering
    ann = writer.private()
    asked = ann.says(ann.members[0], COMMANDER)
    assert soon(lambda: bool(model.requests))
    os.kill(writer.process.pid, signal.SIGTERM)
    writer.process.wait_for('"stopping"')
    may_answer.set()
    assert writer.process.wait() == 0
    [answer] = ann.sent
    assert answer.text.startswith(DECLINED) and answer.reply_to is asked
    writer.process.start().ready()
    ann.wait_for_reply(ann.says(ann.members[0], UNKNOWN))
    assert ann.replies[asked.id] == [answer]


def test_failure_08_an_answer_that_is_kept_and_not_sent_is_not_made_again(writer: Bot, model: ModelServer) -> None:
    model.respond = drafting(None)
    ann = writer.private()
    for_an_hour = replace(too_many(3600), retry_after=0)
    refused = writer.api.fault("sendMessage", for_an_hour)
    asked = ann.says(ann.members[0], COMMANDER)
    writer.api.wait_until(lambda: bool(refused.hits))
    assert soon(lambda: writer.state(asked) == "answered")
    writer.process.kill()
    refused.stop()
    requests = len(model.requests)
    writer.process.start().ready()
    [answer] = ann.wait_for_reply(asked)
    assert answer.text.startswith(DECLINED)
    assert len(model.requests) == requests
