"""One scripted server for all tests of the adapter: each begins anew with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.model_server import ModelServer


@pytest.fixture(scope="package")
def running() -> Iterator[ModelServer]:
    """The server, as the test before left it."""
    with ModelServer() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    """The server, with nothing to say yet: `server.play(…)`."""
    running.play()
    return running
