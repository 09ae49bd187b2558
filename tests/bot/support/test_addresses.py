"""Addresses: what a chat would make a link of is shown only where a quote holds it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.support.addresses import faults
from bot.types import Backing
from retrieval.types import Span
from tests.support.outcomes import FERRY

QUOTE = "Write to news@elsin.example or see www.elsin.example/pier, the mayor said at 10.30 a.m. in St. Olaf."
ARTICLE = replace(FERRY, text=QUOTE, outlet="Mondialisation.ca", language="en")
WHOLE = Span(0, len(QUOTE))


def found(claim: str) -> list[str]:
    """The addresses that the quote does not hold."""
    return [fault.words for fault in faults(claim, "en", [Backing(ARTICLE, WHOLE, WHOLE)])]


@pytest.mark.parametrize(
    "claim",
    [
        "The mayor gives the address news@elsin.example.",
        "See www.elsin.example/pier.",
        "According to Mondialisation.ca, the mayor spoke.",
        "The mayor spoke at 10.30 a.m. in St. Olaf.",
        "The U.S. and the U.K. agreed; it cost 2.5 m.",
        "Le maire a parlé.Puis il est parti.",
    ],
)
def test_what_a_quote_or_the_outlet_holds_and_what_is_no_address_passes(claim: str) -> None:
    assert found(claim) == []


@pytest.mark.parametrize(
    ("claim", "address"),
    [
        ("See https://win.example/now for more.", "https://win.example/now"),
        ("See www.win.example.", "www.win.example"),
        ("Write to me@win.example!", "me@win.example"),
        ("Follow @winner_now.", "@winner_now"),
        ("More on win.example/offer, today.", "win.example/offer"),
        ("[The mayor](http://win.example) spoke.", "http://win.example"),
        ("Ask javascript://alert now.", "javascript://alert"),
    ],
)
def test_an_address_that_no_quote_holds_is_found(claim: str, address: str) -> None:
    assert any(address in each for each in found(claim))
