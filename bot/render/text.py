"""Outcome -> the text a person reads in a terminal or a pipe, in the language of the answer.

Pure, without colour and without blank lines inside a block, so that blank lines can separate answers. Everything that
comes from an article or a question passes `visible`, so neither can move the cursor, hide text or turn it around.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol, assert_never

from bot.render.phrases import Phrases, phrases
from bot.types import (
    FOUND,
    Abstained,
    Answered,
    Check,
    Citation,
    Claim,
    Drafting,
    Examined,
    Outcome,
    Trace,
    Usage,
)
from retrieval.suspicion import Suspicion, Why
from retrieval.types import Article, Hit, Span, Version

if TYPE_CHECKING:
    from retrieval.sync import Paths, Report, Suspect

MARK = ("⟦", "⟧")
"""What a marked span stands between where there is no colour."""

QUOTE_LIMIT = 400
"""Characters of a nearest passage that are shown; more would bury the sentence that declines."""

_KEPT = frozenset("\n\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")


def visible(text: str) -> str:
    """The text without what a terminal would obey or hide: control, bidirectional and other format characters.

    Line breaks stay, tabs become spaces, half a surrogate pair becomes the replacement character.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character in _KEPT:
        return character
    category = unicodedata.category(character)
    if character == "\t" or category in ("Zl", "Zp"):
        return " "
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category in ("Cc", "Cf") else character


def one_line(text: str) -> str:
    """The visible text with every run of white space made one space (a no-break space stays)."""
    return re.sub(r"[^\S\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+", " ", visible(text)).strip()


def answer_text(outcome: Outcome) -> str:
    """The answer alone, with [n] after each claim; or the sentence that declines."""
    words = phrases(outcome.language)
    match outcome:
        case Answered(mode="quotes"):
            quotes = (words.quoted(one_line(citation.quote)) + f" [{citation.n}]" for citation in outcome.citations)
            return "\n".join(quotes)
        case Answered():
            return "\n".join(map(claim_text, outcome.claims))
        case Abstained():
            return _declined(outcome, words)
        case _ as unreachable:
            assert_never(unreachable)


def claim_text(claim: Claim) -> str:
    """A written claim with its numbers: `text [1][2]`."""
    return one_line(claim.text) + " " + "".join(f"[{citation.n}]" for citation in claim.citations)


def _declined(outcome: Abstained, words: Phrases) -> str:
    sentence = words.declined[outcome.reason]
    return f"{sentence} {_missing(outcome.trace, words)}" if outcome.trace.missing else sentence


def _missing(trace: Trace, words: Phrases) -> str:
    return words.missing.format(words=", ".join(words.quoted(one_line(word)) for word in trace.missing))


def outcome_text(outcome: Outcome, *, told: bool = False) -> str:
    """The whole block: the answer and its sources, or the refusal and the closest passages; then any notices.

    Under a written answer each source is quoted, in its own language. `told`: the claims of a written answer have been
    shown already, one by one.
    """
    words = phrases(outcome.language)
    lines = [answer_text(outcome)]
    match outcome:
        case Answered(mode="generated"):
            lines = [] if told else lines
            lines += [words.sources, *(_quoted_source(citation, words) for citation in outcome.citations)]
        case Answered():
            lines += [words.sources, *source_lines(outcome.citations, words)]
        case Abstained(nearest=[_, *_]):
            lines.append(words.closest)
            lines += [_quoted_source(citation, words) for citation in outcome.nearest]
        case Abstained():
            pass
    lines += [words.note.format(text=one_line(notice)) for notice in outcome.notices]
    return "\n".join(lines)


def _quoted_source(citation: Citation, words: Phrases) -> str:
    """`[n] "quote" — title · outlet · date · page`."""
    quote = words.quoted(clipped(one_line(citation.quote), QUOTE_LIMIT))
    place = origin(citation.article, words, [citation.article.page(citation.start)])
    return f"[{citation.n}] {quote} — {place}{_also([citation], words)}{_times([citation], words)}"


def source_lines(citations: Sequence[Citation], words: Phrases) -> list[str]:
    """A line for each article, in the order of its first number: `[n] [m] title · outlet · date · pages`."""
    cited: dict[str, list[Citation]] = {}
    for citation in citations:
        cited.setdefault(citation.article.id, []).append(citation)
    return [
        " ".join(f"[{one.n}]" for one in ones)
        + " "
        + origin(ones[0].article, words, [one.article.page(one.start) for one in ones])
        + _also(ones, words)
        + _times(ones, words)
        for ones in cited.values()
    ]


def _also(citations: Sequence[Citation], words: Phrases) -> str:
    """` (the same in outlet, date; …)`: the other articles that print what is quoted; nothing where there are none."""
    others = {one.article.id: one.article for citation in citations for one in citation.also}
    return f" ({also_in(list(others.values()), words)})" if others else ""


def _times(citations: Sequence[Citation], words: Phrases) -> str:
    """` (“on Tuesday”: 8 March 2016)`: what relative times in the quotes mean; nothing where there are none."""
    return times_text(
        [
            (one.article.text[time.span.start : time.span.end], time.start, time.end)
            for one in citations
            for time in one.times
        ],
        words,
    )


def times_text(times: Sequence[tuple[str, str, str]], words: Phrases) -> str:
    """The same of (words, first day, last day), each once."""
    told = [
        words.resolved.format(words=words.quoted(one_line(said)), when=period(start, end, words))
        for said, start, end in dict.fromkeys(times)
    ]
    return f" ({'; '.join(told)})" if told else ""


def period(start: str, end: str, words: Phrases) -> str:
    """A day, month or year; or `29 February 2016 – 6 March 2016`."""
    return words.date(start) if start == end else f"{words.date(start)} – {words.date(end)}"


ALSO: Final = 3
"""Other articles of a story that are named; the others are counted."""


class Printed(Protocol):
    """What tells who printed an article, and when."""

    @property
    def outlet(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def path(self) -> str: ...
    @property
    def published(self) -> str | None: ...


def also_in(others: Sequence[Printed], words: Phrases) -> str:
    """`the same in Tarn Post, 3 March 2016; Ulmen News, date unknown; …`."""
    named = [f"{one_line(one.outlet or one.title or one.path)}, {words.date(one.published)}" for one in others[:ALSO]]
    if len(others) > ALSO:
        named.append(f"+{len(others) - ALSO}")
    return words.also_in.format(places="; ".join(named))


def origin(article: Article, words: Phrases, pages: Sequence[int | None] = ()) -> str:
    """Where an article comes from, as far as is known: title (else path) · outlet · date · pages · address."""
    fields = (article.title or article.path, article.outlet, words.date(article.published), paged(pages), article.url)
    return " · ".join(one_line(value) for value in fields if value)


def paged(pages: Sequence[int | None]) -> str:
    """`p. 3, 5`, in English and French; empty where there are no pages."""
    known = sorted({page for page in pages if page is not None})
    return f"p. {', '.join(map(str, known))}" if known else ""


def clipped(text: str, limit: int) -> str:
    """The text, cut between two words after at most `limit` characters, with […] where it was cut."""
    if len(text) <= limit:
        return text
    head = text[: limit + 1].rpartition(" ")[0] or text[:limit]
    return f"{head} […]"


def hits_text(hits: Sequence[Hit], paths: Mapping[str, str]) -> str:
    """A search's passages, best first: rank, score, place and finder, then the passage on one line."""
    return "\n".join(f"{hit.rank}. {hit_place(hit, paths)}\n   {one_line(hit.passage.text)}" for hit in hits)


def hit_place(hit: Hit, paths: Mapping[str, str]) -> str:
    """`path:start-end  score  (found by)`."""
    passage = hit.passage
    path = one_line(paths.get(passage.article_id, passage.article_id))
    return f"{path}:{passage.start}-{passage.end}  {hit.score:.3f}  ({', '.join(hit.found_by)})"


def articles_text(articles: Sequence[Article], language: str, replaced: Mapping[str, str] | None = None) -> str:
    """What is indexed: a line an article, `id  origin  (source: path, language)`; `replaced`: older versions, by id."""
    words = phrases(language)
    if not articles:
        return words.no_articles
    return "\n".join(
        f"{article.id}  {origin(article, words)}  "
        f"({one_line(article.source)}: {one_line(article.path)}, {article.language})"
        f"{words.replaced.format(article=by) if (by := (replaced or {}).get(article.id)) else ''}"
        for article in articles
    )


def versions_text(versions: Sequence[Version], language: str) -> str:
    """The versions of an article, numbered from 1, the oldest first."""
    words = phrases(language)
    lines = []
    for n, version in enumerate(versions, 1):
        until = words.until.format(when=version.until) if version.until else ""
        lines.append(f"{n}  {version.article.id}  {origin(version.article, words)}  ({version.article.path}){until}")
    return "\n".join(lines)


def article_text(article: Article, language: str, mark: Span | None = None, *, around: int | None = None) -> str:
    """An article under its origin, the marked span between MARK; with `around`, only that many characters beside it.

    The excerpt is cut between words, and […] says so. Raises ValueError when the span does not lie in the text.
    """
    words = phrases(language)
    head = origin(article, words)
    text = article.text
    if mark is None:
        return f"{head}\n{visible(text)}"
    if mark.end > len(text):
        raise ValueError(f"the article has {len(text)} characters")
    before, after = text[: mark.start], text[mark.end :]
    if around is not None:
        if len(before) > around:
            before = "[…] " + before[-around:].partition(" ")[2]
        if len(after) > around:
            after = clipped(after, around)
    marked = visible(text[mark.start : mark.end])
    return f"{head}\n{visible(before)}{MARK[0]}{marked}{MARK[1]}{visible(after)}".rstrip()


def why_text(outcome: Outcome, paths: Mapping[str, str]) -> str:
    """How an answer was found: the decision, the passages with their scores, the sentences weighed and their fate."""
    words = phrases(outcome.language)
    trace = outcome.trace
    lines = [words.found_how.format(question=one_line(outcome.question.text))]
    searched = [question for question in (trace.standalone, trace.translation) if question]
    if searched:
        lines.append(words.standalone.format(questions=" · ".join(map(one_line, searched))))
    if trace.drafting:
        lines += _drafting(trace.drafting, outcome.usage, words)
    if trace.decision:
        decision = trace.decision
        lines.append(words.decision.format(confidence=decision.confidence, threshold=decision.threshold))
        if decision.grounds:
            lines.append(
                words.grounds.format(grounds=", ".join(f"{name} {added:+.1f}" for name, added in decision.grounds))
            )
    if trace.missing:
        lines.append(_missing(trace, words))
    lines += [_suspicion(article, found, words) for article, found in trace.suspicious]
    if trace.hits:
        lines += [words.passages, *(f"{hit.rank}. {hit_place(hit, paths)}" for hit in trace.hits)]
    if trace.candidates:
        lines.append(words.sentences)
        for candidate in trace.candidates:
            sentence = candidate.article.text[candidate.span.start : candidate.span.end]
            quote = words.quoted(clipped(one_line(sentence), 120))
            lines.append(f"{candidate.probability:.2f} {words.fates[candidate.fate]}: {quote}")
    lines.append(" · ".join(f"{stage} {milliseconds:.0f} ms" for stage, milliseconds in outcome.timings_ms.items()))
    return "\n".join(line for line in lines if line)


def _drafting(drafting: Drafting, usage: Usage, words: Phrases) -> list[str]:
    """What a model had to do with it, and what became of its draft, without a word of what was refused."""
    tokens = usage.input_tokens + usage.output_tokens
    lines = [words.written_by.format(model=one_line(drafting.model), prompts=drafting.prompts, tokens=tokens)]
    if drafting.failure:
        lines.append(words.failed.format(code=drafting.failure))
    fates = Counter(words.outcomes[fate] for one in drafting.examined for fate in fates_of(one))
    if fates:
        lines.append(words.examined.format(outcomes=", ".join(f"{count} × {fate}" for fate, count in fates.items())))
    return lines


def fates_of(examined: Examined) -> list[str]:
    """Why a statement was refused: the outcomes of its quotes that don't count, and the faults of its text."""
    if examined.shown:
        return ["shown"]
    refused = [outcome for outcome in examined.outcomes if outcome not in FOUND]
    named = dict.fromkeys([*refused, *(fault.kind for fault in examined.faults)])
    return list(named) or ["no_quote"]


def _suspicion(article: Article, found: Suspicion, words: Phrases) -> str:
    place = f"{one_line(article.path)}:{found.span.start}-{found.span.end}"
    return words.suspicious.format(place=place, why=found.why)


def checks_text(checks: Iterable[Check]) -> str:
    """A line a check: `ok`, `--` (not set up) or `!!` (wrong), then what to do about what is wrong."""
    states = {True: "ok", None: "--", False: "!!"}
    lines = []
    for check in checks:
        next_step = f" {check.next_step}" if check.next_step else ""
        lines.append(f"{states[check.ok]}  {check.name}: {one_line(check.message)}{next_step}")
    return "\n".join(lines)


def report_text(report: Report, *, planned: bool = False) -> str:
    """What an update of the index did, on one line; `planned`: what it would do."""
    fates = ("added", "changed", "moved", "removed", "unchanged")
    counts = [f"{getattr(report, fate)} {fate}" for fate in fates if getattr(report, fate)] or ["nothing to do"]
    passages = "1 passage" if report.passages == 1 else f"{report.passages} passages"
    if planned:
        refused = f"; {len(report.unreadable)} could not be read" if report.unreadable else ""
        return f"Articles, if ingested: {', '.join(counts)}{refused}. Nothing was written; the index holds {passages}."
    told = [
        _count(report.stories, "story stands in several articles", "stories stand in several articles"),
        _count(report.replaced, "article has a newer version", "articles have newer versions"),
        _count(report.learnt, "line is known as furniture of its site", "lines are known as furniture of their sites"),
    ]
    known = f" {'; '.join(filter(None, told))}." if any(told) else ""
    return f"Articles: {', '.join(counts)}. The index holds {passages} ({report.seconds:.1f} s).{known}"


def _count(n: int, one: str, several: str) -> str:
    return "" if n == 0 else f"1 {one}" if n == 1 else f"{n} {several}"


def paths_text(paths: Paths, limit: int | None = None) -> str:
    """Which articles are meant, a line each under their fate; `limit`: so many of each fate."""
    moved = [f"{before} → {now}" for before, now in paths.moved]
    fates = (("added", paths.added), ("changed", paths.changed), ("moved", moved), ("removed", paths.removed))
    lines = []
    for fate, named in fates:
        lines += [f"{fate}: {one_line(path)}" for path in named[:limit]]
        if limit is not None and len(named) > limit:
            lines.append(f"{fate}: and {len(named) - limit} more (--verbose names them)")
    return "\n".join(lines)


_GIVEN_AWAY: Mapping[Why, str] = {
    "order": "tells it what to do",
    "role": "imitates a chat with it",
    "delimiter": "imitates the end of the evidence",
    "output": "imitates what it writes",
    "citations": "imitates a list of checked sources",
    "hidden": "markup that no page shows",
    "invisible": "characters that nobody sees",
    "reordered": "letters in another order than they show",
    "encoded": "a text in code",
}
_NAMED = 5
"""Stretches of an article that are named one by one."""


def suspect_text(suspect: Suspect) -> str:
    """Where an article addresses a language model, and what gives it away; a sentence."""
    places = [f"{found.span.start}-{found.span.end} ({_GIVEN_AWAY[found.why]})" for found in suspect.stretches[:_NAMED]]
    more = len(suspect.stretches) - len(places)
    named = ", ".join(places) + (f" and {more} more" if more else "")
    return f"{one_line(suspect.path)} addresses a language model at {named}; none of that is quoted."


def without_blank_lines(block: str) -> str:
    """The block with its blank lines left out."""
    return "\n".join(line for line in block.splitlines() if line.strip())
