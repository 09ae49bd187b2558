"""A process that starts finds jobs and updates of one that was killed, and takes up each where it was left."""

from __future__ import annotations

import json
import time

from bot.telegram.texts import texts
from tests.support.running import COMMANDER, Bot, Start
from tests.support.telegram import Fault, Message

MAYBE = texts("en")("chat.maybe_answered")


def _taken_in(bot: Bot, message: Message) -> None:
    """The process was told of this message, has it on its disk, and was killed before it looked at it."""
    update = bot.api.updates.pending.pop()
    assert update["message"]["message_id"] == message.id
    with bot.store() as store:
        assert store.updates.accept(update["update_id"], json.dumps(update), time.time())


def test_failure_08_what_may_have_been_sent_is_not_sent_again_because_another_question_waits(start: Start) -> None:
    bot = start()
    swallowed = bot.api.fault("sendMessage", Fault(after=600), times=12)
    chats = [bot.private() for _ in range(12)]
    doubtful = [chat.says(chat.members[0], COMMANDER) for chat in chats]
    bot.api.wait_until(lambda: len(swallowed.hits) == len(chats), 60)
    bot.process.kill()
    later = chats[-1].says(chats[-1].members[0], COMMANDER)
    _taken_in(bot, later)
    bot.process.start().ready()
    [answer] = chats[-1].wait_for_reply(later, 60)
    assert answer.text != MAYBE
    for asked in doubtful:
        assert [reply.text for reply in asked.chat.wait_for_reply(asked)] == [MAYBE]
