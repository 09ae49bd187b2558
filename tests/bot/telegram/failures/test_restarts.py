"""What a restart, a crash and an unconfirmed update must not do: answer twice, or not at all."""

from __future__ import annotations

from tests.support.running import COMMANDER, Bot, Start
from tests.support.telegram import Chat


def test_failure_07_updates_that_come_again_are_answered_once(bot: Bot, ann: Chat) -> None:
    asked = ann.says(ann.members[0], COMMANDER)
    ann.wait_for_reply(asked)
    bot.api.redeliver(1)
    later = ann.says(ann.members[0], COMMANDER)
    ann.wait_for_reply(later)
    assert len(ann.replies[asked.id]) == 1
