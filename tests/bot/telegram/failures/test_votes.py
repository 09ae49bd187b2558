"""What a thumb under an answer asks of Telegram."""

from __future__ import annotations

from tests.support.running import COMMANDER, Bot


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
