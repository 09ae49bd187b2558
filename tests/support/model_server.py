"""A server that speaks OpenAI's language on this machine and says what a script tells it, failures included.

    with ModelServer(say({"answers": False, "claims": []})) as server:
        model = open_model("gpt-5-mini", api_key="secret", base_url=server.url)
        ...
        assert server.requests[0].way == "schema"

Replies are given in order, one a request; when they have run out, `server.respond` is asked (a callable that takes the
request and gives a reply); without one the request fails with 400. Each reply is streamed or not as the request asks,
and comes as the arguments of a tool where one is to be called. `say` and the functions after it make replies; every
field of a `Reply` can be changed (`say("…", usage=None)`). What the server refuses or ignores, whatever the script, is
set on it: `refuses`, `ignores_stream`, `ignores_shape`, `echoes_key`.

It runs in a thread of the process that makes it, on a port of its own; another process reaches it by `server.url`, as
with OPENAI_BASE_URL. Leaving the `with` stops it at once, whatever requests hang. Not for several threads to script.
"""

from __future__ import annotations

import asyncio
import json
import math
import socket
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import TracebackType
from typing import Any, Literal, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Then = Literal["end", "hang", "drop", "drip", "comments"]
"""What comes after the last piece: the proper end; silence for ever; the connection is closed; a byte each `pause` for
ever; a comment of the event stream each `pause` for ever.
"""


@dataclass(frozen=True)
class Received:
    """A request as it came: `body` is its JSON, the names of `headers` are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def way(self) -> Literal["schema", "tool", "words"]:
        """How a shape is asked for."""
        return "schema" if "response_format" in self.body else "tool" if "tools" in self.body else "words"

    @property
    def stream(self) -> bool:
        """Whether events are asked for."""
        return bool(self.body.get("stream"))

    @property
    def text(self) -> str:
        """The prompt: the texts of all messages, a blank line between them."""
        return "\n\n".join(message["content"] for message in self.body["messages"])


@dataclass(frozen=True)
class Reply:
    """One answer of the server.

    `raw`: sent as it is (with `kind` as its content type), instead of a completion with `text`. `usage`: tokens of the
    prompt, of them cached, of the reply; None: the server gives no figures. `size`: characters in a piece of the
    stream; `pieces`: how many are sent before `then` happens (None: all). `delay`: seconds before the headers, `pause`
    before each piece.
    """

    text: str = ""
    refusal: str | None = None
    finish: str | None = "stop"
    usage: tuple[int, int, int] | None = (100, 0, 20)
    size: int = 8
    pieces: int | None = None
    delay: float = 0.0
    pause: float = 0.0
    then: Then = "end"
    status: int = 200
    raw: str | None = None
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def say(words: str | Mapping[str, Any], **changes: Any) -> Reply:
    """The model says this; an object is written as JSON."""
    return Reply(words if isinstance(words, str) else json.dumps(words, ensure_ascii=False), **changes)


def refusal(words: str = "I can't help with that.", **changes: Any) -> Reply:
    """The model refuses."""
    return Reply(refusal=words, **changes)


def filtered(words: str = "", **changes: Any) -> Reply:
    """The server's filter stops the reply."""
    return Reply(words, finish="content_filter", **changes)


def cut_short(words: str, **changes: Any) -> Reply:
    """The reply ends at the limit of tokens."""
    return Reply(words, finish="length", **changes)


def unfinished(words: str, **changes: Any) -> Reply:
    """The stream ends in order, but without a finish reason."""
    return Reply(words, finish=None, **changes)


def dropped(words: str = "", pieces: int = 2, **changes: Any) -> Reply:
    """The connection is closed after so many pieces."""
    return Reply(words, pieces=pieces, then="drop", **changes)


def stalling(words: str, pieces: int = 2, **changes: Any) -> Reply:
    """Nothing more comes after so many pieces."""
    return Reply(words, pieces=pieces, then="hang", **changes)


def silent() -> Reply:
    """The request is accepted and never answered."""
    return Reply(delay=math.inf)


def waiting() -> Reply:
    """Headers and the event that names the role come, and no token ever."""
    return Reply(pieces=0, then="hang")


def dripping(every: float = 0.02) -> Reply:
    """A byte now and then, for ever, none of them an event."""
    return Reply(pieces=0, then="drip", pause=every)


def commenting(every: float = 0.02) -> Reply:
    """A comment of the event stream now and then, for ever."""
    return Reply(pieces=0, then="comments", pause=every)


def page(html: str = "<!doctype html><title>Sign in</title>", status: int = 200) -> Reply:
    """A web page."""
    return Reply(raw=html, kind="text/html", status=status)


def fail(status: int, code: str | None = None, message: str = "It failed.", **headers: str) -> Reply:
    """An error as OpenAI gives them; underscores in names of headers stand for hyphens."""
    error = {"message": message, "type": "error", "param": None, "code": code}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(raw=json.dumps({"error": error}), status=status, headers=named)


class ModelServer:
    """See the module. `requests`: all that came to /chat/completions. `models`: what /models lists.

    `refuses`: fields of a request that are refused by name, with the status that is given, as {"tools": 400}. `vector`:
    the embedding of a text.
    """

    def __init__(self, *script: Reply, models: Sequence[str] = ("scripted",)) -> None:
        self.models = models
        self.vector: Callable[[str], list[float]] = lambda text: [float(len(text)), 1.0, 1.0]
        self.requests: list[Received] = []
        self.play(*script)
        routes = [
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/embeddings", self._embeddings, methods=["POST"]),
            Route("/v1/models", self._models, methods=["GET"]),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes),
            http="h11",
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",  # a dropped connection is what the script wanted
        )
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="model-server")

    def play(self, *script: Reply) -> None:
        """Begin anew with these replies: as a server just made."""
        self.script = list(script)
        self.respond: Callable[[Received], Reply] | None = None
        self.requests.clear()
        self.refuses: dict[str, int] = {}
        self.ignores_stream = self.ignores_shape = self.echoes_key = False

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._server.server_state.connections)

    @property
    def url(self) -> str:
        """The base address to give to a client."""
        host, port = self._socket.getsockname()
        return f"http://{host}:{port}/v1"

    def __enter__(self) -> Self:
        self.url  # noqa: B018 - asked while the socket is open
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()

    async def _chat(self, request: Request) -> Response:
        received = Received(request.url.path, dict(request.headers), await request.json())
        self.requests.append(received)
        reply = self._refused(received) or self._next(received)
        if math.isinf(reply.delay):
            await asyncio.Event().wait()
        await asyncio.sleep(reply.delay)
        if reply.then == "drop" and reply.pieces == 0:
            self._drop(request)
        if reply.raw is not None:
            return Response(self._echoed(reply, received), reply.status, dict(reply.headers), media_type=reply.kind)
        if received.stream and not self.ignores_stream:
            return StreamingResponse(self._events(request, received, reply), media_type="text/event-stream")
        if reply.then != "end":
            return StreamingResponse(self._half(request, received, reply), media_type="application/json")
        return JSONResponse(_completion(received, reply, ignores_shape=self.ignores_shape))

    def _refused(self, received: Received) -> Reply | None:
        for name, status in self.refuses.items():
            if received.body.get(name, False) is not False:
                return fail(status, None, f"Unsupported parameter: '{name}' is not supported with this model.")
        return None

    def _next(self, received: Received) -> Reply:
        if self.script:
            return self.script.pop(0)
        if self.respond is not None:
            return self.respond(received)
        return fail(400, "script_has_run_out")

    def _echoed(self, reply: Reply, received: Received) -> str:
        assert reply.raw is not None
        key = received.headers.get("authorization", "") if self.echoes_key else ""
        return reply.raw.replace("It failed.", f"It failed. {key}")

    async def _events(self, request: Request, received: Received, reply: Reply) -> AsyncIterator[bytes]:
        yield _event(received, {"role": "assistant", "content": ""})
        for piece in islice(_pieces(reply), reply.pieces):
            await asyncio.sleep(reply.pause)
            yield _event(received, _said(received, piece, ignores_shape=self.ignores_shape, streamed=True))
        async for dawdling in self._dawdle(request, reply):
            yield dawdling
        if reply.refusal is not None:
            yield _event(received, {"refusal": reply.refusal})
        if reply.finish is not None:
            yield _event(received, {}, finish=reply.finish)
        if reply.usage is not None and (received.body.get("stream_options") or {}).get("include_usage"):
            yield _event(received, None, usage=_usage(*reply.usage))
        yield b"data: [DONE]\n\n"

    async def _half(self, request: Request, received: Received, reply: Reply) -> AsyncIterator[bytes]:
        """The first half of a body that is no stream of events, and what comes then."""
        body = json.dumps(_completion(received, reply, ignores_shape=self.ignores_shape)).encode()
        yield body[: len(body) // 2]
        async for dawdling in self._dawdle(request, reply):
            yield dawdling

    async def _dawdle(self, request: Request, reply: Reply) -> AsyncIterator[bytes]:
        if reply.then == "hang":
            await asyncio.Event().wait()
        elif reply.then == "drop":
            self._drop(request)
        elif reply.then in ("drip", "comments"):
            while True:
                await asyncio.sleep(reply.pause)
                yield b"d" if reply.then == "drip" else b": still here\n\n"

    def _drop(self, request: Request) -> None:
        """Close the connection under a request, as a server that dies does."""
        for connection in self._server.server_state.connections:
            if getattr(connection, "client", None) == tuple(request.scope["client"]):
                connection.transport.abort()

    async def _embeddings(self, request: Request) -> Response:
        body = await request.json()
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        data = [{"object": "embedding", "index": n, "embedding": self.vector(text)} for n, text in enumerate(texts)]
        usage = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
        return JSONResponse({"object": "list", "model": body["model"], "data": data, "usage": usage})

    async def _models(self, _request: Request) -> Response:
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "nobody"} for name in self.models]
        return JSONResponse({"object": "list", "data": data})


def _pieces(reply: Reply) -> list[str]:
    return [reply.text[at : at + reply.size] for at in range(0, len(reply.text), reply.size)]


def _said(received: Received, words: str, *, ignores_shape: bool, streamed: bool = False) -> dict[str, Any]:
    """The words as content, or as arguments of the tool that the request wants called."""
    if received.way != "tool" or ignores_shape:
        return {"content": words}
    function = {"name": received.body["tools"][0]["function"]["name"], "arguments": words}
    call = {"id": "call-1", "type": "function", "function": function}
    return {"content": None, "tool_calls": [call | ({"index": 0} if streamed else {})]}


def _usage(asked: int, cached: int, told: int) -> dict[str, Any]:
    details = {"cached_tokens": cached}
    return {
        "prompt_tokens": asked,
        "completion_tokens": told,
        "total_tokens": asked + told,
        "prompt_tokens_details": details,
    }


def _event(
    received: Received, delta: Mapping[str, Any] | None, *, finish: str | None = None, usage: object = None
) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    fields = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": received.body["model"],
        "choices": choices,
        "usage": usage,
    }
    return b"data: " + json.dumps(fields).encode() + b"\n\n"


def _completion(received: Received, reply: Reply, *, ignores_shape: bool) -> dict[str, Any]:
    message = {"role": "assistant", "refusal": reply.refusal}
    message |= _said(received, reply.text, ignores_shape=ignores_shape)
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": received.body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
        "usage": None if reply.usage is None else _usage(*reply.usage),
    }
