"""A process that is killed while it writes loses nothing that it was told is kept, and leaves no half of it."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from bot.telegram.store import FILE, Store
from tests.bot.telegram.store.conftest import CLUB


def _write(path: Path, begin: int, told: Connection) -> None:
    """Take questions on and answer them, for ever; say after each step that it was done."""
    store = Store(path)
    for number in range(begin, begin + 100_000):
        store.updates.accept(number, '{"update_id": 1}', 1.0)
        told.send(("accepted", number))
        job = store.jobs.add(
            update_id=number, chat=CLUB, thread=0, person=1, private=False, message_id=number, question=f"Q{number}?",
            language="en", at=1.0,
        )  # fmt: skip
        assert job is not None
        store.updates.handled(number)
        told.send(("taken on", number))
        store.jobs.mark(job.number, "sending", 0)
        told.send(("sending", number))
        store.sent(job.number, 1, CLUB, number, 1.0, done=True)
        told.send(("done", number))


@pytest.mark.timeout(120)
def test_what_was_said_to_be_kept_is_there_after_kill_9(tmp_path: Path) -> None:
    chance = random.Random(3)
    context = multiprocessing.get_context("spawn")
    told: dict[str, list[int]] = {step: [] for step in ("accepted", "taken on", "sending", "done")}
    for life in range(4):
        mine, theirs = context.Pipe(duplex=False)
        writer = context.Process(target=_write, args=(tmp_path / FILE, life * 1_000_000, theirs))
        writer.start()
        theirs.close()
        left = chance.randint(20, 120)
        while True:
            try:
                step, number = mine.recv()
            except EOFError:
                break
            told[step].append(number)
            left -= 1
            if left == 0:
                assert writer.pid is not None
                os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        assert writer.exitcode == -signal.SIGKILL
        with closing(Store(tmp_path / FILE)) as store:
            _check(store, tmp_path / FILE, told)


def _check(store: Store, path: Path, told: dict[str, list[int]]) -> None:
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not any(store.updates.accept(number, "{}", 1.0) for number in told["accepted"])
    jobs = {number: store.jobs.by_message(CLUB, number) for number in told["taken on"]}
    assert None not in jobs.values()
    for number in told["sending"]:
        job = jobs[number]
        assert job is not None
        assert job.state in ("sending", "done")
    for number in told["done"]:
        job = jobs[number]
        assert job is not None
        assert (job.state, store.messages.answer_of(CLUB, number)) == ("done", job.answer_id)
    for open_job in store.jobs.open():  # a message is noted with its job's state, or not at all
        assert store.messages.ids(open_job.answer_id, "answer", CLUB) == []
