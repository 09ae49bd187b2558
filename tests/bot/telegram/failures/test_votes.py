"""What a thumb under an answer asks of Telegram."""

from __future__ import annotations

from contextlib import closing

from bot.telegram.store import FILE, Store
from bot.telegram.texts import texts
from tests.support.running import COMMANDER, Bot, Start
from tests.support.telegram import delayed


def test_failure_06_a_thumb_that_changes_no_button_edits_nothing(bot: Bot) -> None:
    ann, rui = bot.person(), bot.person()
    group = bot.group(ann, rui)
    [answer] = group.wait_for_reply(group.says(ann, f"/ask {COMMANDER}"))
    before = answer.labels
    for person in (ann, rui):  # in a group the buttons show nobody's choice
        assert bot.api.press(person, answer, "👍 Helpful").wait()
    group.wait_for_reply(group.says(ann, f"/ask {COMMANDER}"))
    assert (answer.labels, answer.versions) == (before, [])
    assert [call for call in bot.api.called("editMessageReplyMarkup") if call.chat == group.id] == []


def test_failure_08_a_vote_that_was_counted_before_a_crash_is_not_taken_back_by_it(start: Start) -> None:
    bot = start()
    ann = bot.private()
    [answer] = ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))
    bot.api.fault("editMessageReplyMarkup", delayed(60), times=1)
    assert bot.api.press(ann.members[0], answer, "👍 Helpful").wait() == texts("en")("chat.thanks")
    bot.process.kill()
    bot.process.start().ready()
    ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))
    assert bot.process.terminate() == 0
    with closing(Store(bot.home / FILE)) as store:
        assert [opinion.verdict for opinion in store.feedback.all()] == ["up"]
