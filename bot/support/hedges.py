"""Whether a claim tells as certain what its quotes hold to be said, possible, planned, feared, conditional or asked.

Kinds of doubt, each with the kinds that a claim may put in its place: who "may go" is not said to "plan to go", but
what "reportedly" happened may have happened. As with negations, the word that a cue bears on first decides, or most of
what it governs where the claim has another verb for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from bot.support.alignment import Against, Aligned, Pair, aligned, unborne
from bot.support.attribution import attributed
from bot.support.cues import Cue, cue, cues, expressions, pattern
from bot.support.negation import NONE
from bot.support.scopes import Scope, heads, scopes, sentence
from bot.support.types import Fault
from bot.support.words import Reading
from bot.types import Backing

_WEAKER: Final = {
    "said": {"said", "told", "may", "can", "likely", "would"},
    "may": {"may", "can", "considers", "said", "would", "if"},
    "nearly": {"nearly", "plans"},
    "likely": {"likely", "may", "can", "said", "would", "plans"},
    "plans": {"plans", "considers", "may", "can", "likely", "would", "wants", "will", "must"},
    "considers": {"considers", "offer", "may", "can", "would", "wants"},
    "wants": {"wants", "considers", "offer", "must", "would", "may", "can"},
    "must": {"must", "wants", "likely", "plans"},
    "would": {"would", "said", "may", "can", "likely", "plans", "considers", "wants", "will", "if"},
    "will": {"will", "plans", "would", "likely", "may", "can", "wants", "must", "considers"},
    "if": {"if", "may", "can", "would", "plans"},
    "unsaid": {"unsaid", "may", "can", "if", "said"},
}
"""For each kind of doubt the kinds that say no more than it; "can" and "offer" are found in claims only."""

_MOST: Final = 0.6


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:
    """The hedges of the quotes that the claim leaves away; nothing where another of them bears it without."""
    return unborne([_against(aligned(claim, language, one)) for one in backing])


@lru_cache(maxsize=2048)
def doubts(reading: Reading) -> tuple[Scope, ...]:
    """Where a text does not say that something is so; what it asks is one of these."""
    found = [one for one in scopes(reading, _cues(reading.language)) if one.kind != NONE]
    for at, word in enumerate(reading.words):
        if word.low == "?":
            asked = tuple(place for place in sentence(reading, at) if reading.words[place].content)
            found.append(Scope("unsaid", "sentence", at, at + 1, asked))
    return tuple(found)


@lru_cache(maxsize=8)
def _cues(language: str) -> tuple[Cue, ...]:
    """The cues of a language, with the French conditional and future, which have their stems in common."""
    stems = expressions("hedge", language, "future")
    tenses = [("would", "rai(?:t|ent)"), ("will", "r(?:a|ont)")] if stems else []
    known = [one for one in cues("hedge", language) if one.kind != "future"]
    return (*known, *(Cue(kind, "ahead", pattern([stem + ending for stem in stems])) for kind, ending in tenses))


def _against(both: Aligned) -> Against:
    told = {"told"} if attributed(both.claim) else set()
    found = []
    for scope in doubts(both.quote):
        pairs = [one for one in both.pairs.values() if one.theirs in scope.governed]
        weaker = _WEAKER.get(scope.kind)
        if weaker is None or not weaker.isdisjoint(told | _kept(both, pairs)) or not _rests_on(both, scope, pairs):
            continue
        if scope.kind == "will" and not any(True for _ in both.claim.find(cue("hedge", both.claim.language, "past"))):
            continue
        said = both.quote.said((scope.first, *(one.theirs for one in pairs)))
        found.append((Fault("hedge", said), frozenset(one.ours for one in pairs)))
    return Against(both, tuple(found))


def _kept(both: Aligned, pairs: Sequence[Pair]) -> set[str]:
    """The doubts of the claim that bear on one of these words."""
    ours = {one.ours for one in pairs}
    return {one.kind for one in doubts(both.claim) if not ours.isdisjoint(one.governed)}


def _rests_on(both: Aligned, scope: Scope, pairs: Sequence[Pair]) -> bool:
    """Whether the claim says what a hedge bears on."""
    telling = [one for one in pairs if both.claim.words[one.ours].kind == "word"]
    first = set(heads(both.quote, scope))
    if scope.reach in ("condition", "sentence"):
        spoken = [one for one in both.pairs.values() if both.claim.words[one.ours].kind == "word"]
        return len(pairs) >= 2 and len(telling) > len(spoken) / 2
    if any(one.theirs in first for one in telling):
        return True
    if scope.kind == "unsaid" and len(pairs) >= 2 and len(pairs) >= len(both.pairs) / 2:
        return True
    governed = [at for at in scope.governed if both.quote.words[at].kind == "word"]
    other = any(word.kind == "word" and at not in both.pairs for at, word in enumerate(both.claim.words))
    return other and len(telling) >= 2 and len(telling) >= _MOST * len(governed)
