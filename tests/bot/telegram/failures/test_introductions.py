"""What a bot says of itself at its start is a nicety: whatever becomes of it, questions are answered."""

from __future__ import annotations

from tests.support.running import COMMANDER, Start
from tests.support.telegram import dropped, fail, garbage, lost_reply, page, too_many


def test_failure_34_the_bot_starts_whatever_becomes_of_its_menus_and_description(start: Start) -> None:
    bot = start(started=False)
    for fault in (fail(400, "Bad Request: BOT_COMMANDS_TOO_MUCH"), page(502), dropped(), garbage(), too_many(600)):
        bot.api.fault("setMyCommands", fault, times=1)
    bot.api.fault("setMyShortDescription", lost_reply(), times=1)
    bot.api.fault("setMyShortDescription", fail(500, "Internal Server Error"))
    bot.process.start().ready()
    ann = bot.private()
    [answer] = ann.wait_for_reply(ann.says(ann.members[0], COMMANDER), 60)
    assert "[1]" in answer.labels
    bot.api.wait_until(lambda: bot.api.counts["setMyShortDescription"] >= 3)
    assert "Traceback" not in bot.process.text
    assert bot.process.terminate() == 0
