"""One at a time: a lock on a file, which the system lets go of when its holder dies, however it dies.

Does not guard readers: they see the last complete state and need no lock. Advisory, and for one machine: a home on a
network share is not protected.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from retrieval.disk import disk_errors, make_folder
from retrieval.errors import IndexBusy


class Holder(NamedTuple):
    """Who holds a lock: its process, and since when (ISO 8601, to the second)."""

    pid: int
    since: str


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the one right to write in `folder`, making the folder when it isn't there.

    Raises IndexBusy, naming the process that writes and since when; HomeNotWritable when the folder cannot be written.
    """
    with held(folder / "writing.lock", busy):
        yield


@contextmanager
def held(file: Path, taken: Callable[[Holder | None], Exception], *, shared: bool = False) -> Iterator[None]:
    """Hold the lock on this file, making it and its folder where they aren't there.

    `shared`: the folder is that of several users, and the file may be another one's, left behind or held.

    Raises what `taken` gives when another holds it (None: one that has not said who it is); HomeNotWritable, DiskFull
    when the file cannot be made.
    """
    make_folder(file.parent)
    with disk_errors(file.parent):
        descriptor, ours = _open(file, shared=shared)
    try:
        with disk_errors(file.parent):
            _take(descriptor, taken)
            if ours:
                _sign(descriptor)
        yield
    finally:
        os.close(descriptor)  # lets go of the lock; the file stays, because removing it would let two in at once


def _open(file: Path, *, shared: bool) -> tuple[int, bool]:
    """A descriptor that can be locked, and whether it can be written."""
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o644), True
    except PermissionError:
        if not shared:
            raise
        return os.open(file, os.O_RDONLY), False


def _take(descriptor: int, taken: Callable[[Holder | None], Exception]) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise taken(_holder(os.pread(descriptor, 200, 0))) from error


def _sign(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "since": since}).encode(), 0)


def _holder(note: bytes) -> Holder | None:
    try:
        said = json.loads(note)
        return Holder(int(said["pid"]), str(said["since"]))
    except (ValueError, KeyError, TypeError):  # it has the lock and has not yet said who it is
        return None


def busy(holder: Holder | None) -> IndexBusy:
    """What is said when another writes."""
    if holder is None:
        return IndexBusy("Another process is writing to the index.")
    return IndexBusy(f"Process {holder.pid} has been writing to the index since {holder.since}.")
