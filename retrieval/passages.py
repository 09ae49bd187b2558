"""Cut an article into passages: runs of whole sentences, as offsets, never longer than a budget and a limit.

Passages follow the paragraphs where they can and stop at site furniture. They never overlap and never alter the text.
Does not count tokens itself: it is handed the counters.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from retrieval.sentences import LINE_BREAK, sentences
from retrieval.types import Article, Passage, Span

Count = Callable[[str], int]

_CLAUSE = re.compile(r"[,;:–—)»”]\s+")
_SPACE = re.compile(r"\s+")


def cut(article: Article, *, budget: int, count: Count, limit: int, limit_count: Count) -> tuple[Passage, ...]:
    """The passages of `article`, in order; each sentence outside furniture lies in exactly one.

    `budget`: tokens by `count` that a passage may hold. `limit`: tokens by `limit_count` beyond which the embedder
    would cut it silently. Neither is ever exceeded. A sentence that alone exceeds one of them is cut, at the end of a
    clause if there is one in its second half, else between words, else between characters; each part is a passage.
    Raises ValueError when budget or limit cannot hold a single character.
    """
    text = article.text

    def fits(start: int, end: int) -> bool:
        stretch = text[start:end]
        return count(stretch) <= budget and limit_count(stretch) <= limit

    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    runs: list[list[Span]] = []
    for stretch in _stretches(text, sentences(text, article.furniture), article.furniture):
        runs.extend(_fill(text, stretch, fits, budget, count))
    return tuple(_passage(article, digest, run) for run in runs)


def _passage(article: Article, digest: str, run: Sequence[Span]) -> Passage:
    start, end = run[0].start, run[-1].end
    identity = hashlib.sha256(f"{article.id}{digest}{start}-{end}".encode()).hexdigest()[:16]
    return Passage(
        id=identity,
        article_id=article.id,
        start=start,
        end=end,
        language=article.language,
        text=article.text[start:end],
        sentences=tuple(run),
    )


def _stretches(text: str, found: Sequence[Span], furniture: Sequence[Span]) -> Iterator[list[list[Span]]]:
    """Sentences between one piece of furniture and the next, as paragraphs."""
    stretch: list[list[Span]] = []
    marks = iter(furniture)
    mark = next(marks, None)
    previous: Span | None = None
    for sentence in found:
        interrupted = False
        while mark is not None and mark.start < sentence.start:
            interrupted = True
            mark = next(marks, None)
        if interrupted and stretch:
            yield stretch
            stretch = []
        if not stretch or previous is None or LINE_BREAK.search(text, previous.end, sentence.start):
            stretch.append([])
        stretch[-1].append(sentence)
        previous = sentence
    if stretch:
        yield stretch


def _fill(
    text: str, paragraphs: Sequence[Sequence[Span]], fits: Callable[[int, int], bool], budget: int, count: Count
) -> Iterator[list[Span]]:
    """Runs of sentences that fit, filled greedily.

    A paragraph that does not fit behind the run goes into a new one when the run is half full already; so passages
    begin where paragraphs do, and yet do not become crumbs.
    """
    run: list[Span] = []
    for paragraph in paragraphs:
        if run and not fits(run[0].start, paragraph[-1].end) and 2 * count(text[run[0].start : run[-1].end]) >= budget:
            yield run
            run = []
        for sentence in paragraph:
            if run and fits(run[0].start, sentence.end):
                run.append(sentence)
                continue
            if run:
                yield run
            run = []
            if fits(sentence.start, sentence.end):
                run = [sentence]
            else:
                yield from ([part] for part in _parts(text, sentence, fits))
    if run:
        yield run


def _parts(text: str, sentence: Span, fits: Callable[[int, int], bool]) -> Iterator[Span]:
    """A sentence too long for a passage, in parts that fit, without the white space between them."""
    start = sentence.start
    while not fits(start, sentence.end):
        end = _cut_at(text, start, _reach(start, sentence.end, fits))
        stop = end
        while text[stop - 1].isspace():
            stop -= 1
        yield Span(start, stop)
        start = end
        while text[start].isspace():
            start += 1
    yield Span(start, sentence.end)


def _reach(start: int, end: int, fits: Callable[[int, int], bool]) -> int:
    """How far from `start` a passage may reach. Counters grow nearly evenly with the text; the last steps make sure."""
    low, high = start, end
    while high - low > 1:
        middle = (low + high) // 2
        if fits(start, middle):
            low = middle
        else:
            high = middle
    if low == start:
        raise ValueError("the budget and the limit must hold at least one character")
    return low


def _cut_at(text: str, start: int, reach: int) -> int:
    """Where to cut `text[start:reach]`: behind a clause in its second half, else behind a word, else at `reach`."""
    middle = (start + reach) // 2
    for pattern, earliest in ((_CLAUSE, middle), (_SPACE, start + 1)):
        ends = [match.end() for match in pattern.finditer(text, start, reach) if match.end() > earliest]
        if ends:
            return ends[-1]
    cut_at = reach
    while cut_at > start + 1 and unicodedata.combining(text[cut_at]):
        cut_at -= 1
    return cut_at
