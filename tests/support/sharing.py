"""What a shared archive holds: as its readers find it, and as it lies on the server."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from retrieval.index import Index
from retrieval.shared import records
from retrieval.shared.publishing import newest, publish
from retrieval.shared.pulling import note
from retrieval.shared.reading import Shared
from retrieval.shared.server import Place, Server, passages_name, sentences_name
from tests.support.indexing import HashedEmbedder, words


def published(home: Path, to: Server) -> int:
    with to.writing() as term:
        generation = publish(home, to, term)
        note(home, generation)
        return generation


def answers(home: Path, url: str) -> dict[str, list[str]]:
    """What a reader of a replica finds: path -> texts of the passages, each found by its own words and vector."""
    found: dict[str, list[str]] = {}
    with closing(Index(home, Shared(Server(Place(url)), words))) as index:
        for article in index.catalogue.articles():
            found[article.path] = []
            for passage in index.catalogue.passages_of(article.id):
                query = {"en": [[(word, 1.0)] for word in words(passage.text)]}
                assert passage.id in [name for name, _ in index.words.search(query, 3)]
                near = [name for name, _ in index.vectors.search(HashedEmbedder().embed_query(passage.text), 3)]
                assert passage.id in near
                (sentences,) = index.sentence_vectors([passage.id]).values()
                assert sentences.shape == (len(passage.sentences), 64)
                found[article.path].append(passage.text)
        assert all(check.ok for check in index.check()), index.check()
    return found


def lying(to: Server) -> dict[str, Any]:
    """All that a server holds of the last publication; by places, without generations."""
    head = to.head()
    keys = {name: said["key"] for name, said, _ in to.rows(passages_name(head.settings), ["metadatas"])}
    sentences = {name: records.piece(said) for name, said, _ in to.rows(sentences_name(head.settings), ["metadatas"])}
    articles = {one: digest for one, (digest, _) in newest(to, head.generation).items() if digest}
    return {"keys": keys, "sentences": sentences, "articles": articles, "archive": list(head.archive)}
