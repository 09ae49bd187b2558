"""Chats in which nothing can be sent any more, and groups that become another chat."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest

from bot.render.phrases import phrases
from tests.support.drafts import drafting, is_rewriting
from tests.support.model_server import ModelServer, Received, Reply, say, silent
from tests.support.running import COMMANDER, UNKNOWN, Bot
from tests.support.telegram import Chat
from tests.support.waiting import soon

DECLINED = phrases("en").declined["not_in_evidence"]


def hang(request: Received) -> Reply:
    """The model rewrites, and never drafts."""
    return say({"question": "", "translation": ""}) if is_rewriting(request) else silent()


def drafts(model: ModelServer) -> list[Received]:
    """How often the model was asked for a draft."""
    return [request for request in model.requests if not is_rewriting(request)]


def deletes_account(chat: Chat) -> None:
    """Of which no bot is told."""
    chat.shut = "Forbidden: user is deactivated"


@pytest.mark.parametrize("leaves", [Chat.blocks, deletes_account], ids=["blocked", "account deleted"])
def test_failure_10_nobody_is_written_an_answer_for_who_has_gone(
    writer: Bot, model: ModelServer, leaves: Callable[[Chat], None]
) -> None:
    model.respond = hang
    ann = writer.private()
    asked = [ann.says(ann.members[0], question) for question in (COMMANDER, UNKNOWN)]
    assert soon(lambda: len(drafts(model)) == 1 and writer.state(asked[1]) == "waiting")
    leaves(ann)
    assert soon(lambda: model.connections == 0), "the model goes on writing"
    assert soon(lambda: writer.health()[1]["queue"] == 0)
    assert [writer.state(one) for one in asked] == ["undeliverable", "undeliverable"]
    assert len(drafts(model)) == 1, "the question that waited was not asked"
    assert ann.sent == []
    with writer.store() as store:
        assert not store.people.get(ann.id).active

    model.respond = drafting(None)
    ann.unblocks()
    [answer] = ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))
    assert answer.text.startswith(DECLINED)
    assert ann.sent == [answer]
    with writer.store() as store:
        assert store.people.get(ann.id).active


def test_failure_10_blocked_between_two_parts_of_an_answer(piers: Bot) -> None:
    ann, ben = piers.private(), piers.private()
    ann.says(ann.members[0], "What did the piers of Port Elsin cost?")
    piers.api.wait_until(lambda: bool(ann.drafts))
    ann.blocks()
    [first, *_] = ben.wait_for_reply(ben.says(ben.members[0], "What did the piers of Port Elsin cost?"))
    assert "[1]" in first.text
    assert soon(lambda: piers.health()[1]["queue"] == 0)
    assert len(ann.sent) < 3


def test_failure_11_a_group_that_is_upgraded_takes_its_questions_and_answers_along(
    writer: Bot, model: ModelServer
) -> None:
    may_answer = Event()

    def answering(request: Received) -> Reply:
        if is_rewriting(request):
            return say({"question": "", "translation": ""})
        may_answer.wait(60)
        return drafting(None)(request)

    model.respond = answering
    ann, ben = writer.person(), writer.person()
    old = writer.group(ann, ben, kind="group")
    asked = [old.says(ann, f"/ask {COMMANDER}"), old.says(ben, f"/ask {UNKNOWN}")]
    assert soon(lambda: writer.state(asked[1]) == "waiting" and len(drafts(model)) == 1)
    new = old.upgrades(-1_004_242)
    assert soon(lambda: writer.state(asked[0]) is None), "its questions belong to the new group"
    may_answer.set()
    answers = new.wait_for(lambda message: message.text.startswith(DECLINED), count=2)
    assert old.sent == []

    assert writer.api.press(ann, answers[0], "Why").wait() == "", "its buttons work there"
    new.wait_for(lambda message: COMMANDER in message.text)
    later = new.says(ann, "/ask And who pays him?")
    [answer] = new.wait_for_reply(later)
    assert answer.text.startswith(DECLINED)
    assert COMMANDER in model.requests[-2].text, "what was asked before is known there"


def test_failure_11_a_group_that_is_upgraded_may_ask_as_before(choosy: Bot) -> None:
    ann = choosy.person()
    old = choosy.api.group(-4242, [ann], kind="group")
    old.wait_for_reply(old.says(ann, f"/ask {COMMANDER}"))
    new = old.upgrades(-1_004_343)
    [answer] = new.wait_for_reply(new.says(ann, f"/ask {COMMANDER}"))
    assert "[1]" in answer.labels
    stranger = choosy.group(ann)
    [refusal] = stranger.wait_for_reply(stranger.says(ann, f"/ask {COMMANDER}"))
    assert not refusal.labels


def test_failure_11_the_bot_learns_of_it_only_when_it_sends(bot: Bot) -> None:
    ann = bot.person()
    old = bot.group(ann, kind="group")
    old.wait_for_reply(old.says(ann, f"/ask {COMMANDER}"))
    new = bot.group(ann)
    asked = old.says(ann, f"/ask {UNKNOWN}")
    old.migrated_to = new.id
    [answer] = new.wait_for(1)
    assert answer.labels and bot.state(asked) is None
    assert len(old.sent) == 1
    [later] = new.wait_for_reply(new.says(ann, f"/ask {COMMANDER}"))
    assert "[1]" in later.labels
