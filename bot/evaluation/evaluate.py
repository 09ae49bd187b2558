"""An evaluation from end to end: evidence found, questions asked, answers scored, the record made. Composes."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import __version__
from bot.assembly import Progress
from bot.evaluation import origins, places, record, running
from bot.evaluation.archives import Opened
from bot.evaluation.cases import Case, Questions
from bot.evaluation.errors import BadQuestions
from bot.evaluation.metrics import Row
from bot.evaluation.observing import Observation
from bot.evaluation.places import Key
from bot.evaluation.scores import score

RUNS = "runs"
"""The folder, beside the indexes for evaluations, of what interrupted runs have answered."""
_SAMPLED = 2016
"""The seed of a sample: the same questions each time."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A run with all that became of each question, and its record."""

    rows: tuple[Row, ...]
    record: dict[str, Any]


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
    return Questions(questions.name, tuple(cases))


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
        Row(case, key, seen, score(case, key, seen, opened.texts), _pair(case, key, seen, languages))
        for case, key, seen in zip(questions.cases, keys, run.observations, strict=True)
    )
    return Evaluated(rows, record.record(questions, opened, run, rows, began))


def page_of(evaluated: Mapping[str, Any], opened: Opened) -> str:
    """The page that shows a record."""
    from bot.evaluation.page import page

    texts = {article.path: opened.texts[article.id] for article in opened.articles}
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


def _pair(case: Case, key: Key, seen: Observation, languages: Mapping[str, str]) -> str:
    asked_in = case.lang or seen.language or "–"
    told_in = sorted({languages[article] for article in key.articles})
    return f"{asked_in}→{'+'.join(told_in) or '–'}"


def failures(rows: Sequence[Row]) -> list[Row]:
    """The questions that got neither an answer nor a refusal."""
    return [row for row in rows if row.seen.status == "failed"]
