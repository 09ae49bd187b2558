"""What an answer rests on, statement by statement: each quote in its sentences, and how strong it is, in words.

Each quote is compared with its article as it is now, as in `source.py`. Judges nothing anew: the strengths are those
that were kept with the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.render.kept import Cited, Kept, Strength
from bot.render.phrases import Phrases, phrases
from bot.render.telegram.answer import number_rows
from bot.render.telegram.message import Button, Message
from bot.render.telegram.origins import origin
from bot.render.telegram.presses import press
from bot.render.telegram.source import marked, unverified
from bot.render.telegram.splitting import first_part
from bot.render.telegram.styled import Styled, plain, shortened
from bot.telegram.texts import Texts
from retrieval.sentences import sentences
from retrieval.types import Article, Span

MOST: Final = 4
"""Quotes of a statement that are shown; buttons open the others."""
_STATEMENT: Final = 600
_CONTEXT: Final = 500
"""Characters of a quote with the sentences around it."""

ArticleOf = Callable[[str], Article | None]
"""The article of an id as the catalogue holds it now; None where it is gone."""


def evidence_message(kept: Kept, at: int, article_of: ArticleOf, texts: Texts) -> Message:
    """What claim `at` rests on, counted from 0; of a refusal, that nothing rests on anything.

    Raises IndexError where there is no such claim.
    """
    if not kept.claims:
        return Message(texts("answer.no_claims"))
    if not 0 <= at < len(kept.claims):
        raise IndexError(at)
    words = phrases(texts.language)
    claim = kept.claims[at]
    cited = [one for n in claim.citations if (one := kept.cited(n)) is not None]
    paragraphs = [Styled().bold(texts("answer.claim_at", at=at + 1, count=len(kept.claims)))]
    if [claim.text] != [one.quote for one in cited]:  # else the quote is all that is stated
        paragraphs.append(Styled().add(shortened(plain(claim.text), _STATEMENT)))
    paragraphs += [_evidence(kept, one, article_of(one.article), words, texts) for one in cited[:MOST]]
    if len(cited) > MOST:
        paragraphs.append(Styled().add(texts.count("answer.more", len(cited) - MOST)))
    rows = number_rows(kept, claim.citations)
    turning = []
    if at > 0:
        turning.append(Button(texts("answer.previous", label=at), press=press("evidence", kept.id, at - 1)))
    if at + 1 < len(kept.claims):
        turning.append(Button(texts("answer.next", label=at + 2), press=press("evidence", kept.id, at + 1)))
    keyboard = (*rows, tuple(turning)) if turning else tuple(rows)
    return first_part(Styled().join(*paragraphs, between="\n\n").message(keyboard))


def _evidence(kept: Kept, cited: Cited, article: Article | None, words: Phrases, texts: Texts) -> Styled:
    """`[n] origin`, the quote in its sentences, its strength; or why it is not shown."""
    shown = Styled().add(f"[{cited.n}] ").join(origin(cited, words, [cited.page])).add("\n")
    if article is None or not cited.stands_in(article):
        return shown.add(unverified(kept, article, texts))
    quote = Span(cited.start, cited.end)
    shown.quote(marked(article.text, quote, _around(article, quote, cited.passage), _CONTEXT))
    return shown.add("\n").italic(f"{_strength(kept.strength(cited.n), texts)}.")


def _around(article: Article, quote: Span, passage: Span) -> Span:
    """The sentences a quote stands in, with the one before and the one behind where they are of its passage."""
    spans = [one for one in sentences(article.text) if passage.start <= one.start and one.end <= passage.end]
    touched = [place for place, one in enumerate(spans) if one.start < quote.end and quote.start < one.end]
    if not touched:
        return quote
    before, behind = spans[max(touched[0] - 1, 0)], spans[min(touched[-1] + 1, len(spans) - 1)]
    return Span(min(before.start, quote.start), max(behind.end, quote.end))


def _strength(strength: Strength, texts: Texts) -> str:
    """How strong a quote is, in words: how it was found, and how likely it answers, as far as that is known."""
    worst = max(strength.found, key=("exact", "normalised", "reattributed").index, default="verbatim")
    parts = [texts(f"answer.{worst}")]
    if strength.widened:
        parts.append(texts("answer.widened"))
    if strength.probability is not None:
        parts.append(texts("answer.likely", percent=f"{100 * strength.probability:.0f}"))
    return ", ".join(parts)
