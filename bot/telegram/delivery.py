"""Bring an answer to its chat, each message once: what may have arrived is never sent blindly again.

Telegram has no key by which it would know a message sent twice. So "sending" is recorded right before each request;
when its reply is lost, or the process dies in between, the asker is told that the answer may be there already, with a
button that shows it. Does not make answers.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final, assert_never

from bot.conversations import Conversations, Turn
from bot.render.kept import Kept
from bot.render.telegram.answer import answer_messages
from bot.render.telegram.message import Button, Message
from bot.render.telegram.presses import press
from bot.telegram.journal import event
from bot.telegram.keeping import Keeper
from bot.telegram.metrics import Metrics
from bot.telegram.pacing import Record
from bot.telegram.sending import Later, Result, Sender, Sent, Undeliverable, Unsure
from bot.telegram.store import Job, Store
from bot.telegram.texts import texts

ADMISSIONS: Final = 3
"""How often it is tried to say that an answer may have arrived: that, twice, harms nobody."""


class _Record:
    """Where a part of a job stands, kept around each request for it."""

    def __init__(self, store: Store, keep: Keeper, metrics: Metrics, job: int, part: int) -> None:
        self._jobs = store.jobs
        self._keep = keep
        self._metrics = metrics
        self._job = job
        self._part = part

    async def on_its_way(self) -> None:
        """The request is about to be made: from here on it may have been done."""
        await self._keep(self._jobs.mark, self._job, "sending", self._part)

    async def not_done(self) -> None:
        """Telegram has said, or it is certain, that it was not done."""
        await self._keep(self._jobs.mark, self._job, "answered", self._part)
        self._metrics.send("retried")


class Delivery:
    """See the module."""

    def __init__(
        self, store: Store, conversations: Conversations, keep: Keeper, sender: Sender, metrics: Metrics
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._keep = keep
        self._sender = sender
        self._metrics = metrics
        self._admitted: dict[int, int] = {}

    async def deliver(self, job: Job, turn: Turn) -> bool:
        """Send the answer's messages, from the job's part on; False where some are left for another try."""
        kept = Kept.read(turn.outcome, turn.at)
        messages = answer_messages(kept, texts(job.language))
        unsure = False
        for part in range(job.part, len(messages)):
            # After a doubtful one the job stays as it stands there: a process that dies now leaves the doubt.
            record = None if unsure else _Record(self._store, self._keep, self._metrics, job.number, part)
            match await self._bring(job, messages[part], part, record):
                case Sent(message_id=message_id, chat=chat):
                    self._metrics.send("sent")
                    if unsure:
                        await self._note(chat, message_id, job.answer_id, "answer")
                    else:
                        last = part + 1 == len(messages)
                        await self._keep(
                            self._store.sent, job.number, part + 1, chat, message_id, time.time(), done=last
                        )
                case Unsure():
                    unsure = True
                    self._metrics.send("unsure")
                case Undeliverable(why):
                    event("answer undeliverable", job=job.number, error=why)
                    self._metrics.send("undeliverable")
                    await self._keep(self._store.jobs.finish, job.number, "undeliverable")
                    return True
                case Later(seconds):
                    await self._keep(self._store.jobs.mark, job.number, "answered", part)
                    await asyncio.sleep(seconds)
                    return False  # the chat's worker comes back to it
                case _ as unreachable:
                    assert_never(unreachable)
        if unsure:
            event("answer may have been lost", job=job.number)
            await self._keep(self._store.jobs.mark, job.number, "unsure")
        else:
            if job.part >= len(messages):  # nothing was left to send
                await self._keep(self._store.jobs.finish, job.number, "done")
            self._metrics.answered_after(time.time() - job.accepted_at)
        return True

    async def admit(self, job: Job) -> None:
        """Say that the answer may have arrived, with a button that shows it."""
        turn = await self._keep(self._conversations.find, job.answer_id)
        if turn is None:  # it is lost, or not kept any more; a job that was forgotten is not marked
            await self._keep(self._store.jobs.mark, job.number, "waiting")
            return
        words = texts(job.language)
        button = Button(words("chat.show_answer"), press=press("again", job.answer_id))
        message = Message(words("chat.maybe_answered"), keyboard=((button,),))
        result = await self._sender.send(job.chat, job.thread, message, reply_to=job.message_id or None)
        tries = self._admitted[job.number] = self._admitted.get(job.number, 0) + 1
        match result:
            case Sent(message_id=message_id, chat=chat):
                await self._note(chat, message_id, job.answer_id, "notice")
            case Undeliverable():
                pass
            case Unsure() | Later() if tries < ADMISSIONS:
                await asyncio.sleep(result.seconds if isinstance(result, Later) else tries)
                return
            case _:
                event("admission given up", job=job.number)
        self._admitted.pop(job.number, None)
        await self._keep(self._store.jobs.finish, job.number, "unsure")

    async def tell(self, job: Job, sentence: str) -> None:
        """A sentence in reply to a question, in place of an answer."""
        await self._sender.send(job.chat, job.thread, Message(sentence), reply_to=job.message_id or None)

    async def _note(self, chat: int, message_id: int, answer_id: str, kind: str) -> None:
        await self._keep(self._store.messages.add, chat, message_id, answer_id, kind, time.time())

    async def _bring(self, job: Job, message: Message, part: int, record: Record | None) -> Result:
        """Send a message of an answer; the first of one to an edited question takes the place of the earlier answer,
        where that is still there.
        """
        if part == 0 and job.edits and await self._sender.edit(job.chat, job.edits, message):
            return Sent(job.edits, job.chat)
        reply_to = (job.message_id or None) if part == 0 else None
        return await self._sender.send(job.chat, job.thread, message, reply_to=reply_to, record=record)
