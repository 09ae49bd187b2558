"""A `ChatModel` over LangChain: any server that speaks OpenAI's chat completions (OpenAI, vLLM, Ollama, llama.cpp, …).

One question to the server is a talk: it is asked in the dialect that worked last, and again in a plainer one where it
refuses that, or later where waiting helps, until there is a reply or the time is up. Every end that is no reply is an
error of `model_errors.py`. Does not read the environment, and does not look at what a reply says.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from bot import stopping
from bot.errors import Stopped
from bot.llm import background, replies
from bot.llm.dialects import Dialect, after_refusal, in_words
from bot.llm.failures import Failure
from bot.llm.wire import Completions, Exchange, Failed, Figures
from bot.model_errors import (
    ContentFiltered,
    CutOff,
    CutShort,
    EmptyReply,
    ModelError,
    ModelRefused,
    NoFirstToken,
    NoObject,
    NoWholeReply,
    RateLimited,
)
from bot.models import Message, Partly, Reply, Shape
from bot.prices import UNKNOWN_WINDOW, Price, encoding, known, reasons
from bot.settings import FIRST_TOKEN_SECONDS
from bot.types import Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

BASE_URL: Final = "https://api.openai.com/v1"
CONNECT: Final = 10.0
"""Seconds for a connection; a server that is there takes one in well under a second."""
RETRIES: Final = 2
BACKOFF: Final = 0.5
"""Seconds before the first further try; twice that before the second, a random half of it left out each time."""
THINKING: Final = 4000
"""Tokens a reasoning model may think in, beside those of its reply: the limit sent counts both."""
_NESTED: Final = 8
"""More generators than the clients have inside each other: each is closed in a turn of the loop of its own."""
_PER_MESSAGE, _PER_REPLY = 4, 3  # tokens around each message, and before the reply (OpenAI's cookbook, rounded up)

_log = logging.getLogger(__name__)


def open_model(
    name: str,
    *,
    api_key: str | None,
    base_url: str | None = None,
    window: int | None = None,
    price: Price | None = None,
    first_token: float = FIRST_TOKEN_SECONDS,
    backoff: float = BACKOFF,
    folder: Path | None = None,
) -> LangChainModel:
    """The model `name` of the server at `base_url` (None: OpenAI's). Nothing is sent yet.

    `api_key`: None for a server without keys. `window`: tokens that prompt and reply may have together, `price`: what
    they cost; None: by name, from `prices.json`. `first_token`: seconds for the first token of a reply. `backoff`:
    seconds before the first further try. `folder`: for the tables that tokens are counted by (see retrieval.tokens).
    """
    listed = known(name)
    return LangChainModel(
        name,
        api_key=api_key,
        base_url=base_url or BASE_URL,
        window=window or (listed.window if listed else UNKNOWN_WINDOW),
        price=price or (listed.price if listed else None),
        first_token=first_token,
        backoff=backoff,
        folder=folder,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked, whatever the dialect. `tell` is called with the words of a reply as far as they have come."""

    messages: Sequence[Message]
    shape: Shape
    max_tokens: int
    seconds: float
    tell: Callable[[str], object]

    @property
    def names(self) -> tuple[str, ...]:
        """The properties that a reply is to have."""
        return tuple(self.shape.schema.get("properties", ()))


@dataclass(frozen=True, slots=True)
class _Round:
    """One request: what came of it, and where that is no reply, why. `used`: the model may have worked on it."""

    exchange: Exchange
    text: str
    finish: str | None
    failure: Failure | None
    used: bool


class LangChainModel:
    """A model of one server. Safe to share between threads. `open_model` makes it."""

    def __init__(
        self,
        name: str,
        *,
        api_key: str | None,
        base_url: str,
        window: int,
        price: Price | None,
        first_token: float,
        backoff: float,
        folder: Path | None,
    ) -> None:
        self.name, self.window, self.price = name, window, price
        address = urlsplit(base_url)
        host = f"{address.hostname}:{address.port}" if address.port else f"{address.hostname}"
        self.label = f"{name} at {host}"  # without the user and password that an address may carry
        self._api_key, self._base_url = api_key, base_url
        self._first_token, self._backoff, self._folder = first_token, backoff, folder
        thinks = reasons(name)
        self._thinking = THINKING if thinks else 0
        self._dialect = Dialect(
            temperature=not thinks,
            effort=thinks,
            # Ollama passes over the newer name without a word, and the reply has no limit.
            limit="max_completion_tokens" if thinks or address.hostname == "api.openai.com" else "max_tokens",
        )

    def load(self) -> None:
        """Load LangChain and the client."""
        self._chat  # noqa: B018 - made when first asked for

    def count(self, text: str) -> int:
        """Tokens of a text, by the model's own encoding; an estimate for models that aren't OpenAI's."""
        return self._counter(text)

    def most(self, messages: Sequence[Message], shape: Shape, max_tokens: int) -> Usage:
        """The most that asking once can take: all of the prompt, and as long a reply as is allowed."""
        prompt, reply = self._prompt_tokens(messages, shape), max_tokens + self._thinking
        return Usage(prompt, reply, self.price.most(prompt, reply) if self.price else None)

    def ask(
        self,
        messages: Sequence[Message],
        shape: Shape,
        *,
        max_tokens: int,
        seconds: float,
        partly: Partly | None = None,
    ) -> Reply:
        """The reply, within `seconds` and `max_tokens` (thoughts not counted). Raises ModelError, and Stopped at once
        when the answer it is for is stopped (see bot.stopping); the request is then given up.

        `partly` is called in this thread. The usage is the server's own figures; where it gives none, an estimate by
        the prompt and the words that came.
        """
        self._chat  # noqa: B018 - loaded before the clock starts
        stopping.look()
        told: SimpleQueue[str | None] = SimpleQueue()
        asked = _Asked(messages, shape, max_tokens, seconds, told.put)
        rounds: list[_Round] = []
        talking = background.start(self._talk(asked, rounds))
        talking.add_done_callback(lambda _: told.put(None))
        text = ""
        try:
            shown: Mapping[str, Any] | None = None
            with stopping.current().on_stop(talking.cancel):
                for text in _latest(told):
                    if partly is None or talking.cancelled():
                        continue
                    grown = replies.partial(text, asked.names)
                    if grown is not None and grown != shown:
                        shown = grown
                        partly(grown)
                end = talking.result()
        except CancelledError:
            raise Stopped(self._used(asked, rounds) + self._broken_off(asked, text)) from None
        finally:
            talking.cancel()  # where we are interrupted, nobody waits for it any more
        usage = self._used(asked, rounds)
        if isinstance(end, ModelError):
            end.usage = usage
            _log.info("%s [%s]", end.message, end.detail or end.code)  # the caller says it aloud
            raise end
        return Reply(end, usage)

    def close(self) -> None:
        """Give back the connections."""
        if "_completions" in vars(self):
            background.start(self._completions.close()).result()

    async def _talk(self, asked: _Asked, rounds: list[_Round]) -> Mapping[str, Any] | ModelError:
        """Ask until there is a reply, or an end that asking differently or later does not change.

        `rounds`: each request that has ended is added to it.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + asked.seconds
        dialect = self._dialect
        spoken, further = {dialect}, 0
        while True:
            got = await self._request(asked, dialect, deadline)
            rounds.append(got)
            end = self._end(got, asked)
            if got.finish is not None:
                # It works. Where the server passes over `stream`, a first token is not to be waited for.
                self._dialect = dialect if got.exchange.events else replace(dialect, stream=False)
            other = _differently(dialect, got.failure, end)
            if other is not None and other not in spoken:
                _log.info("%s is asked differently: %s", self.label, other)
                dialect = other
                spoken.add(other)
                continue
            wait = self._wait(got.failure, further)
            if wait is None or clock() + wait >= deadline:
                if got.failure is not None:
                    await _let_go()
                return end
            _log.info("%s is asked again in %.1f s", self.label, wait)
            further += 1
            await asyncio.sleep(wait)

    async def _request(self, asked: _Asked, dialect: Dialect, deadline: float) -> _Round:
        """One request, to its end or to the deadline (of the loop's clock)."""
        began = asyncio.get_running_loop().time()
        first = min(deadline, began + self._first_token) if dialect.stream else deadline
        exchange = Exchange(dialect.stream)
        text, finish, failure, used = "", None, None, True
        try:
            async with asyncio.timeout_at(first) as limit:
                # Not `astream`: that wraps this in callbacks, and variables of the environment turn some of them on
                # that send prompts elsewhere.
                async for chunk in self._chat._astream(
                    _as_langchain(asked, dialect),
                    exchange=exchange,
                    extra_body=dialect.body(asked.shape, asked.max_tokens + self._thinking),
                ):
                    if exchange.begun:
                        limit.reschedule(deadline)
                    text += chunk.text
                    finish = (chunk.generation_info or {}).get("finish_reason") or finish
                    asked.tell(text)
        except TimeoutError:
            is_part = exchange.begun or not dialect.stream
            given = asked.seconds if is_part else first - began
            late = NoWholeReply if is_part else NoFirstToken
            failure = Failure(late(self.label, seconds=f"{round(given, 1):g}"))
        except Failed as failed:
            failure, used = failed.failure, exchange.begun
        return _Round(exchange, text, finish, failure, used)

    def _end(self, got: _Round, asked: _Asked) -> Mapping[str, Any] | ModelError:
        """What one request ends the talk with, if nothing else is to be tried."""
        if got.failure is not None:
            return got.failure.error
        if got.exchange.refused:
            return ModelRefused(self.label)
        if got.finish == "content_filter":
            return ContentFiltered(self.label)
        if got.finish is None:
            return CutOff(self.label, detail="no finish reason")
        if got.finish == "length":
            return CutShort(self.label, detail="finish reason: length")
        if not got.text.strip():
            return EmptyReply(self.label)
        value = replies.whole(got.text, asked.names)
        if value is not None:
            return value
        is_part = replies.partial(got.text, asked.names) is not None
        return CutShort(self.label, detail="truncated JSON") if is_part else NoObject(self.label)

    def _wait(self, failure: Failure | None, further: int) -> float | None:
        """Seconds before another try; None where there is to be none."""
        if failure is None or not failure.again or further >= RETRIES:
            return None
        asked_for = failure.error.retry_after if isinstance(failure.error, RateLimited) else None
        return asked_for if asked_for is not None else self._backoff * 2**further * random.uniform(0.5, 1)

    def _used(self, asked: _Asked, rounds: Sequence[_Round]) -> Usage:
        return sum((self._usage(asked, each.exchange.figures, each.text) for each in rounds if each.used), Usage())

    def _broken_off(self, asked: _Asked, text: str) -> Usage:
        """What a request took that was given up on the way: no figures come, and what it thought is not seen."""
        prompt = self._prompt_tokens(asked.messages, asked.shape)
        return self._usage(asked, Figures(prompt, self.count(text) + self._thinking, 0, 0), text)

    def _usage(self, asked: _Asked, took: Figures | None, text: str) -> Usage:
        if took is None:
            took = Figures(self._prompt_tokens(asked.messages, asked.shape), self.count(text), 0, 0)
        cost = (
            self.price.cost(took.prompt, took.reply, cached=took.cached, written=took.written) if self.price else None
        )
        return Usage(took.prompt, took.reply, cost)

    def _prompt_tokens(self, messages: Sequence[Message], shape: Shape) -> int:
        """An estimate: the texts, what stands around each, and the shape as it is described in words."""
        texts = sum(self.count(message.text) + _PER_MESSAGE for message in messages)
        return texts + self.count(in_words(shape)) + _PER_REPLY

    @cached_property
    def _counter(self) -> Callable[[str], int]:
        from retrieval.tokens import counter

        return counter(encoding(self.name), folder=self._folder)

    @cached_property
    def _completions(self) -> Completions:
        return Completions(self.label, api_key=self._api_key, base_url=self._base_url, connect_seconds=CONNECT)

    @cached_property
    def _chat(self) -> BaseChatModel:
        """LangChain's model. What is given here it would otherwise take from the environment, or guess by the name."""
        from langchain.chat_models import init_chat_model

        return init_chat_model(
            self.name,
            model_provider="openai",
            client=self._completions,
            async_client=self._completions,
            api_key="none",  # the client has it
            base_url=BASE_URL,  # the client has another
            http_socket_options=(),
            stream_chunk_timeout=None,
            use_responses_api=False,
            temperature=None,
        )


async def _let_go() -> None:
    """Have the half-read stream of a failed request closed here, on its own loop, before anybody goes on.

    The clients' generators hold each other; left to the collector, it may close them in another thread, and Python
    then complains on standard error that they run already. All generations: what lived as long as a request is old.
    """
    gc.collect()
    for _ in range(_NESTED):
        await asyncio.sleep(0)


def _differently(dialect: Dialect, failure: Failure | None, end: Mapping[str, Any] | ModelError) -> Dialect | None:
    """Another dialect to try: the server refused this one, or passed over the shape it was sent."""
    if isinstance(end, NoObject):
        return replace(dialect, way="words")
    if failure is None or failure.status is None:
        return None
    return after_refusal(dialect, failure.status, failure.message)


def _as_langchain(asked: _Asked, dialect: Dialect) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    texts = [message.text for message in asked.messages]
    if dialect.way == "words":
        texts[-1] += in_words(asked.shape)
    return [kinds[message.role](text) for message, text in zip(asked.messages, texts, strict=True)]


def _latest(told: SimpleQueue[str | None]) -> Iterator[str]:
    """The newest text each time there is one, until None: what came meanwhile is passed over."""
    ended = False
    while not ended:
        news = [told.get()]
        while not told.empty():
            news.append(told.get())
        ended = news[-1] is None
        texts = [text for text in news if text is not None]
        if texts:
            yield texts[-1]
