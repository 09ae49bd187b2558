"""Whether a claim denies what its quotes say, or says what they deny.

Cues of negation govern words (`scopes.py`); a word under two of them is affirmed again ("did not rule out"). The word a
cue bears on first is compared with its counterpart in the quote. Opposites ("rose", "fell") are compared where they
stand beside words that both texts share. A negation elsewhere in the quote does no harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.support.alignment import Against, Aligned, aligned, unborne
from bot.support.cues import cues
from bot.support.opposites import Side, side
from bot.support.scopes import Scope, before, heads, passive, scopes
from bot.support.types import Fault
from bot.support.words import Reading
from bot.types import Backing

NONE: Final = "none"
"""The kind of what looks like a negation, or a hedge, and is none."""


@dataclass(frozen=True, slots=True)
class Polarity:
    """The negations of a text, and how often each word is denied."""

    scopes: tuple[Scope, ...]
    denied: Counter[int]

    def odd(self, at: int) -> bool:
        """Whether the word is denied, and not denied twice."""
        return self.denied[at] % 2 == 1


@lru_cache(maxsize=2048)
def polarity(reading: Reading) -> Polarity:
    """What a text denies."""
    found = tuple(one for one in scopes(reading, cues("negation", reading.language)) if one.kind != NONE)
    return Polarity(found, Counter(at for one in found for at in set(one.governed)))


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:
    """What the claim denies or affirms against its quotes; nothing where another of them bears it as it stands."""
    return unborne([_against(aligned(claim, language, one)) for one in backing])


def _against(both: Aligned) -> Against:
    found: list[tuple[Fault, frozenset[int]]] = []
    ours, theirs = polarity(both.claim), polarity(both.quote)
    answered = {one.theirs for one in both.pairs.values()}
    for scope in ours.scopes:
        pairs = [both.pairs[at] for at in scope.governed if at in both.pairs]
        named = _named(both, theirs, (at for at in range(scope.first, scope.past) if at in both.pairs))
        if named or any(ours.odd(one.ours) and theirs.odd(one.theirs) for one in pairs):
            continue
        first = [both.pairs[at] for at in heads(both.claim, scope) if at in both.pairs]
        different = [one.ours for one in first if ours.odd(one.ours) != theirs.odd(one.theirs)]
        if scope.reach == "behind":
            different = [at for at in different if not _otherwise(both.quote, theirs, both.pairs[at].theirs, answered)]
        if different:
            found.append((Fault("negation", both.claim.said((scope.first, *different))), frozenset(different)))
    for scope in theirs.scopes:
        pairs = [one for one in both.pairs.values() if one.theirs in scope.governed]
        named = _named(both, theirs, both.ours(range(scope.first, scope.past)))
        if named or any(ours.odd(one.ours) and theirs.odd(one.theirs) for one in pairs):
            continue
        borne_on = heads(both.quote, scope)
        turned = [one for one in pairs if one.theirs in borne_on and ours.odd(one.ours) != theirs.odd(one.theirs)]
        if scope.reach == "behind":
            turned = [one for one in turned if not _otherwise(both.claim, ours, one.ours, both.pairs)]
        if turned:
            said = both.quote.said((scope.first, *(one.theirs for one in turned)))
            found.append((Fault("negation", said), frozenset(one.ours for one in turned)))
    return Against(both, tuple(found + list(_contraries(both, ours, theirs))))


def _named(both: Aligned, theirs: Polarity, cues: Iterable[int]) -> bool:
    """Whether one of the claim's words that belong to a cue answers to one of the quote's that do: "deny", "denial"."""
    theirs_too = {at for scope in theirs.scopes for at in range(scope.first, scope.past)}
    return any(both.pairs[at].theirs in theirs_too for at in cues)


def _otherwise(reading: Reading, said: Polarity, subject: int, answered: Container[int]) -> bool:
    """Whether a text denies of a word what the other one does not say: "did not take place" of what "was cancelled"."""
    return any(
        scope.reach in ("ahead", "through")
        and subject in before(reading, scope.first)
        and not any(at in answered for at in heads(reading, scope))
        for scope in said.scopes
    )


def _contraries(both: Aligned, ours: Polarity, theirs: Polarity) -> Iterator[tuple[Fault, frozenset[int]]]:
    """Words of the claim that the quote has only the contrary of, in the same company."""
    known = [(at, side(word, both.quote.language)) for at, word in enumerate(both.quote.words)]
    for at, word in enumerate(both.claim.words):
        here = side(word, both.claim.language)
        if here is None:
            continue
        rivals = [(place, there) for place, there in known if there is not None and there.pair == here.pair]
        value = _value(here, ours.odd(at))
        contrary = [place for place, there in rivals if _value(there, theirs.odd(place)) != value]
        if contrary and len(contrary) == len(rivals) and any(_company(both, at, place, here) for place in contrary):
            yield Fault("negation", both.claim.said((at,))), frozenset((at,))


def _value(one: Side, denied: bool) -> int:
    return -one.sign if denied else one.sign


def _company(both: Aligned, ours: int, theirs: int, one: Side) -> bool:
    """Whether a word and its contrary stand beside words that answer to each other.

    On the same side of them, or on the other where one is passive: who won against somebody is who he lost to.
    """
    reach = 3 if one.beside in ("near", "who") else 1
    mine, yours = _around(both.claim, ours), _around(both.quote, theirs)
    turned = passive(both.claim, ours) != passive(both.quote, theirs)

    def meet(side: int, other: int) -> bool:
        near = yours[other][: 2 * reach]
        return any(at in both.pairs and both.pairs[at].theirs in near for at in mine[side][:reach])

    match one.beside:
        case "near":
            return meet(0, 0) or meet(1, 1) or (turned and (meet(0, 1) or meet(1, 0)))
        case "who":
            return meet(0, 0) and not turned
        case "next":
            return meet(1, 1)
        case "between":  # from one language to the other such words change places: "contre", exchanged "for"
            return meet(0, 0) and meet(1, 1) and both.claim.language == both.quote.language


def _around(reading: Reading, at: int) -> tuple[list[int], list[int]]:
    """The words that carry meaning before a place, nearest first, and after it."""
    content = [place for place, word in enumerate(reading.words) if word.content]
    return [place for place in reversed(content) if place < at], [place for place in content if place > at]
