"""Answer without a language model: choose the sentences that answer a question, or decline.

The sentences of the passages found are weighed (`weighing.py`), ordered by the fitted model of a sentence, and the
best are judged as an answer (`judging.py`). Chooses places in articles; what is shown is for `grounding.py` to let
through.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.asked import Asked, asked
from bot.judging import Judgement
from bot.types import Candidate
from bot.weighing import Sentence, Weighed, wanted, weigh
from retrieval.types import Article, Hit

MOST: Final = 3
"""Sentences quoted for a question that one article can answer."""
MOST_SEVERAL: Final = 6
"""Sentences quoted for a question that asks what several articles say, two of one article at most."""
_NEAREST: Final = 3
_SHOWN: Final = 12  # candidates kept for /why


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: `quotes` in the order to show them, empty when declining; `nearest` for then.

    `missing`: words of the question that the passages found don't hold. `decision`: the judgement, in words.
    """

    quotes: tuple[Sentence, ...]
    nearest: tuple[Sentence, ...]
    candidates: tuple[Candidate, ...]
    missing: tuple[str, ...]
    decision: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A weighed sentence with its probability of holding the answer."""

    weighed: Weighed
    probability: float


def choose(
    question: str, language: str, hits: Sequence[Hit], article: Callable[[str], Article], models: Judgement
) -> Choice:
    """The sentences to quote for a question in `language`, from passages found for it."""
    ask = asked(question)
    ranked = rank(question, language, ask, hits, article, models)
    if not ranked:
        return Choice((), (), (), (), "no passage was found")
    features = answer_features(question, language, ranked)
    confidence = models.answer.probability(features)
    missing = _missing(question, language, ranked)
    answers = confidence >= models.threshold
    chosen = _select(ranked, ask, models.beside) if answers else []
    return Choice(
        quotes=tuple(one.weighed.sentence for one in chosen),
        nearest=tuple(_nearest(ranked)),
        candidates=_shown(ranked, chosen, answers),
        missing=missing,
        decision=f"confidence {confidence:.2f}, threshold {models.threshold:.2f}",
    )


def rank(
    question: str, language: str, ask: Asked, hits: Sequence[Hit], article: Callable[[str], Article], models: Judgement
) -> list[Ranked]:
    """All sentences of the hits, likeliest first."""
    weighed = weigh(question, language, ask, candidates(hits, article))
    ranked = [Ranked(one, models.sentence.probability(one.features)) for one in weighed]
    return sorted(ranked, key=lambda one: -one.probability)


def candidates(hits: Sequence[Hit], article: Callable[[str], Article]) -> list[Sentence]:
    """Every sentence of the passages found, in their order."""
    return [
        Sentence(article(hit.passage.article_id), hit, place, hit.similarities[place])
        for hit in hits
        for place in range(len(hit.passage.sentences))
    ]


def answer_features(question: str, language: str, ranked: Sequence[Ranked]) -> dict[str, float]:
    """What the decision to answer rests on, from the best sentences: features by name."""
    best = ranked[0]
    top = best.weighed.features
    target = best.weighed.sentence.hit.passage.language
    want = wanted(question, language, target)
    lacking = want.missing(best.weighed.around)
    found = set().union(*(one.weighed.around for one in ranked if one.weighed.sentence.hit.passage.language == target))
    nowhere = want.missing(found)
    odds = [_odds(one.probability) for one in ranked[:5]]
    odds += [odds[-1]] * (5 - len(odds))
    other = top["other_language"]
    return {
        "best": odds[0],
        "lead": odds[0] - odds[1],
        "lead_fifth": odds[0] - odds[4],
        "similarity": top["similarity"],
        "similarity_z": top["similarity_z"],
        "words": top["words"],
        "words_near": top["words_near"],
        "words_around": top["words_around"],
        "names": top["names"],
        "names_around": top["names_around"],
        "numbers": top["numbers"],
        "kind": top["kind"],
        "lacking_names": float(sum(group.kind == "name" for group, _ in lacking)),
        "lacking_numbers": float(sum(group.kind == "number" for group, _ in lacking)),
        "lacking_weight": max((weight for _, weight in lacking), default=0.0),
        "nowhere_names": float(sum(group.kind == "name" for group, _ in nowhere)),
        "nowhere_weight": max((weight for _, weight in nowhere), default=0.0),
        "asked": float(len(want.groups)),
        "other_language": other,
        "other_best": other * odds[0],
        "other_words_near": other * top["words_near"],
    }


def _odds(probability: float) -> float:
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _select(ranked: Sequence[Ranked], ask: Asked, beside: float) -> list[Ranked]:
    """The best sentence, and those that stand beside it; of several articles where the question asks for that."""
    floor = ranked[0].probability * beside
    most = MOST_SEVERAL if ask.several else MOST
    if ask.several:
        floor /= 3
    chosen: list[Ranked] = []
    for one in ranked:
        if len(chosen) == most or one.probability < floor:
            break
        article = one.weighed.sentence.article.id
        if ask.several and sum(other.weighed.sentence.article.id == article for other in chosen) == 2:
            continue
        if all(one.weighed.terms != other.weighed.terms for other in chosen):
            chosen.append(one)
    return chosen


def _nearest(ranked: Sequence[Ranked]) -> list[Sentence]:
    nearest: list[Sentence] = []
    for one in ranked:
        if all(one.weighed.sentence.hit.passage.id != other.hit.passage.id for other in nearest):
            nearest.append(one.weighed.sentence)
        if len(nearest) == _NEAREST:
            break
    return nearest


def _missing(question: str, language: str, ranked: Sequence[Ranked]) -> tuple[str, ...]:
    """Names and numbers of the question that the best passage lacks, then words that no passage found holds."""
    best = ranked[0].weighed
    want = wanted(question, language, best.sentence.hit.passage.language)
    lacking = [group.surface for group, _ in want.missing(best.around) if group.kind != "word"]
    of_language: dict[str, set[str]] = {}
    for one in ranked:
        of_language.setdefault(one.weighed.sentence.hit.passage.language, set()).update(one.weighed.around)
    nowhere: list[set[str]] = [
        {group.surface for group, _ in wanted(question, language, target).missing(terms)}
        for target, terms in of_language.items()
    ]
    absent = set.intersection(*nowhere)
    words = [group.surface for group in want.groups if group.surface in absent]
    return tuple(dict.fromkeys([*lacking, *words]))


def _shown(ranked: Sequence[Ranked], chosen: Sequence[Ranked], answers: bool) -> tuple[Candidate, ...]:
    shown = []
    for one in ranked[:_SHOWN]:
        sentence = one.weighed.sentence
        outcome = "chosen" if one in chosen else "weaker than those chosen" if answers else "not enough to answer"
        passage = sentence.hit.passage
        shown.append(
            Candidate(
                sentence.article,
                sentence.span,
                type(sentence.span)(passage.start, passage.end),
                one.probability,
                one.weighed.features,
                outcome,
            )
        )
    return tuple(shown)
