"""Put the disk's own errors into our names: no permission, no space, a damaged or locked database.

Does not retry and does not hide: what it does not know passes through unchanged.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import DamagedIndex, DiskFull, HomeNotWritable, IndexBusy, RetrievalError

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NOT_WRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EISDIR})


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Raise HomeNotWritable, DiskFull, IndexBusy or DamagedIndex in place of what the system or SQLite raised."""
    try:
        yield
    except OSError as error:
        named = _of_system(error, folder)
        if named is None:
            raise
        raise named from error
    except sqlite3.DatabaseError as error:
        raise _of_sqlite(error, folder) from error


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they aren't there. Raises HomeNotWritable, DiskFull."""
    try:
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError as error:  # what /proc says where another file system would speak of permission
        raise HomeNotWritable(f"{folder} cannot be made.") from error


def name_message(text: str, folder: Path) -> RetrievalError | None:
    """The error that a store's own message speaks of, or None; for stores that raise one class for everything."""
    lowered = text.lower()
    if "no space left" in lowered or "disk is full" in lowered or "(code: 13)" in lowered:
        return DiskFull(f"The disk that holds {folder} is full.")
    if "readonly database" in lowered or "permission denied" in lowered or "read-only file system" in lowered:
        return HomeNotWritable(f"{folder} cannot be written.")
    if "lockbusy" in lowered or "database is locked" in lowered:
        return IndexBusy("Another process is writing to the index.")
    return None


def _of_system(error: OSError, folder: Path) -> RetrievalError | None:
    if error.errno in _NO_SPACE:
        return DiskFull(f"The disk that holds {folder} is full.")
    if error.errno in _NOT_WRITABLE:
        return HomeNotWritable(f"{folder} cannot be made or written ({error.strerror}).")
    return None


def _of_sqlite(error: sqlite3.DatabaseError, folder: Path) -> RetrievalError:
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None  # extended codes keep the primary one in the low byte
    if primary == sqlite3.SQLITE_FULL:
        return DiskFull(f"The disk that holds {folder} is full.")
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return HomeNotWritable(f"The catalogue in {folder} cannot be opened for writing.")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexBusy("Another process is writing to the index.")
    return DamagedIndex(f"The catalogue in {folder} is damaged ({error}).")
