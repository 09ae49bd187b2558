"""Turn places in articles into citations, or say why not: nothing is shown that this module did not let through.

A quote is proposed as an article's id and offsets, with the words the proposer saw there. Each is checked against the
text the catalogue holds at this moment; what no longer stands there, lies outside its passage, or touches site
furniture or what addresses a machine is refused with a named outcome. Does not judge whether a quote answers anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from bot.types import Citation
from bot.weighing import Sentence
from retrieval.errors import UnknownArticle
from retrieval.suspicion import suspicious
from retrieval.types import Article, Span

Refusal = Literal["article_gone", "text_changed", "outside_passage", "furniture", "addresses_machine"]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A quote as proposed: where it should stand, and the words that should stand there."""

    article_id: str
    span: Span
    passage: Span
    words: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A proposed quote that was not let through, and why."""

    proposed: Proposed
    why: Refusal


def proposed(sentence: Sentence) -> Proposed:
    """A sentence that was weighed, as a quote."""
    passage = sentence.hit.passage
    return Proposed(sentence.article.id, sentence.span, Span(passage.start, passage.end), sentence.text)


def ground(
    proposals: Iterable[Proposed], article: Callable[[str], Article], first: int = 1
) -> tuple[list[Citation], list[Refused]]:
    """The citations that hold, numbered from `first` in the order proposed, and the proposals refused.

    `article` gives the article of an id as the catalogue holds it now, and raises UnknownArticle.
    """
    held: list[Citation] = []
    refused: list[Refused] = []
    for proposed in proposals:
        try:
            source = article(proposed.article_id)
        except UnknownArticle:
            refused.append(Refused(proposed, "article_gone"))
            continue
        fault = _fault(proposed, source)
        if fault is not None:
            refused.append(Refused(proposed, fault))
            continue
        held.append(Citation(first + len(held), source, proposed.span.start, proposed.span.end, proposed.passage))
    return held, refused


def _fault(proposed: Proposed, source: Article) -> Refusal | None:
    span, passage = proposed.span, proposed.passage
    if source.text[span.start : span.end] != proposed.words:
        return "text_changed"
    if not passage.start <= span.start < span.end <= passage.end <= len(source.text):
        return "outside_passage"
    if any(piece.start < span.end and span.start < piece.end for piece in source.furniture):
        return "furniture"
    if any(found.span.start < span.end and span.start < found.span.end for found in suspicious(source.text)):
        return "addresses_machine"
    return None
