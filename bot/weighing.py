"""Weigh sentences as answers to a question: one row of named features for each.

Features compare a sentence with what the question asks for: by meaning (cosines of sentence vectors), by words, names
and numbers (across languages through lexicon and name table), by the kind of answer, and by where it stands. Does not
decide: `quoting.py` does, with coefficients fitted on these features.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache

from bot.asked import Asked, holds
from retrieval.analysis import Group, passage_terms, question_groups, stem
from retrieval.commonness import NAME, weight
from retrieval.types import Article, Hit, Span

_ACROSS = ("similarity_z", "words", "words_near", "words_around", "names_around")
"""Features that say something else across languages: each also stands, as "other_…", for that case alone."""


_REMEMBERED = 8192
"""Sentences and passages whose terms are kept: the next question often meets the same ones."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that could be quoted. `similarity`: cosine with the question, languages centred.

    `story`: what stands for the story that its article shares with others; None where it shares none.
    """

    article: Article
    hit: Hit
    place: int
    similarity: float
    story: str | None = None

    @property
    def source(self) -> str:
        """What stands for who says so: articles that print one story are one source."""
        return self.story or self.article.id

    @property
    def span(self) -> Span:
        """Where it stands in its article."""
        return self.hit.passage.sentences[self.place]

    @property
    def text(self) -> str:
        """The article's own characters."""
        return self.article.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for in passages of one language: its groups with their weights in nats."""

    groups: tuple[Group, ...]
    weights: tuple[float, ...]

    def coverage(self, terms: Set[str], kind: str | None = None) -> float:
        """The weighted share of the groups (of one kind, or all) that a text's terms satisfy; 1 when none is asked."""
        total = found = 0.0
        for group, each in zip(self.groups, self.weights, strict=True):
            if kind is None or group.kind == kind:
                total += each
                found += each * max((w for term, w in group.terms if term in terms), default=0.0)
        return found / total if total else 1.0

    def missing(self, terms: Set[str]) -> list[tuple[Group, float]]:
        """The groups that no term satisfies, with their weights."""
        return [
            (group, each)
            for group, each in zip(self.groups, self.weights, strict=True)
            if not any(term in terms for term, _ in group.terms)
        ]


def wanted(question: str, language: str, target: str) -> Wanted:
    """What a question in `language` asks for in passages of `target`."""
    groups = question_groups(question, language, target)
    weights = [NAME if g.kind != "word" else weight(stem(g.surface, language), language) for g in groups]
    return Wanted(tuple(groups), tuple(weights))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence with its features by name, and the terms of it and of its passage (title of the article included)."""

    sentence: Sentence
    features: dict[str, float]
    terms: Set[str]
    around: Set[str] = field(repr=False)


@lru_cache(maxsize=_REMEMBERED)
def _terms(text: str, language: str) -> frozenset[str]:
    return frozenset(passage_terms(text, language))


def weigh(question: str, language: str, ask: Asked, sentences: Sequence[Sentence]) -> list[Weighed]:
    """The features of each sentence, in the order given. Similarities are also seen against each other's."""
    if not sentences:
        return []
    wants = {target: wanted(question, language, target) for target in {s.hit.passage.language for s in sentences}}
    similarities = [s.similarity for s in sentences]
    best = max(similarities)
    mean = sum(similarities) / len(similarities)
    spread = math.sqrt(sum((x - mean) ** 2 for x in similarities) / len(similarities)) or 1.0
    best_score = max(s.hit.score for s in sentences) or 1.0
    of_passage: dict[str, frozenset[str]] = {}
    rows = []
    for s in sentences:
        want = wants[s.hit.passage.language]
        terms = _terms(s.text, s.hit.passage.language)
        near = set(terms)
        for beside in (s.place - 1, s.place + 1):
            if 0 <= beside < len(s.hit.passage.sentences):
                span = s.hit.passage.sentences[beside]
                near |= _terms(s.article.text[span.start : span.end], s.hit.passage.language)
        around = of_passage.get(s.hit.passage.id)
        if around is None:
            around = _terms(s.hit.passage.text + "\n" + (s.article.title or ""), s.hit.passage.language)
            of_passage[s.hit.passage.id] = around
        words = len(s.text.split())
        features = {
            "similarity": s.similarity,
            "similarity_gap": s.similarity - best,
            "similarity_z": (s.similarity - mean) / spread,
            "words": want.coverage(terms),
            "words_near": want.coverage(near),
            "words_around": want.coverage(around),
            "names": want.coverage(terms, "name"),
            "names_near": want.coverage(near, "name"),
            "names_around": want.coverage(around, "name"),
            "numbers": want.coverage(near, "number"),
            "kind": float(holds(ask.kind, s.text, question)),
            "passage": s.hit.score / best_score,
            "short": float(words < 6),
            "length": math.log(max(words, 1)),
            "asks": float(s.text.rstrip('”"» ').endswith("?")),
            "first": float(s.span.start <= 400),
        }
        other = float(s.hit.passage.language != language)
        features["other_language"] = other
        for name in _ACROSS:
            features[f"other_{name}"] = other * features[name]
        rows.append(Weighed(s, features, terms, around))
    return rows
