"""A question that is edited is answered anew, in the place of its answer, wherever that still is."""

from __future__ import annotations

from tests.support.running import COMMANDER, UNKNOWN, Bot
from tests.support.telegram import Chat

_DECLINED = "The articles don't say."


def test_failure_28_an_edited_question_is_answered_in_the_place_of_its_answer(ann: Chat) -> None:
    asked = ann.says(ann.members[0], UNKNOWN)
    [answer] = ann.wait_for_reply(asked)
    assert answer.text.startswith(_DECLINED)
    ann.edits(asked, COMMANDER)
    ann.world.wait_until(lambda: "Benina" in answer.text and "[1]" in answer.labels)
    assert len(ann.sent) == 1


def test_failure_28_where_the_answer_was_deleted_the_new_one_is_sent(bot: Bot, ann: Chat) -> None:
    asked = ann.says(ann.members[0], UNKNOWN)
    [answer] = ann.wait_for_reply(asked)
    ann.deletes(answer)
    ann.edits(asked, COMMANDER)
    [_, anew] = ann.wait_for_reply(asked, count=2)
    assert "Benina" in anew.text and "[1]" in anew.labels
    assert bot.api.press(ann.members[0], anew, "[1]").wait() == ""


def test_failure_28_what_follows_ask_is_the_question_when_it_is_edited_too(ann: Chat) -> None:
    asked = ann.says(ann.members[0], f"/ask {UNKNOWN}")
    [answer] = ann.wait_for_reply(asked)
    ann.edits(asked, f"/ask  {UNKNOWN}")
    ann.edits(asked, f"/ask {COMMANDER}")
    ann.world.wait_until(lambda: "Benina" in answer.text)
    assert len(ann.sent) == 1 and len(answer.versions) == 1
