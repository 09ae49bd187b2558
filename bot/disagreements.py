"""Where articles differ: which citation says what, and of when; for a person in a sentence, for programs as values.

Takes what `differing.py` found and the citations that are shown: a version that is not shown is not told. Does not say
who is right.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.attribution import outlet
from bot.differing import Differing, Version
from bot.printable import printable
from bot.render.phrases import Phrases, phrases
from bot.types import Citation, Disagreement, Side


def disagreements(found: Sequence[Differing], citations: Sequence[Citation]) -> tuple[Disagreement, ...]:
    """Those of which two versions at least are among the citations."""
    told = []
    for group in found:
        sides = [
            Side(citation, "" if group.kind == "negation" else version.words, version.also)
            for version in group.versions
            if (citation := _shown(version, citations)) is not None
        ]
        if len(sides) > 1:
            told.append(Disagreement(group.kind, tuple(sides)))
    return tuple(told)


def notice(disagreement: Disagreement, language: str) -> str:
    """Who says what, with the date of each: "“7 dead” [1] (Courier, 1 May 2019), “9 dead” [2] (…)"."""
    words = phrases(language)
    sides = words.against.join(_side(side, words) for side in disagreement.sides)
    return (words.articles_contradict if disagreement.kind == "negation" else words.articles_differ).format(sides=sides)


def _side(side: Side, words: Phrases) -> str:
    article = side.citation.article
    fields = [outlet(article), words.date(article.published)]
    if side.also:
        fields.append(words.also.format(count=len(side.also)))
    said = printable(side.words)
    return f"{words.quoted(said) + ' ' if said else ''}[{side.citation.n}] ({', '.join(fields)})"


def _shown(version: Version, citations: Sequence[Citation]) -> Citation | None:
    sentence = version.sentence
    return next(
        (
            one
            for one in citations
            if one.article.id == sentence.article.id and one.start < sentence.span.end and sentence.span.start < one.end
        ),
        None,
    )
