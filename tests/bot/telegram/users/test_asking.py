"""Somebody asks: one answer in reply, its sources a tap away, in the language of the question."""

from __future__ import annotations

from pathlib import Path

import pytest

import seeds
from bot.render.phrases import phrases
from bot.telegram.texts import texts
from tests.support.drafts import drafting, says
from tests.support.model_server import ModelServer
from tests.support.running import COMMANDER, UNKNOWN, Bot
from tests.support.telegram import Chat, Message
from tests.support.waiting import soon

SICILE = "Combien de Marines se trouvent en Sicile ?"
BASE = "According to local sources, the French commandos were stationed at a base in Benina, east of Benghazi"
STATIONED = "The French commandos were stationed at a base in Benina, according to local sources"


def asks(chat: Chat, question: str) -> Message:
    """The answer to a question."""
    return chat.wait_for_reply(chat.says(chat.members[0], question))[0]


def articles() -> str:
    """The words of all bundled articles, on one line."""
    texts = (path.read_text("utf-8") for path in sorted(Path(seeds.folder()).glob("*.txt")))
    return " ".join(" ".join(texts).split())


def panel_of(bot: Bot, answer: Message, button: str) -> Message:
    """What a button of an answer opens, or what it makes of the panel there is."""
    chat = answer.chat

    def panels() -> list[tuple[Message, int]]:
        return [(one, len(one.versions)) for one in chat.sent if one.reply_to is answer and one.by_bot]

    before = panels()
    assert bot.api.press(chat.members[0], answer, button).wait() == ""
    bot.api.wait_until(lambda: panels() != before)
    return panels()[-1][0]


def turn(bot: Bot, panel: Message, button: str) -> None:
    """Press a button of a panel, and wait for what it shows then."""
    before = len(panel.versions)
    assert bot.api.press(panel.chat.members[0], panel, button).wait() == ""
    bot.api.wait_until(lambda: len(panel.versions) > before)


def test_feedback_comes_first_and_then_one_message_with_marks_sources_and_buttons(ann: Chat) -> None:
    asked = ann.says(ann.members[0], SICILE)
    [answer] = ann.wait_for_reply(asked)
    assert ann.sent == [answer] and answer.reply_to is asked
    assert min(action.at for action in ann.actions) < answer.at
    assert ann.drafts and ann.drafts[0].text == texts("en").count("progress.searching", 5)
    assert "[1]" in answer.text and "[2]" in answer.text
    [sources] = answer.styled("expandable_blockquote")
    assert sources.startswith("[1] [2] HuffPost Québec · ")
    assert [button.label for button in answer.rows[0]] == ["[1]", "[2]"]
    assert answer.labels == ["[1]", "[2]", "Evidence", "Why", "👍 Helpful", "👎 Not helpful"]


def test_every_quote_stands_in_an_article_word_for_word(ann: Chat) -> None:
    for question in (SICILE, COMMANDER, "Who is Khalifa Haftar?"):
        answer = asks(ann, question)
        quotes = [line for line in answer.text.partition("\n\nS")[0].split("\n\n") if line]
        assert quotes
        for quote in quotes:
            words = quote.rpartition(" [")[0].strip("“”«» \u00a0")
            assert words in articles(), words


def test_a_number_opens_its_passage_and_the_panel_leafs_through_the_others(bot: Bot, ann: Chat) -> None:
    answer = asks(ann, "Who is Khalifa Haftar?")
    panel = panel_of(bot, answer, "[1]")
    assert panel.reply_to is answer
    [passage] = panel.styled("blockquote")
    title, quote = panel.styled("bold")
    assert quote in passage and quote in articles()
    assert " ".join(quote.split()) in " ".join(answer.text.split())
    assert "date unknown" in panel.text and title in panel.text
    [copied] = [button.copy for button in panel.buttons if button.copy is not None]
    assert copied and len(copied) <= 256
    assert "[2] ›" in panel.labels and not any(label.startswith("‹") for label in panel.labels)

    turn(bot, panel, "[2] ›")
    assert panel.text.startswith("[2] ") and "‹ [1]" in panel.labels
    turn(bot, panel, "‹ [1]")
    assert panel.text.startswith("[1] ")
    assert panel_of(bot, answer, "[3]") is panel, "one panel for an answer"
    assert panel_of(bot, answer, "Evidence") is panel
    assert panel_of(bot, answer, "Why") is panel
    assert ann.sent == [answer, panel]


def test_evidence_goes_claim_by_claim_and_why_tells_how(bot: Bot, ann: Chat) -> None:
    answer = asks(ann, "Who is Khalifa Haftar?")
    panel = panel_of(bot, answer, "Evidence")
    words = texts("en")
    assert panel.text.startswith(words("answer.claim_at", at=1, count=3))
    assert words("answer.verbatim") in panel.text and panel.styled("blockquote")
    turn(bot, panel, "2 ›")
    assert panel.text.startswith(words("answer.claim_at", at=2, count=3)) and "‹ 1" in panel.labels
    turn(bot, panel, "[2]")
    assert panel.text.startswith("[2] ")

    told = panel_of(bot, answer, "Why").text
    assert told.startswith(words("answer.how.title"))
    assert "Who is Khalifa Haftar?" in told and words("answer.how.no_model") in told
    for key in ("passages", "weighed"):
        assert words(f"answer.how.{key}.many", count="\0", fates="\0").partition("\0")[0] in told
    assert words("answer.how.best") in told, "what was left out"


def test_any_answer_of_the_past_can_be_opened_after_a_restart_too(bot: Bot, ann: Chat) -> None:
    first, second = asks(ann, COMMANDER), asks(ann, SICILE)
    panel = panel_of(bot, second, "[2]")
    bot.process.restart()
    assert "Benina" in panel_of(bot, first, "[1]").styled("bold")[-1]
    assert panel_of(bot, second, "[1]") is panel
    turn(bot, panel, "[2] ›")
    assert "250 Marines" in panel.text


def test_a_panel_that_was_deleted_is_opened_again(bot: Bot, ann: Chat) -> None:
    answer = asks(ann, COMMANDER)
    first = panel_of(bot, answer, "Why")
    ann.deletes(first)
    assert panel_of(bot, answer, "[1]") is not first


@pytest.mark.parametrize(
    ("interface", "question", "language"), [("fr", COMMANDER, "en"), ("en", SICILE, "fr"), (None, SICILE, "fr")]
)
def test_the_answer_is_in_the_questions_language_and_the_buttons_in_the_persons(
    bot: Bot, interface: str | None, question: str, language: str
) -> None:
    ann = bot.private(language=interface)
    answer = asks(ann, question)
    assert f"\n{phrases(language).sources}\n" in answer.text
    words = texts(interface or "en")
    assert [words("answer.evidence"), words("answer.why"), words("answer.up")] == answer.labels[-4:-1]
    assert ann.drafts[0].text == words.count("progress.searching", 5)
    assert words("answer.how.title") in panel_of(bot, answer, words("answer.why")).text


def test_the_language_of_the_interface_can_be_chosen_by_word_and_by_button(bot: Bot) -> None:
    ann = bot.private(language="fr-CA")
    [which] = ann.wait_for_reply(ann.says(ann.members[0], "/lang"))
    assert which.text == texts("fr")("lang.which")
    bot.api.press(ann.members[0], which, "English").wait()
    bot.api.wait_until(lambda: which.text == texts("en")("lang.set"))
    assert "Evidence" in asks(ann, SICILE).labels
    [told] = ann.wait_for_reply(ann.says(ann.members[0], "/lang auto"))
    assert told.text == texts("fr")("lang.follows")
    [wrong] = ann.wait_for_reply(ann.says(ann.members[0], "/lang de"))
    assert wrong.text == texts("fr")("lang.wrong")


def test_a_written_answer_says_what_was_confirmed_and_where_it_stands(writer: Bot, model: ModelServer) -> None:
    model.respond = drafting([says(f"{STATIONED}.", BASE)])
    ann = writer.private()
    answer = asks(ann, COMMANDER)
    assert answer.text.startswith(STATIONED) and "[1]" in answer.text
    assert BASE in answer.styled("expandable_blockquote")[0]
    panel = panel_of(writer, answer, "[1]")
    assert panel.styled("bold")[-1].startswith(BASE)
    assert texts("en")("answer.how.no_model") not in panel_of(writer, answer, "Why").text


def test_start_shows_examples_that_are_asked_by_a_press(bot: Bot) -> None:
    ann = bot.private()
    person = ann.members[0]

    def shows_three() -> bool:
        return len(asks(ann, "/start").labels) == 3

    assert soon(shows_three, 120, every=1.0), "they are found while nobody asks"
    greeting = ann.sent[-1]
    assert len(greeting.text.splitlines()) == 2
    bot.api.press(person, greeting, greeting.labels[1]).wait()
    [answer] = ann.wait_for(lambda message: "[1]" in message.labels)
    assert greeting.labels[1] in panel_of(bot, answer, "Why").text


def test_what_is_said_of_a_question_that_is_none(ann: Chat) -> None:
    words = texts("en")
    assert asks(ann, "?!").text == words("chat.empty")
    assert asks(ann, "/ask").text == words("chat.ask_how")
    assert asks(ann, "/nope").text == words("help.unknown", name="nope")
    assert asks(ann, "https://news.example/a").text == words("documents.links_ask")
    assert asks(ann, UNKNOWN).text.startswith(phrases("en").declined["not_in_evidence"])
