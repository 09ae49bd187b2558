"""The file under the stores: all or nothing, upgraded step by step, and the disk waited for only where it is asked."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from bot.database import IN_MEMORY, Database
from bot.errors import UnreadableStore

STEPS = (
    "CREATE TABLE boats (name TEXT)",
    "ALTER TABLE boats ADD COLUMN crew INTEGER DEFAULT 4; INSERT INTO boats (name) VALUES ('Ilse')",
)


def opened(path: Path | str, *steps: str) -> Database:
    """A database of these migrations."""
    return Database(path, steps, UnreadableStore, contents="the boats of before")


class Sunk(Exception):
    """Something went wrong in the middle."""


def test_what_goes_wrong_in_the_middle_leaves_nothing_done(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "boats.sqlite", *STEPS)) as database:
        with pytest.raises(Sunk), database.transaction():
            database.run("DELETE FROM boats")
            with database.transaction(durable=True):
                database.run("INSERT INTO boats VALUES ('Brandt', 2)")
            raise Sunk
        assert database.run("SELECT * FROM boats") == [("Ilse", 4)]
        database.run("INSERT INTO boats VALUES ('Brandt', 2)")
    with closing(sqlite3.connect(tmp_path / "boats.sqlite")) as other:
        assert other.execute("SELECT count(*) FROM boats").fetchone() == (2,)


@pytest.mark.parametrize("before", [0, 1, 2])
def test_the_steps_that_are_missing_are_taken(tmp_path: Path, before: int) -> None:
    opened(tmp_path / "boats.sqlite", *STEPS[:before]).close()
    with closing(opened(tmp_path / "boats.sqlite", *STEPS)) as database:
        assert database.run("SELECT * FROM boats") == [("Ilse", 4)]


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    opened(tmp_path / "boats.sqlite", STEPS[0]).close()
    with pytest.raises(UnreadableStore, match="is damaged") as caught:
        opened(tmp_path / "boats.sqlite", *STEPS, "ALTER TABLE piers ADD COLUMN length INTEGER")
    assert "without the boats of before" in caught.value.next_step
    with closing(opened(tmp_path / "boats.sqlite", STEPS[0])) as database:
        assert database.run("SELECT * FROM boats") == []


def test_one_threads_transaction_is_not_anothers(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "boats.sqlite", STEPS[0])) as database:
        seen: list[object] = []
        reader = threading.Thread(target=lambda: seen.extend(database.run("SELECT count(*) FROM boats")))
        with database.transaction():
            database.run("INSERT INTO boats VALUES ('Ilse')")
            reader.start()
            assert seen == []
            database.run("INSERT INTO boats VALUES ('Brandt')")
        reader.join()
        assert seen == [(2,)]


def test_the_disk_is_waited_for_where_it_is_asked_and_not_after(tmp_path: Path) -> None:
    """SQLite's levels: 1 leaves the last transactions to the system to write, 2 does not."""

    def level() -> int:
        return int(database.run("PRAGMA synchronous")[0][0])

    with closing(opened(tmp_path / "boats.sqlite", STEPS[0])) as database:
        levels = [level()]
        with database.transaction(durable=True):
            levels.append(level())
        levels.append(level())
        with pytest.raises(Sunk), database.transaction(durable=True):
            raise Sunk
        assert [*levels, level()] == [1, 2, 1, 1]


def test_memory_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(opened(IN_MEMORY, *STEPS)) as database:
        assert database.run("SELECT name FROM boats") == [("Ilse",)]
        database.scrub()
    assert list(tmp_path.iterdir()) == []
