"""What a person sees while an answer is made: "typing", and in private chats a draft that tells how far it is.

The draft names the stage and holds the claims that are verified already, whole ones only; nothing else of an answer has
a way in here. It is worth nothing later: whatever fails is left, silently. When the preview is left, nothing of it is
on its way any more, so that no frame comes after the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self, assert_never

from bot.progress import Checking, Progress, Reading, Searching, Verified
from bot.render.telegram.message import Entity, units
from bot.render.telegram.splitting import LIMIT
from bot.render.text import claim_text
from bot.telegram.journal import fault
from bot.telegram.sending import Sender
from bot.telegram.texts import Texts


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two "typing" (which lasts 5 at most), between two frames at least, until the same frame is sent
    again (a draft lasts 30), and for what is on its way at the end.
    """

    typing: float = 4.0
    frame: float = 0.7
    refresh: float = 20.0
    last: float = 1.0


PACE: Final = Pace()


class Preview:
    """`async with Preview(…) as preview: preview.tell(progress)`; see the module.

    `draft_id`: any number but 0, of this answer alone. `articles`: how many are searched, 0 when that isn't known.
    `drafts`: False for "typing" only, as groups have it anyway. `seen`: called once, when Telegram has taken the first
    sign of life; `dropped`: when a draft was not taken.
    """

    def __init__(
        self,
        sender: Sender,
        chat: int,
        thread: int,
        private: bool,
        texts: Texts,
        draft_id: int,
        *,
        articles: int = 0,
        drafts: bool = True,
        pace: Pace = PACE,
        seen: Callable[[], object] | None = None,
        dropped: Callable[[], object] = lambda: None,
    ) -> None:
        self._sender = sender
        self._chat = chat
        self._thread = thread
        self._texts = texts
        self._draft_id = draft_id
        self._articles = articles
        self._drafts = drafts and private
        self._pace = pace
        self._seen = seen
        self._dropped = dropped
        self._stage: Progress = Searching()
        self._claims: list[str] = []
        self._news = asyncio.Event()
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._tasks.append(asyncio.create_task(self._type(), name="typing"))
        if self._drafts:
            self._tasks.append(asyncio.create_task(self._draft(), name="draft"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._news.set()
        try:
            # A request that is cut off may arrive all the same, and late: what is on its way is waited for a little.
            await asyncio.wait(self._tasks, timeout=self._pace.last)
        finally:
            for task in self._tasks:
                task.cancel()
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                fault("preview failed", ended)

    def tell(self, progress: Progress) -> None:
        """Show this; from any thread, at any time."""
        with suppress(RuntimeError):  # the loop is closed: nobody watches any more
            self._loop.call_soon_threadsafe(self._note, progress)

    def _note(self, progress: Progress) -> None:
        match progress:
            case Verified(claim=claim):
                self._claims.append(claim_text(claim))
            case Searching() | Reading() | Checking():
                self._stage = progress
            case _ as unreachable:
                assert_never(unreachable)
        self._news.set()

    async def _type(self) -> None:
        while not self._over.is_set():
            if await self._sender.typing(self._chat, self._thread):
                self._sign_of_life()
            await _until(self._over, self._pace.typing)

    async def _draft(self) -> None:
        """Send frames: the newest one each time, and the same one only before it fades."""
        shown = None
        while not self._over.is_set():
            self._news.clear()
            frame = self._frame()
            if frame != shown:
                if not await self._sender.draft(self._chat, self._thread, self._draft_id, *frame):
                    self._dropped()
                    return
                self._sign_of_life()
                shown = frame
                await _until(self._over, self._pace.frame)
            if not await _until(self._news, self._pace.refresh):
                shown = None

    def _sign_of_life(self) -> None:
        if self._seen is not None:
            self._seen()
        self._seen = None

    def _frame(self) -> tuple[str, tuple[Entity, ...]]:
        """The claims so far, as many as there is room for, and under them the stage, in italics."""
        stage = self._told()
        room = LIMIT - units(stage)
        shown = []
        for claim in self._claims:
            room -= units(claim) + 2
            if room < 0:
                break
            shown.append(claim)
        text = "\n\n".join([*shown, stage])
        return text, (Entity("italic", units(text) - units(stage), units(stage)),)

    def _told(self) -> str:
        match self._stage:
            case Reading(passages=passages):
                return self._texts.count("progress.reading", passages)
            case Checking(quotes=quotes):
                return self._texts.count("progress.checking", quotes)
            case _ if self._articles:
                return self._texts.count("progress.searching", self._articles)
            case _:
                return self._texts("progress.begun")


async def _until(event: asyncio.Event, seconds: float) -> bool:
    """Wait for it that long; whether it came."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
