"""Follow sources: look at them again and again, and have each change brought in once it has settled.

It looks instead of asking the system for notices: that sees saves, renames and deletions of any kind alike, works on
network drives and in containers, which give no notices, and needs neither a package nor a watch for each folder. A look
reads no file; looks are spaced so that they take at most a twentieth of the time. Does not write: `update` does, and
holds the lock only then.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from retrieval.errors import RetrievalError
from retrieval.reading import SIDECAR, as_below
from retrieval.sync import Report

_SHARE = 20  # the time between two looks, at least, in times of what a look takes
_LONGEST = 30.0  # seconds that a change is waited for to settle: something may be written to all the time
_SOON, _LATER = 5.0, 60.0  # seconds until what failed is tried again: where a retry helps, and where it hardly does

State = dict[str, tuple[int, int, int, int]]
"""path -> size, inode, time of modification, time of change of status (ns)."""


def follow(
    paths: Sequence[Path],
    update: Callable[[], Report],
    idle: Callable[[], object] = lambda: None,
    *,
    besides: Path | None = None,
    seconds: float = 1.0,
) -> Iterator[Report | RetrievalError]:
    """Bring the sources in, then again after each change: what was done, or why it could not be.

    Updates that did nothing are passed over, and so is an error that was told last. `seconds`: between two looks, and
    how long nothing must have changed before an update. Never ends by itself; what `update` raises beside
    RetrievalError ends it. `idle` is called after each look that saw no change, and what it raises is told, too.
    `besides`: a folder that is not looked at, because updates write there.
    """
    known: State | None = None
    told: object = None
    retry = rest = 0.0
    while True:
        now, pause = _looked(paths, besides, seconds)
        if now != known or (retry and time.monotonic() >= retry):
            known = now if known is None else _settled(paths, besides, now, seconds)
            retry = 0.0
            try:
                done: Report | RetrievalError = update()
            except RetrievalError as error:
                done = error
                retry = time.monotonic() + (_SOON if error.retry_helps else _LATER)
            news = _news(done)
            if news is not None and news != told:
                yield done
            told = news or told
        elif time.monotonic() >= rest:
            try:
                idle()
            except RetrievalError as error:
                rest = time.monotonic() + (_SOON if error.retry_helps else _LATER)
                if error.message != told:
                    yield error
                told = error.message
        time.sleep(pause)


def look(paths: Sequence[Path], besides: Path | None = None) -> State:
    """The files of these sources and their sidecars as they are now; left out are hidden ones, what cannot be opened,
    and the folder `besides`.
    """
    found: State = {}
    for path in paths:
        if path.is_dir():
            _look_below(path, besides and as_below(path, besides), found)
        else:
            for file in (path, path.parent / SIDECAR):
                _note(str(file), file.stat, found)
    return found


def _look_below(folder: Path, besides: Path | None, found: State) -> None:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if (below := Path(entry.path)) != besides:
                        _look_below(below, besides, found)
                else:
                    _note(entry.path, entry.stat, found)
    except OSError:
        return  # gone, or closed to us: the update says so


def _note(path: str, stat: Callable[[], os.stat_result], found: State) -> None:
    try:
        of = stat()
    except OSError:
        return
    found[path] = (of.st_size, of.st_ino, of.st_mtime_ns, of.st_ctime_ns)


def _looked(paths: Sequence[Path], besides: Path | None, seconds: float) -> tuple[State, float]:
    """What is there, and the seconds until the next look."""
    started = time.monotonic()
    found = look(paths, besides)
    return found, max(seconds, _SHARE * (time.monotonic() - started))


def _settled(paths: Sequence[Path], besides: Path | None, now: State, seconds: float) -> State:
    """What is there when two looks have been alike, or when that has taken too long."""
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end:
        before = now
        time.sleep(seconds)
        now = look(paths, besides)
        if now == before:
            break
    return now


def _news(done: Report | RetrievalError) -> object:
    """What there is to tell; None: nothing."""
    if isinstance(done, RetrievalError):
        return done.message
    if done.added or done.changed or done.moved or done.removed or done.notices:
        return object()  # unlike any before
    return done.unreadable
