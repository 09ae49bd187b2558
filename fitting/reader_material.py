"""What the reader is fitted and measured on: sentences, questions, and which sentence answers which question.

Written here: `benchmarks/newsroom` and `fitting/newsroom`. From `--data DIR`: SQuAD 2.0 (`squad2_en`) and PIAF
(`piaf_fr`), each a folder with `documents.jsonl` (rows with "id", "title", "lang", "text") and `queries.jsonl` (rows
with "lang", "question", "type", "about": the paragraph asked about, "answers", "answer_starts"). The questions on the
bundled articles are measured on (the part marked "build") and never fitted on; the other part is never read.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import seeds
from fitting.material import KINDS
from retrieval.articles import describe, load_sidecar
from retrieval.reading import Unreadable, read_source
from retrieval.sentences import sentences

ROOT = Path(__file__).parent.parent
PUBLIC = ("squad2_en", "piaf_fr")
MEASURED = tuple(f"n{number:02}" for number in range(1, 9))
"""Articles of `benchmarks/newsroom` kept out of the fitting, with the questions on them."""
_HELD_SHARE = 10
"""One title in ten of a public set is kept out of the fitting."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as the reader is shown it. `article`: a name unique in its set; `language`: the article's."""

    text: str
    title: str | None
    previous: str | None
    article: str
    language: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `about`: sentences (places in the set) of its articles, all of the set when it is about none of them;
    `answers`: those that answer it, with the stretch of the sentence that is the answer where that is known."""

    question: str
    language: str
    about: tuple[int, ...]
    answers: dict[int, Span | None]

    def crosses(self, known: list[Sentence]) -> bool:
        """Whether it is asked in another language than (the first of) its articles."""
        return known[next(iter(self.answers), self.about[0])].language != self.language


@dataclass(slots=True)
class Set:
    """Sentences and the questions on them: an archive."""

    name: str
    sentences: list[Sentence] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    spans: dict[str, tuple[int, list[Span], str]] = field(default_factory=dict)

    def add(self, article: str, title: str | None, language: str, text: str, spans: list[Span]) -> None:
        """Add an article, cut at `spans`."""
        self.spans[article] = (len(self.sentences), spans, text)
        previous = None
        for start, end in spans:
            self.sentences.append(Sentence(text[start:end], title, previous, article, language))
            previous = text[start:end]

    def of(self, article: str) -> range:
        """The places of an article's sentences."""
        first, spans, _ = self.spans[article]
        return range(first, first + len(spans))


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def public(data: Path, name: str, *, held: bool) -> Set:
    """SQuAD 2.0 or PIAF: the titles held out of the fitting, or all others."""
    made = Set(name)
    for row in rows(data / name / "documents.jsonl"):
        if held_out(row["title"]) == held:
            made.add(row["id"], row["title"], row["lang"], row["text"], _cut(row["text"]))
    for row in rows(data / name / "queries.jsonl"):
        if row["about"] not in made.spans:
            continue
        first, spans, text = made.spans[row["about"]]
        answers: dict[int, Span | None] = {}
        for begin in row.get("answer_starts") or ():
            length = max((len(one) for one in row["answers"] if text.startswith(one, begin)), default=0)
            for place, (start, end) in enumerate(spans):
                if length and start <= begin < end:
                    answers[first + place] = (begin - start, min(begin + length, end) - start)
        if answers or row["type"] != "answerable":
            made.asked.append(Asked(row["question"], row["lang"], tuple(made.of(row["about"])), answers))
    return made


def held_out(title: str) -> bool:
    """Whether a title of a public set is kept out of the fitting."""
    return zlib.crc32(title.encode("utf-8")) % _HELD_SHARE == 0


def newsroom(*, measured: bool) -> Set:
    """`benchmarks/newsroom`: the articles that are measured on, or those that are fitted on.

    A question whose evidence lies in both parts is in neither. One without evidence goes where the one before it in the
    file goes: near misses stand behind the questions on the article they miss.
    """
    made = Set("newsroom")
    for row in rows(ROOT / "benchmarks" / "newsroom" / "articles.jsonl"):
        if (row["id"] in MEASURED) == measured:
            made.add(row["id"], row["title"], row["language"], row["text"], _cut(row["text"]))
    _quoted(made, rows(ROOT / "benchmarks" / "newsroom" / "questions.jsonl"))
    return made


def written() -> list[Set]:
    """`fitting/newsroom`: its files of articles, given sentence by sentence."""
    made = []
    for file in sorted((ROOT / "fitting" / "newsroom").glob("*-articles.jsonl")):
        one = Set(file.name.removesuffix("-articles.jsonl"))
        for row in rows(file):
            text, spans = "", []
            for sentence in row["sentences"]:
                spans.append((len(text), len(text) + len(sentence)))
                text += sentence + " "
            one.add(row["id"], row["title"], row["language"], text, spans)
        for row in rows(file.with_name(f"{one.name}-questions.jsonl")):
            about = one.of(row["article"])
            answers: dict[int, Span | None] = {about[place]: None for place in row["evidence"]}
            one.asked.append(Asked(row["question"], row["lang"], tuple(about), answers))
        made.append(one)
    return made


def bundled() -> Set:
    """The bundled articles with the questions marked "build"; lines of the other part are passed over unread."""
    made = Set("seeds")
    sidecar = load_sidecar(seeds.folder())
    for document in read_source(seeds.folder()):
        if not isinstance(document, Unreadable) and document.path.endswith(".txt"):
            article = describe(document, "seeds", sidecar)
            spans = [(span.start, span.end) for span in sentences(article.text, article.furniture)]
            made.add(article.path, article.title, article.language, article.text, spans)
    with (seeds.folder() / "questions.jsonl").open(encoding="utf-8") as lines:
        asked = [json.loads(line) for line in lines if '"part": "build"' in line]
    _quoted(made, [row for row in asked if row["kind"] in KINDS])
    return made


def _quoted(made: Set, questions: list[dict[str, Any]]) -> None:
    """Add questions whose evidence is groups of quotes from articles of the set."""
    here = True
    for row in questions:
        quotes = [one for group in row["evidence"] for one in group]
        articles = {one["article"] for one in quotes}
        if articles:
            here = articles <= made.spans.keys()
        if not here:
            continue
        answers: dict[int, Span | None] = {}
        for one in quotes:
            first, spans, text = made.spans[one["article"]]
            begin = text.index(one["quote"])
            finish = begin + len(one["quote"])
            for place, (start, end) in enumerate(spans):
                if 2 * (min(end, finish) - max(start, begin)) >= min(end - start, finish - begin):
                    answers[first + place] = None
        about = [place for article in sorted(articles) for place in made.of(article)]
        made.asked.append(Asked(row["question"], row["lang"], tuple(about or range(len(made.sentences))), answers))


def _cut(text: str) -> list[Span]:
    return [(span.start, span.end) for span in sentences(text)]
