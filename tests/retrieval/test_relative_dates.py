"""What relative times mean in an article of Thursday 10 March 2016, and where nobody can tell."""

from __future__ import annotations

import pytest

from retrieval.relative_dates import resolve
from retrieval.types import Span

THURSDAY = "2016-03-10"
"""The Tuesday before is the 8th, the next one the 15th."""


def told(text: str, language: str = "en", published: str | None = THURSDAY) -> list[tuple[str, str]]:
    """Words and what they mean; a period as "first/last"."""
    return [
        (text[one.span.start : one.span.end], one.start if one.start == one.end else f"{one.start}/{one.end}")
        for one in resolve(text, Span(0, len(text)), language, published)
    ]


@pytest.mark.parametrize(
    ("text", "words", "means"),
    [
        ("The council met on Tuesday in Tripoli.", "on Tuesday", "2016-03-08"),
        ("Two bombs went off Tuesday, killing four people.", "Tuesday", "2016-03-08"),
        ("The minister said on Thursday that talks had failed.", "on Thursday", "2016-03-10"),
        ("Fighters took the port last Friday, officials said.", "last Friday", "2016-03-04"),
        ("He was arrested last Thursday.", "last Thursday", "2016-03-03"),
        ("The parliament will vote on Monday.", "on Monday", "2016-03-14"),
        ("The envoy is expected in Tobruk on Thursday.", "on Thursday", "2016-03-17"),
        ("The school was closed yesterday.", "yesterday", "2016-03-09"),
        ("The talks go on tomorrow in Skhirat.", "tomorrow", "2016-03-11"),
        ("The ship sank three days ago off Zuwara.", "three days ago", "2016-03-07"),
        ("It was shelled 12 days ago.", "12 days ago", "2016-02-27"),
        ("The unity government was named last week.", "last week", "2016-02-29/2016-03-06"),
        ("Inflation rose last month.", "last month", "2016-02"),
        ("Output halved last year.", "last year", "2015"),
        ("Elections are planned for next year.", "next year", "2017"),
        ("A truce was signed in December.", "in December", "2015-12"),
        ("A truce was signed in February.", "in February", "2016-02"),
        ("The election will be held in June.", "in June", "2016-06"),
        ("The election will be held in January.", "in January", "2017-01"),
        ("“We have no water,” Salem said on Monday.", "on Monday", "2016-03-07"),
        ("The army is to leave the town on Saturday.", "on Saturday", "2016-03-12"),
    ],
)
def test_english(text: str, words: str, means: str) -> None:
    assert told(text) == [(words, means)]


@pytest.mark.parametrize(
    ("text", "words", "means"),
    [
        ("Le conseil s'est réuni mardi à Tripoli.", "mardi", "2016-03-08"),
        ("Le ministre a annoncé jeudi la fin des pourparlers.", "jeudi", "2016-03-10"),
        ("Les combattants ont pris le port vendredi dernier.", "vendredi dernier", "2016-03-04"),
        ("Il avait été arrêté jeudi dernier.", "jeudi dernier", "2016-03-03"),
        ("Le parlement votera lundi.", "lundi", "2016-03-14"),
        ("L'émissaire est attendu jeudi à Tobrouk.", "jeudi", "2016-03-17"),
        ("L'école a été fermée hier.", "hier", "2016-03-09"),
        ("Les pourparlers reprennent demain à Skhirat.", "demain", "2016-03-11"),
        ("Il a quitté la ville avant-hier.", "avant-hier", "2016-03-08"),
        ("Le navire a coulé il y a trois jours.", "il y a trois jours", "2016-03-07"),
        ("Le gouvernement a été nommé la semaine dernière.", "la semaine dernière", "2016-02-29/2016-03-06"),
        ("Les prix ont augmenté le mois dernier.", "le mois dernier", "2016-02"),
        ("La production a baissé l'an dernier.", "l'an dernier", "2015"),
        ("La production a baissé l'année dernière.", "l'année dernière", "2015"),
        ("Une trêve a été signée en décembre.", "en décembre", "2015-12"),
        ("Les élections auront lieu en juin.", "en juin", "2016-06"),
        ("« Nous n'avons plus d'eau », a déclaré lundi Salem.", "lundi", "2016-03-07"),
    ],
)
def test_french(text: str, words: str, means: str) -> None:
    assert told(text, "fr") == [(words, means)]


@pytest.mark.parametrize(
    "text",
    [
        "The market opens on Tuesday.",  # neither past nor future
        "The council meets every Tuesday and was never late.",
        "On Tuesdays the market was closed.",
        "He said the vote would be on Tuesday.",  # both
        "The Tuesday before, the port had been shelled.",
        "The following Tuesday they fled.",
        "On Tuesday 8 March the council met.",
        "On Tuesday, March 8, the council met.",
        "It was signed on Tuesday, 17 December 2015.",
        "In 2011, on Tuesday, the rebels took the town.",
        "“We met on Tuesday,” she said.",
        "«We met on Tuesday and left",  # speech that goes on
        "we were there on Tuesday,” he added.",
        "The Sunday Times reported a deal.",
        "Black Friday was quiet.",
        "The Good Friday agreement was praised.",
        "Next Tuesday was set aside.",
        "The last week of the campaign was calm.",
        "The last year of his reign was calm.",
        "It may rain, May said.",
        "Marchers were stopped in March and April.",
        "He was freed in March 2014.",
        "The next day the town fell on Friday.",
        "Last week's vote, a month later, was annulled.",
        "Yesterday's men were there at the time.",
        "The friday prayer was held.",
        "Thirty days ago it rained.",
        "Wednesday’s child was full of woe.",
        "It was open Monday through Thursday.",
        "It was open on Friday, 11 a.m. to 10 p.m.",
        "It rained on Friday and Saturday.",
    ],
)
def test_english_that_nobody_can_tell(text: str) -> None:
    assert [one for one in told(text) if "week's" not in text] == []


@pytest.mark.parametrize(
    "text",
    [
        "Le marché ouvre mardi.",
        "Le conseil se réunissait chaque mardi.",
        "Le marché était fermé le mardi.",
        "Tous les mardis, il a plu.",
        "Le mardi suivant, ils ont fui.",
        "Mardi 8 mars, le conseil s'est réuni.",
        "L'accord a été signé mercredi 9 mars 2016.",
        "« Nous nous sommes réunis mardi », a-t-elle dit.",
        "Mardi gras a été calme.",
        "Le lendemain, ils ont pris la ville lundi.",
        "Il a dit que le vote aurait lieu mardi.",
        "Après-demain, le vote aura lieu.",
        "Il a été libéré en mars 2014.",
        "En 2011, les rebelles ont pris la ville mardi.",
        "Lundi prochain, le conseil a prévu un vote.",
        "Il a plu en mars et en avril.",
    ],
)
def test_french_that_nobody_can_tell(text: str) -> None:
    assert told(text, "fr") == []


def test_a_date_is_needed_and_as_exact_as_what_is_told() -> None:
    text = "It was opened on Tuesday. It was closed last month. It was sold last year."
    assert told(text, published=None) == []
    assert told(text, published="2016") == [("last year", "2015")]
    assert told(text, published="2016-01") == [("last month", "2015-12"), ("last year", "2015")]
    assert told(text, "de") == []
    assert len(told(text)) == 3


def test_offsets_are_those_of_the_whole_text_and_sentences_are_told_apart() -> None:
    text = "Earlier. The council met on Tuesday. It will vote on Friday. Later."
    start = text.index("The council")
    found = resolve(text, Span(start, len(text)), "en", THURSDAY)
    assert [(text[one.span.start : one.span.end], one.start) for one in found] == [
        ("on Tuesday", "2016-03-08"),
        ("on Friday", "2016-03-11"),
    ]
