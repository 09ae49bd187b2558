"""The other articles of a story in which a quote stands, too: named beside the one that is cited.

Each is looked up in that article's own text as it is now; one in which the words stand otherwise, or only in what
belongs to the site or addresses a machine, is not named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from bot.grounding import Proposed, ground
from bot.locating import places
from bot.types import Answered, Citation, Claim, Disagreement, Elsewhere
from retrieval.types import Article, Span

MOST: Final = 10
"""Other places that are named of one quote."""


def with_places(outcome: Answered, story: Callable[[str], Iterable[Article]]) -> Answered:
    """The answer with the other places of its quotes. `story` gives the articles of an article's story, as they are."""
    known = {citation.n: replace(citation, also=_places(citation, story)) for citation in outcome.citations}
    if not any(citation.also for citation in known.values()):
        return outcome
    return replace(
        outcome,
        claims=tuple(Claim(claim.text, tuple(known[one.n] for one in claim.citations)) for claim in outcome.claims),
        differing=tuple(_told(one, known) for one in outcome.differing),
    )


def _places(citation: Citation, story: Callable[[str], Iterable[Article]]) -> tuple[Elsewhere, ...]:
    found: list[Elsewhere] = []
    for other in story(citation.article.id):
        if other.id != citation.article.id and len(found) < MOST and (place := _place(citation.quote, other)):
            found.append(place)
    return tuple(found)


def _place(quote: str, other: Article) -> Elsewhere | None:
    """Where another article has these words, and may be quoted with them."""
    whole = Span(0, len(other.text))
    for span in places(quote, other.text):
        words = other.text[span.start : span.end]
        if ground([Proposed(other.id, span, whole, words)], lambda _: other)[0]:
            return Elsewhere(other, span.start, span.end)
    return None


def _told(one: Disagreement, known: dict[int, Citation]) -> Disagreement:
    return replace(one, sides=tuple(replace(side, citation=known[side.citation.n]) for side in one.sides))
