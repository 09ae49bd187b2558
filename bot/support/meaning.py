"""How far the quotes of a claim bear what it says: features by name, and the fitted probability that they do.

The features say how much of the claim its quotes hold, how closely together and in what order, who does what to whom
as far as places of words tell it, and how near the vectors are. Sees no contradiction that the words do not show: those
are what the other checks are for. Coefficients stand in `support.json`, fitted by `fitting/support.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from bot.errors import DamagedInstallation
from bot.judging import Logistic
from bot.support import hedges, negation, roles
from bot.support.alignment import Aligned, aligned
from bot.support.likeness import Likeness
from bot.support.words import Word
from bot.types import Backing
from retrieval.commonness import NAME, weight

FILE: Final = "support.json"
"""Beside this module."""

_ACROSS: Final = ("words", "best", "likeness", "together")
"""Features that say something else across languages: each also stands, as "other_…", for that case alone."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What `support.json` holds: the regression, and the probability below which a claim counts as not supported."""

    model: Logistic
    threshold: float


@lru_cache(maxsize=1)
def measure() -> Measure:
    """The regression that comes with Footnote. Raises DamagedInstallation when its file is missing or damaged."""
    try:
        values = json.loads((files("bot.support") / FILE).read_text("utf-8"))
        return Measure(Logistic(values["intercept"], values["coefficients"]), values["threshold"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedInstallation(FILE) from error


def score(claim: str, language: str, backing: Sequence[Backing], likeness: Likeness) -> float:
    """The probability, 0 to 1, that the quotes bear the claim. Raises EmbedderUnavailable, DamagedInstallation."""
    return measure().model.probability(features(claim, language, backing, likeness))


def features(claim: str, language: str, backing: Sequence[Backing], likeness: Likeness) -> dict[str, float]:
    """What the probability rests on, by name; `backing` holds at least one quote."""
    each = [aligned(claim, language, one) for one in backing]
    ours = each[0].claim
    content = [at for at, word in enumerate(ours.words) if word.content]
    weights = {at: _weight(ours.words[at], language) for at in content}
    held = {at: max(_held(one, at) for one in each) for at in content}
    single = max(each, key=lambda one: _share(weights, {at: _held(one, at) for at in content}))
    cosines = [likeness.cosine(claim, language, one.sentences, one.article.language) for one in backing]
    lacking = sorted((weights[at] * (1 - held[at]) for at in content), reverse=True)
    runs = _runs(single, content)
    found = {
        "words": _share(weights, held),
        "best": _share(weights, {at: _held(single, at) for at in content}),
        "predicate": _share(weights, held, [at for at in content if ours.words[at].kind == "word"]),
        "lacking_words": sum(ours.words[at].kind == "word" and not held[at] for at in content) / max(len(content), 1),
        "names": _share(weights, held, [at for at in content if ours.words[at].kind == "name"]),
        "numbers": _share(weights, held, [at for at in content if ours.words[at].kind == "number"]),
        "lacking": lacking[0] if lacking else 0.0,
        "lacking_more": sum(lacking[1:]),
        "together": _together(each, content),
        "longest_run": max(runs, default=0) / max(len(content), 1),
        "runs": len(runs) / max(len(content), 1),
        "order": _order(single, content),
        "copied": max(_copied(one) for one in each),
        "dense": _dense(single),
        "turned": float(bool(roles.faults(claim, language, backing))),
        "likeness": max(cosines),
        "denied": float(bool(negation.faults(claim, language, backing))),
        "hedged": float(bool(hedges.faults(claim, language, backing))),
        "length": math.log(max(len(content), 1)),
        "quoted_length": math.log(max(sum(word.content for one in each for word in one.quote.words), 1)),
        "several": float(len(backing) > 1),
    }
    other = float(all(one.article.language != language for one in backing))
    found["other_language"] = other
    for name in _ACROSS:
        found[f"other_{name}"] = other * found[name]
    return found


def _weight(word: Word, language: str) -> float:
    return NAME if word.kind in ("name", "number") else weight(word.stem, language)


def _held(both: Aligned, at: int) -> float:
    return both.pairs[at].closeness if at in both.pairs else 0.0


def _share(weights: Mapping[int, float], held: Mapping[int, float], places: Sequence[int] | None = None) -> float:
    """The weighted share of the words (of some places, or all) that a quote holds; 1 where there are none."""
    chosen = list(weights) if places is None else places
    total = sum(weights[at] for at in chosen)
    return sum(weights[at] * held[at] for at in chosen) / total if total else 1.0


def _runs(both: Aligned, content: Sequence[int]) -> list[int]:
    """How many words each stretch of the claim has that goes along with the quote: neighbours near each other there."""
    runs: list[int] = []
    last: int | None = None
    for at in content:
        pair = both.pairs.get(at)
        if pair is None:
            last = None
            continue
        if last is not None and 0 < pair.theirs - last <= _STEP:
            runs[-1] += 1
        else:
            runs.append(1)
        last = pair.theirs
    return runs


_STEP: Final = 4
_NEAR: Final = 6


def _together(each: Sequence[Aligned], content: Sequence[int]) -> float:
    """The share of neighbouring words of the claim that stand near each other in one of the quotes."""
    neighbours = list(pairwise(content))
    if not neighbours:
        return 1.0
    near = [
        any(
            a in one.pairs and b in one.pairs and abs(one.pairs[a].theirs - one.pairs[b].theirs) <= _NEAR
            for one in each
        )
        for a, b in neighbours
    ]
    return sum(near) / len(near)


def _order(both: Aligned, content: Sequence[int]) -> float:
    """Of all pairs of words that both texts share, how many stand in the same order: 1 all, 0 none."""
    places = [both.pairs[at].theirs for at in content if at in both.pairs]
    pairs = [(a, b) for n, a in enumerate(places) for b in places[n + 1 :] if a != b]
    return sum(a < b for a, b in pairs) / len(pairs) if pairs else 1.0


def _dense(both: Aligned) -> float:
    """How much of the stretch of the quote from the first to the last shared word is shared."""
    places = sorted({pair.theirs for pair in both.pairs.values()})
    if not places:
        return 0.0
    between = sum(word.content for word in both.quote.words[places[0] : places[-1] + 1])
    return len(places) / between


def _copied(both: Aligned) -> float:
    """The longest stretch of words, small ones too, that the claim has from the quote, as a share of the claim."""
    ours = [word.low for word in both.claim.words if word.kind != "mark"]
    theirs = [word.low for word in both.quote.words if word.kind != "mark"]
    best = 0
    before = [0] * (len(theirs) + 1)
    for word in ours:
        row = [0] * (len(theirs) + 1)
        for n, other in enumerate(theirs, 1):
            if word == other:
                row[n] = before[n - 1] + 1
        best = max(best, *row)
        before = row
    return best / max(len(ours), 1)
