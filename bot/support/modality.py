"""How a claim is said: what it denies, how sure it is, whom it has it from, of how many sources and of what time.

Composes negations, hedges and attribution, and holds the two rules that need no alignment: a claim about several
sources needs quotes from several articles, and what a dated article says is not told as being so now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.support import attribution, hedges, negation
from bot.support.alignment import aligned
from bot.support.cues import cue
from bot.support.types import Fault
from bot.support.words import Reading, read
from bot.types import Backing
from retrieval.names import fold
from retrieval.outlets import KNOWN

_OUTLETS: Final = tuple(f"{fold(name)} " for name in KNOWN)


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:
    """Every fault of how the claim is said."""
    return [
        *negation.faults(claim, language, backing),
        *hedges.faults(claim, language, backing),
        *attribution.faults(claim, language, backing),
        *sources(claim, language, backing),
        *present(claim, language),
    ]


def sources(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:
    """Where a claim speaks of several articles or sets outlets against each other, and quotes only one.

    Not where the quote itself speaks of them ("several sources said").
    """
    if len({one.article.id for one in backing}) > 1:
        return []
    ours = read(claim, language)
    for _, first, past in ours.find(cue("sources", language, "several")):
        named = past - 1
        if not any(named in aligned(claim, language, one).pairs for one in backing):
            return [Fault("sources", ours.said(tuple(range(first, past))))]
    for _, first, past in ours.find(cue("sources", language, "unlike")):
        if _names_outlet(ours, past):
            return [Fault("sources", ours.said(tuple(range(first, past + 1))))]
    return []


def _names_outlet(claim: Reading, at: int) -> bool:
    """Whether the name of an outlet stands at a place, after an article or not ("au Figaro" has one in it)."""
    near = fold(" ".join(word.low for word in claim.words[at : at + 6])).replace("_", " ")
    if claim.words[at - 1].low in ("au", "du") and claim.words[at : at + 1] and claim.words[at].kind == "name":
        near = f"le {near}"
    return any(near.startswith((name, f"the {name}", f"le {name}", f"la {name}", f"l {name}")) for name in _OUTLETS)


def present(claim: str, language: str) -> list[Fault]:
    """Where a claim says that something is so now. Not of a time that is past, in words it quotes, or with a date."""
    ours = read(claim, language)
    if any(True for _ in ours.find(cue("present", language, "dated"))):
        return []
    past = {at for _, first, end in ours.find(cue("present", language, "then")) for at in range(first, end)}
    for _, first, end in ours.find(cue("present", language, "now")):
        if past.isdisjoint(range(first, end)) and not ours.words[first].quoted and ours.words[end - 1].kind != "name":
            return [Fault("present", ours.said(tuple(range(first, end))))]
    return []
