"""Where a source comes from, as a chat shows it: outlet, date, title; and the lines that name an answer's sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from bot.render.kept import Cited, Kept
from bot.render.phrases import Phrases
from bot.render.telegram.styled import Styled, plain, shortened
from bot.render.text import QUOTE_LIMIT, also_in, clipped, one_line, paged, times_text

TITLE: Final = 150
"""Characters of a title that are shown: more is hardly one."""
NAME: Final = 80
"""Characters of an outlet's or an author's name."""
BETWEEN: Final = " · "


class Described(Protocol):
    """What articles and citations tell of where they come from."""

    @property
    def path(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def outlet(self) -> str | None: ...
    @property
    def published(self) -> str | None: ...
    @property
    def url(self) -> str | None: ...


def name(given: str | None, limit: int = NAME) -> str:
    """A name from outside, of bounded length; empty where there is none to be seen."""
    return shortened(plain(given or ""), limit)


def titled(of: Described, words: Phrases) -> str:
    """The title in quotation marks; the path where there is none."""
    title = name(of.title, TITLE)
    return words.quoted(title) if title else name(of.path, TITLE)


def origin(of: Described, words: Phrases, pages: Sequence[int | None] = ()) -> Styled:
    """`outlet · date · “title” · pages`, the title opening the article where it has an address."""
    fields = [field for field in (name(of.outlet), words.date(of.published)) if field]
    shown = Styled().add(BETWEEN.join(fields) + BETWEEN).link(titled(of, words), of.url)
    return shown.add(f"{BETWEEN}{paged(pages)}") if paged(pages) else shown


def quoted(cited: Cited, words: Phrases) -> str:
    """The quote on one line, in quotation marks; a long one is cut, and […] says so."""
    return words.quoted(clipped(one_line(cited.quote), QUOTE_LIMIT))


def by_article(cited: Sequence[Cited]) -> list[tuple[Cited, list[int]]]:
    """For each article, in the order of its first number, one of its citations and the numbers of all."""
    numbers: dict[str, list[int]] = {}
    for one in cited:
        numbers.setdefault(one.article, []).append(one.n)
    first = {one.article: one for one in reversed(cited)}
    return [(first[article], found) for article, found in numbers.items()]


def source_lines(kept: Kept, words: Phrases) -> list[Styled]:
    """The sources of an answer: a line an article; where the answer does not show the quotes, a line a quote."""
    if kept.status == "answered" and kept.mode == "quotes":
        return [
            Styled()
            .add(" ".join(f"[{n}]" for n in numbers) + " ")
            .join(origin(cited, words, _pages(kept, numbers)))
            .add(beside([one for one in kept.citations if one.n in numbers], words))
            for cited, numbers in by_article(kept.citations)
        ]
    return [
        Styled()
        .add(f"[{cited.n}] {quoted(cited, words)} — ")
        .join(origin(cited, words, [cited.page]))
        .add(beside([cited], words))
        for cited in kept.shown
    ]


def beside(cited: Sequence[Cited], words: Phrases) -> str:
    """What is said beside quotes: who printed them too, and what relative times in them mean."""
    times = [(str(one["words"]), str(one["from"]), str(one["to"])) for each in cited for one in each.times]
    return also(cited, words) + times_text(times, words)


def also(cited: Sequence[Cited], words: Phrases) -> str:
    """` (the same in outlet, date; …)`: the other articles that print what is quoted; nothing where there are none."""
    others = {one.article: one for each in cited for one in each.also}
    return f" ({plain(also_in(list(others.values()), words))})" if others else ""


def _pages(kept: Kept, numbers: Sequence[int]) -> list[int | None]:
    return [cited.page for cited in kept.citations if cited.n in numbers]
