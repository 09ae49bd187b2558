"""Updates as no manual shows them: they stop nothing, and what somebody asks in them is answered."""

from __future__ import annotations

import time

from bot.telegram.texts import texts
from tests.support.running import COMMANDER, UNKNOWN, Bot, Start
from tests.support.telegram import Chat


def test_a_command_that_nothing_marks_as_one_is_obeyed(bot: Bot, ann: Chat) -> None:
    [told] = ann.wait_for_reply(ann.says(ann.members[0], "/start", entities=[]))
    assert told.text.startswith(texts("en").count("start.what", 5))
    asked = ann.says(ann.members[0], f"/ask {COMMANDER}", entities=[])
    assert "Benina" in ann.wait_for_reply(asked)[0].text
    path = ann.says(ann.members[0], "/srv/notes and their readers", entities=[])
    assert ann.wait_for_reply(path)[0].text != texts("en")("help.unknown", name="home")
    bot.api.privacy = False
    group = bot.group()
    asked = group.says(group.members[0], f"/ask {COMMANDER}", entities=[])
    assert "Benina" in group.wait_for_reply(asked)[0].text
    bot.api.privacy = True


def test_failure_30_an_update_that_cannot_be_read_is_passed_over(bot: Bot, ann: Chat) -> None:
    before = bot.api.updates.polls
    bot.api.updates.inject({"message": {"message_id": 1, "date": int(time.time()), "chat": {"id": 5}, "text": "Hello"}})
    bot.api.updates.inject({"message": "Hello"})
    bot.api.updates.inject({"callback_query": {"id": "1", "from": ann.members[0].json(), "data": "w:0"}})
    asked = ann.says(ann.members[0], COMMANDER)
    assert "Benina" in ann.wait_for_reply(asked)[0].text
    assert bot.api.updates.polls < before + 20


def test_failure_07_an_id_that_means_another_update_by_now_loses_no_question(start: Start) -> None:
    bot = start()
    ann = bot.private()
    first, later = (ann.add(ann.members[0].json(), question) for question in (COMMANDER, UNKNOWN))
    number = bot.api.updates.inject({"message": first.json()})
    ann.wait_for_reply(first)
    assert bot.process.terminate() == 0
    for _ in range(2):  # a server that begins to count anew, and says it twice
        bot.api.updates.inject({"update_id": number, "message": later.json()})
    bot.process.start().ready()
    ann.wait_for_reply(later)
    last = ann.says(ann.members[0], COMMANDER)
    ann.wait_for_reply(last)
    assert [len(ann.replies[one.id]) for one in (first, later)] == [1, 1]
