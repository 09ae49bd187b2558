"""The values that pass between the retrieval modules: frozen, no input or output.

All offsets are Python code points into `Article.text`, half open: `text[start:end]`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

LANGUAGES = ("en", "fr")
"""The languages Footnote reads and answers in. Others are kept as they are tagged and searched as text."""

Lists = Literal["both", "words", "vectors"]
"""The lists that a search takes its candidates from, and by which it orders them."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text: `text[start:end]`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: {self.start}-{self.end}")


@dataclass(frozen=True, slots=True)
class Article:
    """One article of the archive, with what its text shows of where it comes from.

    `id` is unique across sources and stays when the text changes or moves; `source` names the source, and `path` is
    relative to it.
    `published` is an ISO date (YYYY-MM-DD, YYYY-MM or YYYY). `language` is an ISO 639-1 code ("und" when unknown).
    A field that the text does not show is None; `supplied` names the fields a person gave in `articles.yaml`.
    `furniture` are spans that belong to the site (notices, menus): kept in the text, never offered as evidence.
    `pages` are the offsets at which its pages begin; () where it has none.
    """

    id: str
    source: str
    path: str
    text: str
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    language: str = "und"
    url: str | None = None
    supplied: frozenset[str] = field(default_factory=frozenset)
    furniture: tuple[Span, ...] = ()
    pages: tuple[int, ...] = ()

    def page(self, offset: int) -> int | None:
        """The page, from 1, on which the character at `offset` stands; None where there are no pages."""
        return bisect_right(self.pages, offset) or None


@dataclass(frozen=True, slots=True)
class Version:
    """A text of an article, whole, as it was.

    `until`: when another text of the same file was first seen (ISO 8601, UTC); None for one that stands in the archive.
    """

    article: Article
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: `text == article.text[start:end]`.

    `sentences` are the sentences in it, in order, as offsets into the article; furniture is in none of them.
    `id` is derived from the article's id and the text it stands in, so a changed text gives new passages.
    """

    id: str
    article_id: str
    start: int
    end: int
    language: str
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question.

    `score`: higher is closer; comparable within one search only. `rank` counts from 1.
    `found_by` names the lists it stood in, a subset of ("words", "vectors"). `similarities`: for each of the passage's
    sentences the cosine of its vector with the question's, languages centred (where the index is); by whatever list
    it was found.
    """

    passage: Passage
    score: float
    rank: int
    found_by: tuple[str, ...]
    similarities: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles are searched: those that fit every part that is given. A part left None excludes nothing.

    `after`, `before`: ISO dates (YYYY-MM-DD, YYYY-MM or YYYY), both inclusive; an article that shows only its month or
    its year counts as lying in all of it. `undated`: whether articles without a date stay where one is asked for.
    `outlet`, `author`: whole words of the name, case and accents aside. `language`: ISO 639-1. `article`: what
    `Catalogue.find` takes, or words of the title.
    """

    after: str | None = None
    before: str | None = None
    outlet: str | None = None
    language: str | None = None
    author: str | None = None
    article: str | None = None
    undated: bool = False

    @property
    def dated(self) -> bool:
        """Whether it asks for a date."""
        return self.after is not None or self.before is not None

    def __bool__(self) -> bool:
        return self != Filter(undated=self.undated)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a filter leaves of an archive of `total` articles: the ids of articles.

    `few`: whether they have so few passages that all can be compared. `fitting`: articles that fit all but what the
    filter says of dates; `undated`: of these, those left out because they have none.
    """

    articles: frozenset[str]
    few: bool
    fitting: int
    undated: int
    total: int

    @property
    def whole(self) -> bool:
        """Whether it is all there is."""
        return len(self.articles) == self.total
