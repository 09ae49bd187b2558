"""The Bot API over HTTP, in a thread of its own on a port of its own."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from types import TracebackType
from typing import Any, Final, Self

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.support.telegram.methods import METHODS
from tests.support.telegram.parameters import Parameters, read_parameters
from tests.support.telegram.refusals import Problem, Refused
from tests.support.telegram.world import Call, World

_PATH: Final = re.compile(r"/(file/)?bot([^/]+)/(.+)")


class BotApi(World):
    """See the package."""

    def __init__(self) -> None:
        super().__init__()
        config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",  # a dropped connection is what a fault wanted
            timeout_keep_alive=600,
        )
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="bot-api")
        self._crash: Exception | None = None
        host, port = self._socket.getsockname()
        self.base_url = f"http://{host}:{port}/bot"
        """What to give to the bot; it appends its token."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
        if self._crash is not None and error is None:
            raise AssertionError("the server itself failed") from self._crash

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except Exception as error:
            self._crash = error
            raise
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            return _reply(await self._called(request))
        except Refused as refused:
            return _reply(refused.body, refused.code)

    async def _called(self, request: Request) -> dict[str, Any]:
        found = _PATH.fullmatch(request.url.path)
        if found is None:
            raise Refused(404, "Not Found")
        if found[2] != self.token:
            raise Refused(401, "Unauthorized")
        body = await request.body()
        parameters = read_parameters(request.url.query, request.headers.get("content-type", ""), body)
        name, result = found[3], None
        at = time.monotonic()
        try:
            result = {"ok": True, "result": await self._done(request, name, parameters)}
        except Refused as refused:
            result = refused.body
            if refused.blamed:
                self.problems.append(Problem(name, refused.description, parameters))
            raise
        finally:
            with self.changed:
                self.calls.append(Call(name, parameters, at, result))
                self.counts[name] += 1
                self.changed.notify_all()
        return result

    async def _done(self, request: Request, name: str, parameters: Parameters) -> Any:
        if name.lower() == "getupdates":
            with self.changed:
                self.counts["polls"] += 1
                self.changed.notify_all()
            return await self.updates.poll(parameters, lambda: _gone(request))
        if name.lower() not in METHODS:
            raise Refused(404, "Not Found")
        with self.changed:
            return METHODS[name.lower()][1](self, parameters)


async def _gone(request: Request) -> None:
    """Wait until the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _reply(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body), status, media_type="application/json")
