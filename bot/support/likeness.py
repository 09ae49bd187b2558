"""How near two texts are in meaning, by the bundled embedder, in either language; each text is embedded once."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from retrieval.centring import Centring
from retrieval.embedding import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_REMEMBERED: Final = 512
"""Texts whose vectors are kept: those of a few answers."""
_CHARACTERS: Final = 1500
"""The beginning of a text that is read: within what any embedder takes."""


class Likeness:
    """Cosines of texts. Not for use by two threads at once."""

    def __init__(self, embedder: Embedder, centring: Centring) -> None:
        self._embedder = embedder
        self._centring = centring
        self._kept: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()

    def cosine(self, a: str, a_language: str, b: str, b_language: str) -> float:
        """From -1 to 1, what only says the language taken out of both. Raises EmbedderUnavailable."""
        return float(self._vector(a, a_language) @ self._vector(b, b_language))

    def _vector(self, text: str, language: str) -> NDArray[np.float32]:
        key = (text, language)
        kept = self._kept.get(key)
        if kept is None:
            rows = self._embedder.embed_passages([" ".join(text.split())[:_CHARACTERS]])
            kept = self._kept[key] = self._centring.passages(rows, language)[0]
            if len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return kept
