"""What is found wrong with a claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "number",  # a number of the claim stands in no quote
    "bound",  # "at least", "up to", "about" of the quote is gone, or turned around
    "date",  # a day, month, year or weekday of the claim stands in no quote
    "name",  # a name of the claim stands in no quote
    "address",  # a link, a mailbox or an account of the claim stands in no quote
    "negation",  # the claim denies what the quote says, or says what it denies
    "hedge",  # "reportedly", "may", "plans to" of the quote is gone
    "attribution",  # what somebody says is told as a fact
    "quotation",  # words in quotation marks that no quote holds
    "sources",  # speaks of several sources and quotes one
    "present",  # calls something current that a dated article says
    "meaning",  # has too little in common with its quotes
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a claim's quotes do not bear: `words` are the claim's, or the quote's where it lost them."""

    kind: FaultKind
    words: str
