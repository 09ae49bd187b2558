"""The desk where questions wait: one worker a chat takes them in order, has them answered, and has the answers sent.

A question is a job in the store from the moment it is accepted until its answer is on its way; a process that dies
leaves the jobs, and the next one goes on with them. Does not decide who may ask, and does not write messages: rendering
and `delivery` do.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from bot import questions
from bot.conversations import Conversations, Key, Turn
from bot.errors import FootnoteError, named
from bot.pool import Pool
from bot.render.kept import kept_object
from bot.stopping import Stop, Stopped
from bot.telegram.delivery import Delivery
from bot.telegram.journal import event, fault
from bot.telegram.keeping import Keeper
from bot.telegram.metrics import Metrics
from bot.telegram.preview import Preview
from bot.telegram.privacy import person_key
from bot.telegram.store import Job, Store
from bot.telegram.texts import texts
from bot.types import Abstained, Outcome, Question
from retrieval.errors import RetrievalError
from retrieval.types import Filter

WAITING: Final = 3
"""Questions of one person that may wait in a chat while another of theirs is being answered."""
CROWD: Final = 30
"""Questions of all that may wait in one chat."""
CONTINUES: Final = timedelta(minutes=30)
"""After so long without a question, the next one begins a new conversation."""
NOTHING: Final = "-"
"""In place of an answer's id: the question goes on from none."""
BREATH: Final = 1.0
"""Seconds until a chat goes on after a fault of ours: what fails at once, on a full disk say, does so again."""


def conversation(chat: int, thread: int) -> Key:
    """Where the conversations of a chat's thread are kept."""
    return Key(f"telegram:{chat}", str(thread))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question somebody may ask, with where it was asked.

    `message`: the message that the answer replies to. `parent`: the answer it was a reply to, "" for none, or NOTHING.
    `language`: of the person's interface. `anew`: in the place of one that was withdrawn for it, so that there is room.
    `edits`: the message of an earlier answer that this one replaces, else 0.
    """

    update: int
    chat: int
    thread: int
    person: int
    private: bool
    message: int
    text: str
    language: str
    parent: str = ""
    anew: bool = False
    edits: int = 0


class Busy(Exception):
    """Too many questions wait already: of this person, or of all in this chat."""


class Desk:
    """See the module. All methods are for the event loop's thread."""

    def __init__(
        self,
        store: Store,
        conversations: Conversations,
        keep: Keeper,
        pool: Pool,
        delivery: Delivery,
        metrics: Metrics,
        preview: Callable[[Job, int], Preview],
        spent: Callable[[int, float | None], object],
    ) -> None:
        self._jobs = store.jobs
        self._filters = store.filters
        self._conversations = conversations
        self._keep = keep
        self._pool = pool
        self._delivery = delivery
        self._metrics = metrics
        self._preview = preview
        self._spent = spent
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._woken: set[int] = set()
        self._running: dict[int, tuple[Job, Stop]] = {}
        self._open: set[int] = set()
        self._in_hand: set[int] = set()
        self._moved: dict[int, int] = {}
        self._articles = 0
        self._closing = False

    async def accept(self, asked: Asked) -> Job | None:
        """Take a question on; None when its update was taken on before. Raises Busy."""
        job = await self._keep(self._take_on, asked)
        if job is not None:
            event("question accepted", job=job.number)
            self._note(job.number, True)
            self.wake(job.chat)
        return job

    # What follows one another at the disk is one call each: a call waits for its turn there and, after, at the loop.

    def _take_on(self, asked: Asked) -> Job | None:
        count = self._jobs.count_waiting
        if not asked.anew and (count(asked.chat, asked.person) >= WAITING or count(asked.chat) >= CROWD):
            raise Busy
        return self._jobs.add(
            update_id=asked.update,
            chat=asked.chat,
            thread=asked.thread,
            person=asked.person,
            private=asked.private,
            message_id=asked.message,
            question=asked.text,
            language=asked.language,
            parent=asked.parent,
            edits=asked.edits,
            at=time.time(),
        )

    async def resume(self) -> int:
        """Go on with what an earlier process left; tells how many jobs that were.

        A message that may be on its way is not sent again: its asker is told so, and can ask for it.
        """
        self._articles = (await self._pool.archive()).articles
        left = await self._keep(self._jobs.open)
        for job in left:
            self._note(job.number, True)
            if job.state == "sending":
                await self._keep(self._jobs.mark, job.number, "unsure")
        for chat in {job.chat for job in [*left, *await self._keep(self._jobs.unsure)]}:
            self.wake(chat)
        return len(left)

    def wake(self, chat: int) -> None:
        """There may be something to do for this chat."""
        self._woken.add(chat)
        worker = self._workers.get(chat)
        if not self._closing and (worker is None or worker.done()):
            worker = self._workers[chat] = asyncio.create_task(self._serve(chat), name=f"chat-{chat}")
            worker.add_done_callback(partial(self._left, chat))

    def stop(self, chat: int, person: int | None = None, number: int | None = None) -> list[Job]:
        """Stop what is being answered in a chat: of this person only, or this job only, where one is given."""
        stopped = []
        for job, stop in self._running.values():
            if job.chat == chat and person in (None, job.person) and number in (None, job.number) and not stop.stopped:
                stop.stop()
                stopped.append(job)
        return stopped

    async def drop(self, chat: int, person: int) -> int:
        """Cancel what waits of a person in a chat; tells how many questions that were."""
        dropped = 0
        for job in await self._keep(self._jobs.open, chat):
            waits = job.person == person and job.state == "waiting"
            if waits and await self._keep(self._jobs.finish, job.number, "cancelled"):
                self._note(job.number, False)
                dropped += 1
        return dropped

    async def abandon(self, chat: int) -> None:
        """Nothing reaches this chat any more: what was asked there is not answered."""
        for job in await self._keep(self._jobs.open, chat):
            await self._keep(self._jobs.finish, job.number, "undeliverable")
            self._note(job.number, False)
        self.stop(chat)

    def moved(self, old: int, new: int) -> None:
        """A chat has another id, its jobs too: what is in hand goes on, and then what waits there."""
        self._moved[old] = new
        for number, (job, stop) in self._running.items():
            if job.chat == old:
                self._running[number] = replace(job, chat=new), stop
        self.wake(new)

    async def forget(self, person: int) -> None:
        """Let go of all questions of a person, which are about to be deleted; stop what is being answered."""
        for job, stop in self._running.values():
            if job.person == person:
                stop.stop()
        for job in await self._keep(self._jobs.open):
            if job.person == person:
                self._note(job.number, False)

    async def drain(self, seconds: float) -> None:
        """Finish what is being answered and sent, within this time; what waits stays for the next process."""
        self._closing = True
        workers = [worker for worker in self._workers.values() if not worker.done()]
        if workers:
            _, late = await asyncio.wait(workers, timeout=seconds)
            for _, stop in self._running.values():
                stop.stop()
            for worker in late:
                worker.cancel()
            if late:
                await asyncio.wait(late, timeout=5)

    @property
    def busy(self) -> int:
        """How many chats are being served."""
        return sum(not worker.done() for worker in self._workers.values())

    @property
    def queue(self) -> int:
        """How many questions are taken on and not yet answered."""
        return len(self._open)

    def _note(self, number: int, is_open: bool) -> None:
        (self._open.add if is_open else self._open.discard)(number)
        self._metrics.queue(len(self._open))

    async def _serve(self, chat: int) -> None:
        while not self._closing:
            self._woken.discard(chat)
            job = await self._keep(self._due, chat)
            if job is not None and job.number not in self._in_hand:
                self._in_hand.add(job.number)
                try:
                    await (self._delivery.admit(job) if job.state == "unsure" else self._do(job))
                finally:
                    self._in_hand.discard(job.number)
            elif chat not in self._woken:
                return

    def _due(self, chat: int) -> Job | None:
        """What is to be done next for a chat: first, who may not have got an answer is told so."""
        owed = next((job for job in self._jobs.unsure() if job.chat == chat), None)
        return owed or self._jobs.next(chat)

    def _left(self, chat: int, worker: asyncio.Task[None]) -> None:
        """A worker has ended. Where a fault of ours ended it, the job is given up and the chat goes on."""
        if self._workers.get(chat) is worker:
            del self._workers[chat]
        if worker.cancelled():
            return
        if chat in self._moved:  # there its jobs waited for it
            self.wake(self._moved[chat])
        error = worker.exception()
        if error is not None:
            fault("worker failed", error)
            self._metrics.failed("unexpected")
            self._workers[chat] = rescue = asyncio.create_task(self._give_up(chat))
            rescue.add_done_callback(partial(self._left, chat))

    async def _give_up(self, chat: int) -> None:
        await asyncio.sleep(BREATH)
        job = await self._keep(self._due, chat)
        if job is not None:
            await self._end(job, "failed", "chat.failed", error=job.answer_id[:6])
            self._note(job.number, False)
        self._workers.pop(chat, None)
        self.wake(chat)

    async def _do(self, job: Job) -> None:
        turn = None
        if job.state not in ("waiting", "working"):
            turn = await self._keep(self._conversations.find, job.answer_id)
        ready = (job, turn) if turn is not None else await self._answer(job)
        closed = ready is None or await self._delivery.deliver(*ready)
        if closed and not self._closing:
            self._note(job.number, False)

    async def _answer(self, job: Job) -> tuple[Job, Turn] | None:
        """The answer, kept, and how its job stands then; None where there is none to send, which the person is told."""
        stop = Stop()
        self._running[job.number] = job, stop
        began = time.monotonic()
        try:
            parent, history, wanted = await self._keep(self._begin, job)
            question = questions.read(job.question, history=history, id=job.answer_id, filter=wanted)
            outcome, suggested = await self._ask(job, question, stop)
        except Stopped:
            if not self._closing:  # else the next process answers
                self._metrics.stopped()
                await self._end(job, "cancelled", "chat.stopped")
            return None
        except (FootnoteError, RetrievalError) as error:
            failure = named(error)
            fault("question failed", failure, job=job.number, code=failure.code)
            self._metrics.failed(failure.code)
            await self._end(job, "failed", "chat.failed", error=job.answer_id[:6])
            return None
        finally:
            del self._running[job.number]
        outcome = replace(questions.with_remarks(outcome, job.question), id=job.answer_id)
        self._articles = outcome.archive.articles
        self._metrics.outcome(outcome)
        if outcome.usage.cost_usd:
            await self._keep(self._spent, job.person, outcome.usage.cost_usd)
        event("question answered", job=job.number, seconds=round(time.monotonic() - began, 3))
        turn = Turn(
            job.answer_id,
            outcome.question.text,
            outcome.trace.standalone or outcome.question.text,
            outcome.language,
            kept_object(outcome, suggested),
            person=person_key(job.person),
            parent=parent,
        )
        return await self._keep(self._record, job, turn)

    def _record(self, job: Job, turn: Turn) -> tuple[Job, Turn] | None:
        """Keep an answer, unless its question has been withdrawn or forgotten meanwhile."""
        still_wanted = self._jobs.mark(job.number, "answered", 0)
        now = self._jobs.get(job.number)  # its chat may have another id by now
        if not still_wanted or now is None:
            return None
        self._conversations.add(conversation(now.chat, now.thread), turn)
        return now, turn

    async def _ask(self, job: Job, question: Question, stop: Stop) -> tuple[Outcome, tuple[str, ...]]:
        async with self._preview(job, self._articles) as preview:
            outcome = await self._pool.answer(question, preview.tell, stop)
            suggested: tuple[str, ...] = ()
            if isinstance(outcome, Abstained):
                with suppress(FootnoteError, RetrievalError):  # an offer, not a promise
                    suggested = await self._pool.suggested(outcome)
        return outcome, suggested

    def _begin(self, job: Job) -> tuple[str, tuple[str, ...], Filter]:
        """Mark a job as being worked on; the answer that its question goes on from, the questions before it, and the
        filter of its thread.
        """
        self._jobs.mark(job.number, "working")
        parent = "" if job.parent == NOTHING else job.parent
        if not job.parent:
            since = (datetime.now(UTC) - CONTINUES).isoformat(timespec="seconds")
            key = conversation(job.chat, job.thread)
            latest = self._conversations.latest_of(key, person_key(job.person), since)
            parent = latest.answer_id if latest is not None else ""
        history = self._conversations.lineage(parent) if parent else ()
        return parent, history, self._filters.get(job.chat, job.thread)

    async def _end(self, job: Job, state: str, key: str, **values: object) -> None:
        """Close a job without an answer, and say so, unless it was closed already."""
        if await self._keep(self._jobs.finish, job.number, state):
            await self._delivery.tell(job, texts(job.language)(key, **values))
