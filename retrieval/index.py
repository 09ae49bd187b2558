"""An index, for reading: catalogue, word index and vectors of a home, opened when first used and kept in step.

Does not search by itself and does not write. A passage id that the stores return and `catalogue.passages` does not know
is one that is just being written or was just removed: pass over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval import builds
from retrieval.catalogue import FILE, Catalogue
from retrieval.errors import DamagedIndex, NoIndex, RetrievalError, ServerUnreachable
from retrieval.health import QUICK_SAMPLE, THOROUGH_SAMPLE, Check, texts_fault, vectors_fault, words_fault
from retrieval.lexical import WordIndex
from retrieval.types import Selection
from retrieval.vectors import VectorStore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.shared.reading import Shared


class Index:
    """What is indexed in a home, as of the last `refresh`. Not for use by two threads at once.

    Opening the parts raises NoIndex, OutdatedIndex or DamagedIndex; the vectors are tested when they are opened.
    """

    def __init__(self, home: Path, shared: Shared | None = None) -> None:
        """`shared`: the server whose archive this is the replica of, where there is one."""
        self.home = home
        self.shared = shared
        self._catalogue: Catalogue | None = None
        self._words: WordIndex | None = None
        self._vectors: VectorStore | None = None
        self._state: tuple[Path, tuple[int, int], int] | None = None

    @property
    def catalogue(self) -> Catalogue:
        """What is indexed."""
        if self._catalogue is None:
            if self.shared is not None:
                self.shared.follow(self.home)
            build = builds.current(self.home)
            if build is None:
                raise NoIndex(f"There is no index in {self.home}.")
            if not build.is_dir():
                raise DamagedIndex(f"The folder of the index, {build}, is missing.")
            file = _file(build)
            if file is None:
                raise DamagedIndex(f"The catalogue in {build} is missing.")
            self._catalogue = Catalogue(build)
            self._state = (build, file, self._catalogue.generation())
        return self._catalogue

    @property
    def words(self) -> WordIndex:
        """The word index. Raises DamagedIndex when it doesn't hold all passages."""
        if self._words is None:
            words = WordIndex.open(self.catalogue.folder / builds.WORDS)
            self._believe(words_fault(self.catalogue, words))
            self._words = words
        return self._words

    @property
    def vectors(self) -> VectorStore:
        """The vectors. Raises DamagedIndex when a sample of them isn't found."""
        if self._vectors is None:
            if self.shared is not None:
                vectors = self.shared.vectors(self.catalogue)
            else:
                vectors = VectorStore.open(self.catalogue.vectors_folder())
            try:
                self._believe(self._vectors_fault(vectors, QUICK_SAMPLE))
            except DamagedIndex:
                vectors.close()
                raise
            self._vectors = vectors
        return self._vectors

    def sentence_vectors(self, passages: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """For each passage the vectors of its sentences, where there are any yet: (n, d), unit rows."""
        if self.shared is not None:
            return self.shared.sentence_vectors(self.catalogue, passages)
        return self.catalogue.sentence_vectors(passages)

    def vectors_of(self, selection: Selection) -> tuple[list[str], NDArray[np.float32]]:
        """The passages of the articles selected, and their vectors: (n, d), unit rows."""
        if self.shared is not None:
            return self.shared.vectors_of(self.catalogue, selection)
        return self.catalogue.vectors_of(selection)

    @property
    def trouble(self) -> RetrievalError | None:
        """Why the server is left out for now; None where it isn't."""
        return self.shared.trouble if self.shared is not None else None

    def left_out(self, why: ServerUnreachable) -> None:
        """Go on without the server for a while."""
        if self.shared is not None:
            self.shared.trouble = why

    def refresh(self) -> bool:
        """Go over to the newest complete state, if there is a newer one; tells whether there was. Takes microseconds.

        What was opened is closed, and opened again when next used: Chroma shows a reader the state it first saw.
        """
        if self._state is None or self._catalogue is None:
            return False
        if self.shared is not None and not self._catalogue.held:
            self.shared.follow(self.home)
        build = builds.current(self.home)
        # The file too: an index deleted and made anew bears the old name, and the old file can still be read.
        if build is not None and (build, _file(build), self._catalogue.generation()) == self._state:
            return False
        self.close()
        return True

    @contextmanager
    def snapshot(self) -> Iterator[Catalogue]:
        """For one question: refreshed, and with a catalogue that answers from one state throughout."""
        self.refresh()
        catalogue = self.catalogue
        with catalogue.snapshot():
            yield catalogue

    def close(self) -> None:
        """Let go of everything; the next use opens it again."""
        if self._vectors is not None:
            self._vectors.close()
        if self._catalogue is not None:
            self._catalogue.close()
        if self.shared is not None:
            self.shared.close()
        self._catalogue = self._words = self._vectors = self._state = None

    def check(self) -> list[Check]:
        """Every part looked at thoroughly, for `footnote doctor`; never raises for a damaged or missing index."""
        self.close()
        try:
            catalogue = self.catalogue
            state, passages = catalogue.archive(), catalogue.passage_count()
        except RetrievalError as error:
            return [Check("index", False, error.message, error.next_step)]
        size = f"{state.articles} articles in {passages} passages, fingerprint {state.fingerprint}."
        return [
            Check("index", True, size, ""),
            self._look("texts", "Every text is as it was read.", lambda: texts_fault(catalogue)),
            self._look("words", "The word index is complete.", lambda: words_fault(catalogue, self.words)),
            self._look(
                "vectors",
                "The vector index is complete and finds what it holds.",
                lambda: self._vectors_fault(self.vectors, THOROUGH_SAMPLE),
            ),
        ]

    def _vectors_fault(self, vectors: VectorStore, sample: int) -> str | None:
        if self.shared is not None:
            return self.shared.fault(self.catalogue, vectors, sample)
        return vectors_fault(self.catalogue, vectors, sample)

    def _look(self, name: str, praise: str, fault: Callable[[], str | None]) -> Check:
        try:
            self._believe(fault())
        except RetrievalError as error:
            return Check(name, False, error.message, error.next_step)
        return Check(name, True, praise, "")

    def _believe(self, fault: str | None) -> None:
        """Raise DamagedIndex for a fault, unless an update came in between, and the parts are of different states."""
        if fault is None or self._state is None:
            return
        build = builds.current(self.home)
        if build == self._state[0]:
            with closing(Catalogue(build)) as newest:
                if newest.generation() == self._state[2]:
                    raise DamagedIndex(fault)


def _file(build: Path) -> tuple[int, int] | None:
    """Which file a build's catalogue is, whatever its name: device and inode; None when there is none."""
    try:
        found = (build / FILE).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
