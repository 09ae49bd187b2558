"""How a claim is said: of how many sources, of what time; and what the articles narrate they may be told to narrate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.support.modality import faults, present, sources
from bot.types import Backing
from tests.support.backing import backed, bundled

TOLL = backed("The storm killed nine people in Elsin.")
OTHER = replace(TOLL, article=replace(TOLL.article, id="b1b2c3d4e5f6"))
HEARD = backed("Several sources said that the storm killed nine people in Elsin.")
LIVRE = backed("Plusieurs sources évoquent neuf morts à Elsin.", "fr")


@pytest.mark.parametrize(
    ("claim", "quotes", "refused"),
    [
        ("en: Both articles say that the storm killed nine.", [TOLL], True),
        ("en: Both articles say that the storm killed nine.", [TOLL, TOLL], True),
        ("en: Both articles say that the storm killed nine.", [TOLL, OTHER], False),
        ("en: Several sources put the toll at nine.", [TOLL], True),
        ("en: Several sources put the toll at nine.", [TOLL, OTHER], False),
        ("en: Several sources put the toll at nine.", [HEARD], False),
        ("en: The articles agree that the storm killed nine.", [TOLL], True),
        ("en: Another newspaper puts the toll at nine.", [TOLL], True),
        ("en: Unlike Le Monde, the Times puts the toll at nine.", [TOLL], True),
        ("en: Unlike Elsin, Rome was spared.", [TOLL], False),
        ("en: The storm killed nine people.", [TOLL], False),
        ("en: The sources of the river are in Elsin.", [TOLL], False),
        ("en: The reports of nine deaths in Elsin are true.", [TOLL], False),
        ("fr: Plusieurs journaux font état de neuf morts.", [TOLL], True),
        ("fr: Les deux articles font état de neuf morts.", [TOLL], True),
        ("fr: Les deux articles font état de neuf morts.", [TOLL, OTHER], False),
        ("fr: Plusieurs sources évoquent neuf morts.", [LIVRE], False),
        ("fr: Contrairement au Figaro, l'article parle de neuf morts.", [TOLL], True),
        ("fr: Contrairement au maire, l'article parle de neuf morts.", [TOLL], False),
        ("fr: L'article parle de neuf morts.", [TOLL], False),
    ],
)
def test_who_speaks_of_several_sources_quotes_several(claim: str, quotes: list[Backing], refused: bool) -> None:
    assert bool(sources(claim[4:], claim[:2], quotes)) is refused


@pytest.mark.parametrize(
    ("claim", "refused"),
    [
        ("en: The bridge is currently closed.", True),
        ("en: The bridge is now closed.", True),
        ("en: The bridge is still closed today.", True),
        ("en: At the moment, the bridge is closed.", True),
        ("en: So far nobody has crossed it.", True),
        ("en: In March 2016, the bridge was currently being rebuilt.", False),
        ("en: As of 9 March 2016 the bridge is still closed.", False),
        ("en: The bridge was still closed.", False),
        ("en: The bridge was then being rebuilt.", False),
        ("en: The bridge is closed.", False),
        ("en: He said: “The bridge is now closed.”", False),
        ("fr: Le pont est actuellement fermé.", True),
        ("fr: Aujourd'hui, le pont est fermé.", True),
        ("fr: Le pont est désormais fermé.", True),
        ("fr: Le pont est toujours fermé.", True),
        ("fr: Pour l'instant, le pont est fermé.", True),
        ("fr: En mars 2016, le pont était toujours fermé.", False),
        ("fr: En 2016, le pont est toujours fermé.", False),
        ("fr: Le pont était alors fermé.", False),
        ("fr: Le pont était toujours fermé.", False),
        ("fr: Elle a toujours aimé le pont.", False),
        ("fr: Il a dit : « Le pont est maintenant fermé. »", False),
    ],
)
def test_what_an_article_says_is_not_called_so_now_without_a_date(claim: str, refused: bool) -> None:
    assert bool(present(claim[4:], claim[:2])) is refused


EXCEPT = {
    "“We ought to be supporting [Libyans]": "attribution",  # Clinton, who is named in the sentence before
    "“But this is not the situation today.": "attribution",  # Renzi, likewise
    "The French military activity is the latest": "present",  # "now": of a day long past
    "Certains rapports dire que le groupe": "present",
    "Avec cela toujours à la recherche": "present",
}
"""How the sentences begin of which something is found, and what."""


def test_what_an_article_narrates_may_be_told_word_for_word() -> None:
    found = {
        support.quote: {fault.kind for fault in faults(support.quote, support.article.language, [support])}
        for support in bundled()
    }
    assert len(found) > 100
    for quote, kinds in found.items():
        expected = {kind for beginning, kind in EXCEPT.items() if quote.startswith(beginning)}
        assert kinds == expected, quote
