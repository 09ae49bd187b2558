"""Read the files of a source: each becomes documents with their text, or a named reason why it cannot be read.

A text file's text is exactly its own; of all other kinds it is what `retrieval.readers` takes out of them, in a process
apart. What a file is, is told by its content before its name. A file that cannot be read never stops the others, and
none takes more than bounded time and memory. Does not look into the text for titles or dates (`articles` does).

To read one more kind of file, write a module with `read(name, content)` in `retrieval.readers`, and name it in
`readers/kinds.py`.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import seeds
from retrieval.errors import SourceNotFound
from retrieval.readers import apart, kinds, text
from retrieval.readers.found import LARGEST, Document, Read, Refused, Unreadable
from retrieval.readers.packed import Exhausted, Packed

__all__ = [
    "LARGEST",
    "READERS",
    "SIDECAR",
    "Document",
    "File",
    "Read",
    "Unreadable",
    "files",
    "read_content",
    "read_source",
    "version",
]

SIDECAR = "articles.yaml"
"""The file beside the articles in which a person supplies what their texts do not show; never an article itself."""

SETTLED_NS = 2_000_000_000
"""How long ago a file must have been touched last for its stamp to be relied on: the coarsest clock of a file system
(FAT's) ticks every two seconds, and two changes within one tick look alike. git keeps its index right the same way."""

_LIBRARIES = ("charset-normalizer", "htmldate", "lxml", "pypdfium2", "striprtf", "trafilatura")


def version() -> str:
    """What texts depend on beside the files: our reading, counted up with each change of it, and its libraries."""
    from importlib import metadata

    return "; ".join(["files, 4", *(f"{name} {metadata.version(name)}" for name in _LIBRARIES)])


@dataclass(frozen=True, slots=True)
class File:
    """A file of a source, not read yet.

    `name`: relative to the source, with `/`. `stamp`: as long as it is the same, so is what the file holds; "" when
    nothing tells, because it was touched just now. `read` reads it.
    """

    name: str
    stamp: str
    read: Callable[[], Read]


def files(path: Path, *, besides: Path | None = None) -> Iterator[File | Unreadable]:
    """A file, or those of a folder and its subfolders in sorted order; hidden files and sidecars left out.

    `besides`: a folder within it that is left out, too, such as the home. The bundled archive is exactly its `*.txt`. A
    folder that cannot be opened is unreadable. Raises SourceNotFound, before the first file, when there is nothing at
    `path`.
    """
    if path.is_dir():
        return _files_below(path, besides and as_below(path, besides))
    if path.is_file():
        return iter([_file(path, path.name)])
    raise SourceNotFound(f"There is no file or folder at {_shown(str(path))}.")


def as_below(folder: Path, other: Path) -> Path:
    """The same place, named by way of `folder`: as a walk from there comes upon it, wherever links have led there."""
    return folder / os.path.relpath(other.resolve(), folder.resolve())


def read_source(path: Path) -> Read:
    """The documents of all `files`, in their order. Nothing readable gives an iterator without a `Document`, not an
    error. Raises SourceNotFound, before the first document, when there is nothing at `path`.
    """
    return _read_all(files(path))


def stamp(found: os.stat_result, now: int) -> str:
    """A file's size, inode and times of change at `now` (ns); "" when it may change again without their showing it.

    The time of modification can be set to anything; that of the last change of status cannot, and every write counts it
    on. So a stamp that is the same stands for the same content, on any file system that keeps that time.
    """
    if max(found.st_mtime_ns, found.st_ctime_ns) + SETTLED_NS > now:
        return ""
    return f"{found.st_size} {found.st_ino} {found.st_mtime_ns} {found.st_ctime_ns}"


def read_content(name: str, content: bytes) -> Read:
    """The documents of a file of this name, whose bytes are at hand."""
    return _named(name, _read(name, content))


def _files_below(folder: Path, besides: Path | None) -> Iterator[File | Unreadable]:
    bundled = folder.resolve() == seeds.folder().resolve()
    for found in _walk(folder, folder, besides):
        if isinstance(found, Unreadable):
            yield found
        elif not bundled or (found.suffix == ".txt" and found.parent == folder):
            yield _file(found, found.relative_to(folder).as_posix())


def _file(path: Path, name: str) -> File:
    try:
        stamped = stamp(path.stat(), time.time_ns())
    except OSError:  # gone since: reading it says so
        stamped = ""
    return File(name, stamped, lambda: _named(name, _read_file(path, name)))


def _read_all(found: Iterator[File | Unreadable]) -> Read:
    for one in found:
        if isinstance(one, Unreadable):
            yield one
        else:
            yield from one.read()


def _walk(folder: Path, root: Path, besides: Path | None) -> Iterator[Path | Unreadable]:
    """Files below `folder`, sorted, without hidden ones and sidecars; links to folders are not followed (no cycles)."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        name = _shown(folder.relative_to(root).as_posix())
        reason = error.strerror or type(error).__name__
        yield Unreadable(name, f"The folder cannot be opened: {reason}.", "Give yourself permission to read it.")
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if besides is None or Path(entry.path) != besides:
                yield from _walk(Path(entry.path), root, besides)
        elif entry.is_file() and entry.name != SIDECAR:
            yield Path(entry.path)


def _named(name: str, found: Read) -> Read:
    """What was found, and a row for the file where its reading was refused or nothing was in it."""
    count = 0
    try:
        for count, one in enumerate(found, start=1):  # noqa: B007 - counted
            yield one
    except Refused as refused:
        yield Unreadable(_shown(name), refused.reason, refused.next_step, refused.may_pass)
    else:
        if not count:
            yield Unreadable(_shown(name), "There is no article in it.", "Put one into it, or take it away.")


def _read_file(path: Path, name: str) -> Read:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("The file's name is not valid text.", "Rename the file and ingest it again.") from None
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > LARGEST and kinds.by_name(name) == "zip":
                yield from _read_archive(name, file, size)
                return
            content = file.read(kinds.HEAD)
            if kinds.by_name(name) is None and not content.startswith(b"PK"):
                kinds.kind_of(name, content)  # refuses what isn't read before all of it is taken into memory
            if size <= LARGEST:
                content += file.read(LARGEST)
            if max(size, len(content)) > LARGEST:
                raise Refused("The file is larger than 64 MB.", "Split it into one file per article.")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        why = f"The file cannot be opened: {reason}."
        raise Refused(why, "Give yourself permission to read it.", may_pass=True) from error
    yield from _read(name, content)


def _read(name: str, content: bytes) -> Read:
    yield from _read_as(kinds.kind_of(name, content), name, content)


def _read_as(kind: str, name: str, content: bytes) -> Read:
    """Raises Refused."""
    if kind == "text":
        return text.read(name, content)
    if kind == "zip":
        return _read_archive(name, io.BytesIO(content), len(content))
    return apart.read(kind, name, content)


def _read_archive(name: str, file: BinaryIO, size: int) -> Read:
    """The files in a zip file, as those of a folder are read; an archive in it is named and not opened."""
    packed = Packed(file, size)
    for part in sorted(packed.parts, key=lambda one: one.filename):
        inner = PurePosixPath(part.filename)
        if inner.name == SIDECAR or any(one.startswith((".", "__MACOSX")) and one != ".." for one in inner.parts):
            continue
        where = f"{name}/{part.filename}"
        try:
            content = packed.unpack(part)
            kind = kinds.kind_of(part.filename, content)
            if kind == "zip":
                raise Refused("It is an archive within an archive.", "Unpack it, and ingest the folder.")
            yield from _read_as(kind, where, content)
        except Exhausted:
            raise
        except Refused as refused:
            yield Unreadable(where, refused.reason, refused.next_step)


READERS: Mapping[str, Callable[[str, bytes], Read]] = {
    ending: partial(_read_as, kind) for ending, kind in kinds.ENDINGS.items()
}
"""The reading of each kind of file by the ending of its name, whatever the content says. They raise Refused."""


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
