"""A statement of a draft -> a claim that may be shown, or why not. The model proposes; this disposes.

Step by step, each with named outcomes: find each quote in the passage named (`locating.py`), or in the one other
passage that holds it; check the place against the catalogue as it is now (`grounding.py`); widen a quote that cuts a
name or a number off; check that the claim says no more than its quotes (`support/`), if need be with the whole
sentences they stand in, which are then what is shown. Does not ask a model anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from bot.grounding import Proposed, Refusal, ground, proposed
from bot.locating import How, Miss, Place, locate, occurrences
from bot.support.quotation import untranslated
from bot.types import FOUND, Backing, Citation, Claim, Evidence, Examined, Pointed, Statement
from bot.weighing import Sentence
from retrieval.analysis import number, tokens
from retrieval.types import Article, Span

if TYPE_CHECKING:
    from bot.support.check import Support

QuoteOutcome = How | Literal["reattributed", "unknown_label", "ambiguous"] | Miss | Refusal
"""What became of a quote: found ("exact", "normalised", "reattributed"), or why it does not count. "ambiguous": it
stands not in the passage named but in several others.
"""
_REATTRIBUTED: Final = 4
"""Words from which a quote is looked for in other passages than the one named: fewer stand there by chance."""

Check = Callable[[str, str, Sequence[Backing]], "Support"]
"""Whether a claim in a language says no more than its quotes."""


@dataclass
class Verifier:
    """Verifies the statements of one answer, and numbers their citations from 1, each place once.

    `article` gives the article of an id as the catalogue holds it now, and raises UnknownArticle.
    """

    evidence: Sequence[Evidence]
    article: Callable[[str], Article]
    language: str
    check: Check
    numbers: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def verify(self, statement: Statement, attempt: int = 1) -> tuple[Claim | None, Examined]:
        """The claim, where all of it holds; and what was found."""
        outcomes: list[QuoteOutcome] = []
        held: list[tuple[Backing, Span]] = []
        for pointed in statement.quotes:
            outcome, found = self._find(pointed)
            outcomes.append(outcome)
            if found is not None and found not in held:
                held.append(found)
        examined = Examined(statement, tuple(outcomes), attempt=attempt)
        if not held:
            return None, examined
        quotes = [backing for backing, _ in held]
        text, support = self._supported(statement.text, quotes)
        if support.faults:
            whole = [replace(backing, span=backing.around) for backing in quotes]
            text, again = self._supported(statement.text, whole) if whole != quotes else (text, support)
            if again.faults:
                return None, replace(examined, faults=again.faults)
            quotes = whole
        citations = [
            self._cite(Citation(1, backing.article, backing.span.start, backing.span.end, passage))
            for backing, (_, passage) in zip(quotes, held, strict=True)
        ]
        claim = Claim(text, tuple({citation.n: citation for citation in citations}.values()))
        widened = quotes != [backing for backing, _ in held]
        return claim, replace(examined, shown=True, widened=widened)

    def quote(self, sentence: Sentence) -> Citation | None:
        """A whole sentence as a citation, numbered with the others; None where it can't be one."""
        held, _ = ground([proposed(sentence)], self.article)
        return self._cite(held[0]) if held else None

    def _supported(self, text: str, quotes: Sequence[Backing]) -> tuple[str, Support]:
        marked = untranslated(text, self.language, quotes) or text
        return marked, self.check(marked, self.language, quotes)

    def _cite(self, citation: Citation) -> Citation:
        place = (citation.article.id, citation.start, citation.end)
        return replace(citation, n=self.numbers.setdefault(place, len(self.numbers) + 1))

    def _find(self, pointed: Pointed) -> tuple[QuoteOutcome, tuple[Backing, Span] | None]:
        named = next((one for one in self.evidence if one.label == pointed.label), None)
        found = _locate(pointed.words, named) if named is not None else "unknown_label"
        how: QuoteOutcome = found.how if isinstance(found, Place) else found
        if not isinstance(found, Place):
            if found in ("empty", "too_short", "inside_word") or len(pointed.words.split()) < _REATTRIBUTED:
                return found, None
            others = [one for one in self.evidence if one is not named and occurrences(pointed.words, _text(one))]
            if len(others) != 1:
                return ("ambiguous" if others else found), None
            named, how = others[0], "reattributed"
            found = _locate(pointed.words, named)
            if not isinstance(found, Place):
                return found, None
        assert named is not None  # a place was found in it
        return self._grounded(named, found, how)

    def _grounded(
        self, evidence: Evidence, place: Place, how: QuoteOutcome
    ) -> tuple[QuoteOutcome, tuple[Backing, Span] | None]:
        passage = Span(evidence.hit.passage.start, evidence.hit.passage.end)
        around = _around(evidence, place.span)
        span = around if cuts(evidence.article.text, place.span, around) else place.span
        for stretch in dict.fromkeys((around, span)):
            words = evidence.article.text[stretch.start : stretch.end]
            _, refused = ground([Proposed(evidence.article.id, stretch, passage, words)], self.article)
            if refused:
                return refused[0].why, None
        return how, (Backing(self.article(evidence.article.id), span, around), passage)


def _text(evidence: Evidence) -> str:
    return evidence.hit.passage.text


def _locate(words: str, evidence: Evidence) -> Place | Miss:
    """As `locate` in a passage, but the place is one in the article."""
    found = locate(words, _text(evidence))
    if not isinstance(found, Place):
        return found
    start = evidence.hit.passage.start
    return replace(found, span=Span(found.span.start + start, found.span.end + start))


def _around(evidence: Evidence, span: Span) -> Span:
    """The whole sentences of its passage that a span stands in."""
    touched = [one for one in evidence.hit.passage.sentences if one.start < span.end and span.start < one.end]
    return Span(
        min([span.start, *(one.start for one in touched)]),
        max([span.end, *(one.end for one in touched)]),
    )


_JOINED: Final = re.compile(r"[\s$€£%-]*")


def cuts(text: str, span: Span, around: Span) -> bool:
    """Whether an end of a quote stands inside a name of several words, or at a number that may go on or be bounded.

    "5" of "up to 5 million", "New York" of "the New York Times": what is cut off could change what it says.
    """
    within = list(tokens(text[span.start : span.end]))
    if not within:
        return False
    before = list(tokens(text[around.start : span.start]))[-1:]
    after = list(tokens(text[span.end : around.end]))[:1]
    pairs = []
    if before and _JOINED.fullmatch(text, around.start + before[0].end, span.start + within[0].start):
        pairs.append((before[0].surface, within[0].surface))
    if after and _JOINED.fullmatch(text, span.start + within[-1].end, span.end + after[0].start):
        pairs.append((within[-1].surface, after[0].surface))
    return any(
        (left[0].isupper() and right[0].isupper()) or number(left) is not None or number(right) is not None
        for left, right in pairs
    )


WHY: Final[Mapping[str, str]] = {
    "empty": "it has no quote",
    "too_short": "a quote is too short to prove anything",
    "inside_word": "a quote begins or ends inside a word or a number",
    "ellipsis": "a quote leaves words out; give each part as a quote of its own",
    "stitched": "a quote is put together from several places; give each as a quote of its own",
    "paraphrase": "a quote does not stand in the passage word for word; copy it letter by letter",
    "unknown_label": "there is no passage with that label",
    "ambiguous": "a quote does not stand in the passage named",
    "furniture": "a quote is not part of the article but of the site",
    "addresses_machine": "a quote is not part of the report",
    "article_gone": "the article is gone",
    "text_changed": "the article has changed",
    "outside_passage": "a quote reaches beyond its passage",
    "number": "a number in the text stands in none of its quotes",
    "bound": "a limit such as at least, up to or about is left away or changed",
    "date": "a date in the text stands in none of its quotes",
    "name": "a name or a title in the text stands in none of its quotes",
    "address": "a link or an address in the text stands in none of its quotes",
    "negation": "the text denies what the quote says, or says what it denies",
    "hedge": "the quote says so with doubt or as a plan, and the text as a fact",
    "attribution": "somebody says so in the quote, and the text does not say who",
    "quotation": "words in quotation marks stand in none of its quotes",
    "sources": "the text speaks of several sources and quotes one",
    "present": "the text calls something current that an article of the past says",
    "meaning": "the quotes do not say what the text says",
}
"""Why a statement was refused, as the model is told, by the name of the outcome or the kind of fault."""


def why(examined: Examined) -> str:
    """The reasons why a statement was refused, for the model that wrote it."""
    bad = [outcome for outcome in examined.outcomes if outcome not in FOUND]
    reasons = [WHY[name] for name in dict.fromkeys(bad or (() if examined.outcomes else ("empty",)))]
    reasons += [f"{WHY[fault.kind]} ({fault.words})" if fault.words else WHY[fault.kind] for fault in examined.faults]
    return "; ".join(reasons)
