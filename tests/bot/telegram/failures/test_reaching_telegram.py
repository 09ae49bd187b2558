"""Telegram cannot be reached, answers with rubbish, or gives the updates to somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.running import COMMANDER, UNKNOWN, Bot, Start
from tests.support.telegram import BotProcess, Chat, Fault, dropped, fail, garbage, late_reply, page, rival

RIVAL = "another bot polls with this token"
TROUBLE = {
    "502": page(502),
    "a web page": page(200),
    "a dropped socket": dropped(),
    "rubbish": garbage(),
    "500": fail(500, "Internal Server Error"),
}
IMPATIENT = """
import sys
from bot.cli.main import main
from bot.telegram.watchdog import Watchdog

Watchdog.__init__.__kwdefaults__.update(silence=2.0, rival=2.0, grace=2.0)
sys.argv[1:1] = ["telegram"]
main()
"""
"""The bot, with a watchdog that waits for seconds in place of minutes."""
HANGING = IMPATIENT.replace(
    "main()",
    """
import time
from bot.telegram.watchdog import Noting

plain = Noting.do_request

async def do_request(self, *request, **named):
    await plain(self, *request, **named)
    time.sleep(3600)

Noting.do_request = do_request
main()
""",
)
"""The same, where something never gives the event loop back."""


def told(bot: Bot, words: str) -> int:
    """How often the bot has logged this."""
    return sum(words in line for line in bot.process.lines)


def answered(chat: Chat, question: str = COMMANDER) -> bool:
    """Whether a question that is asked now is answered."""
    return bool(chat.wait_for_reply(chat.says(chat.members[0], question)))


def test_failure_12_a_rival_is_logged_once_a_minute_and_outlasted(bot: Bot, ann: Chat) -> None:
    assert told(bot, RIVAL) == 0
    bot.api.wait_until(lambda: bot.api.updates.polled)
    rivals = bot.api.fault("getUpdates", rival(), times=3)
    assert answered(ann), "what came before the rival did"
    asked = ann.says(ann.members[0], UNKNOWN)
    bot.api.wait_until(lambda: len(rivals.hits) == 3)
    ann.wait_for_reply(asked)
    assert told(bot, RIVAL) == 1


def test_failure_12_two_machines_with_one_token(bot: Bot, ann: Chat, start: Start) -> None:
    other = start(api=bot.api)  # with a home and a folder for locks of its own
    polls = bot.api.updates.polls
    bot.api.wait_until(lambda: bot.api.updates.polls > polls + 3)  # they take the updates out of each other's hands
    other.process.wait_for(RIVAL)
    other.process.kill()
    assert answered(ann)
    assert len(ann.sent) == 1


def test_failure_12_a_rival_that_stays_ends_the_process(start: Start) -> None:
    bot = start(started=False, program=IMPATIENT)
    bot.api.fault("getUpdates", rival())
    assert bot.process.start().wait() == 1
    assert told(bot, RIVAL) == 2, "once when it is noticed, and once as the reason of the end"


def test_failure_12_a_second_process_on_this_machine_refuses_to_start(bot: Bot, tmp_path: Path, ann: Chat) -> None:
    with BotProcess(bot.api, tmp_path, TMPDIR=str(bot.home), FOOTNOTE_ARCHIVE=str(tmp_path)) as second:
        (tmp_path / "one.txt").write_text("The pier\n\nThe pier of Port Elsin opened on Monday.\n", "utf-8")
        (tmp_path / "model").symlink_to(bot.home / "model")
        polls = bot.api.updates.polls
        assert second.start().wait() == 1
    assert f"Process {bot.process.pid} has been running a Telegram bot with this token since" in second.text
    assert "Traceback" not in second.text
    assert bot.api.updates.polls <= polls + 3
    assert answered(ann)


def test_failure_12_a_second_process_in_this_home_refuses_to_start(bot: Bot) -> None:
    with BotProcess(bot.api, bot.home, TMPDIR=str(bot.home)) as second:
        assert second.start().wait() == 1
    assert f"Process {bot.process.pid} has been running a Telegram bot in this home since" in second.text


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_failure_13_updates_come_again_after_trouble(bot: Bot, ann: Chat, trouble: Fault) -> None:
    bot.api.wait_until(lambda: bot.api.updates.polled)
    met = bot.api.fault("getUpdates", trouble, times=1)
    assert answered(ann)
    assert answered(ann, UNKNOWN)
    assert met.hits


def test_failure_13_no_network_at_the_start_and_again_later(bot: Bot, ann: Chat) -> None:
    bot.process.terminate()
    bot.api.goes_down()
    try:
        bot.process.start().wait_for("Telegram cannot be reached")
        status, said = bot.health()
        assert (status, said["wrong"]) == (503, ["polling has not started"])
        asked = [ann.says(ann.members[0], COMMANDER)]
    finally:
        bot.api.comes_up()
    bot.process.ready()
    ann.wait_for_reply(asked[0])
    status, said = bot.health()
    assert (status, said["status"]) == (200, "ok")

    bot.api.goes_down()
    asked.append(ann.says(ann.members[0], UNKNOWN))
    bot.api.comes_up()
    ann.wait_for_reply(asked[1])
    assert [len(ann.replies[one.id]) for one in asked] == [1, 1]
    assert "Traceback" not in bot.process.text


def test_failure_13_trouble_at_the_first_calls(bot: Bot, ann: Chat) -> None:
    bot.process.kill()
    met = [bot.api.fault(method, page(502), times=1) for method in ("getMe", "deleteWebhook", "getUpdates")]
    bot.process.start().ready()
    assert answered(ann)
    assert all(planned.hits for planned in met)


def test_failure_13_a_token_that_telegram_does_not_know_is_said_in_a_sentence(start: Start) -> None:
    bot = start(started=False, TELEGRAM_BOT_TOKEN="424242:AAF-another-token-of-the-tests-0123456")
    assert bot.process.start().wait() != 0
    assert "Telegram does not know the token" in bot.process.text
    assert "AAF-another" not in bot.process.text and "Traceback" not in bot.process.text


def test_failure_14_polling_that_stands_still_ends_the_process_and_the_next_one_goes_on(start: Start) -> None:
    bot = start(started=False, program=IMPATIENT)
    frozen = bot.api.fault("getUpdates", late_reply(3600))
    bot.process.start()
    ann = bot.private()
    bot.api.wait_until(lambda: bot.api.updates.polls > 0)
    asked = ann.says(ann.members[0], COMMANDER)
    assert bot.process.wait() == 1
    assert "polling has stopped" in bot.process.text
    frozen.stop()
    assert ann.sent == []
    with BotProcess(bot.api, bot.home, TMPDIR=str(bot.home), FOOTNOTE_HEALTH="off", FOOTNOTE_ACCESS="open") as next_one:
        next_one.start().ready()
        ann.wait_for_reply(asked)


def test_failure_14_an_event_loop_that_hangs_ends_the_process(start: Start) -> None:
    bot = start(started=False, program=HANGING)
    assert bot.process.start().wait() == 1
    assert "the bot did not stop; the process ends" in bot.process.text
