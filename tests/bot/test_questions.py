"""What may be asked, and what is said about a question that stood in its own way."""

from __future__ import annotations

import pytest

from bot import questions
from bot.errors import BadQuestion
from bot.questions import MAX_CHARACTERS, with_remarks
from tests.support.outcomes import HARBOUR, answered, cite, declined


@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "\x00\x1b", "\u202e\u200b", "?!", "« … »"])
def test_nothing_to_search_for_is_refused(typed: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        questions.read(typed)
    assert caught.value.exit_code == 2
    assert caught.value.next_step


def test_the_longest_question_passes_and_one_more_character_does_not() -> None:
    assert questions.read("x" * MAX_CHARACTERS).text == "x" * MAX_CHARACTERS
    with pytest.raises(BadQuestion, match="2,001 characters"):
        questions.read("x" * (MAX_CHARACTERS + 1))


def test_half_a_surrogate_pair_is_not_text() -> None:
    with pytest.raises(BadQuestion, match="UTF-8"):
        questions.read("Qui est \udce9 ?")


def test_white_space_and_control_characters_do_not_reach_the_search() -> None:
    typed = "\ufeff  Who\x1b[31m\tis\r\n\u202eHaftar\u00a0?\x00 "
    assert questions.read(typed).text == "Who[31m is Haftar ?"


def test_one_word_is_a_question() -> None:
    assert questions.read("Haftar").text == "Haftar"


def test_language_history_and_id_go_along() -> None:
    question = questions.read("Why?", language="fr", history=("Who?",), id="7")
    assert (question.language, question.history, question.id) == ("fr", ("Who?",), "7")


def _notices(question: str, typed: str | None = None, *, language: str = "en", refused: bool = True) -> tuple[str, ...]:
    outcome = (
        declined(question=question, language=language)
        if refused
        else answered(cite(HARBOUR, "The new pier"), question=question, language=language)
    )
    return with_remarks(outcome, typed or question).notices


def test_a_plain_question_gets_no_remark() -> None:
    assert _notices("Who opened the new pier on Monday?") == ()
    assert _notices("Qui a inauguré la nouvelle jetée lundi ?", language="fr") == ()


def test_one_word_that_found_nothing_is_told_to_ask_more() -> None:
    assert any("whole question" in notice for notice in _notices("Pier"))
    assert any("question entière" in notice for notice in _notices("Jetée", language="fr"))
    assert not any("whole question" in notice for notice in _notices("Pier", refused=False))


def test_control_characters_are_mentioned() -> None:
    assert any("Control" in notice for notice in _notices("Who is it?", "Who \x07is it?"))
    assert _notices("Who is it, then?", "Who is it,\n\tthen?") == ()


def test_a_third_language_is_told_which_two_are_answered() -> None:
    assert any("English and in French" in notice for notice in _notices("¿Quién es el alcalde de la ciudad de Madrid?"))
    assert any("English and in French" in notice for notice in _notices("Wer ist der Bürgermeister dieser Stadt?"))
