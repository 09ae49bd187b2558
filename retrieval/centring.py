"""Take out of a vector what only says its language, so that a question finds passages of the other language.

multilingual-e5 places texts of one language together, whatever they say: in a mixed archive a question meets its own
language first. Subtracting a share of the mean vector of the language, and scaling to length one again, undoes it.
Means are of one embedder (`centres.npz`, made by `fitting/centres.py`); vectors of other embedders are left as they
are. Does not detect languages.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHARE: Final = 0.8
"""How much of the mean is taken out. Whole, a question loses some of its own language; without, most of the other."""


class Centring:
    """The language means of one embedder; none for an embedder that `centres.npz` was not made with.

    Off, there are none for any, and vectors stay as they are: to compare with.
    """

    def __init__(self, embedder: str, *, on: bool = True) -> None:
        import numpy as np

        with np.load(str(files("retrieval") / "centres.npz"), allow_pickle=False) as stored:
            known = on and str(stored["embedder"]) == embedder
            self._means: dict[str, NDArray[np.float32]] = (
                {name: stored[name] for name in stored.files if name != "embedder"} if known else {}
            )

    @property
    def name(self) -> str:
        """For the settings of an index: vectors centred otherwise do not compare."""
        return f"languages/{SHARE}" if self._means else "none"

    def passages(self, vectors: NDArray[np.float32], language: str) -> NDArray[np.float32]:
        """(n, d) unit rows of passages in `language` -> (n, d) unit rows, centred; as they are for other languages."""
        return self._centred(vectors, f"passage-{language}")

    def query(self, vector: NDArray[np.float32], language: str) -> NDArray[np.float32]:
        """(d,) unit vector of a question in `language` -> (d,) unit vector, centred."""
        centred: NDArray[np.float32] = self._centred(vector[None, :], f"query-{language}")[0]
        return centred

    def _centred(self, vectors: NDArray[np.float32], key: str) -> NDArray[np.float32]:
        import numpy as np

        mean = self._means.get(key)
        if mean is None or not len(vectors):
            return vectors
        moved = vectors - SHARE * mean
        scaled: NDArray[np.float32] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        return scaled
