"""The material the support check is fitted on and measured with: claims, their quotes, and whether these bear them.

`written`: `fitting/supporting`, pairs written for it on articles of `fitting/newsroom`, most of them across languages.
`made`: sentences of those articles as they are and shortened; and, not borne, sentences that stand beside the quote,
that are stitched of two, that have two of their names or nouns exchanged. From `--data DIR`, sets of pairs as
`pairs.jsonl` or `dev.jsonl`, rows with "lang", "claim", "source", "label" and perhaps "agreement" (only 1 is kept):
there the quotes are the sentences of the source that come nearest to the claim.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.support.likeness import Likeness
from bot.support.words import read
from bot.types import Backing
from fitting.material import ROOT, rows
from retrieval.analysis import content_stems
from retrieval.commonness import weight
from retrieval.sentences import sentences
from retrieval.types import Article, Span

SETS = ("verify_qags_cnndm", "verify_rte3_fr")
QUOTES = 3
"""Sentences of a long source that are taken as quotes."""
_MADE = 150
"""Claims made of each kind."""


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with its quotes. `label`: supported, not_supported, contradicted; `source`: what must not be parted."""

    material: str
    source: str
    claim: str
    language: str
    backing: tuple[Backing, ...]
    label: str
    overlap: float

    @property
    def supported(self) -> bool:
        """Whether the quotes bear the claim."""
        return self.label == "supported"


def overlap(claim: str, source: str, language: str) -> float:
    """The share of the claim's stems that the source has, weighted by inverse document frequency: the plain measure."""
    ours, theirs = set(content_stems(claim, language)), set(content_stems(source, language))
    total = sum(weight(each, language) for each in ours)
    return sum(weight(each, language) for each in ours & theirs) / total if total else 0.0


def written() -> Iterator[Case]:
    """The pairs written for it."""
    known = dict(_articles())
    for row in rows(ROOT / "fitting" / "supporting" / "pairs.jsonl"):
        article, spans = known[row["article"]]
        backing = tuple(Backing(article, spans[n], spans[n]) for n in row["sentences"])
        label = "supported" if row["supported"] else "contradicted"
        yield _case("written", article.id, row["claim"], row["lang"], backing, label)


def made() -> Iterator[Case]:
    """Claims made from sentences by rule."""
    chance = random.Random(33)
    every = [(article, span) for _, (article, spans) in _articles() for span in spans]
    for article, span in chance.sample(every, _MADE):
        yield _case("made", article.id, _words(article, span), article.language, _quoted(article, span), "supported")
    makers = (
        ("shortened", _shortened, "supported"),
        ("beside", _beside, "not_supported"),
        ("stitched", _stitched, "not_supported"),
        ("exchanged", _exchanged, "not_supported"),
    )
    known = dict(_articles())
    for name, maker, label in makers:
        count = 0
        for article, span in chance.sample(every, len(every)):
            one = maker(article, span, known[article.id][1], chance)
            if one is not None:
                claim, quotes = one
                backing = tuple(Backing(article, each, each) for each in quotes)
                yield _case("made", article.id, claim, article.language, backing, label)
                count += 1
            if count == _MADE:
                break
        assert count == _MADE, name


def public(data: Path, name: str, likeness: Likeness) -> Iterator[Case]:
    """The pairs of a set from outside; of a long source the sentences nearest to the claim are its quotes."""
    folder = data / name
    for row in rows(next(path for path in (folder / "pairs.jsonl", folder / "dev.jsonl") if path.exists())):
        if row.get("agreement", 1) != 1:
            continue
        source, language = row["source"], row["lang"]
        article = Article(id=row["id"], source=name, path=row["id"], text=source, language=language)
        spans = nearest(row["claim"], article, likeness)
        backing = tuple(Backing(article, span, span) for span in spans)
        plain = overlap(row["claim"], source, language)
        yield Case(name, source, row["claim"], language, backing, row["label"], plain)


def nearest(claim: str, article: Article, likeness: Likeness) -> list[Span]:
    """The sentences of an article that come nearest to a claim, by words and vectors, in their order."""
    spans = sentences(article.text)
    if len(spans) <= QUOTES:
        return list(spans)
    language = article.language

    def near(span: Span) -> float:
        words = _words(article, span)
        return overlap(claim, words, language) + likeness.cosine(claim, language, words, language)

    return sorted(sorted(spans, key=near, reverse=True)[:QUOTES])


def _articles() -> Iterator[tuple[str, tuple[Article, list[Span]]]]:
    """The invented articles with their sentences."""
    for folder in ("newsroom", "deciding"):
        for path in sorted((ROOT / "fitting" / folder).glob("*-articles.jsonl")):
            for row in rows(path):
                text, spans = "", []
                for sentence in row["sentences"]:
                    text += " " if text else ""
                    spans.append(Span(len(text), len(text) + len(sentence)))
                    text += sentence
                yield (
                    row["id"],
                    (Article(row["id"], folder, row["id"], text, row["title"], language=row["language"]), spans),
                )


def _case(material: str, source: str, claim: str, language: str, backing: tuple[Backing, ...], label: str) -> Case:
    plain = overlap(claim, " ".join(one.quote for one in backing), language)
    return Case(material, source, claim, language, backing, label, plain)


def _words(article: Article, span: Span) -> str:
    return article.text[span.start : span.end]


def _quoted(article: Article, span: Span) -> tuple[Backing, ...]:
    return (Backing(article, span, span),)


Made = tuple[str, list[Span]] | None


def _shortened(article: Article, span: Span, _: Sequence[Span], __: random.Random) -> Made:
    """Without what stands behind its last comma, or between two: often what a summary leaves out."""
    words = _words(article, span)
    parts = words.rstrip(".").split(", ")
    if '"' in words or "«" in words or len(parts) < 2 or len(parts[0].split()) < 6:
        return None
    return (parts[0] + ("" if len(parts) == 2 else " " + parts[-1]) + ".", [span])


def _beside(article: Article, span: Span, every: Sequence[Span], _: random.Random) -> Made:
    """A sentence, with the sentence of its article as quote that shares most words with it."""
    words = _words(article, span)
    others = [one for one in every if one != span]
    return words, [max(others, key=lambda one: overlap(words, _words(article, one), article.language))]


def _stitched(article: Article, span: Span, every: Sequence[Span], chance: random.Random) -> Made:
    """The first half of a sentence with the second half of another, both as quotes."""
    other = chance.choice([one for one in every if one != span])
    first, second = _words(article, span).split(), _words(article, other).split()
    if min(len(first), len(second)) < 10:
        return None
    return " ".join(first[: len(first) // 2] + second[len(second) // 2 :]), sorted([span, other])


def _exchanged(article: Article, span: Span, _: Sequence[Span], chance: random.Random) -> Made:
    """A sentence with two of its names, or of its longer words, exchanged."""
    words = _words(article, span)
    row = [one for one in read(words, article.language).words if one.content and one.kind != "number"]
    names = [one for one in row if one.kind == "name"]
    several = names if len({one.low for one in names}) > 1 else [one for one in row if one.end - one.start > 6]
    if len({one.low for one in several}) < 2:
        return None
    a, b = sorted(chance.sample(several, 2), key=lambda one: one.start)
    if a.low == b.low:
        return None
    exchanged = (
        words[: a.start] + words[b.start : b.end] + words[a.end : b.start] + words[a.start : a.end] + words[b.end :]
    )
    return exchanged, [span]
