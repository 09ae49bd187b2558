"""Telegram does not take a message as it is: its entities, its length, or an edit that changes nothing."""

from __future__ import annotations

import pytest

from bot.render.telegram.splitting import LIMIT
from tests.support.piers import ASKED, FIRES, PIERS
from tests.support.running import COMMANDER, Bot
from tests.support.telegram import Chat, Message, fail


@pytest.fixture
def parts(piers: Bot) -> list[Message]:
    """The messages of a long answer, as far as they are sent unasked."""
    ann = piers.private()
    ann.says(ann.members[0], ASKED)
    return ann.wait_for(3)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_failure_03_refused_entities_cost_the_looks_and_not_the_answer(bot: Bot, ann: Chat) -> None:
    [styled] = ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))
    wrong = "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 7"
    refused = bot.api.fault("sendMessage", fail(400, wrong), times=1, chat=ann.id)
    asked = ann.says(ann.members[0], COMMANDER)
    [answer] = ann.wait_for_reply(asked)
    assert len(refused.hits) == 1
    assert styled.entities and not answer.entities
    assert answer.text == styled.text and answer.labels == styled.labels
    assert len(ann.replies[asked.id]) == 1


def test_failure_03_no_message_has_a_parse_mode(bot: Bot, ann: Chat) -> None:
    for text in (COMMANDER, "/start", "/help", "a_b *c* <b>d</b> [e](f) `g", "/feedback 3.5% <i>"):
        ann.wait_for_reply(ann.says(ann.members[0], text))
    sent = bot.api.called("sendMessage", "sendMessageDraft", "editMessageText")
    assert sent and not any("parse_mode" in call.parameters for call in sent)


def test_failure_04_a_long_answer_comes_in_parts_and_goes_on_at_a_button(piers: Bot, parts: list[Message]) -> None:
    ann = parts[0].chat
    person = ann.members[0]
    assert ["Continue" in part.labels for part in parts] == [False, False, True]
    assert [bool(part.labels) for part in parts] == [False, False, True], "the buttons are under the last"
    while "Continue" in ann.sent[-1].labels:
        before = len(ann.sent)
        piers.api.press(person, ann.sent[-1], "Continue").wait()
        ann.wait_for(before + 1)
    text = "\n".join(message.text for message in ann.sent)
    assert [sentence[:-1] in text for sentence in PIERS] == [True] * len(PIERS)
    assert "[8]" in ann.sent[-1].labels and len(ann.sent) > 3
    assert piers.api.press(person, ann.sent[-1], "[8]").wait() == ""


def test_failure_04_telegram_finds_a_part_too_long_and_gets_it_in_pieces(bot: Bot, ann: Chat) -> None:
    [whole] = ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))
    bot.api.fault("sendMessage", fail(400, "Bad Request: message is too long"), times=1, chat=ann.id)
    ann.says(ann.members[0], COMMANDER)
    pieces = ann.wait_for(3)[1:]
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(whole.text.split())
    assert [piece.labels for piece in pieces] == [[], whole.labels]


def test_failure_05_length_is_counted_as_telegram_counts_it(piers: Bot, parts: list[Message]) -> None:
    whole = "\n\n".join(part.text for part in parts)
    four = whole[: whole.index("[4]") + 3]
    assert len(four) <= LIMIT and units(four) > 4096, "counted in characters, four statements would go into one part"
    assert all(units(part.text) <= 4096 for part in parts)
    assert sum(part.text.count(FIRES) for part in parts) >= 8 * 10
    assert piers.api.problems == []


def test_failure_06_a_button_pressed_twice_changes_nothing_and_says_nothing(bot: Bot, ann: Chat) -> None:
    person = ann.members[0]
    [answer] = ann.wait_for_reply(ann.says(person, COMMANDER))
    bot.api.press(person, answer, "Why").wait()
    [_, panel] = ann.wait_for(2)
    edits = bot.api.counts["editMessageText"]
    assert [bot.api.press(person, answer, "Why").wait() for _ in range(3)] == ["", "", ""]
    bot.api.press(person, answer, "[1]").wait()  # by then the others are dealt with
    bot.api.wait_until(lambda: len(panel.versions) == 1)
    assert bot.api.counts["editMessageText"] == edits + 1
    assert ann.sent == [answer, panel]


def test_failure_06_message_is_not_modified_is_what_was_wanted(bot: Bot, ann: Chat) -> None:
    person = ann.members[0]
    [answer] = ann.wait_for_reply(ann.says(person, COMMANDER))
    bot.api.press(person, answer, "Why").wait()
    [_, panel] = ann.wait_for(2)
    bot.process.restart()  # it no longer knows what the panel shows
    said_before = len(bot.process.lines)
    edits = bot.api.counts["editMessageText"]
    bot.api.press(person, answer, "Why").wait()
    bot.api.wait_until(lambda: bot.api.counts["editMessageText"] == edits + 1)
    bot.api.press(person, answer, "[1]").wait()
    bot.api.wait_until(lambda: len(panel.versions) == 1)
    assert ann.sent == [answer, panel]
    assert not any('"level": "error"' in line for line in bot.process.lines[said_before:])
    [blamed] = bot.api.problems
    assert "message is not modified" in blamed.description
    bot.api.problems.clear()
