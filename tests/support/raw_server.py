"""An HTTP server that does to each connection what a test wants, down to its socket; in the test's own event loop."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator
from types import TracebackType
from typing import Any, Self

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Answer = Callable[[Connection], Awaitable[None]]
"""Called when a request has come whole."""


def reply(body: str | dict[str, Any], status: int = 200) -> Answer:
    """A whole reply: a page, or JSON."""
    content = (body if isinstance(body, str) else json.dumps(body)).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n\r\n".encode()

    async def answer(connection: Connection) -> None:
        connection[1].write(head + content)

    return answer


async def half_a_reply(connection: Connection) -> None:
    """The reply breaks off."""
    connection[1].write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"ok":true,')
    connection[1].close()


async def close(connection: Connection) -> None:
    """The connection is closed in order, without a reply."""
    connection[1].close()


async def reset(connection: Connection) -> None:
    """The connection is torn down."""
    held = connection[1].get_extra_info("socket")
    held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection[1].transport.abort()


async def say_nothing(_connection: Connection) -> None:
    """No reply ever comes."""


class RawServer:
    """`script`: what to do with each request that comes whole; the last goes on for ever. `requests`: how many came.

    `deaf`: instead, what to do with a connection of which nothing is read.
    """

    def __init__(self, *script: Answer, deaf: Answer | None = None) -> None:
        self.requests = 0
        self._deaf = deaf
        self._script = _for_ever(script)
        self._open: list[asyncio.StreamWriter] = []
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/bot"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, sock=self._socket, limit=1024)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.append(writer)
        if self._deaf is not None:
            await self._deaf((reader, writer))
            return
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = head.partition(b"content-length:")[2].split(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                self.requests += 1
                await next(self._script)((reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def _for_ever(script: tuple[Answer, ...]) -> Iterator[Answer]:
    yield from script
    while True:
        yield script[-1]
