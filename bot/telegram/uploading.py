"""Indexes what was sent to be added: one thing at a time, in a thread, with one message that tells how it goes.

What is to be done stands in the store until it is done, so that the next process goes on where this one ends. Where the
archive has a like article, the admin is asked first. Does not receive anything: `documents` does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.errors import FootnoteError, Interrupted, named
from bot.render.telegram.message import Button, Message
from bot.render.telegram.presses import press
from bot.render.telegram.uploads import indexed_message, known_message, progress_message, same_message
from bot.telegram.journal import event, fault
from bot.telegram.keeping import Keeper
from bot.telegram.metrics import Uploading as Fate
from bot.telegram.sending import Sender, Sent
from bot.telegram.store import Upload
from bot.telegram.store.uploads import Uploads as Waiting
from bot.telegram.texts import Texts
from bot.telegram.wire import Party
from bot.uploads import Indexed, Uploads
from retrieval.errors import RetrievalError, SourceNotFound
from retrieval.reading import Unreadable

DUE: Final = ("add", "beside", "replace", "remove")
"""States of what is to be done; the others wait for a word."""
EVERY: Final = 3.0
"""Seconds between two edits that tell how far it is: Telegram counts edits as messages."""
_SENTENCES: Final = {"index_busy": "documents.busy", "disk_full": "documents.disk_full"}

Words = Callable[[Party], Awaitable[Texts]]


@dataclass(slots=True)
class Note:
    """The one message that tells how an upload goes; `message_id`: 0 until it has been sent."""

    sender: Sender
    words: Texts
    chat: int
    thread: int
    reply_to: int | None = None
    message_id: int = 0

    async def show(self, message: Message, *, passing: bool = False) -> None:
        """Let it say this; a new message where it can't. `passing`: of no use later, so dropped where it can't."""
        if self.message_id and await self.sender.edit(self.chat, self.message_id, message, preview=passing):
            return
        if not passing:
            result = await self.sender.send(self.chat, self.thread, message, reply_to=self.reply_to)
            if isinstance(result, Sent):
                self.message_id = result.message_id

    async def say(self, key: str, **values: object) -> None:
        """Let it say a sentence of the catalogue."""
        await self.show(Message(self.words(key, **values)))


def note_shown(waiting: Waiting, number: int, message_id: int) -> None:
    """Record an upload's message; its state stays, for a button may have been pressed already."""
    upload = waiting.get(number)
    if upload is not None:
        waiting.mark(number, upload.state, message_id)


class Uploading:
    """See the module. All methods are for the event loop's thread."""

    def __init__(
        self,
        uploads: Uploads,
        waiting: Waiting,
        keep: Keeper,
        sender: Sender,
        words: Words,
        *,
        every: float = EVERY,
        told: Callable[[Fate], object] = lambda _fate: None,
    ) -> None:
        """`told`: hears what became of each document."""
        self._uploads = uploads
        self._waiting = waiting
        self._keep = keep
        self._sender = sender
        self._words = words
        self._every = every
        self._told = told
        self._notes: dict[int, Note] = {}
        self._worker: asyncio.Task[None] | None = None
        self._now: Upload | None = None
        self._woken = self._closing = self._interrupted = False

    async def begin(self, number: int, state: str, note: Note) -> None:
        """This is to be done with an upload; it is its turn when all before it are done."""
        if self._now is not None:
            upload = await self._keep(self._waiting.get, number)
            if upload is not None:
                await note.say("documents.waiting", name=upload.name)
        self._notes[number] = note
        await self._keep(self._waiting.mark, number, state, note.message_id)
        self.wake()

    def wake(self) -> None:
        """There may be something to do."""
        self._woken = True
        if not self._closing and (self._worker is None or self._worker.done()):
            self._worker = asyncio.create_task(self._work(), name="uploads")
            self._worker.add_done_callback(self._ended)

    async def drain(self, seconds: float) -> None:
        """Finish what is being indexed; what takes longer is broken off, and begun again by the next process."""
        self._closing = True
        if self._worker is not None:
            _, late = await asyncio.wait([self._worker], timeout=seconds)
            self._interrupted = True
            if late:
                await asyncio.wait(late)

    async def _work(self) -> None:
        while not self._closing:
            self._woken = False
            due = [upload for upload in await self._keep(self._waiting.all) if upload.state in DUE]
            if due:
                self._now = due[0]
                await self._do(due[0], await self._note(due[0]))
                self._now = None
            elif not self._woken:
                return

    def _ended(self, worker: asyncio.Task[None]) -> None:
        """Where a fault of ours has ended it, what it was at is given up, and the rest goes on."""
        error, upload = None if worker.cancelled() else worker.exception(), self._now
        self._now = None
        if error is not None and upload is not None:
            fault("upload failed", error)
            self._worker = asyncio.create_task(self._give_up(upload))
            self._worker.add_done_callback(lambda _: self.wake())

    async def _give_up(self, upload: Upload) -> None:
        note = await self._note(upload)
        with suppress(FootnoteError, RetrievalError):
            await self._keep(self._waiting.remove, upload.number)
        await note.say("documents.failed", code="unexpected")

    async def _note(self, upload: Upload) -> Note:
        """The upload's message; after a restart, all that is known of it is its number."""
        if upload.number not in self._notes:
            words = await self._words(Party(upload.chat, 0, upload.person, True))
            self._notes[upload.number] = Note(self._sender, words, upload.chat, 0, message_id=upload.message_id)
        return self._notes[upload.number]

    async def _do(self, upload: Upload, note: Note) -> None:
        began = time.monotonic()
        try:
            await (self._remove if upload.state == "remove" else self._add)(upload, note)
        except Interrupted:  # by drain
            return
        except (FootnoteError, RetrievalError) as error:
            await self._failed(upload, note, named(error))
        event("upload dealt with", number=upload.number, seconds=round(time.monotonic() - began, 3))

    async def _add(self, upload: Upload, note: Note) -> None:
        data = await self._data(upload)
        if data is None:
            await self._finish(upload, note, Message(note.words("documents.expired")))
            return
        found = await asyncio.to_thread(self._uploads.look, upload.name, data)
        if isinstance(found, Unreadable):
            self._told("refused")
            await self._finish(upload, note, Message(_why(found, data, note.words)))
            return
        known = await asyncio.to_thread(self._uploads.known, found)
        if known is not None and known.why == "text":
            await self._finish(upload, note, same_message(note.words, known))
            return
        replacing = known.source if known is not None and known.replaceable and upload.state == "replace" else None
        if known is not None and replacing is None and upload.state != "beside":
            await self._wait(upload, note, "waiting", known_message(note.words, known, upload.number))
            return
        indexed = await self._index(upload, data, replacing, note)
        self._told("indexed")
        kept = await self._keep(self._waiting.add, upload.chat, upload.person, indexed.name, time.time())
        await self._wait(kept, note, "kept", indexed_message(note.words, indexed, kept.number))
        await self._forget(upload)

    async def _index(self, upload: Upload, data: bytes, replacing: str | None, note: Note) -> Indexed:
        stages: list[tuple[str, int, int]] = []
        over = asyncio.Event()

        def tell(stage: str, done: int, total: int) -> None:
            if self._interrupted:
                raise Interrupted
            stages[:] = [(stage, done, total)]

        async def watch() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), self._every)
                if stages and not over.is_set():
                    await note.show(progress_message(note.words, upload.name, *stages[0]), passing=True)

        watching = asyncio.create_task(watch())
        try:
            return await asyncio.to_thread(self._uploads.keep, upload.name, data, tell, replacing=replacing)
        finally:
            over.set()
            await watching  # so that no stage is shown after the end

    async def _remove(self, upload: Upload, note: Note) -> None:
        key = "documents.removed"
        try:
            await asyncio.to_thread(self._uploads.remove, upload.name)
        except SourceNotFound:
            key = "documents.removed_before"
        await self._finish(upload, note, Message(note.words(key, name=upload.name)))

    async def _failed(self, upload: Upload, note: Note, error: FootnoteError) -> None:
        """Say what went wrong; where the same may go well later, with a button that tries again."""
        event("upload failed", number=upload.number, error=error.code)
        self._told("failed")
        message = Message(note.words(_SENTENCES.get(error.code, "documents.failed"), code=error.code))
        if not error.retry_helps:
            await self._finish(upload, note, message)
            return
        retry = Button(note.words("documents.buttons.retry"), press("upload", upload.number, upload.state))
        state = "kept" if upload.state == "remove" else "waiting"
        await self._wait(upload, note, state, Message(message.text, keyboard=((retry,),)))

    async def _wait(self, upload: Upload, note: Note, state: str, message: Message) -> None:
        """Leave it, in this state, until somebody presses a button of this message."""
        self._notes.pop(upload.number, None)
        await self._keep(self._waiting.mark, upload.number, state)  # before somebody can press one
        await note.show(message)
        await self._keep(note_shown, self._waiting, upload.number, note.message_id)

    async def _finish(self, upload: Upload, note: Note, message: Message) -> None:
        """Say how it ended; and only then forget it, or a kill in between would leave it unsaid."""
        await note.show(message)
        await self._forget(upload)

    async def _forget(self, upload: Upload) -> None:
        self._notes.pop(upload.number, None)
        await self._keep(self._waiting.remove, upload.number)

    async def _data(self, upload: Upload) -> bytes | None:
        if upload.text:
            return upload.text.encode()
        try:
            return await asyncio.to_thread(Path(upload.file).read_bytes)
        except OSError:  # somebody has emptied the folder
            return None


def _why(found: Unreadable, data: bytes, words: Texts) -> str:
    """Why a file cannot be read; in the person's language where it is empty."""
    if not data.strip():
        return words("documents.empty")
    return words("documents.unreadable", reason=f"{found.reason} {found.next_step}")
