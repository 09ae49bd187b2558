"""A real Chroma server for the tests of shared archives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from retrieval.shared import server
from retrieval.shared.server import Place, Server
from tests.support.chroma import ChromaServer, chroma_server


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as started:
        yield started


@pytest.fixture
def chroma(running: ChromaServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An empty server; pages are small, so that everything is put and fetched in several."""
    monkeypatch.setattr(server, "_LOCAL_PAGE", 4)
    with closing(Server(Place(running.url))) as opened:
        for name in opened.names():
            opened.drop(name)
        yield opened
        for name in opened.names():
            opened.drop(name)
