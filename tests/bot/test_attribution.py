"""Attribution: a claim says whose it is and of when, once; and what is asked about now gets the archive's horizon."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.attribution import asks_about_now, attributed, horizon
from bot.types import Claim
from tests.support.outcomes import BUILT, FERRY, HARBOUR, cite

PIER = cite(HARBOUR, BUILT)
BAC = cite(FERRY, "La compagnie parle d'une panne.", 2)


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("It took eleven years.", "en", "It took eleven years (Elsin Courier, 1 May 2019)."),
        ("It took eleven years", "en", "It took eleven years (Elsin Courier, 1 May 2019)"),
        ("Il a fallu onze ans.", "fr", "Il a fallu onze ans (Elsin Courier, 1er mai 2019)."),
        (
            "According to the Elsin Courier, it took long.",
            "en",
            "According to the Elsin Courier, it took long (1 May 2019).",
        ),
        ("On 11 May 2019 it was shut.", "en", "On 11 May 2019 it was shut (Elsin Courier, 1 May 2019)."),
        ("Elsin Couriers were late.", "en", "Elsin Couriers were late (Elsin Courier, 1 May 2019)."),
        ("On 1 May 2019 it was open.", "en", "On 1 May 2019 it was open (Elsin Courier)."),
        (
            "Selon l'Elsin Courier du 1er mai 2019, c'est long.",
            "fr",
            "Selon l'Elsin Courier du 1er mai 2019, c'est long.",
        ),
    ],
)
def test_outlet_and_date_are_added_as_far_as_they_are_not_said(text: str, language: str, shown: str) -> None:
    assert attributed(Claim(text, (PIER,)), language).text == shown


def test_an_undated_article_is_said_to_be_undated_and_a_nameless_outlet_goes_by_title_or_path() -> None:
    assert attributed(Claim("There was a fault.", (BAC,)), "en").text == (
        "There was a fault (2019/ferry.txt, date unknown)."
    )
    titled = replace(BAC, article=replace(FERRY, title="Le bac"))
    assert attributed(Claim("Une panne.", (titled,)), "fr").text == "Une panne (Le bac, date inconnue)."


def test_several_sources_are_all_named() -> None:
    claim = attributed(Claim("Both are late.", (PIER, BAC)), "en")
    assert claim.text == "Both are late (Elsin Courier, 1 May 2019; 2019/ferry.txt, date unknown)."


def test_the_same_source_is_not_named_twice_in_a_row() -> None:
    first = attributed(Claim("One.", (PIER,)), "en")
    assert attributed(Claim("Two.", (PIER,)), "en", first).text == "Two."
    assert attributed(Claim("Three.", (BAC,)), "en", first).text != "Three."


def test_a_long_or_hostile_title_cannot_take_the_answer_over() -> None:
    article = replace(FERRY, title="Le bac \u202e\x1b[2J" + "et la mer " * 40)
    text = attributed(Claim("Une panne.", (replace(BAC, article=article),)), "fr").text
    assert len(text) < 120
    assert "\x1b" not in text and "\u202e" not in text


@pytest.mark.parametrize(
    ("question", "language", "now"),
    [
        ("Who controls Sirte now?", "en", True),
        ("Is the ferry still out of order?", "en", True),
        ("What is currently known of the pier?", "en", True),
        ("Who is the mayor of Port Elsin?", "en", True),
        ("Who is the current prime minister?", "en", True),
        ("Who was the mayor of Port Elsin?", "en", False),
        ("When did the pier open?", "en", False),
        ("Who is Ilse Brandt?", "en", False),
        ("How many people know the pier?", "en", False),
        ("Qui contrôle Syrte aujourd'hui ?", "fr", True),
        ("Qui contrôle Syrte aujourd’hui ?", "fr", True),
        ("Le bac est-il actuellement en panne ?", "fr", True),
        ("Où en est le chantier à l'heure actuelle ?", "fr", True),
        ("Qui est le maire de Port Elsin ?", "fr", True),
        ("Qui était le maire de Port Elsin ?", "fr", False),
        ("Quand le quai a-t-il ouvert ?", "fr", False),
    ],
)
def test_a_question_about_now_is_told_from_one_about_then(question: str, language: str, now: bool) -> None:
    assert asks_about_now(question, language) is now


def test_the_horizon_is_the_newest_date_or_says_that_there_is_none() -> None:
    assert "9 March 2016" in horizon("2016-03-09", "en")
    assert "9 mars 2016" in horizon("2016-03-09", "fr")
    assert "date" in horizon(None, "en")
