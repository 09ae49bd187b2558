"""What a question's own words of time exclude, in both languages, and what they must not."""

from __future__ import annotations

import pytest

from bot.periods import asked_since


@pytest.mark.parametrize(
    ("question", "since"),
    [
        ("Who commanded the forces in 2014?", "2014"),
        ("What has happened in Benghazi since March 2016?", "2016-03"),
        ("Who was killed on 9 March 2016?", "2016-03-09"),
        ("How many were killed between 2014 and 2016?", "2014"),
        ("Who fought in 2016 and in 2012?", "2012"),
        ("Who left Tripoli after 2012?", "2012"),
        ("What did France do in early 2015?", "2015"),
        ("What was agreed in the spring of 2015?", "2015"),
        ("How many planes crashed near Ankara in 2014?", "2014"),
        ("Qui a pris Ankara en 2014 ?", "2014"),
        ("Qui commandait les forces en 2014 ?", "2014"),
        ("Que se passe-t-il depuis mars 2016 ?", "2016-03"),
        ("Qui a été tué le 9 mars 2016 ?", "2016-03-09"),
        ("Combien de morts au cours de l'année 2011 ?", "2011"),
        ("Qu'a fait la France à partir de juin 2015 ?", "2015-06"),
        ("Combien de navires entre 2014 et 2016 ?", "2014"),
    ],
)
def test_a_time_asked_about_begins_on_its_first_day(question: str, since: str) -> None:
    language = "fr" if question.endswith(" ?") else "en"
    assert asked_since(question, language) == since


@pytest.mark.parametrize(
    "question",
    [
        "Who commands the forces around Benina?",
        "Who commanded the forces before 2015?",
        "Who governed before the militias came in 2014?",
        "What changed before and after 2014?",
        "Who held Tripoli until March 2016?",
        "Who won the 2014 World Cup?",
        "How many of the 2000 soldiers left?",
        "Who is president today?",
        "What is happening now?",
        "What was planned for the elections in 2017?",
        "Who will govern in 2018?",
        "What is expected next week?",
        "When are the elections in June 2014?",
        "What is the target for cuts in 2020?",
        "Who was killed last week?",
        "What did Italy say last year?",
        "Qui commandait les forces avant 2015 ?",
        "Qui gouvernait avant l'arrivée des milices en 2014 ?",
        "Qui a tenu Tripoli jusqu'en 2014 ?",
        "Que prévoyait-on en 2017 ?",
        "Combien de soldats seront envoyés en 2017 ?",
        "Quelle est la date des élections en juin 2014 ?",
        "Quel est l'objectif en 2020 ?",
        "Qui gouverne aujourd'hui ?",
        "Que s'est-il passé en mars ?",
        "Qu'a dit l'Italie l'an dernier ?",
    ],
)
def test_what_others_may_tell_of_excludes_nothing(question: str) -> None:
    language = "fr" if question.endswith(" ?") else "en"
    assert asked_since(question, language) is None
