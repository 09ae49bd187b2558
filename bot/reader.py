"""Read a question and a sentence together: does this sentence answer this question?

A cross-encoder: multilingual-e5-small, the weights the bundled embedder uses, with a low-rank change to the matrices of
its upper layers and a small head, both in `reader.npz` (fitted by `fitting/reader.py`). The change is merged into the
weights once, into an 8-bit graph beside the embedder's, which is checked when loaded and built again when damaged.
Judges one sentence at a time, in English and French and across the two. Does not find sentences, and does not decide.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.resources import files as package_files
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from retrieval.e5 import QUERY_PREFIX, fastest_precision, session
from retrieval.e5_files import keep_built, prepare_files
from retrieval.e5_graph import INPUT, Precision, encode
from retrieval.e5_tokens import Tokenizer
from retrieval.e5_weights import Weights, find_weights
from retrieval.errors import EmbedderUnavailable
from retrieval.onnx_writer import GraphWriter

Read = tuple[str | None, str | None, str]
"""Title of the article, the sentence before, the sentence; what isn't known is None."""

QUESTION_TOKENS: Final = 48
SENTENCE_TOKENS: Final = 112
TITLE_TOKENS: Final = 24
PREVIOUS_TOKENS: Final = 32
"""The most that is read of each part: the beginning, of the sentence before its end. As in the fitting."""

CHANGES: Final = "reader.npz"
BUILD: Final = 3
"""Raise when the same changes give another graph."""
EXACT: Final = ("l4.fo",)
"""Not in 8 bits: what goes into this matrix has a few values so great that the others would be rounded away. Scores are
off by 0.2 on average and 1.5 at most so, against 0.4 and 4.7 with it in 8 bits (146 pairs)."""
LOGITS: Final = "logits"
REINSTALL: Final = "Install Footnote again."
_REMEMBERED_TEXTS: Final = 4096


def load_reader(folder: Path, *, threads: int = 2, announce: Callable[[str], None] | None = None) -> Reader:
    """The reader, its graph built into `folder` (the bundled embedder's) when it isn't there or isn't whole.

    `threads`: how many sentences are read at once. `announce` is told, in a sentence, before a build, which takes one
    or two seconds. Raises EmbedderUnavailable (weights missing or damaged), HomeNotWritable, DiskFull.
    """
    found, precision = find_weights(), fastest_precision()
    shared = prepare_files(folder, found, precision, announce)
    fitted = _fitted()
    graph = folder / f"reader-{precision}.onnx"

    def make(_: Weights) -> dict[Path, bytes]:
        return {graph: build_reader(Adapted(found, read_changes(fitted)), precision)}

    keep_built(
        folder / f"reader-{precision}.json",
        (graph,),
        found,
        make,
        of=f"{BUILD}/{hashlib.sha256(fitted).hexdigest()}",
        before=lambda: announce("Preparing the reader; this happens once.") if announce else None,
    )
    weights = Weights(found)
    return Reader(session(str(graph)), Tokenizer(shared.trie, shared.table, weights), weights, threads)


class Reader:
    """Reads sentences as answers to a question. Made by `load_reader`; safe to share between threads."""

    def __init__(self, graph: Any, tokenizer: Tokenizer, weights: Weights, threads: int) -> None:
        self._session = graph
        self._weights = weights
        self._threads = threads
        self._ids = lru_cache(_REMEMBERED_TEXTS)(tokenizer.ids)

    def scores(self, question: str, sentences: Sequence[Read]) -> list[float]:
        """For each sentence the log-odds that it answers the question; about 0 is as likely as not.

        Each sentence is read on its own: a score never depends on the sentences it is asked about with.
        """
        asked = self._ids(QUERY_PREFIX) + self._ids(question)

        def score(one: Read) -> float:
            return self._score(asked, one)

        if len(sentences) < 2 or self._threads == 1:
            return [score(one) for one in sentences]
        pool = ThreadPoolExecutor(self._threads)
        try:
            return list(pool.map(score, sentences))
        finally:
            pool.shutdown(cancel_futures=True)  # Ctrl-C ends after the sentences under way

    def _score(self, asked: list[int], one: Read) -> float:
        title, previous, sentence = (self._ids(part) if part else [] for part in one)
        ids, start, end = lay_out(self._weights, asked, sentence, title, previous)
        logits = self._session.run([LOGITS], {INPUT: self._weights.embedded(ids)[None]})[0][0]
        return float(logits[0, 0] + np.logaddexp.reduce(logits[start:end, 1]))


def lay_out(
    weights: Weights, question: list[int], sentence: list[int], title: list[int], previous: list[int]
) -> tuple[list[int], int, int]:
    """The ids of a pair, `<s> question </s> sentence </s> title </s> previous </s>`, and where its sentence stands.

    An empty sentence is read as one unknown token, so that there is something to score.
    """
    asked = question[:QUESTION_TOKENS]
    read = sentence[:SENTENCE_TOKENS] or [weights.unk]
    start = len(asked) + 2
    eos = weights.eos
    context = [*title[:TITLE_TOKENS], eos, *previous[-PREVIOUS_TOKENS:], eos]
    return [weights.bos, *asked, eos, *read, eos, *context], start, start + len(read)


class Adapted(Weights):
    """The weights with the reader's changes: to each matrix that has one, `up @ down` is added. `changes`: as read."""

    def __init__(self, path: Path, changes: Mapping[str, NDArray[np.float32]]) -> None:
        super().__init__(path)
        self.changes = changes

    def matrix(self, name: str) -> NDArray[np.float32]:
        """(outputs, inputs), as in `Weights`, changed."""
        plain = super().matrix(name)
        if f"{name}.up" not in self.changes:
            return plain
        # In float64, so that the file is the same whatever order a processor's threads add in: rounding hides it.
        up, down = (self.changes[f"{name}.{part}"].astype(np.float64) for part in ("up", "down"))
        changed: NDArray[np.float32] = (plain + up @ down).astype(np.float32)
        return changed


def build_reader(weights: Adapted, precision: Precision) -> bytes:
    """The model file: `embedded` (1, tokens, width) to `logits` (1, tokens, 2).

    Column 0 of the first token speaks of the pair, column 1 of the tokens that may be the answer.
    """
    graph = GraphWriter()
    state = encode(graph, weights, precision, EXACT)
    product = graph.node("MatMul", [state, graph.constant("head", weights.changes["head"])], "head.product")
    graph.node("Add", [product, graph.constant("head.b", weights.changes["bias"])], LOGITS)
    return graph.model({INPUT: (1, "tokens", weights.width)}, {LOGITS: (1, "tokens", 2)})


def _fitted() -> bytes:
    try:
        return (package_files("bot") / CHANGES).read_bytes()
    except OSError as error:
        raise EmbedderUnavailable(f"The reader's weights ({CHANGES}) are missing.", REINSTALL) from error


def read_changes(fitted: bytes) -> dict[str, NDArray[np.float32]]:
    """What `reader.npz` holds: "head" (width, 2), "bias" (2,), and "NAME.up", "NAME.down" for each changed matrix.

    Raises EmbedderUnavailable when it is damaged.
    """
    try:
        with np.load(BytesIO(fitted), allow_pickle=False) as arrays:
            changes = {name: arrays[name].astype(np.float32) for name in arrays.files}
    except (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise EmbedderUnavailable(f"The reader's weights ({CHANGES}) are damaged.", REINSTALL) from error
    if not {"head", "bias"} <= changes.keys():
        raise EmbedderUnavailable(f"The reader's weights ({CHANGES}) are incomplete.", REINSTALL)
    return changes
