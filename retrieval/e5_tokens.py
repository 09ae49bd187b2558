"""Cut text into the tokens of multilingual-e5-small: a unigram model over 250,000 pieces, read from a mapped trie.

The ids equal those of the model's own tokenizer (sentencepiece, `nmt_nfkc`), which takes 0.3 s to load; this one takes
milliseconds, because the trie is built once and mapped. Words are cut one by one and remembered: no piece reaches over
a space. Text is never read as a control token: "</s>" in an article is four characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from retrieval.e5_weights import Weights

SPACE: Final = "\u2581"
"""Stands for the space before a word in the pieces."""
UNKNOWN_PENALTY: Final = 10.0
"""How much less likely a character outside the vocabulary is than the least likely piece; sentencepiece's constant."""
LONGEST_PIECE: Final = 16
"""Characters in the longest piece; sentencepiece's default, and so in this vocabulary."""
SURROGATES: Final = range(0xD800, 0xE000)
"""Halves of characters, as bytes that aren't UTF-8 come in from a command line; no character of a text."""
REMEMBERED_WORDS: Final = 50_000


def build_trie(weights: Weights) -> tuple[bytes, bytes]:
    """The pieces as a marisa trie, and, in the order of its keys, their ids (int32) followed by their scores (float32).

    Control pieces (<s>, <pad>, </s>, <unk>, <mask>) are left out.
    """
    import marisa_trie

    pieces, scores = weights.pieces(), weights.scores()
    ids = {piece: i for i, piece in enumerate(pieces) if scores[i] != 0.0}
    trie = marisa_trie.Trie(ids)
    by_key = np.fromiter((ids[trie.restore_key(key)] for key in range(len(ids))), np.dtype("<i4"), len(ids))
    return trie.tobytes(), by_key.tobytes() + scores[by_key].astype("<f4").tobytes()


class Tokenizer:
    """Text to token ids, and where in the text each token begins.

    `trie` and `table` are files with what `build_trie` returned. Safe to share between threads.
    """

    def __init__(self, trie: Path, table: Path, weights: Weights) -> None:
        import marisa_trie

        self._trie = marisa_trie.Trie().mmap(str(trie))
        ids_and_scores = table.read_bytes()
        half = len(ids_and_scores) // 2
        self._ids = memoryview(ids_and_scores)[:half].cast("i")
        self._scores = memoryview(ids_and_scores)[half:].cast("f")
        self._unknown = weights.unk
        self._unknown_score = float(np.frombuffer(ids_and_scores, np.float32, offset=half).min()) - UNKNOWN_PENALTY
        self._characters = weights.character_map() | dict.fromkeys(SURROGATES, "\ufffd")
        self._cut = lru_cache(REMEMBERED_WORDS)(self._cut_word)

    def ids(self, text: str) -> list[int]:
        """The token ids of the text, without <s> and </s>."""
        return [i for word in self._normalise(text).split(" ") if word for i in self._cut(word)[0]]

    def ids_and_starts(self, text: str) -> tuple[list[int], list[int]]:
        """The ids, and for each the offset in `text` of the first character it stands for.

        A token that stands for the space alone begins where its word does.
        """
        normalised, origins = [], []
        for start, cluster in _clusters(text):
            characters = cluster.translate(self._characters)
            normalised.append(characters)
            origins.extend([start] * len(characters))
        ids: list[int] = []
        starts: list[int] = []
        at = 0
        for word in "".join(normalised).split(" "):
            if word:
                word_ids, word_starts = self._cut(word)
                ids.extend(word_ids)
                starts.extend(origins[at + start] for start in word_starts)
            at += len(word) + 1
        return ids, starts

    def _normalise(self, text: str) -> str:
        if not unicodedata.is_normalized("NFC", text):
            text = "".join(cluster for _, cluster in _clusters(text))
        return text.translate(self._characters)

    def _cut_word(self, word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The most likely pieces of one word (Viterbi): ids, and the offsets in `word` where they begin."""
        marked = SPACE + word
        length = len(marked)
        best = [float("-inf")] * (length + 1)
        best[0] = 0.0
        came_from = [0] * (length + 1)
        piece = [self._unknown] * (length + 1)
        for start in range(length):
            so_far = best[start]
            if so_far + self._unknown_score > best[start + 1]:
                best[start + 1], came_from[start + 1] = so_far + self._unknown_score, start
                piece[start + 1] = self._unknown
            for prefix, key in self._trie.iter_prefixes_with_ids(marked[start : start + LONGEST_PIECE]):
                end, score = start + len(prefix), so_far + self._scores[key]
                if score > best[end]:
                    best[end], came_from[end], piece[end] = score, start, self._ids[key]
        ids: list[int] = []
        starts: list[int] = []
        end = length
        while end:
            start = came_from[end]
            if ids and piece[end] == ids[-1] == self._unknown:
                starts[-1] = start  # a run of unknown characters is one token
            else:
                ids.append(piece[end])
                starts.append(start)
            end = start
        return tuple(reversed(ids)), tuple(max(start - 1, 0) for start in reversed(starts))


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Each character with the combining marks after it, composed (NFC), and its offset.

    The model's own rules compose sequences such as e + U+0301; the character map alone has single characters only. A
    letter with two marks may come out otherwise than in the model's own tokenizer.
    """
    if unicodedata.is_normalized("NFC", text):
        yield from enumerate(text)
        return
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or not (unicodedata.combining(text[i]) or "\u1160" <= text[i] <= "\u11ff"):
            yield start, unicodedata.normalize("NFC", text[start:i])
            start = i
