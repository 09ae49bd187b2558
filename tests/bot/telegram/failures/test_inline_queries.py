"""Inline mode while somebody types: one search for what was typed last, each person's own, kept for seconds only."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.telegram.inline import CACHE_SECONDS, MOST
from bot.telegram.texts import texts
from tests.support.model_server import ModelServer
from tests.support.running import COMMANDER, Bot
from tests.support.telegram import InlineQuery, User

HAFTAR = "Who is Khalifa Haftar?"


def searched(bot: Bot, person: User) -> int:
    """For how many of a person's queries was searched today."""
    with bot.store() as store:
        return store.counts.of(datetime.now(UTC).date().isoformat(), person.id).inline


def label(query: InlineQuery) -> str:
    """What stands above the results."""
    assert query.answer is not None
    return str(query.answer["button"]["text"])


def test_failure_31_of_quick_keystrokes_only_the_last_is_searched_for(bot: Bot) -> None:
    ann = bot.person()
    with bot.api.changed:  # all at once: no pause in between, however slow this machine
        typed = [bot.api.asks_inline(ann, HAFTAR[:length]) for length in range(12, len(HAFTAR) + 1)]
    assert 1 <= len(typed[-1].wait()) <= MOST
    assert [query.answer for query in typed[:-1]] == [None] * (len(typed) - 1)
    assert searched(bot, ann) == 1


def test_failure_31_everybody_gets_an_answer_of_their_own_and_it_is_kept_for_seconds_only(bot: Bot) -> None:
    ann, rui = bot.person(), bot.person(language="fr")
    first = bot.api.asks_inline(ann, COMMANDER)
    first.wait()
    second = bot.api.asks_inline(rui, COMMANDER)
    second.wait()
    assert not second.cached, "that was another's"
    assert (label(first), label(second)) == (texts("en")("inline.ask"), texts("fr")("inline.ask"))
    for query in (first, second):
        assert query.answer is not None
        assert query.answer["is_personal"] is True
        assert query.answer["cache_time"] == CACHE_SECONDS <= 60
    assert bot.api.asks_inline(ann, COMMANDER).cached, "one's own is"


def test_failure_31_no_language_model_is_asked_while_somebody_types(writer: Bot, model: ModelServer) -> None:
    query = writer.api.asks_inline(writer.person(), COMMANDER)
    assert query.wait()
    assert model.requests == []


def test_failure_31_the_button_above_carries_the_question_to_the_bot(bot: Bot) -> None:
    ann = bot.person()
    query = bot.api.asks_inline(ann, HAFTAR)
    query.wait()
    assert query.answer is not None
    parameter = query.answer["button"]["start_parameter"]
    chat = bot.api.private(ann)
    asked = chat.says(ann, f"/start {parameter}")
    assert "Haftar" in chat.wait_for_reply(asked)[0].text


def test_failure_31_what_was_posted_by_inline_mode_is_no_question(bot: Bot) -> None:
    ann = bot.person()
    [result, *_] = bot.api.asks_inline(ann, HAFTAR).wait()
    chat = bot.api.private(ann)
    posted = chat.says(ann, result["input_message_content"]["message_text"], via_bot=bot.api.me)
    assert "[1]" in chat.wait_for_reply(chat.says(ann, COMMANDER))[0].labels
    assert chat.replies[posted.id] == []
