"""What the articles don't say is declined usefully: what is missing, what came nearest, and what they do answer."""

from __future__ import annotations

import pytest

from bot.render.phrases import phrases
from bot.render.telegram.presses import read_press
from bot.telegram.texts import texts
from tests.support.running import Bot
from tests.support.telegram import Button, Chat, Message
from tests.support.waiting import soon

ASKED = {
    "en": ("Who did Haftar meet in Ankara?", "Ankara"),
    "fr": ("Qui Haftar a-t-il rencontré à Ankara ?", "Ankara"),
}
"""Questions that the bundled articles don't answer, and a word that they lack."""


def offered(answer: Message) -> list[Button]:
    """The buttons that ask something else."""
    pressed = ((button, read_press(button.data or "")) for button in answer.buttons)
    return [button for button, press in pressed if press is not None and press.action == "suggested"]


def declined(chat: Chat, question: str) -> Message:
    """A refusal that offers two other questions; more are found while nobody asks, so that it may take a while."""

    def offers_two() -> bool:
        asked = chat.says(chat.members[0], question)
        return len(offered(chat.wait_for_reply(asked)[0])) == 2

    assert soon(offers_two, 120, every=1.0)
    return chat.sent[-1]


@pytest.mark.parametrize("language", ASKED)
def test_a_refusal_names_what_is_missing_shows_the_nearest_and_offers_two_questions_that_are_answered(
    bot: Bot, language: str
) -> None:
    question, missing = ASKED[language]
    ann = bot.private(language=language)
    answer = declined(ann, question)
    words = phrases(language)
    assert answer.text.startswith(words.declined["not_in_evidence"])
    assert missing in answer.text.partition("\n")[0]
    assert words.closest in answer.text and "[1]" in answer.labels
    assert answer.styled("expandable_blockquote")
    assert texts(language)("answer.evidence") not in answer.labels
    for button in offered(answer):
        assert f"• {button.label}" in answer.text
        before = len(ann.sent)
        bot.api.press(ann.members[0], answer, button.data or "").wait()
        other = ann.wait_for(before + 1)[-1]
        assert not other.text.startswith(words.declined["not_in_evidence"])
        assert words.sources in other.text and "[1]" in other.labels


def test_the_nearest_passages_can_be_opened(bot: Bot, ann: Chat) -> None:
    [answer] = ann.wait_for_reply(ann.says(ann.members[0], ASKED["en"][0]))
    bot.api.press(ann.members[0], answer, "[1]").wait()
    [panel] = ann.wait_for(lambda message: message.reply_to is answer)
    assert panel.text.startswith("[1] ") and panel.styled("bold")
    numbered = [label for label in answer.labels if label.startswith("[")]
    assert texts("en")("answer.passage_at", at=1, count=len(numbered)) in panel.text


def test_a_refusal_has_no_mark_that_stands_for_nothing(ann: Chat) -> None:
    [answer] = ann.wait_for_reply(ann.says(ann.members[0], ASKED["en"][0]))
    sentence = answer.text.partition("\n")[0]
    assert "[1]" not in sentence and "“Ankara”" in sentence
