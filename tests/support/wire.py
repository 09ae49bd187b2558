"""Invented news for telling copies, versions and templates apart: stories of whole sentences, and ways to edit them."""

from __future__ import annotations

import random
from collections.abc import Sequence

_WHO = [
    "The council",
    "The harbour master",
    "A fisher",
    "The ministry",
    "A judge",
    "The mayor",
    "A teacher",
    "The union",
]
_DID = ["announced", "refused", "welcomed", "discussed", "postponed", "signed", "criticised", "measured", "defended"]
_WHAT = ["a plan", "the contract", "the closure", "the survey", "a loan", "the vote", "the bridge", "the new school"]
_WHERE = ["near the old quay", "in the upper town", "behind the station", "on the northern shore", "at the border"]
_WHY = ["because the funds had run out", "after a long debate", "although nobody had asked", "before the rain began"]
_NAMES = ["Varnholm", "Lissa", "Sorvec", "Brenne", "Tarn", "Oslip", "Mirow", "Kaldan", "Perth", "Ulmen"]


def sentences(seed: int, n: int = 24) -> list[str]:
    """The sentences of one story; those of another seed have hardly a run of words in common with them."""
    rng = random.Random(seed)
    return [
        f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHAT)} of {rng.choice(_NAMES)} {rng.choice(_WHERE)} "
        f"{rng.choice(_WHY)}, {rng.randint(3, 97)} people from {rng.choice(_NAMES)} said."
        for _ in range(n)
    ]


def article(title: str, said: Sequence[str]) -> str:
    """A text: headline, then three sentences a paragraph."""
    return "\n\n".join([title, *(" ".join(said[at : at + 3]) for at in range(0, len(said), 3))])


def bulletin(seed: int) -> str:
    """One of a series made from a template: other figures and places each time."""
    rng = random.Random(seed)
    lines = [
        f"In {rng.choice(_NAMES)} the price of a sack of {what} was {rng.randint(20, 900)} crowns on average, "
        f"after {rng.randint(20, 900)} crowns in the week before, the office of statistics reported in its bulletin."
        for what in ("wheat", "barley", "salt", "coal", "rye", "oats", "lime", "sand", "peat", "malt", "hops", "wool")
    ]
    return "\n\n".join([f"Prices in week {seed}", *lines])
