"""Ask the questions and keep what comes back as it comes, so that an interrupted run goes on where it was.

What is kept is used again only by a run of the same code, articles, questions and settings (`key`). A question that
fails is kept as failed and the others go on. Does not score, and leaves what it kept to whoever has written the record.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from bot import assembly, questions
from bot.assembly import Progress
from bot.errors import FootnoteError, Unexpected, named
from bot.evaluation.cases import Case
from bot.evaluation.observing import Observation, failed, from_object, observed, to_object
from bot.pool import Pool, usual_size
from bot.settings import Settings
from retrieval.disk import disk_errors
from retrieval.errors import RetrievalError

_STAGE: Final = "asking"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """What came back for each question, in their order; how many of these an earlier run had kept; seconds taken."""

    observations: tuple[Observation, ...]
    reused: int
    seconds: float
    workers: int


def run(
    cases: Sequence[Case],
    settings: Settings,
    paths: Mapping[str, str],
    journal: Path,
    progress: Progress | None = None,
) -> Run:
    """Ask each question once. `paths`: of the articles, by id; `journal`: where answers are kept as they come.

    Raises what opening an assistant does, and HomeNotWritable or DiskFull where answers can't be kept.
    """
    began = time.monotonic()
    kept = _kept(journal)
    done = {case.id: kept[case.id, case.digest] for case in cases if (case.id, case.digest) in kept}
    left = [case for case in cases if case.id not in done]
    workers = usual_size(writes=settings.writes)
    reused = len(done)
    if left:
        with disk_errors(journal.parent):
            journal.parent.mkdir(parents=True, exist_ok=True)
            with journal.open("a", encoding="utf-8") as file:
                _close_line(journal, file)
                asyncio.run(_ask(left, settings, workers, paths, done, file, progress, len(cases)))
    return Run(tuple(done[case.id] for case in cases), reused, time.monotonic() - began, workers)


async def _ask(
    cases: Sequence[Case],
    settings: Settings,
    workers: int,
    paths: Mapping[str, str],
    done: dict[str, Observation],
    file: IO[str],
    progress: Progress | None,
    of: int,
) -> None:
    pool = assembly.open_pool(settings, workers)
    waiting = iter(cases)

    async def one_after_another() -> None:
        for case in waiting:
            seen = await _answer(pool, case, paths, settings.home)
            done[case.id] = seen
            file.write(json.dumps({"id": case.id, "digest": case.digest, "seen": to_object(seen)}) + "\n")
            file.flush()
            if progress is not None:
                progress(_STAGE, len(done), of)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(one_after_another())
    finally:
        await pool.close()


async def _answer(pool: Pool, case: Case, paths: Mapping[str, str], home: Path) -> Observation:
    """What came back. An error is kept without the path of the home: a record goes to others."""
    try:
        history = tuple(questions.read(earlier).text for earlier in case.history)
        outcome = await pool.answer(questions.read(case.question, history=history, id=case.id))
    except (FootnoteError, RetrievalError) as error:
        name = named(error)
        name.message = name.message.replace(str(home), "the home")
        return failed(name)
    except Exception as error:  # noqa: BLE001 - a fault of ours with one question costs that one, not the run
        _log.exception("A question of an evaluation failed")
        return failed(Unexpected(f"Something went wrong inside Footnote ({type(error).__name__}).", "See the log."))
    return observed(outcome, lambda article: paths.get(article, article))


def _kept(journal: Path) -> dict[tuple[str, str], Observation]:
    """What an interrupted run left; a line that it did not finish is passed over. Asked again is what failed, and what
    quotes had to answer in the model's place.
    """
    found: dict[tuple[str, str], Observation] = {}
    try:
        lines = journal.read_bytes().splitlines()
    except OSError:
        return found
    for line in lines:
        try:
            row = json.loads(line)
            seen = from_object(row["seen"])
            if seen.status != "failed" and seen.model_failure is None:
                found[row["id"], row["digest"]] = seen
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return found


def _close_line(journal: Path, file: IO[str]) -> None:
    """End a line that a kill broke off, so that the next begins a new one."""
    content = journal.read_bytes()
    if content and not content.endswith(b"\n"):
        file.write("\n")
