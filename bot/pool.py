"""Several answers at once over one index, for code that runs on an event loop.

What assistants may share is shared (see `assembly.open_pool`); each has an index of its own, as SQLite's connection and
its snapshot are one thread's at a time. Assistants are opened when they are needed, one after the other, and answer in
threads, whoever came first being served first. One more looks things up, so that an article is at hand while all
others wait for a language model. Does not count, limit or remember questions.

More threads than processors do not answer more questions, they only make every one of them slower and the event loop
late: `usual_size` and `reading_threads` keep to the processors, as measured by `benchmarks/pool.py`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from bot.assistant import Assistant
from bot.errors import FootnoteError, Stopped
from bot.progress import Progress, Tell, silent
from bot.stopping import Stop
from bot.suggesting import Suggesting
from bot.types import Archive, Outcome, Question, Usage
from retrieval.errors import RetrievalError
from retrieval.types import Article, Filter, Hit

WRITTEN: Final = 8
"""Answers at once where a language model writes: nearly all of their time is waiting for it."""
OFFERING: Final = 0.2
"""Seconds that finding what to offer may delay a refusal, or an article that is wanted meanwhile."""
IDLE: Final = 2.0
"""Seconds between looks for questions to find, while there are none or answers are under way."""

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


def usual_size(*, writes: bool) -> int:
    """Answers at once: as many as there are processors; more where a language model writes."""
    return max(_processors(), WRITTEN) if writes else _processors()


def reading_threads(size: int) -> int:
    """Sentences that an answer reads at once, so that `size` answers keep the processors busy and no busier."""
    return max(1, _processors() // size)


class Pool:
    """Assistants for several chats at once. Its methods are for one event loop; they raise what an assistant's do.

    `another` opens an assistant. After `close`, and where `stop` ends an answer that waits for its turn, Stopped is
    raised. A task that is cancelled while it waits for an answer stops it; its assistant is free for the next one as
    soon as its thread has noticed.
    """

    def __init__(self, another: Callable[[], Assistant], size: int) -> None:
        self._answering = _Lane(another, size, "footnote-answer")
        self._looking = _Lane(another, 1, "footnote-look")
        self._suggesting = Suggesting()
        self._finding: asyncio.Task[None] | None = None

    async def answer(self, question: Question, tell: Tell = silent, stop: Stop | None = None) -> Outcome:
        """The answer, or why there is none. `tell` is called on the event loop, in order, and not after a stop."""
        loop, ends = asyncio.get_running_loop(), stop or Stop()

        def heard(progress: Progress) -> None:
            if not ends.stopped:
                tell(progress)

        def tell_there(progress: Progress) -> None:
            loop.call_soon_threadsafe(heard, progress)

        return await self._answering.run(lambda one: one.answer(question, tell_there, ends), ends)

    async def search(self, text: str, k: int, language: str | None = None) -> list[Hit]:
        """The `k` best passages, best first. `language`: the question's, detected when not given."""
        return await self._looking.run(lambda one: one.search(text, k, language))

    async def settled(self, wanted: Filter) -> Filter:
        """The filter with its article named for good. Raises BadFilter where there is none, or several."""
        return await self._looking.run(lambda one: one.settled(wanted))

    async def told(self, wanted: Filter, language: str) -> list[str]:
        """What an answer would say of a filter: its parts and what they leave."""
        return await self._looking.run(lambda one: one.told(wanted, language))

    async def article(self, article_id: str) -> Article:
        """The article with this id. Raises UnknownArticle."""
        return await self._looking.run(lambda one: one.article(article_id))

    async def articles(self) -> tuple[Article, ...]:
        """All that is indexed, by source and path."""
        return await self._looking.run(lambda one: one.articles())

    async def archive(self) -> Archive:
        """What is indexed: how many articles, the newest date among them, and the fingerprint of their texts."""
        return await self._looking.run(lambda one: one.archive())

    async def suggested(self, outcome: Outcome) -> tuple[str, ...]:
        """Two questions at most that the archive does answer, to offer beside a refusal, in its language."""
        suggested, language = self._suggesting.suggested, outcome.language
        return await self._looking.run(lambda one: suggested(one, outcome, language, seconds=OFFERING))

    async def examples(self, language: str) -> tuple[str, ...]:
        """Three questions at most that the archive does answer, to begin with."""
        return await self._looking.run(lambda one: self._suggesting.examples(one, language, seconds=OFFERING))

    async def warm(self) -> None:
        """Load what the first answer and the first search would load; takes seconds where a language model is set.

        From then on, while nobody waits for an answer, questions are found to offer.
        """
        await self._answering.run(lambda one: one.load())
        await self._looking.run(lambda one: one.load())
        if self._finding is None:
            self._finding = asyncio.create_task(self._find())

    async def close(self) -> None:
        """Wait for the answers under way, refuse those that wait for their turn, and let go of everything."""
        if self._finding is not None:
            self._finding.cancel()
        await asyncio.gather(self._answering.close(), self._looking.close())

    async def _find(self) -> None:
        """Find questions to offer, one at a time, resting as long after each as it took."""
        while True:
            began = time.monotonic()
            found = False
            if self._answering.is_free:
                try:
                    found = await self._answering.run(self._suggesting.work)
                except Stopped:
                    return
                except (RetrievalError, FootnoteError) as error:
                    _log.warning("no questions to offer were found: %s", error.message)
            await asyncio.sleep(time.monotonic() - began if found else IDLE)


class _Lane:
    """Threads that work with an assistant each."""

    def __init__(self, another: Callable[[], Assistant], size: int, name: str) -> None:
        self._another = another
        self._threads = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._idle: list[Assistant] = []
        self._opening = threading.Lock()
        self._closed = False
        self._under_way: set[Future[Any]] = set()

    async def run(self, work: Callable[[Assistant], _T], stop: Stop | None = None) -> _T:
        """What `work` gives, done in a thread; `stop` is what ends it there."""
        if self._closed:
            raise Stopped(Usage())
        ends = stop or Stop()
        running = self._threads.submit(self._work, work)
        self._under_way.add(running)
        running.add_done_callback(self._under_way.discard)
        with ends.on_stop(running.cancel):  # while it has not begun
            try:
                return await asyncio.wrap_future(running)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    ends.stop()
                    raise
                raise Stopped(Usage()) from None

    @property
    def is_free(self) -> bool:
        """Whether nobody's work is under way or waits."""
        return not self._under_way

    async def close(self) -> None:
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        for one in self._idle:
            one.close()

    def _work(self, work: Callable[[Assistant], _T]) -> _T:
        with self._assistant() as one:
            return work(one)

    @contextmanager
    def _assistant(self) -> Iterator[Assistant]:
        """One that nobody works with; there are never more than threads."""
        try:
            one = self._idle.pop()
        except IndexError:
            with self._opening:
                one = self._another()
        try:
            yield one
        finally:
            self._idle.append(one)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
