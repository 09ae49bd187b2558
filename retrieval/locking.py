"""One writer at a time: a lock on a file, which the system lets go of when its holder dies, however it dies.

Does not guard readers: they see the last complete state and need no lock. Advisory, and for one machine: a home on a
network share is not protected.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from retrieval.disk import disk_errors, make_folder
from retrieval.errors import IndexBusy


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the one right to write in `folder`, making the folder when it isn't there.

    Raises IndexBusy, naming the process that writes and since when; HomeNotWritable when the folder cannot be written.
    """
    make_folder(folder)
    with disk_errors(folder):
        descriptor = os.open(folder / "writing.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with disk_errors(folder):
            _take(descriptor)
        yield
    finally:
        os.close(descriptor)  # lets go of the lock; the file stays, because removing it would let two in at once


def _take(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise IndexBusy(_who(os.pread(descriptor, 200, 0))) from error
    os.ftruncate(descriptor, 0)
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "since": since}).encode(), 0)


def _who(note: bytes) -> str:
    try:
        holder = json.loads(note)
        return f"Process {holder['pid']} has been writing to the index since {holder['since']}."
    except (ValueError, KeyError, TypeError):  # it has the lock and has not yet said who it is
        return "Another process is writing to the index."
