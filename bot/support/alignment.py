"""Which word of a quote says what a word of the claim says: by entity, number, stem, translation or kinship.

Works within English and French and across the two. Where a word stands several times in the quote, the place whose
neighbours are aligned too is taken. Knows nothing of grammar.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.support.types import Fault
from bot.support.words import Reading, Word, read
from bot.types import Backing
from retrieval.lexicon import lexicon
from retrieval.names import skeleton
from retrieval.types import LANGUAGES

KIN: Final = 0.7
"""What a near-synonym, or a word of the same family, counts against the word itself."""
COGNATE: Final = 0.8
"""What a word spelt nearly alike in the other language counts ("stabilité", "stability")."""
_NEIGHBOURS: Final = 3
_CLOSE: Final = 5
_TOGETHER: Final = 0.05
_INSIDE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Pair:
    """The word at place `ours` of the claim and the one at place `theirs` of the quote; `closeness` from 0 to 1."""

    ours: int
    theirs: int
    closeness: float


Alignment = Mapping[int, Pair]
"""By place in the claim."""


def align(claim: Reading, quote: Reading, inside: range) -> Alignment:
    """For each word of the claim that carries meaning and has a counterpart the best one, preferably `inside`."""
    theirs = [at for at, word in enumerate(quote.words) if word.content]
    candidates: dict[int, list[tuple[int, float]]] = {}
    for ours, word in enumerate(claim.words):
        if word.content:
            found = [(at, closeness(word, claim.language, quote.words[at], quote.language)) for at in theirs]
            found = [(at, close) for at, close in found if close]
            if found:
                candidates[ours] = found
    order = list(candidates)
    return {ours: _best(ours, candidates, order, inside) for ours in order}


def _best(
    ours: int, candidates: Mapping[int, Sequence[tuple[int, float]]], order: Sequence[int], inside: range
) -> Pair:
    here = order.index(ours)
    around = [
        at
        for neighbour in order[max(0, here - _NEIGHBOURS) : here + _NEIGHBOURS + 1]
        if neighbour != ours
        for at, _ in candidates[neighbour]
    ]

    def together(one: tuple[int, float]) -> float:
        return one[1] + _INSIDE * (one[0] in inside) + _TOGETHER * sum(abs(at - one[0]) <= _CLOSE for at in around)

    at, close = max(candidates[ours], key=together)
    return Pair(ours, at, close)


def closeness(ours: Word, language: str, theirs: Word, other: str) -> float:
    """From 0, nothing in common, to 1, the same."""
    if ours.label or theirs.label:
        if ours.label == theirs.label:
            return 1.0
        if ours.label and theirs.label:
            return 0.0
    if ours.kind == "number" or theirs.kind == "number":
        return 0.0
    if ours.kind == theirs.kind == "name" and _same_name(ours, theirs):
        return 1.0
    return related(ours.stem, language, theirs.stem, other)


def _same_name(ours: Word, theirs: Word) -> bool:
    bones = skeleton(ours.low)
    return ours.stem == theirs.stem or (bones is not None and bones == skeleton(theirs.low))


@lru_cache(maxsize=65536)
def related(ours: str, language: str, theirs: str, other: str) -> float:
    """How near two stems come to saying the same, each in its language."""
    if language == other or language not in LANGUAGES or other not in LANGUAGES:
        if ours == theirs:
            return 1.0
        return KIN if theirs in _kin(ours, language) or _family(ours, theirs) else 0.0
    renderings = _renderings(ours, language)
    if theirs in renderings:
        return renderings[theirs]
    backwards = _renderings(theirs, other)
    if ours in backwards:
        return backwards[ours]
    return COGNATE if ours == theirs or _family(ours, theirs) else 0.0


@lru_cache(maxsize=16384)
def _kin(stem: str, language: str) -> frozenset[str]:
    return frozenset(lexicon().kin(stem, language)) if language in LANGUAGES else frozenset()


@lru_cache(maxsize=16384)
def _renderings(stem: str, language: str) -> dict[str, float]:
    """The translations of a word, each with what it counts; of a phrase each word, but for less."""
    found: dict[str, float] = {}
    for phrase in lexicon().translations((stem,), language):
        for part in phrase:
            found.setdefault(part, 1.0 if len(phrase) == 1 else KIN)
    other = "fr" if language == "en" else "en"
    for translation in list(found):
        for kin in _kin(translation, other):
            found.setdefault(kin, KIN)
    return found


def _family(ours: str, theirs: str) -> bool:
    """Whether two stems begin alike for so long that they are of one family: "invad", "invas"; "evacuat", "evacu"."""
    shorter, longer = sorted((ours, theirs), key=len)
    alike = 0
    for one, other in zip(shorter, longer, strict=False):
        if one != other:
            break
        alike += 1
    return alike >= 4 and alike >= len(shorter) - 1 and len(longer) - alike <= 4 and alike >= 0.6 * len(longer)


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """A claim beside one of its quotes: both as read, the quote with its whole sentences, and which words answer."""

    claim: Reading
    quote: Reading
    pairs: Alignment

    def ours(self, theirs: Sequence[int]) -> list[int]:
        """The words of the claim that answer to these places of the quote."""
        wanted = set(theirs)
        return [pair.ours for pair in self.pairs.values() if pair.theirs in wanted]


def aligned(claim: str, language: str, backing: Backing) -> Aligned:
    """The claim beside a quote; a word is rather aligned within the quote than in the rest of its sentences."""
    start = backing.span.start - backing.around.start
    return _aligned(claim, language, backing.sentences, backing.article.language, start, start + len(backing.quote))


@lru_cache(maxsize=512)
def _aligned(claim: str, language: str, sentences: str, other: str, start: int, end: int) -> Aligned:
    ours, theirs = read(claim, language), read(sentences, other)
    inside = range(bisect_left(theirs.words, start, key=_start), bisect_left(theirs.words, end, key=_start))
    return Aligned(ours, theirs, align(ours, theirs, inside))


def _start(word: Word) -> int:
    return word.start


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """What is wrong with a claim in the light of one quote: each fault with the words of the claim it rests on."""

    both: Aligned
    found: tuple[tuple[Fault, frozenset[int]], ...]


def unborne(each: Sequence[Against]) -> list[Fault]:
    """The faults that remain: those whose words no other quote bears as they stand in the claim."""
    plain = [set(one.both.pairs).difference(*(places for _, places in one.found)) for one in each]
    left = [
        fault
        for at, one in enumerate(each)
        for fault, places in one.found
        if not any(places <= others for n, others in enumerate(plain) if n != at)
    ]
    return list(dict.fromkeys(left))
