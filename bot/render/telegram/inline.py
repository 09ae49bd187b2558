"""A passage as inline mode shows it: a few whole sentences of it, word for word, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.render.phrases import phrases
from bot.render.telegram.message import Message
from bot.render.telegram.origins import BETWEEN, name, origin, titled
from bot.render.telegram.styled import Styled, shortened
from bot.render.text import one_line
from retrieval.suspicion import suspicious
from retrieval.types import Article, Hit, Span

_ROOM: Final = 500
"""Characters up to which the nearest sentence is quoted with its neighbours."""
_LONGEST: Final = 1500
"""Characters of a sentence; a longer one is a list or a table, and no quote."""
_BEGINNING: Final = 120
"""Characters of the quote in the list that a person chooses from."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A passage to choose from: its id, what the list shows of it, and the message that is sent."""

    id: str
    title: str
    description: str
    message: Message


def offered(hit: Hit, article: Article, language: str) -> Offered | None:
    """The passage as it can be sent; None where nothing of it can be quoted. `language`: the interface's."""
    span = quotation(hit, article)
    if span is None:
        return None
    words = phrases(language)
    quote = one_line(article.text[span.start : span.end])
    known = BETWEEN.join(part for part in (name(article.outlet), words.date(article.published)) if part)
    text = Styled().add(words.quoted(quote)).add("\n— ").join(origin(article, words))
    return Offered(hit.passage.id, titled(article, words), f"{known}\n{shortened(quote, _BEGINNING)}", text.message())


def quotation(hit: Hit, article: Article) -> Span | None:
    """The sentence of the passage that is nearest to the question, with those around it while there is room.

    None where the article has changed since, and where it all addresses a machine.
    """
    passage = hit.passage
    if article.text[passage.start : passage.end] != passage.text:
        return None
    traps = [found.span for found in suspicious(article.text)]
    sentences = passage.sentences
    sound = [
        one.end - one.start <= _LONGEST and not any(one.start < trap.end and trap.start < one.end for trap in traps)
        for one in sentences
    ]
    nearness = hit.similarities or (0.0,) * len(sentences)
    best = max((at for at in range(len(sentences)) if sound[at]), key=lambda at: nearness[at], default=None)
    if best is None:
        return None
    first, last = best, best
    while True:
        for start, end in ((first, last + 1), (first - 1, last)):  # what follows explains more than what comes before
            if start >= 0 and end < len(sentences) and sound[start] and sound[end]:
                near = sentences[end].end - sentences[start].start <= _ROOM
                if near and _joined(article.text, sentences[start : end + 1]):
                    first, last = start, end
                    break
        else:
            return Span(sentences[first].start, sentences[last].end)


def _joined(text: str, sentences: Sequence[Span]) -> bool:
    """Whether nothing but white space stands between these: what belongs to the site is in no sentence."""
    return not any(text[one.end : following.start].strip() for one, following in pairwise(sentences))
