"""An evaluation from end to end: evidence found, questions asked, answers scored, the record made. Composes."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import __version__
from bot.assembly import Progress
from bot.evaluation import origins, places, record, running
from bot.evaluation.archives import Opened
from bot.evaluation.cases import Case, Questions
from bot.evaluation.errors import BadQuestions, SlowPattern
from bot.evaluation.metrics import Row
from bot.evaluation.observing import Observation
from bot.evaluation.places import Key
from bot.evaluation.scores import score

RUNS = "runs"
"""The folder, beside the indexes for evaluations, of what interrupted runs have answered."""
_SAMPLED = 2016
"""The seed of a sample: the same questions each time."""
_SCORING_SECONDS = 2.0
"""What scoring an answer may take: a thousand times what it does take, unless a pattern tries all ways to match."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A run with all that became of each question, and its record.

    `journal`: the file of the answers, to be deleted once the record is where it should be.
    """

    rows: tuple[Row, ...]
    record: dict[str, Any]
    journal: Path


def chosen(questions: Questions, part: str | None, sample: int | None) -> Questions:
    """The questions of one part, and of these so many at random, in their order. Raises BadQuestions of none."""
    cases = [case for case in questions.cases if part is None or case.part == part]
    if not cases:
        parts = ", ".join(sorted({case.part for case in questions.cases}))
        fault = f"None of its questions is of the part {part}; there is {parts}." if parts else "It holds no question."
        raise BadQuestions(questions.name, [fault], "Name a file with questions, and one of its parts.")
    if sample is not None and sample < len(cases):
        places = sorted(random.Random(_SAMPLED).sample(range(len(cases)), sample))
        cases = [cases[place] for place in places]
    return Questions(questions.name, tuple(cases), len(questions.cases))


def evaluate(
    questions: Questions, opened: Opened, kept: Path, progress: Progress | None = None, *, fresh: bool = False
) -> Evaluated:
    """Ask the questions of an archive. `kept`: the folder for what an interrupted run has answered; `fresh`: not used.

    Raises QuoteNotFound, and what opening an assistant does.
    """
    keys = places.find(questions.cases, opened.articles)
    journal = kept / RUNS / f"{_like(questions, opened)}.jsonl"
    if fresh:
        journal.unlink(missing_ok=True)
    paths = {article.id: article.path for article in opened.articles}
    began = datetime.now(UTC)
    run = running.run(questions.cases, opened.settings, paths, journal, progress)
    languages = {article.id: article.language for article in opened.articles}
    rows = tuple(
        _row(case, key, seen, opened.texts, languages)
        for case, key, seen in zip(questions.cases, keys, run.observations, strict=True)
    )
    return Evaluated(rows, record.record(questions, opened, run, rows, began), journal)


def page_of(evaluated: Mapping[str, Any], opened: Opened) -> str:
    """The page that shows a record."""
    from bot.evaluation.page import page

    often = Counter(article.path for article in opened.articles)  # one path of two sources names no text
    texts = {one.path: opened.texts[one.id] for one in opened.articles if often[one.path] == 1}
    return page(evaluated, record.passages(evaluated["questions"], texts))


def _like(questions: Questions, opened: Opened) -> str:
    """Alike for runs that would give the same answers: the same code, articles, questions, settings."""
    code = origins.code()
    settings = opened.settings
    made_from = [
        questions.digest,
        opened.archive.fingerprint,
        dict(opened.index),
        origins.telling(settings),
        [settings.model, settings.openai_base_url, origins.prompts()] if settings.writes else None,
        [__version__, code.commit, code.digest],
    ]
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()[:16]


def _row(case: Case, key: Key, seen: Observation, texts: Mapping[str, str], languages: Mapping[str, str]) -> Row:
    """The question with its scores; failed where its patterns don't come to an end."""
    try:
        with _at_most(_SCORING_SECONDS):
            scored = score(case, key, seen, texts)
    except SlowPattern as error:
        seen = replace(seen, status="failed", claims=(), citations=(), error=(error.code, error.message))
        scored = score(case, key, seen, texts)
    return Row(case, key, seen, scored, _pair(case, key, seen, languages))


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise SlowPattern after so long. Where the system has no such alarm, and beside the main thread, wait on."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        raise SlowPattern(seconds)

    before = signal.signal(signal.SIGALRM, stop)  # `re` looks for signals while it searches
    left = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *left)
        signal.signal(signal.SIGALRM, before)


def _pair(case: Case, key: Key, seen: Observation, languages: Mapping[str, str]) -> str:
    asked_in = case.lang or seen.language or "–"
    told_in = sorted({languages[article] for article in key.articles})
    return f"{asked_in}→{'+'.join(told_in) or '–'}"


def failures(rows: Sequence[Row]) -> list[Row]:
    """The questions that got neither an answer nor a refusal."""
    return [row for row in rows if row.seen.status == "failed"]
