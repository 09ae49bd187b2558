"""The Bot API over HTTP, in a thread of its own on a port of its own."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Final, Self

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.support.telegram.calls import Call, chat_of
from tests.support.telegram.faults import Fault, Planned
from tests.support.telegram.methods import GET_UPDATES, METHODS, NAMES
from tests.support.telegram.parameters import Parameters, read_parameters
from tests.support.telegram.refusals import Problem, Refused, bad, too_many
from tests.support.telegram.texts import taken_away
from tests.support.telegram.world import World

_NO_FAULT: Final = Fault(works=True)
_PATH: Final = re.compile(r"/(file/)?bot([^/]+)/(.+)")


class BotApi(World):
    """See the package."""

    def __init__(self, *, calls_kept: int = 10_000) -> None:
        super().__init__(calls_kept=calls_kept)
        self._config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            loop="asyncio",
            ws="none",
            lifespan="off",
            proxy_headers=False,
            log_config=None,
            log_level="critical",  # a dropped connection is what a fault wanted
            timeout_keep_alive=600,
        )
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._crash: Exception | None = None
        self._bind(0)
        host, self._port = self._socket.getsockname()
        self.base_url = f"http://{host}:{self._port}/bot"
        """What to give to the bot, which appends its token."""
        self.file_url = f"http://{host}:{self._port}/file/bot"
        """The same for files."""

    def __enter__(self) -> Self:
        self.comes_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.goes_down()
        self._socket.close()
        if self._crash is not None:
            raise AssertionError("the server itself failed") from self._crash

    def comes_up(self) -> None:
        """Serve; before, connections are refused."""
        self._socket.listen(512)
        self._server = uvicorn.Server(self._config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="bot-api")
        self._thread.start()

    def goes_down(self) -> None:
        """Close all connections and refuse new ones, until it comes up again; nothing is forgotten."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = self._server.force_exit = True
        if self._server.started:
            self._server.servers[0].get_loop().call_soon_threadsafe(self._hang_up, self._server)
        self._thread.join()
        self._server = self._thread = None
        self._bind(self._port)

    def _bind(self, port: int) -> None:
        """Hold a port of which nobody is served yet."""
        # With the protocol named, asyncio sets TCP_NODELAY: without, every reply waits 40 ms for an acknowledgement.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))

    @staticmethod
    def _hang_up(server: uvicorn.Server) -> None:
        for listening in server.servers:
            listening.close()
        for connection in list(server.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Exception as crash:
            self._crash = crash
            raise
        if response is None:
            await self._drop(request)
        else:
            await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        """The response; None: the connection is to be closed."""
        found = _PATH.fullmatch(request.scope["path"])
        if found is None:
            return _refusal(Refused(404, "Not Found"))
        if found[2] != self.token:
            return _refusal(Refused(401, "Unauthorized"))
        name, path = found[3], found[1] is not None
        try:
            kind = request.headers.get("content-type", "")
            parameters = read_parameters(request.scope["query_string"].decode(), kind, await request.body())
        except ClientDisconnect:
            return None
        except Refused as refused:
            self._blame(name, refused, Parameters({}))
            return _refusal(refused)
        if path:
            return await self._call("file", Parameters({"path": name}), lambda: self._download(name))
        name = NAMES.get(name.lower(), name)
        return await self._call(name, parameters, lambda: self._work(request, name, parameters))

    async def _call(
        self, name: str, parameters: Parameters, work: Callable[[], Awaitable[Response]]
    ) -> Response | None:
        """Do the work, unless the bot calls too often, and let go wrong what is to."""
        at, chat = time.monotonic(), chat_of(parameters)
        with self.changed:
            wait = self._floods.refuse(name, chat, at)
            planned = None if wait else self._faults.met(name, chat)
        fault = planned.fault if planned is not None else _NO_FAULT
        if fault.retry_after:
            self._floods.close(name, chat, at + fault.retry_after)
        await asyncio.sleep(fault.before)
        response = _refusal(too_many(wait)) if wait else await work() if fault.works else None
        reply = response.reply if isinstance(response, _Reply) else None
        self._note(Call(name, parameters, at, reply, None if planned is None else fault), planned)
        await asyncio.sleep(fault.after)
        if fault.drops or response is not None:
            return None if fault.drops else response
        return Response(fault.body, fault.status, media_type=fault.kind)

    async def _work(self, request: Request, name: str, parameters: Parameters) -> Response:
        try:
            if self.logged_out:
                raise bad("Logged out")
            if name == GET_UPDATES:
                result: Any = await self.updates.poll(parameters, lambda: _gone(request))
            elif name in METHODS:
                with self.changed:
                    result = METHODS[name](self, parameters)
            else:
                raise Refused(404, "Not Found")
        except Refused as refused:
            self._blame(name, refused, parameters)
            return _refusal(refused)
        if gone := taken_away(parameters.text("text")):
            self._blame(name, bad(f"Telegram takes {gone} away"), parameters)
        return _Reply({"ok": True, "result": result})

    def _blame(self, name: str, refused: Refused, parameters: Parameters) -> None:
        if refused.blamed:
            with self.changed:
                self.problems.append(Problem(name, refused.description, parameters))

    def _note(self, call: Call, planned: Planned | None) -> None:
        with self.changed:
            if call.method != GET_UPDATES:
                self.calls.append(call)
            if planned is not None:
                planned.hits.append(call)
            self.counts[call.method] += 1
            self.changed.notify_all()

    async def _download(self, path: str) -> Response:
        with self.changed:
            file = self.files.at(path)
        return _refusal(Refused(404, "Not Found")) if file is None else Response(file.data, media_type=file.mime)

    async def _drop(self, request: Request) -> None:
        """Close the connection under a request, as a server that dies does."""
        assert self._server is not None
        for connection in list(self._server.server_state.connections):
            if getattr(connection, "client", None) == tuple(request.scope["client"]):
                connection.transport.abort()
        await _gone(request)


async def _gone(request: Request) -> None:
    """Wait until the connection is closed."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


class _Reply(Response):
    """JSON, which is kept for who looks at the calls."""

    def __init__(self, reply: dict[str, Any], status: int = 200) -> None:
        super().__init__(json.dumps(reply), status, media_type="application/json")
        self.reply = reply


def _refusal(refused: Refused) -> Response:
    return _Reply(refused.body, refused.code)
