"""A small, real recipe for an index: bag-of-words vectors and one passage a paragraph. Fast, and repeats exactly.

Run as a program it ingests a folder and kills itself on the way, to see what a kill leaves behind:

    python -m tests.support.indexing FOLDER HOME [embedding:N | storing | words | pointer | clearing | hold]
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import builds
from retrieval.catalogue import SCHEMA, Catalogue, IndexSettings, connect
from retrieval.catalogue_writer import CatalogueWriter
from retrieval.index import Index
from retrieval.reading import Document, File, Unreadable, stamp
from retrieval.sync import Progress, Recipe, ingest
from retrieval.types import Article, Passage, Span

SETTINGS = IndexSettings("hashed-64", 64, reading="1", cutter="paragraphs", analysis="1", centring="none")


TEXTS = {
    "harbour.txt": "Harbour\n\nThe harbour was closed on Monday.\nShips waited outside.\n\nThe mayor spoke at noon.",
    "bridge.txt": "Bridge\n\nA bridge of stone was opened.\n\nIt cost nine million.",
    "forest.txt": "Forest\n\nRain fell on the forest for three days.",
}
"""Three articles of eight passages."""


class HashedEmbedder:
    """Counts words into 64 places; `texts` remembers what it was asked to embed."""

    name = "hashed-64"
    dimensions = 64
    max_tokens: int | None = None

    def __init__(self) -> None:
        self.texts: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimensions, 0.01, dtype=np.float32)
        for word in words(text):
            vector[int.from_bytes(hashlib.md5(word.encode()).digest()[:4], "big") % self.dimensions] += 1
        return vector / np.float32(np.linalg.norm(vector))


def words(text: str, language: str = "en") -> list[str]:  # noqa: ARG001 - the signature of `passage_terms`
    """Lower-case words, the simplest terms there are."""
    return re.findall(r"\w+", text.lower())


def files(root: Path) -> Iterator[File | Unreadable]:
    """The .txt files of a folder, or one file."""
    for path in sorted(root.glob("**/*.txt")) if root.is_dir() else [root]:
        name = str(path.relative_to(root)) if root.is_dir() else path.name
        with suppress(FileNotFoundError):  # moved since it was listed
            yield File(name, stamp(path.stat(), time.time_ns()), partial(_read, path, name))


def _read(path: Path, name: str) -> Iterator[Document | Unreadable]:
    try:
        raw = path.read_bytes()
        yield Document(name, raw.decode("utf-8"), {}, hashlib.sha256(raw).hexdigest())
    except UnicodeDecodeError:
        yield Unreadable(name, "not UTF-8", "Save it as UTF-8.")
    except FileNotFoundError:
        yield Unreadable(name, "not there", "Put it back.")


def describe(document: Document, source: str, sidecar: Mapping[str, Mapping[str, str]]) -> Article:
    """The first line is the title; what the sidecar says comes on top."""
    supplied = dict(sidecar.get(document.path, {}))
    identity = hashlib.sha256(f"{source}\0{document.path}".encode()).hexdigest()[:12]
    article = Article(identity, source, document.path, document.text, document.text.partition("\n")[0], language="en")
    return replace(article, **supplied, supplied=frozenset(supplied))  # type: ignore[arg-type]


def cut(article: Article) -> tuple[Passage, ...]:
    """A passage a paragraph, a sentence a line."""
    found = []
    for match in re.finditer(r"[^\n]+(\n[^\n]+)*", article.text):
        start, text = match.start(), match.group()
        lines = tuple(Span(start + line.start(), start + line.end()) for line in re.finditer(r"[^\n]+", text))
        identity = hashlib.sha256(f"{article.id}\0{text}".encode()).hexdigest()[:16]
        found.append(Passage(identity, article.id, start, match.end(), article.language, text, lines))
    return tuple(found)


def recipe(embedder: HashedEmbedder | None = None, settings: IndexSettings = SETTINGS) -> Recipe:
    """The whole recipe; change parts with `dataclasses.replace`."""
    return Recipe(settings, embedder or HashedEmbedder(), files, lambda _: {}, describe, cut, words)


def write_articles(folder: Path, texts: Mapping[str, str]) -> Path:
    """Make a folder hold exactly these files."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.txt"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def alter(home: Path, statement: str, *values: str) -> None:
    """Change the catalogue of a home behind everybody's back."""
    build = builds.current(home)
    assert build is not None
    with closing(connect(build)) as db:
        db.execute(statement, values)


def alter_settings(home: Path, **noted: object) -> None:
    """Let the index of a home have been made with these settings; None: not noted down at all."""
    build = builds.current(home)
    assert build is not None
    with closing(Catalogue(build)) as catalogue:
        settings = {**asdict(catalogue.settings()), **noted}
    kept = {name: value for name, value in settings.items() if value is not None}
    alter(home, "UPDATE meta SET value = ? WHERE key = 'settings'", json.dumps(kept))


def let_another_version_have_made(home: Path) -> None:
    """Give the catalogue of a home another schema."""
    alter(home, f"PRAGMA user_version = {SCHEMA + 1}")


def shown(home: Path) -> dict[str, list[str]]:
    """What a reader who has just come finds: path -> texts of the passages, each found by its own words and vector."""
    index = Index(home)
    embedder = HashedEmbedder()
    found: dict[str, list[str]] = {}
    for article in index.catalogue.articles():
        found[article.path] = []
        for passage in index.catalogue.passages_of(article.id):
            query = {"en": [[(word, 1.0)] for word in words(passage.text)]}
            assert passage.id in [name for name, _ in index.words.search(query, 3)], passage.text
            near = [name for name, _ in index.vectors.search(embedder.embed_query(passage.text), 3)]
            assert passage.id in near, passage.text
            found[article.path].append(passage.text)
    held = sum(len(texts) for texts in found.values())
    assert index.vectors.count() == index.words.passage_count() == index.catalogue.passage_count() == held
    assert all(check.ok for check in index.check())
    index.close()
    return found


def paragraphs(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """What `shown` finds when these texts are indexed."""
    return {name: text.split("\n\n") for name, text in sorted(texts.items())}


def _die(*_: object) -> list[str]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def _hold(*_: object) -> list[str]:
    time.sleep(60)
    return []


def _dying(moment: str) -> tuple[Recipe, Progress | None]:
    stage, _, count = moment.partition(":")
    whole = recipe()
    if stage in ("embedding", "storing"):
        return whole, lambda now, done, _total: now == stage and done >= int(count or 0) and _die()
    if stage == "words":
        return replace(whole, terms=_die), None
    if stage == "pointer":
        sys.addaudithook(lambda event, _: event == "os.rename" and _die())
    if stage == "clearing":
        CatalogueWriter.cleared = _die  # type: ignore[method-assign, assignment]
    if stage == "hold":
        return replace(whole, terms=_hold), lambda now, _done, _total: print(now, flush=True)
    return whole, None


if __name__ == "__main__":
    how, progress = _dying(sys.argv[3] if len(sys.argv) > 3 else "")
    ingest([Path(sys.argv[1])], Path(sys.argv[2]), how, progress)
