"""Letters: what English and French do not write is borne by no quote that has it not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.support.letters import faults
from bot.types import Backing
from retrieval.types import Span
from tests.support.outcomes import FERRY


def found(claim: str, quote: str) -> list[str]:
    """The words that the quote does not have so."""
    whole = Span(0, len(quote))
    backing = [Backing(replace(FERRY, text=quote, language="en"), whole, whole)]
    return [fault.words for fault in faults(claim, "en", backing)]


@pytest.mark.parametrize("word", ["中川", "محمد", "Путин", "Ｐｕｔｉｎ", "ⓙⓞⓝ", "ᴊᴏɴ", "４０", "٤٠", "－40", "①"])
def test_a_word_of_other_letters_figures_or_signs_is_a_fault(word: str) -> None:
    assert found(f"Then {word} cut the ribbon.", "Then Jon cut the ribbon.") == [word]


@pytest.mark.parametrize("word", ["中川", "Владимир"])
def test_it_is_none_where_the_quote_has_it(word: str) -> None:
    assert found(f"Then {word} cut the ribbon.", f"Then {word}, the mayor, cut the ribbon.") == []


@pytest.mark.parametrize(
    "claim",
    [
        "Le maire a coupé le ruban\u00a0: «\u00a0c’est fait\u00a0»…",
        "The pier – “ours” – cost £5 and €6, 40% more.",
        "Erdoğan, Łódź, Ærø et l’œuvre de Győr, le 1ᵉʳ mai".replace("ᵉʳ", "er"),
        "Il fait 20º et ½ du pont, article nº 3.",
    ],
)
def test_what_newspapers_print_is_none(claim: str) -> None:
    assert found(claim, "Nothing of it.") == []
