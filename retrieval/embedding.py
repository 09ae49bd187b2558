"""Text to vectors: what an embedder is, and the three kinds there are.

    unset                    the bundled multilingual-e5-small (e5.py): no key, no server, no download
    openai:MODEL             OpenAI's embeddings, or any server that speaks their protocol (openai_embedding.py)
    package.module:Name      any LangChain `Embeddings`: an instance, a class or a factory that takes no argument

Every embedder gives unit vectors, so that a dot product is a cosine. Does not read the environment: key, base URL and
folder are passed in. Does not cut long texts: `max_tokens` tells the cutter how long a passage may be.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from retrieval.errors import BadEmbedderSetting, EmbedderUnavailable, RetrievalError

Vector = NDArray[np.float32]
"""(d,) a unit vector, or (n, d) unit rows."""

OPENAI: Final = "openai:"
"""How a setting begins that names a model of an OpenAI-like server."""


@runtime_checkable
class Embedder(Protocol):
    """Text to unit vectors. Methods that embed raise EmbedderUnavailable when a model or server doesn't answer."""

    @property
    def name(self) -> str:
        """What the vectors depend on; two embedders of one name give the same vectors."""
        ...

    @property
    def dimensions(self) -> int:
        """d, the length of a vector."""
        ...

    @property
    def max_tokens(self) -> int | None:
        """The longest passage in tokens as `count_tokens` counts; None: not known."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens the text takes as a passage, with all that the embedder adds to it."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        """(n, d) unit rows, in the order of `texts`; (0, d) for none."""
        ...

    def embed_query(self, text: str) -> Vector:
        """(d,) unit vector of a question."""
        ...


def load_embedder(
    spec: str | None,
    folder: Path,
    *,
    api_key: str | None = None,
    base_url: str | None = None,
    threads: int | None = None,
    announce: Callable[[str], None] | None = None,
    patience: float | None = None,
) -> Embedder:
    """The embedder a setting names; None is the bundled one, whose files are built into `folder` when needed.

    `api_key` and `base_url` are for `openai:MODEL`, as is `patience`: seconds for which it waits while the server says
    that it is asked too much (None: as for a question); `threads` and `announce` for the bundled one (see `load_e5`).
    Raises BadEmbedderSetting for a setting that names none, EmbedderUnavailable when the one it names can't be made,
    HomeNotWritable or DiskFull when the bundled one can't be built. No request is sent yet.
    """
    if spec is None:
        from retrieval.e5 import load_e5

        return load_e5(folder, threads=threads, announce=announce)
    if spec.startswith(OPENAI):
        from retrieval.openai_embedding import PATIENCE, OpenAIEmbedder

        model = spec.removeprefix(OPENAI).strip()
        patience = PATIENCE if patience is None else patience
        return OpenAIEmbedder(model, api_key=api_key, base_url=base_url, patience=patience)
    return ImportedEmbedder(spec)


def unit_rows(vectors: ArrayLike, count: int, name: str) -> Vector:
    """(count, d) float32 rows of length one. Raises EmbedderUnavailable for what can't be scaled so."""
    try:
        rows = np.asarray(vectors, np.float32)
    except (TypeError, ValueError) as error:
        raise EmbedderUnavailable(f"{name} answered with something other than a list of vectors.") from error
    if rows.ndim != 2 or len(rows) != count or not rows.shape[1]:
        raise EmbedderUnavailable(f"{name} answered with vectors of shape {rows.shape} for {count} texts.")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and lengths.all()):
        raise EmbedderUnavailable(f"{name} answered with a vector that is zero or not a number.")
    scaled: Vector = rows / lengths
    return scaled


class ImportedEmbedder:
    """A LangChain `Embeddings` found by its import path. Its own settings (model, key) are its own affair.

    `dimensions` is learnt by embedding one word; `max_tokens` is not known.
    """

    max_tokens: Final = None

    def __init__(self, spec: str) -> None:
        """Raises BadEmbedderSetting when `spec` leads to no `Embeddings`, EmbedderUnavailable when making it fails."""
        self.name: Final = spec
        module_name, colon, attribute = spec.partition(":")
        if not (colon and attribute and all(part.isidentifier() for part in f"{module_name}.{attribute}".split("."))):
            raise BadEmbedderSetting(f"{spec!r} names no embedder.")
        with _Translated(spec):
            found: Any = _import(module_name, attribute, spec)
            if isinstance(found, type) or (callable(found) and not hasattr(found, "embed_documents")):
                found = found()
        if not all(callable(getattr(found, method, None)) for method in ("embed_documents", "embed_query")):
            raise BadEmbedderSetting(f"{spec} is no LangChain Embeddings: it has no embed_documents and embed_query.")
        self._embeddings = found

    @cached_property
    def dimensions(self) -> int:
        """d; embeds one word the first time."""
        return len(self.embed_query("archive"))

    def count_tokens(self, text: str) -> int:
        """o200k_base tokens: an estimate, the model's own tokenizer is not known."""
        from retrieval.tokens import counter

        return counter()(text)

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        """(n, d) unit rows."""
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        with _Translated(self.name):
            vectors = self._embeddings.embed_documents(list(texts))
        return unit_rows(vectors, len(texts), self.name)

    def embed_query(self, text: str) -> Vector:
        """(d,) unit vector."""
        with _Translated(self.name):
            vector = self._embeddings.embed_query(text)
        row: Vector = unit_rows([vector], 1, self.name)[0]
        return row


def _import(module_name: str, attribute: str, spec: str) -> Any:
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise BadEmbedderSetting(
            f"{spec} can't be imported: there is no module {error.name}.",
            "Install the package into the environment Footnote runs in, or correct FOOTNOTE_EMBEDDINGS.",
        ) from error
    for name in attribute.split("."):
        if not hasattr(found, name):
            raise BadEmbedderSetting(f"{spec} can't be imported: {module_name} has no {attribute}.")
        found = getattr(found, name)
    return found


class _Translated:
    """Whatever somebody else's embedder raises, said as EmbedderUnavailable: its errors can't be known by name here."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, Exception) and not isinstance(error, RetrievalError):
            raise EmbedderUnavailable(f"The embedder {self._name} failed: {type(error).__name__}: {error}") from error
