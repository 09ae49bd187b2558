"""The text of a sentence as it is embedded: under the heading of its article.

A sentence alone often doesn't say what it speaks of ("The vote was postponed"). With the title before it, or what the
text begins with where its title says nothing, its vector does. A passage's vector is the mean of its sentences',
weighted by length, so that nothing is embedded twice. How to embed and to centre languages is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from retrieval.embedding import Embedder
from retrieval.types import Article, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME: Final = "titled sentences, 2"
"""For the settings of an index; counts up when vectors change."""
_TITLE_CHARACTERS: Final = 160
_LEAST_WORDS: Final = 4
"""Of a line that says what an article is about."""


def heading(article: Article) -> str | None:
    """What an article's sentences stand under: its title; where that is but the dateline of a text ("TRIPOLI —"), the
    first line of its text that is none and no furniture. None where there is neither.
    """
    if not article.title or not _is_dateline(article.title):
        return article.title
    at = 0
    for line in article.text.split("\n"):
        start, at = at, at + len(line) + 1
        marked = any(span.start < at and start < span.end for span in article.furniture)
        if not marked and len(line.split()) >= _LEAST_WORDS and not _is_dateline(line):
            return line.strip()
    return None


def _is_dateline(line: str) -> bool:
    return line.rstrip().endswith(("—", "–", "-"))


def sentence_texts(passage: Passage, head: str | None, fits: Callable[[str], bool]) -> list[str]:
    """What is embedded for each sentence of a passage; the heading is left out where both don't `fit` the embedder."""
    texts = []
    for span in passage.sentences:
        sentence = " ".join(passage.text[span.start - passage.start : span.end - passage.start].split())
        titled = f"{head[:_TITLE_CHARACTERS].rstrip(' .')}. {sentence}" if head else sentence
        texts.append(titled if fits(titled) else sentence)
    return texts


def passage_vector(passage: Passage, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, d) unit rows of a passage's n sentences -> (d,) unit vector: their mean by length in characters."""
    import numpy as np

    lengths = np.array([span.end - span.start for span in passage.sentences], np.float32)
    total = (rows * lengths[:, None]).sum(axis=0)
    scaled: NDArray[np.float32] = total / np.linalg.norm(total)
    return scaled


def embedded(
    batch: Sequence[tuple[str, Passage, str | None]],
    embedder: Embedder,
    centre: Callable[[NDArray[np.float32], str], NDArray[np.float32]],
) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
    """(key, passage, heading) -> (key, the passage's vector (d,), those of its n sentences (n, d)), centred."""
    limit = embedder.max_tokens

    def fits(text: str) -> bool:
        return limit is None or embedder.count_tokens(text) <= limit

    texts = [text for _, passage, head in batch for text in sentence_texts(passage, head, fits)]
    rows = embedder.embed_passages(texts)  # all in one go: a server is asked once, processors work side by side
    start = 0
    for key, passage, _ in batch:
        own = rows[start : start + len(passage.sentences)]
        start += len(own)
        whole = passage_vector(passage, own)
        yield key, centre(whole[None, :], passage.language)[0], centre(own, passage.language)
