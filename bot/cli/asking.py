"""Questions in, answers out: one at a time or a file of them, the same way for every command that asks.

Does not open the assistant and does not write to the screen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from bot import filters, questions
from bot.conversations import MOST
from bot.errors import BadQuestion, BadRow, FootnoteError, UnreadableBatch, named
from bot.progress import Tell, silent
from bot.render.json import Object, failed_object, outcome_object, search_object
from bot.types import Outcome, Question
from retrieval.errors import RetrievalError
from retrieval.types import LANGUAGES, Article, Filter, Hit

EVERYTHING: Final = Filter()
"""The filter that leaves all articles."""


class Assistant(Protocol):
    """What the command line asks of an assistant."""

    def answer(self, question: Question, tell: Tell = silent) -> Outcome:
        """The answer, or why there is none; `tell` hears how it comes about. Raises FootnoteError or RetrievalError."""

    def search(self, question: str, k: int, language: str | None = None, wanted: Filter | None = None) -> list[Hit]:
        """The `k` best passages, best first, of the articles that fit the filter."""

    def settled(self, wanted: Filter) -> Filter:
        """The filter with its article named for good. Raises BadFilter where there is none, or several."""

    def told(self, wanted: Filter, language: str) -> list[str]:
        """What an answer would say of a filter."""

    def article(self, article_id: str) -> Article:
        """The article with this id. Raises UnknownArticle."""

    def articles(self) -> Sequence[Article]:
        """All that is indexed."""

    def replaced(self) -> Mapping[str, str]:
        """The articles that a newer version replaces, each with the newest."""

    def close(self) -> None:
        """Let go of the index."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a batch: its id as it came, and its question."""

    id: object
    question: str
    language: str | None = None
    history: tuple[str, ...] = ()
    filter: Filter | None = None


def ask(
    assistant: Assistant,
    typed: str,
    *,
    language: str | None = None,
    history: tuple[str, ...] = (),
    id: str | None = None,
    tell: Tell = silent,
    wanted: Filter = EVERYTHING,
) -> Outcome:
    """The outcome of what a person typed, of the articles that fit the filter.

    Raises BadQuestion, BadFilter and whatever stops an answer.
    """
    settled = assistant.settled(wanted)
    question = questions.read(typed, language=language, history=history, id=id, filter=settled)
    return questions.with_remarks(assistant.answer(question, tell), typed)


def check(typed: str) -> None:
    """Raise BadQuestion for what cannot be asked, before anything is opened for it."""
    questions.read(typed)


def search(assistant: Assistant, typed: str, k: int, wanted: Filter | None = None) -> tuple[list[Hit], dict[str, str]]:
    """The passages found for what a person typed, and the paths of their articles by id.

    `wanted`: a settled filter. Raises BadQuestion.
    """
    hits = assistant.search(questions.read(typed).text, k, wanted=wanted)
    return hits, paths(assistant, hits)


def paths(assistant: Assistant, hits: Iterable[Hit]) -> dict[str, str]:
    """The path of each hit's article, by the article's id."""
    return {article_id: assistant.article(article_id).path for article_id in {hit.passage.article_id for hit in hits}}


def answered_rows(
    assistant: Assistant, lines: Iterable[bytes], language: str | None, wanted: Filter = EVERYTHING
) -> Iterator[Object]:
    """One JSON answer a row, in order; a row that fails is answered with its failure, and the rest go on.

    `language` and `wanted` are for rows that have none of their own.
    """

    def answer(row: Row) -> Object:
        asked_as = str(row.id) if row.id is not None else None
        outcome = ask(
            assistant,
            row.question,
            language=row.language or language,
            history=row.history,
            id=asked_as,
            wanted=wanted if row.filter is None else row.filter,
        )
        return outcome_object(outcome, id=row.id)

    return _rows(lines, answer)


def searched_rows(
    assistant: Assistant, lines: Iterable[bytes], k: int, wanted: Filter = EVERYTHING
) -> Iterator[Object]:
    """One JSON search a row, in order; a row that fails is answered with its failure, and the rest go on.

    `wanted` is for rows that have no filter of their own.
    """

    def find(row: Row) -> Object:
        only = assistant.settled(wanted if row.filter is None else row.filter)
        hits, found_paths = search(assistant, row.question, k, only)
        return search_object(row.question, hits, found_paths, id=row.id, wanted=only)

    return _rows(lines, find)


def _rows(lines: Iterable[bytes], respond: Callable[[Row], Object]) -> Iterator[Object]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row_id: object = None
        try:
            values = _values(line, number)
            row_id = values.get("id")
            yield respond(_row(values, number))
        except (FootnoteError, RetrievalError) as error:
            yield failed_object(named(error), id=row_id)


def _values(line: bytes, number: int) -> dict[str, Any]:
    try:
        values = json.loads(line.decode("utf-8-sig"), parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, or nested beyond reading
        raise _bad_row(number, "is not JSON") from error
    if not isinstance(values, dict):
        raise _bad_row(number, "is not a JSON object")
    return values


def _row(values: dict[str, Any], number: int) -> Row:
    question, language, history = values.get("question"), values.get("lang"), values.get("history") or []
    if not isinstance(question, str):
        raise _bad_row(number, "has no question, or one that is not a string")
    if language not in (None, *LANGUAGES):
        raise _bad_row(number, f"asks for a language that is none of {', '.join(LANGUAGES)}")
    if not (isinstance(history, list) and all(isinstance(earlier, str) for earlier in history)):
        raise _bad_row(number, "has a history that is not a list of strings")
    try:
        asked = tuple(questions.read(earlier).text for earlier in history[-MOST:])
    except BadQuestion as error:
        raise _bad_row(number, f"has a history that cannot be read: {error.message}") from error
    wanted = None if values.get("filter") is None else filters.from_object(values["filter"])
    return Row(values.get("id"), question, language, asked, wanted)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(written: str) -> float:
    value = float(written)
    return value if isfinite(value) else _no_number(written)


def _bad_row(number: int, what: str) -> BadRow:
    return BadRow(f"Line {number} {what}.", 'Write it as {"id": "q1", "question": "…"}, one object a line.')


@contextmanager
def batch_lines(name: str, standard_input: BinaryIO) -> Iterator[Iterable[bytes]]:
    """The lines of a file of questions, or of standard input for "-". Raises UnreadableBatch."""
    if name == "-":
        yield standard_input
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed below; only opening it is translated
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no file name"
        raise UnreadableBatch(f"{name} cannot be read: {why}.", "Check its path; - reads standard input.") from error
    with file:
        yield file
