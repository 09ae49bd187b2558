"""Where an index lives in a home: one build is current, a new one is made beside it and takes its place at once.

    HOME/index/current          the name of the current build
    HOME/index/writing.lock     held by the one process that writes
    HOME/index/<build>/         catalogue.sqlite, words/ (tantivy), vectors-<n>/ (Chroma; the catalogue names the one)

A build whose settings no longer fit, or which is damaged, keeps serving readers until its successor is complete; it is
deleted by the writer after that. Does not look into a build.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from retrieval.disk import disk_errors

_POINTER = "current"
WORDS = "words"


def index_folder(home: Path) -> Path:
    """The folder of a home that holds its index."""
    return home / "index"


def current(home: Path) -> Path | None:
    """The build that serves readers, or None when nothing has been indexed. Its folder may be missing: damage."""
    pointer = index_folder(home) / _POINTER
    try:
        with disk_errors(home):
            name = pointer.read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    return index_folder(home) / (name or "build-unknown")


def new_vectors(build: Path) -> Path:
    """The folder for a new version of a build's vectors, not yet made."""
    return _next(build, "vectors-")


def other_vectors(build: Path, now: Path | None) -> list[Path]:
    """Versions of a build's vectors other than `now`: the one before, and any that a kill left unfinished."""
    return sorted(path for path in build.glob("vectors-*") if path != now)


def others(home: Path) -> list[Path]:
    """Builds that are not current: replaced ones, and one that was not completed."""
    now = current(home)
    return sorted(path for path in index_folder(home).iterdir() if path.is_dir() and path != now)


def new(home: Path) -> Path:
    """The folder for a new build, not yet made."""
    return _next(index_folder(home), "build-")


def make_current(home: Path, build: Path) -> None:
    """Let readers go over to this build from their next question on. Raises HomeNotWritable, DiskFull."""
    pointer = index_folder(home) / _POINTER
    draft = pointer.with_suffix(".new")
    with disk_errors(home):
        with draft.open("w", encoding="ascii") as file:
            file.write(build.name + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(pointer)


def delete(folder: Path) -> None:
    """Delete a build, or a version of its vectors; what cannot be deleted is left for the next writer."""
    shutil.rmtree(folder, ignore_errors=True)


def _next(folder: Path, prefix: str) -> Path:
    numbers = [path.name.removeprefix(prefix) for path in folder.glob(f"{prefix}*")]
    return folder / f"{prefix}{max((int(number) for number in numbers if number.isdecimal()), default=0) + 1}"
