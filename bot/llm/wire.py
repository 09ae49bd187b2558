"""Requests and replies on the wire: the `openai` client that LangChain is given, kept from all but what we tell it.

Whatever a server sends (events, one JSON body, tool calls) comes out as LangChain knows it: chunks of words. Sends
nothing that the environment would add (organisation, project, headers, proxies) and nothing about this machine, and
follows no redirect: key and prompt go to the one address given. Does not retry and does not count time.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bot.llm.failures import Failure, NotAReply, named, raised

if TYPE_CHECKING:
    from ssl import SSLContext

    from httpx2 import Request

_SENT: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-stainless-raw-response",  # the client itself looks for it again, on the request that was sent
    }
)


class Failed(Exception):
    """A request brought no reply. Not one of openai's own errors: LangChain would warn and wrap."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.error.code)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Figures:
    """Tokens, as the server counts them. `cached` and `written` (to its cache) are among those of the prompt."""

    prompt: int
    reply: int
    cached: int
    written: int


@dataclass(slots=True)
class Exchange:
    """One request: whether a stream of events is asked for, and what was noticed beside the words.

    `events`: how many the server sent. `begun`: something of the reply has come. `refused`: the model said that it
    will not answer. `figures`: what the server says it took.
    """

    stream: bool
    events: int = 0
    begun: bool = False
    refused: bool = False
    figures: Figures | None = None


class Completions:
    """Stands where LangChain expects the `chat.completions` of an `openai` client. Used on one event loop only."""

    def __init__(self, model: str, *, api_key: str | None, base_url: str, connect_seconds: float) -> None:
        from httpx2 import AsyncClient, Timeout
        from openai import AsyncOpenAI

        async def strip(request: Request) -> None:
            for name in [name for name in request.headers if name.lower() not in _SENT]:
                del request.headers[name]
            if request.url.userinfo:
                return  # HTTP's own user and password stand there
            if api_key:
                request.headers["authorization"] = f"Bearer {api_key}"
            elif "authorization" in request.headers:
                del request.headers["authorization"]

        self._model, self._secret = model, api_key
        self._http = AsyncClient(
            verify=_certificates(),
            timeout=Timeout(None, connect=connect_seconds),
            trust_env=False,
            event_hooks={"request": [strip]},
        )
        self._client = AsyncOpenAI(api_key="none", base_url=base_url, max_retries=0, http_client=self._http)

    async def create(self, *, exchange: Exchange, **payload: Any) -> aclosing[AsyncGenerator[dict[str, Any], None]]:
        """What LangChain calls to stream a reply. `exchange` is passed through it, from `adapter.py`."""
        return aclosing(self._chunks(exchange, {**payload, "stream": exchange.stream}))

    async def close(self) -> None:
        """Give back the connections."""
        await self._http.aclose()

    async def _chunks(self, exchange: Exchange, payload: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        try:
            async with aclosing(self._replied(exchange, payload)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except raised() as error:
            failure = named(error, self._model, begun=exchange.begun, secret=self._secret)
        else:
            return
        raise Failed(failure)  # outside of `except`: no trace of what the server said hangs on it

    async def _replied(self, exchange: Exchange, payload: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        raw = await self._client.chat.completions.with_raw_response.create(**payload)
        response = raw.http_response
        try:
            if exchange.stream and "event-stream" in response.headers.get("content-type", ""):
                async for event in raw.parse():
                    exchange.events += 1
                    yield _chunk(_fields(event), "delta", exchange)
            else:
                yield self._whole(await response.aread(), response.request, exchange)
        finally:
            await response.aclose()

    def _whole(self, body: bytes, request: Request, exchange: Exchange) -> dict[str, Any]:
        """The one chunk that a whole body makes. Raises NotAReply, or APIError where the body reports one."""
        from openai import APIError

        try:
            fields = json.loads(body)
        except ValueError:
            raise NotAReply from None
        if not isinstance(fields, dict):
            raise NotAReply
        if fields.get("error"):
            raise APIError("", request, body=fields["error"])
        chunk = _chunk(fields, "message", exchange)
        if not chunk["choices"]:
            raise NotAReply
        chunk["choices"][0]["finish_reason"] = chunk["choices"][0]["finish_reason"] or "stop"  # a body is whole
        return chunk


@lru_cache(maxsize=1)
def _certificates() -> SSLContext:
    """Whom to trust; read once for all clients, since that takes 50 ms."""
    from httpx2 import create_ssl_context

    return create_ssl_context(trust_env=False)


def _fields(event: object) -> Mapping[str, Any]:
    from openai import BaseModel

    if not isinstance(event, BaseModel):
        raise NotAReply
    return event.model_dump(warnings=False)


def _chunk(fields: Mapping[str, Any], part: str, exchange: Exchange) -> dict[str, Any]:
    """A chunk of words. `part`: where a choice has them, "delta" in an event and "message" in a body."""
    choices = [choice for choice in fields.get("choices") or () if isinstance(choice, dict)][:1]
    exchange.figures = _figures(fields.get("usage")) or exchange.figures
    chunk: dict[str, Any] = {"choices": []}
    for choice in choices:
        said = choice.get(part) or {}
        words = _words(said)
        exchange.refused = exchange.refused or bool(said.get("refusal"))
        # The first event often only names the role, before anything was thought or written.
        exchange.begun = exchange.begun or bool(words) or exchange.refused or exchange.events > 1
        delta = {"role": "assistant", "content": words}
        chunk["choices"].append({"index": 0, "delta": delta, "finish_reason": choice.get("finish_reason")})
    return chunk


_MOST_TOKENS: Final = 100_000_000
"""More than any model takes: a figure above it is none."""


def _figures(usage: object) -> Figures | None:
    """The figures, where they are some."""
    if not isinstance(usage, dict):
        return None
    details = usage.get("prompt_tokens_details")
    cache = details if isinstance(details, dict) else {}
    prompt, reply, cached, written = (
        value if type(value) is int and 0 < value <= _MOST_TOKENS else 0
        for value in (
            usage.get("prompt_tokens"),
            usage.get("completion_tokens"),
            cache.get("cached_tokens"),
            cache.get("cache_write_tokens"),
        )
    )
    cached = min(cached, prompt)
    return Figures(prompt, reply, cached, min(written, prompt - cached)) if prompt else None


def _words(said: Mapping[str, Any]) -> str:
    """The words, and those a tool is called with: one of the two is empty, or prose before the call."""
    content = said.get("content")
    words = content if isinstance(content, str) else ""
    for call in said.get("tool_calls") or ():
        arguments = (call.get("function") or {}).get("arguments") or ""
        words += arguments if isinstance(arguments, str) else json.dumps(arguments)
    return words
