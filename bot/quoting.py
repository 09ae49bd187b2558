"""Answer without a language model: choose the sentences that answer a question, or decline.

The sentences of the passages found are weighed (`weighing.py`); the likeliest are read together with the question
(`reader.py`); the best are judged as an answer (`judging.py`). Chooses places in articles; what is shown is for
`grounding.py` to let through.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import Final, Protocol

from bot.asked import Asked, asked
from bot.differing import Differing, versions
from bot.judging import Judgement, Logistic
from bot.types import Candidate, Decision, Fate
from bot.weighing import Sentence, Weighed, wanted, weigh
from retrieval.types import Article, Hit, Span

MOST: Final = 3
"""Sentences quoted for a question that one article can answer."""
MOST_SEVERAL: Final = 6
"""Sentences quoted for a question that asks what several articles say, two of one article or story at most."""
READ: Final = 10
"""Sentences that are read: those that hold the answer are among them in nine of ten cases, and reading takes time."""
CONTRADICTED: Final = 0.2
"""A sentence that another article contradicts is quoted from this share of the best one's probability on, once."""
_NEAREST: Final = 3
_GROUNDS: Final = 6
_TELLING: Final = 3.5
"""The weight (nats) from which a missing word is worth naming: that "won" is missing tells a person nothing."""

_OF_THE_BEST = (
    "reader", "look", "similarity", "similarity_z", "words", "words_near", "words_around", "names_around", "numbers",
    "kind", "other_language", "other_words_near",
)  # fmt: skip
"""Features of the best sentence that the decision to answer takes as they are."""

NO_STORIES: Final[Mapping[str, str]] = MappingProxyType({})

Read = tuple[str | None, str | None, str]
"""Title of the article, the sentence before, the sentence."""


class Reader(Protocol):
    """Judges sentences as answers to a question."""

    def scores(self, question: str, sentences: Sequence[Read]) -> list[float]:
        """For each sentence the log-odds that it answers the question."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: `quotes` in the order to show them, empty when declining; `nearest` for then.

    `missing`: words of the question that the passages found don't hold. `differing`: where articles contradict each
    other; every version's sentence is among the quotes.
    """

    quotes: tuple[Sentence, ...]
    nearest: tuple[Sentence, ...]
    candidates: tuple[Candidate, ...]
    missing: tuple[str, ...]
    decision: Decision | None = None
    differing: tuple[Differing, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A weighed sentence with the probability that it answers, and what other articles say against it."""

    weighed: Weighed
    probability: float
    differing: Differing | None = None


@dataclass(frozen=True, slots=True)
class Quoter:
    """Chooses sentences with fitted models and a reader."""

    models: Judgement
    reader: Reader

    def choose(
        self,
        question: str,
        language: str,
        hits: Sequence[Hit],
        article: Callable[[str], Article],
        stories: Mapping[str, str] = NO_STORIES,
    ) -> Choice:
        """The sentences to quote for a question in `language`, from passages found for it.

        `stories`: for articles that share their story with others, what stands for the story.
        """
        ask = asked(question)
        weighed = weigh(question, language, ask, candidates(hits, article, stories))
        if not weighed:
            return Choice((), (), (), ())
        ranked = rank(read(question, look(weighed, self.models.look), self.reader), self.models.sentence)
        decision = decide(answer_features(question, language, ask, weighed, ranked), self.models)
        answers = decision.confidence >= decision.threshold
        chosen = select(ranked, ask, self.models.beside, weighed) if answers else []
        quotes = _quoted(chosen)
        late = self._late(question, quotes, weighed, ranked)
        return Choice(
            quotes=quotes,
            nearest=tuple(_nearest(ranked)),
            candidates=tuple(_shown(one, quotes, answers) for one in (*ranked, *late)),
            missing=_missing(question, language, weighed, ranked),
            decision=decision,
            differing=tuple(one.differing for one in chosen if one.differing),
        )

    def _late(
        self, question: str, quotes: Sequence[Sentence], weighed: Sequence[Weighed], ranked: Sequence[Ranked]
    ) -> list[Ranked]:
        """The sentences to quote that weren't worth reading by themselves, read now: /why tells how likely each was."""
        known = [one.weighed.sentence for one in ranked]
        late = [one for one in weighed if one.sentence in quotes and one.sentence not in known]
        before = [one.weighed.features["reader"] for one in ranked]
        return rank(read(question, look(late, self.models.look), self.reader, before), self.models.sentence)


def candidates(
    hits: Sequence[Hit], article: Callable[[str], Article], stories: Mapping[str, str] = NO_STORIES
) -> list[Sentence]:
    """Every sentence of the passages found, in their order."""
    return [
        Sentence(
            article(hit.passage.article_id),
            hit,
            place,
            hit.similarities[place],
            stories.get(hit.passage.article_id),
        )
        for hit in hits
        for place in range(len(hit.passage.sentences))
    ]


def look(weighed: Sequence[Weighed], model: Logistic) -> list[Weighed]:
    """The sentences worth reading, likeliest first, each with its log-odds as the feature "look".

    A sentence that stands in two articles, as when both print a wire story, is read once.
    """
    odds = [model.odds(one.features) for one in weighed]
    worth: dict[str, Weighed] = {}
    for place in sorted(range(len(weighed)), key=lambda place: -odds[place]):
        one = weighed[place]
        features = {**one.features, "look": odds[place]}
        worth.setdefault(" ".join(one.sentence.text.split()), replace(one, features=features))
        if len(worth) == READ:
            break
    return list(worth.values())


def read(question: str, weighed: Sequence[Weighed], reader: Reader, before: Sequence[float] = ()) -> list[Weighed]:
    """The same with the feature "reader": the log-odds that the sentence answers, the two being read together.

    `before`: those of sentences read before, which "reader_gap", the distance to the best, counts in.
    """
    scores = reader.scores(question, [_as_read(one.sentence) for one in weighed]) if weighed else []
    best = max([*scores, *before], default=0.0)
    return [
        replace(one, features={**one.features, "reader": score, "reader_gap": score - best})
        for one, score in zip(weighed, scores, strict=True)
    ]


def rank(weighed: Sequence[Weighed], model: Logistic) -> list[Ranked]:
    """By the probability that they answer, best first."""
    return sorted((Ranked(one, model.probability(one.features)) for one in weighed), key=lambda one: -one.probability)


def decide(features: Mapping[str, float], models: Judgement) -> Decision:
    """How sure it is that the best sentences answer, and on what grounds."""
    added = {name: weight * features[name] for name, weight in models.answer.coefficients.items()}
    grounds = sorted(added.items(), key=lambda one: -abs(one[1]))[:_GROUNDS]
    return Decision(models.answer.probability(features), models.threshold, tuple(grounds))


def answer_features(
    question: str, language: str, ask: Asked, weighed: Sequence[Weighed], ranked: Sequence[Ranked]
) -> dict[str, float]:
    """What the decision to answer rests on, from the best sentences: features by name."""
    best = ranked[0].weighed
    top = best.features
    target = best.sentence.hit.passage.language
    want = wanted(question, language, target)
    lacking = want.missing(best.around)
    nowhere = want.missing(set().union(*(one.around for one in weighed if one.sentence.hit.passage.language == target)))
    readers = sorted((one.weighed.features["reader"] for one in ranked), reverse=True)
    readers += [readers[-1]] * 2
    odds = [math.log(one.probability / (1 - one.probability)) for one in ranked[:2]]
    return {
        **{name: top[name] for name in _OF_THE_BEST},
        "reader_best": readers[0],
        "reader_second": readers[1],
        "reader_third": readers[2],
        "chosen": odds[0],
        "chosen_lead": odds[0] - odds[-1],
        "chosen_together": math.log(sum(one.probability for one in ranked[:5])),
        "lacking_names": float(sum(group.kind == "name" for group, _ in lacking)),
        "lacking_numbers": float(sum(group.kind == "number" for group, _ in lacking)),
        "lacking_weight": max((weight for _, weight in lacking), default=0.0),
        "lacking_words": sum(weight for group, weight in lacking if group.kind == "word"),
        "nowhere_names": float(sum(group.kind == "name" for group, _ in nowhere)),
        "nowhere_weight": max((weight for _, weight in nowhere), default=0.0),
        "nowhere_words": sum(weight for group, weight in nowhere if group.kind == "word"),
        "asked": float(len(want.groups)),
        "other_reader": top["other_language"] * readers[0],
        "several": float(ask.several),
    }


def select(ranked: Sequence[Ranked], ask: Asked, beside: float, weighed: Sequence[Weighed] = ()) -> list[Ranked]:
    """The best sentence, and those that stand beside it; of several articles where the question asks for that.

    Each comes with what other articles say against it, among `weighed`: all sentences found, read or not. Where nothing
    is said against any of them, one more is chosen against which something is, if it is likely enough.
    """
    read_already = [one.weighed.sentence for one in ranked]
    found = read_already + [one.sentence for one in weighed if one.sentence not in read_already]
    most = MOST_SEVERAL if ask.several else MOST
    best = ranked[0].probability
    floor = best * (beside / 5 if ask.several else beside)
    order = _in_turn(ranked) if ask.several else ranked
    chosen: list[Ranked] = []
    for one in order:
        if len(_quoted(chosen)) < most and one.probability >= floor and (new := _as_news(one, chosen, found, ask)):
            chosen.append(new)
    if not any(one.differing for one in chosen):
        likely = (one for one in order if one.probability >= best * CONTRADICTED)
        news = (_as_news(one, chosen, found, ask) for one in likely)
        chosen += islice((one for one in news if one and one.differing), 1)
    return chosen


def _as_news(one: Ranked, chosen: Sequence[Ranked], found: Sequence[Sentence], ask: Asked) -> Ranked | None:
    """A sentence with what is said against it; None where those chosen say all of that already.

    So it is with a wire story that stands in two articles, and with another copy of a contradiction.
    """
    if one.weighed.sentence in _quoted(chosen) or any(one.weighed.terms == other.weighed.terms for other in chosen):
        return None
    differing = versions(one.weighed.sentence, found, ask)
    told = [other.differing for other in chosen if other.differing]
    return None if differing and any(map(differing.repeats, told)) else replace(one, differing=differing)


def _in_turn(ranked: Sequence[Ranked]) -> list[Ranked]:
    """The best of each source, then the second best of each: articles that print one story are one source."""
    taken: dict[str, int] = {}
    turns: list[list[Ranked]] = [[], []]
    for one in ranked:
        source = one.weighed.sentence.source
        turn = taken.get(source, 0)
        taken[source] = turn + 1
        if turn < len(turns):
            turns[turn].append(one)
    return [one for turn in turns for one in turn]


def _quoted(chosen: Sequence[Ranked]) -> tuple[Sentence, ...]:
    """The sentences to quote: each that was chosen, and behind it what other articles say against it."""
    quotes: list[Sentence] = []
    for one in chosen:
        against = one.differing.versions[1:] if one.differing else ()
        for sentence in (one.weighed.sentence, *(version.sentence for version in against)):
            if sentence not in quotes:
                quotes.append(sentence)
    return tuple(quotes)


def _as_read(sentence: Sentence) -> Read:
    previous = None
    if sentence.place:
        before = sentence.hit.passage.sentences[sentence.place - 1]
        previous = sentence.article.text[before.start : before.end]
    return sentence.article.title, previous, sentence.text


def _nearest(ranked: Sequence[Ranked]) -> list[Sentence]:
    nearest: dict[str, Sentence] = {}
    for one in ranked:
        nearest.setdefault(one.weighed.sentence.hit.passage.id, one.weighed.sentence)
    return list(nearest.values())[:_NEAREST]


def _missing(question: str, language: str, weighed: Sequence[Weighed], ranked: Sequence[Ranked]) -> tuple[str, ...]:
    """Names and numbers of the question that the best passage lacks, then telling words that no passage found holds."""
    best = ranked[0].weighed
    want = wanted(question, language, best.sentence.hit.passage.language)
    lacking = [group.surface for group, _ in want.missing(best.around) if group.kind != "word"]
    held: dict[str, set[str]] = {}
    for one in weighed:
        held.setdefault(one.sentence.hit.passage.language, set()).update(one.around)
    nowhere = [
        {group.surface for group, _ in wanted(question, language, target).missing(terms)}
        for target, terms in held.items()
    ]
    absent = set.intersection(*nowhere)
    telling = [
        group.surface
        for group, weight in zip(want.groups, want.weights, strict=True)
        if group.surface in absent and weight >= _TELLING
    ]
    return tuple(dict.fromkeys([*lacking, *telling]))


def _shown(one: Ranked, quotes: Sequence[Sentence], answers: bool) -> Candidate:
    sentence = one.weighed.sentence
    passage = Span(sentence.hit.passage.start, sentence.hit.passage.end)
    fate: Fate = "chosen" if sentence in quotes else "weaker" if answers else "declined"
    return Candidate(sentence.article, sentence.span, passage, one.probability, one.weighed.features, fate)
