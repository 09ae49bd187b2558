"""The suite's own guard: a test that leaves this machine fails, even where whoever connects swallows every error."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import pytest


def by_address() -> None:
    """As a client in this thread does."""
    socket.create_connection(("192.0.2.1", 80), timeout=1)


def by_name() -> None:
    """The name is looked up first, which is a question to another machine already."""
    socket.create_connection(("footnote.invalid", 80), timeout=1)


def in_a_loop() -> None:
    """As asynchronous clients do."""
    asyncio.run(asyncio.wait_for(asyncio.open_connection("192.0.2.1", 80), 1))


@pytest.mark.parametrize("leave", [by_address, by_name, in_a_loop])
def test_leaving_this_machine_fails_a_test(leave: Callable[[], None]) -> None:
    with pytest.raises(pytest.fail.Exception, match="not this machine"):
        try:
            leave()
        except Exception:  # noqa: BLE001 - what a client does that treats every error as "no answer"
            return


def test_this_machine_may_be_talked_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        for name in (host, "localhost"):
            socket.create_connection((name, port), timeout=5).close()
