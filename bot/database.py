"""An SQLite file opened our way: for its owner only, written ahead, upgraded in place, its errors by their names.

What is deleted is overwritten, not only marked as free. Each call is one transaction, or joins the one its thread has
begun; several threads and processes may use one file. Knows no tables: who uses it brings them as migrations.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bot.errors import FootnoteError
from retrieval.disk import disk_errors, make_folder
from retrieval.errors import DamagedIndex, HomeNotWritable, IndexBusy

IN_MEMORY: Final = ":memory:"
"""In place of a file: what is kept ends with the process."""
BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""The ends of the names of a database and of what SQLite keeps beside it."""
Value = str | int | float | None

_BUSY_SECONDS = 10.0


class Database:
    """One file, or memory for IN_MEMORY.

    Every method may raise the `unreadable` error, HomeNotWritable, DiskFull, or IndexBusy when another process has kept
    the file to itself for ten seconds.
    """

    def __init__(
        self,
        path: Path | str,
        migrations: Sequence[str],
        unreadable: Callable[[str, str], FootnoteError],
        *,
        contents: str,
    ) -> None:
        """Open the file; it is made when it isn't there.

        `migrations`: scripts of which the n-th leads from schema n - 1 to n; those missing are run, all or none.
        `unreadable`: makes the error for a damaged file or one of a newer version, of a message and a next step.
        `contents`: what is lost with the file.
        """
        self._path = Path(path)
        self._migrations = migrations
        self._unreadable = unreadable
        self._contents = contents
        self._lock = threading.RLock()
        with self._errors():
            if path != IN_MEMORY:
                make_folder(self._path.parent)
                self._path.touch(mode=0o600)  # SQLite gives the files beside it the same mode
            self._db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def _prepare(self) -> None:
        self._check_schema()
        self._db.execute("PRAGMA secure_delete = ON")  # what is deleted is not left in the file's free pages
        self._write_ahead()
        self._db.execute("PRAGMA synchronous = NORMAL")
        with self.transaction():  # of two processes that open a file, one makes or upgrades the tables
            for script in self._migrations[self._check_schema() :]:
                for statement in script.split(";"):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {len(self._migrations)}")

    def _write_ahead(self) -> None:
        """Let readers and a writer work side by side; the file remembers it.

        SQLite does not wait here: where it finds the file in use, another process is opening it too, and that one or
        the next to come succeeds.
        """
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise

    def _check_schema(self) -> int:
        schema = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        if schema > len(self._migrations):
            raise self._unreadable(
                f"{self._path} was made by a newer version of Footnote.",
                "Use that version, or move the file away: a new one is made.",
            )
        return schema

    def run(self, statement: str, *values: Value) -> list[Any]:
        """The rows that a statement gives."""
        with self._lock, self._errors():
            return self._db.execute(statement, values).fetchall()

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[None]:
        """All that this thread runs inside happens, or nothing of it; one inside another joins it.

        What is done survives a kill. A loss of power may take back what was done last, up to the last transaction that
        was `durable`: for such a one the disk is waited for, some milliseconds.
        """
        with self._lock, self._errors():
            joined = self._db.in_transaction
            if joined:
                yield
                return
            if durable:
                self._db.execute("PRAGMA synchronous = FULL")
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:  # on some errors SQLite has taken everything back already
                    self._db.execute("ROLLBACK")
                if durable:
                    self._db.execute("PRAGMA synchronous = NORMAL")

    def scrub(self) -> None:
        """Empty the write-ahead log, so that what was deleted is not left in it either."""
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def damaged(self) -> FootnoteError:
        """The error for a file that cannot be read as what it was written as."""
        return self._unreadable(
            f"{self._path} is damaged.", f"Move it away: a new one is made, without {self._contents}."
        )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """The disk's errors by their names, said of this file and not of the index."""
        try:
            with disk_errors(self._path.parent):
                yield
        except DamagedIndex as error:
            raise self.damaged() from error
        except IndexBusy as error:
            raise IndexBusy(f"Another process is writing to {self._path}.") from error
        except HomeNotWritable as error:
            raise HomeNotWritable(f"{self._path} cannot be opened for writing.") from error
