"""A send of which nobody knows whether it was done: never a second time; instead "I may already have answered".

Telegram has no key by which it would know a message sent twice.
"""

from __future__ import annotations

from threading import Event

import pytest

from bot.telegram.texts import texts
from tests.support.drafts import drafting, is_rewriting
from tests.support.model_server import ModelServer, Received, Reply
from tests.support.piers import ASKED
from tests.support.running import COMMANDER, Bot
from tests.support.telegram import Chat, Fault, Message, delayed, dropped, late_reply, lost_reply
from tests.support.waiting import soon

NOTICE = texts("en")("chat.maybe_answered")
SHOW = texts("en")("chat.show_answer")


def shown(bot: Bot, notice: Message) -> Message:
    """The notice, after the person has pressed its button."""
    assert notice.text == NOTICE and notice.labels == [SHOW]
    assert bot.api.press(notice.chat.members[0], notice, SHOW).wait() == ""
    bot.api.wait_until(lambda: bool(notice.versions))
    return notice


def test_failure_09_a_lost_reply_brings_no_second_answer_and_a_button_that_shows_it(bot: Bot, ann: Chat) -> None:
    bot.api.fault("sendMessage", lost_reply(), times=1, chat=ann.id)
    asked = ann.says(ann.members[0], COMMANDER)
    [answer, notice] = ann.wait_for_reply(asked, count=2)
    assert shown(bot, notice).text == answer.text
    assert notice.labels == answer.labels
    assert bot.api.press(ann.members[0], notice, "[1]").wait() == ""
    ann.wait_for(3)
    assert ann.sent[:2] == [answer, notice], "in place, and not once more"


def test_failure_09_a_request_that_was_lost_with_its_reply_is_not_repeated_either(bot: Bot, ann: Chat) -> None:
    bot.api.fault("sendMessage", dropped(), times=1, chat=ann.id)
    asked = ann.says(ann.members[0], COMMANDER)
    [notice] = ann.wait_for_reply(asked)
    assert "[1]" in shown(bot, notice).labels
    assert ann.sent == [notice]


def test_failure_09_a_notice_that_is_lost_comes_again(bot: Bot, ann: Chat) -> None:
    bot.api.fault("sendMessage", dropped(), times=2, chat=ann.id)
    asked = ann.says(ann.members[0], COMMANDER)
    [notice] = ann.wait_for_reply(asked)
    assert "[1]" in shown(bot, notice).labels


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_failure_09_the_rest_of_a_long_answer_still_goes_out(piers: Bot, lost: int) -> None:
    ann = piers.private()
    if lost > 1:
        piers.api.fault("sendMessage", Fault(works=True), times=lost - 1, chat=ann.id)  # nothing goes wrong with these
    piers.api.fault("sendMessage", lost_reply(), times=1, chat=ann.id)
    asked = ann.says(ann.members[0], ASKED)
    *parts, notice = ann.wait_for(4)
    assert len({part.text for part in parts}) == 3
    assert "Continue" in parts[-1].labels
    assert notice.reply_to is asked
    assert shown(piers, notice).text == parts[0].text
    assert "Continue" in notice.labels
    assert ann.sent == [*parts, notice]


@pytest.mark.parametrize("done", [True, False], ids=["it arrived", "it did not"])
def test_failure_09_killed_while_an_answer_was_on_its_way(bot: Bot, ann: Chat, done: bool) -> None:
    bot.api.fault("sendMessage", late_reply(3600) if done else delayed(3600), times=1)
    asked = ann.says(ann.members[0], COMMANDER)
    assert soon(lambda: bot.state(asked) == "sending" and (not done or bool(ann.sent)))
    bot.process.kill()
    bot.process.start().ready()
    notice = ann.wait_for_reply(asked, count=1 + done)[-1]
    assert "[1]" in shown(bot, notice).labels
    assert len(ann.sent) == 1 + done
    assert soon(lambda: bot.state(asked) == "unsure")
    if done:
        bot.process.restart()
        ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))
        assert ann.replies[asked.id][1:] == [notice], "it is said once"


def test_failure_09_what_never_left_the_machine_is_sent_when_telegram_can_be_reached(
    writer: Bot, model: ModelServer
) -> None:
    may_answer = Event()

    def answering(request: Received) -> Reply:
        if not is_rewriting(request):
            may_answer.wait(60)
        return drafting(None)(request)

    model.respond = answering
    ann = writer.private()
    asked = ann.says(ann.members[0], COMMANDER)
    assert soon(lambda: writer.state(asked) == "working")
    said_before = len(writer.process.lines)
    writer.api.goes_down()
    may_answer.set()
    try:
        assert soon(lambda: any("request repeated" in line for line in writer.process.lines[said_before:]))
    finally:
        writer.api.comes_up()
    [answer] = ann.wait_for_reply(asked)
    assert answer.text != NOTICE
    assert soon(lambda: writer.state(asked) == "done")
    assert ann.sent == [answer]
