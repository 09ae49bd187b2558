"""What people think of answers: thumbs with reasons, remarks, and all of it as test questions."""

from __future__ import annotations

import json

from bot.telegram.texts import texts
from tests.support.command import footnote
from tests.support.running import COMMANDER, Bot
from tests.support.telegram import Chat, Message

UP, DOWN = "👍 Helpful", "👎 Not helpful"
WORDS = texts("en")


def answered(chat: Chat) -> Message:
    """An answer."""
    asked = chat.says(chat.members[0], COMMANDER if chat.kind == "private" else f"/ask {COMMANDER}")
    return chat.wait_for_reply(asked)[0]


def press(bot: Bot, answer: Message, label: str) -> str:
    """Press a button of an answer; what is shown over the chat, when the buttons have changed too."""
    before = answer.markup
    toast = bot.api.press(answer.chat.members[0], answer, label).wait()
    bot.api.wait_until(lambda: answer.markup != before)
    return toast


def test_a_thumb_is_marked_changed_and_taken_back(bot: Bot, ann: Chat) -> None:
    answer = answered(ann)
    assert press(bot, answer, UP) == WORDS("chat.thanks")
    assert f"✓ {UP}" in answer.labels and DOWN in answer.labels
    assert press(bot, answer, DOWN) == WORDS("chat.which_reason")
    assert UP in answer.labels and f"✓ {DOWN}" in answer.labels
    reasons = [WORDS(f"answer.reason.{reason}") for reason in ("wrong", "unsourced", "incomplete", "outdated")]
    assert answer.labels[-4:] == reasons
    assert press(bot, answer, reasons[2]) == WORDS("chat.thanks")
    assert answer.labels[-2:] == [UP, f"✓ {DOWN}"]
    assert press(bot, answer, f"✓ {DOWN}") == WORDS("chat.taken_back")
    assert answer.labels[-2:] == [UP, DOWN]
    assert answer.versions and answer.text == answer.versions[0].text, "only the buttons change"


def test_the_choice_is_still_known_after_a_restart(bot: Bot, ann: Chat) -> None:
    answer = answered(ann)
    press(bot, answer, UP)
    bot.process.restart()
    assert press(bot, answer, f"✓ {UP}") == WORDS("chat.taken_back")


def test_in_a_group_the_buttons_show_nobodys_choice(bot: Bot) -> None:
    group = bot.group()
    answer = answered(group)
    assert bot.api.press(group.members[0], answer, UP).wait() == WORDS("chat.thanks")
    assert UP in answer.labels


def test_what_people_thought_becomes_test_questions(bot: Bot, ann: Chat) -> None:
    rui = bot.private()
    good, bad = answered(ann), answered(rui)
    press(bot, good, UP)
    press(bot, bad, DOWN)
    press(bot, bad, WORDS("answer.reason.incomplete"))
    [how] = ann.wait_for_reply(ann.says(ann.members[0], "/feedback"))
    assert how.text == WORDS("chat.feedback_how")
    [kept] = ann.wait_for_reply(ann.says(ann.members[0], "/feedback It reads well.", reply_to=good))
    assert kept.text == WORDS("chat.feedback_kept")
    [kept] = ann.wait_for_reply(ann.says(ann.members[0], "/feedback I like the bot."))
    assert kept.text == WORDS("chat.feedback_kept")

    exported = footnote("feedback", "--export", "-", home=bot.home)
    assert exported.code == 0, exported.err
    rows = {row["id"]: row for row in map(json.loads, exported.out.splitlines())}
    up, down = rows[_id(good)], rows[_id(bad)]
    assert up["question"] == down["question"] == COMMANDER
    assert (up["verdict"], up["reason"], up["remark"]) == ("up", None, "It reads well.")
    assert up["evidence"] and all(quote["quote"] in good.text for claim in up["evidence"] for quote in claim)
    assert (down["verdict"], down["reason"], down["evidence"]) == ("down", "incomplete", [])
    shown = footnote("feedback", home=bot.home)
    assert "“I like the bot.”" in shown.out


def _id(answer: Message) -> str:
    return next(button.data or "" for button in answer.buttons if button.label == "Why").partition(":")[2]
