"""Read the files of a source: each becomes documents with their exact text, or a named reason why it cannot be read.

A text file's text is `bytes.decode("utf-8")` and nothing else: no newline translation, a byte-order mark stays. A file
that cannot be read never stops the others. Does not look into the text for titles or dates (`articles` does).

To read one more kind of file, write a function from its bytes to documents and name it in `READERS`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import seeds
from retrieval.errors import SourceNotFound

SIDECAR = "articles.yaml"
"""The file beside the articles in which a person supplies what their texts do not show; never an article itself."""

LARGEST = 64 * 1024 * 1024
"""Bytes of one file that are read at most: some 10,000 pages of print, so a larger one is hardly an article."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it was found.

    `path`: relative to the source, with `/`; a row of a JSON Lines file is `FILE.jsonl#id`. `metadata`: what the file
    says of the text outside of it, by the names of Article's fields. `sha256`: of the raw bytes (of the row), in hex.
    """

    path: str
    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a row (`FILE.jsonl:12`), that gives no text: why, and what a person can do. Both are sentences."""

    path: str
    reason: str
    next_step: str


Read = Iterator[Document | Unreadable]


def read_source(path: Path) -> Read:
    """The documents of a file, or of a folder and its subfolders in sorted order; hidden files and sidecars left out.

    The bundled archive is exactly its `*.txt`. Nothing readable gives an iterator without a `Document`, not an error.
    Raises SourceNotFound, before the first document, when there is nothing at `path`.
    """
    if path.is_dir():
        return _read_folder(path)
    if path.is_file():
        return _read_file(path, path.name)
    raise SourceNotFound(f"There is no file or folder at {_shown(str(path))}.")


def _read_folder(folder: Path) -> Read:
    bundled = folder.resolve() == seeds.folder().resolve()
    for found in _walk(folder, folder):
        if isinstance(found, Unreadable):
            yield found
        elif not bundled or (found.suffix == ".txt" and found.parent == folder):
            yield from _read_file(found, found.relative_to(folder).as_posix())


def _walk(folder: Path, root: Path) -> Iterator[Path | Unreadable]:
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
            yield from _walk(Path(entry.path), root)
        elif entry.is_file() and entry.name != SIDECAR:
            yield Path(entry.path)


def _read_file(path: Path, name: str) -> Read:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        yield Unreadable(_shown(name), "The file's name is not valid text.", "Rename the file and ingest it again.")
        return
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(sorted(READERS))
        kind = f"{path.suffix.lower()} files are not read" if path.suffix else "A file without an ending is not read"
        yield Unreadable(name, f"{kind}.", f"Save the article as one of {kinds} (UTF-8), or take the file away.")
        return
    try:
        if path.stat().st_size > LARGEST:
            yield Unreadable(name, "The file is larger than 64 MB.", "Split it into one file per article.")
            return
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield Unreadable(name, f"The file cannot be opened: {reason}.", "Give yourself permission to read it.")
        return
    yield from reader(name, content)


def _read_text(name: str, content: bytes) -> Read:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        yield _not_utf8(name, content, error)
        return
    if problem := _problem(text):
        yield Unreadable(name, *problem)
        return
    yield Document(name, text, {}, hashlib.sha256(content).hexdigest())


def _read_json_lines(name: str, content: bytes) -> Read:
    seen: dict[str, int] = {}
    rows = 0
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        rows += 1
        where = f"{name}:{number}"
        try:
            row = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            yield _not_utf8(where, line, error)
        except (ValueError, RecursionError):
            yield Unreadable(where, "The line is not valid JSON.", "Write one JSON object a line.")
        else:
            found = _from_row(name, where, row, line.rstrip(b"\r"))
            if isinstance(found, Document):
                earlier = seen.setdefault(found.path, number)
                if earlier != number:
                    again = f"The id is that of line {earlier} already."
                    found = Unreadable(where, again, "Give each row an id of its own.")
            yield found
    if not rows:
        yield Unreadable(name, "The file is empty.", "Put an article a line into it, or take it away.")


READERS: dict[str, Callable[[str, bytes], Read]] = {
    ".txt": _read_text,
    ".md": _read_text,
    ".jsonl": _read_json_lines,
}
"""The kinds of file we read, by the ending of their name."""

_ROW_FIELDS = {
    "title": "title",
    "outlet": "outlet",
    "source": "outlet",
    "author": "author",
    "published": "published",
    "date": "published",
    "language": "language",
    "lang": "language",
    "url": "url",
}


def _from_row(name: str, where: str, row: object, line: bytes) -> Document | Unreadable:
    """The document of one row: {id, title?, source|outlet?, author?, date|published?, lang|language?, url?, text}."""
    if not isinstance(row, dict):
        return Unreadable(where, "The line is not a JSON object.", 'Write a row as {"id": …, "text": …}.')
    identity = row.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int) or not str(identity).strip():
        return Unreadable(where, "The row has no id.", 'Give it an "id" of its own: a word or a number.')
    text = row.get("text")
    if not isinstance(text, str):
        return Unreadable(where, "The row has no text.", 'Put the article into "text", as a string.')
    if problem := _problem(text):
        return Unreadable(where, *problem)
    metadata: dict[str, str] = {}
    for key, known in _ROW_FIELDS.items():
        value = row.get(key)
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            value = ", ".join(value)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if isinstance(value, bool) or not isinstance(value, str | int) or _problem(str(value)):
            return Unreadable(where, f'"{key}" is not a string.', "Write it as a string, or leave it out.")
        metadata.setdefault(known, str(value).strip())
    if _problem(str(identity)):
        return Unreadable(where, "The id holds characters that are no text.", "Use letters and digits.")
    return Document(f"{name}#{identity}", text, metadata, hashlib.sha256(line).hexdigest())


def _problem(text: str) -> tuple[str, str] | None:
    """Why a decoded text is not one we can use, and what to do; None when it is."""
    if not text.replace("\ufeff", "").strip():
        return "It is empty.", "Put an article into it, or take it away."
    if "\x00" in text:
        return "It holds NUL bytes, so it is not text.", "Save it as plain UTF-8 text."
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "It holds halves of characters (lone surrogates).", "Export it again as UTF-8."
    return None


def _not_utf8(name: str, content: bytes, error: UnicodeDecodeError) -> Unreadable:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Unreadable(name, "It is UTF-16, not UTF-8.", "Save it as UTF-8.")
    reason = f"It is not UTF-8 (first at byte {error.start})."
    return Unreadable(name, reason, "Save it as UTF-8; it may be Windows-1252 or Latin-1 now.")


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
