"""Speakers: what is said is put into nobody else's mouth, and the article itself may be named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.support.speakers import faults
from bot.types import Backing
from retrieval.types import Span
from tests.support.outcomes import FERRY

JUDGE = ("Les freins du car étaient usés, a dit la juge Nadia Ferrand.", "fr")
SOURCES = ("According to local sources, the French commandos were stationed at a base in Benina.", "en")
MARINES = ('"En ce moment, il y a 250 Marines en Sicile", a déclaré le porte-parole.', "fr")
POLICE = ("Nobody was hurt, the police said.", "en")


def found(claim: str, language: str, quote: tuple[str, str]) -> list[str]:
    """The speakers that the quote does not hold."""
    text, other = quote
    whole = Span(0, len(text))
    return [
        fault.words
        for fault in faults(claim, language, [Backing(replace(FERRY, text=text, language=other), whole, whole)])
    ]


@pytest.mark.parametrize(
    ("claim", "language", "quote"),
    [
        ("The judge said that the brakes were worn.", "en", JUDGE),
        ("La juge a dit que les freins étaient usés.", "fr", JUDGE),
        ("A spokesman said that there were 250 Marines in Sicily.", "en", MARINES),
        ("Selon des sources locales, les commandos étaient à Benina.", "fr", SOURCES),
        ("According to the article, the commandos were in Benina.", "en", SOURCES),
        ("Nobody was hurt, the police said.", "en", POLICE),
        ("La police dit que personne n'a été blessé.", "fr", POLICE),
        ("Nobody was hurt.", "en", POLICE),
        ("Nadia Ferrand said that the brakes were worn.", "en", JUDGE),
    ],
)
def test_who_the_quote_lets_speak_and_the_article_itself_may_be_named(
    claim: str, language: str, quote: tuple[str, str]
) -> None:
    assert found(claim, language, quote) == []


@pytest.mark.parametrize(
    ("claim", "language", "quote"),
    [
        ("Le premier ministre a dit que les freins étaient usés.", "fr", JUDGE),
        ("The driver said that the brakes were worn.", "en", JUDGE),
        ("A minister said that there were 250 Marines in Sicily.", "en", MARINES),
        ("Selon la police, les commandos étaient à Benina.", "fr", SOURCES),
        ("The officials said that nobody was hurt.", "en", POLICE),
        ("According to residents, nobody was hurt.", "en", POLICE),
        ("Nobody was hurt, the mayor said.", "en", POLICE),
    ],
)
def test_nothing_is_put_into_anothers_mouth(claim: str, language: str, quote: tuple[str, str]) -> None:
    assert found(claim, language, quote) != []
