"""Articles that admins add through the chat: files, and texts that are pasted, forwarded, or stand behind /add.

In private chats. What somebody sent is kept until it is dealt with, so that a restart loses neither it nor its buttons.
A long or forwarded text, which may be a question as well, is asked about; what can't be read is said. Does not fetch
links, and indexes nothing itself: `uploading` does.
"""

from __future__ import annotations

import asyncio
import mimetypes
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from telegram import CallbackQuery, Document, Update
from telegram import Message as TelegramMessage
from telegram.error import BadRequest
from telegram.ext import ContextTypes, ExtBot

from bot.questions import MAX_CHARACTERS
from bot.render.telegram.styled import plain, shortened
from bot.render.telegram.uploads import offer_message
from bot.telegram.fates import BAD_REPLY, kind_of
from bot.telegram.journal import event
from bot.telegram.keeping import Keeper
from bot.telegram.metrics import Uploading as Fate
from bot.telegram.pasting import is_link, is_long, is_piece, joined
from bot.telegram.sending import Sender
from bot.telegram.store import Upload
from bot.telegram.store.uploads import Uploads as Waiting
from bot.telegram.uploading import EVERY, Note, Uploading, Words, note_shown
from bot.telegram.wire import Party, party_of, sendable
from bot.uploads import KINDS, LARGEST, Uploads, pasted_name, safe_name

KEPT_SECONDS: Final = 86_400.0
"""How long what was sent waits for a word, and its buttons work."""
WITHIN: Final = 5.0
"""Seconds within which the parts of a pasted text arrive, one after the other."""
_TRIES: Final = 3
"""How often a file is asked for."""
_PAUSE: Final = 1.0
_CHOICES: Final = {"waiting": ("ask", "add", "beside", "replace", "nothing", "cancel"), "kept": ("remove",)}
"""What can be chosen, by state; the words of the buttons."""
_GATHERING: Final = "gathering"
"""The state of a text of which more parts may come."""
_MEDIA: Final = {
    "voice": ("voice", "audio"),
    "photo": ("photo",),
    "sticker": ("sticker",),
    "video": ("video", "video_note", "animation"),
    "other": ("location", "contact", "poll", "dice", "venue", "game", "story"),
}
"""What is no text, by the sentence that says so: the fields of a message that hold it."""


@dataclass(frozen=True, slots=True)
class _Paste:
    """A text of which more parts may come, as far as it has. `add`: it began with /add."""

    upload: Upload
    party: Party
    message_id: int
    add: bool


class Documents:
    """See the module. All methods are for the event loop's thread."""

    def __init__(
        self,
        bot: ExtBot[Any],
        uploads: Uploads,
        waiting: Waiting,
        keep: Keeper,
        sender: Sender,
        is_admin: Callable[[int], bool],
        words: Words,
        *,
        every: float = EVERY,
        within: float = WITHIN,
        pause: float = _PAUSE,
        told: Callable[[Fate], object] = lambda _fate: None,
    ) -> None:
        """`every`: seconds between two edits that tell how far it is; `within`: see WITHIN; `pause`: before a file is
        asked for again, the first time; `told`: hears what became of each document.
        """
        self._bot = bot
        self._uploads = uploads
        self._waiting = waiting
        self._keep = keep
        self._sender = sender
        self._is_admin = is_admin
        self._words = words
        self._within = within
        self._pause = pause
        self._uploading = Uploading(uploads, waiting, keep, sender, words, every=every, told=told)
        self._pastes: dict[Party, _Paste] = {}
        self._timers: set[asyncio.Task[None]] = set()
        self._album: tuple[int, str] | None = None

    async def recover(self) -> list[Upload]:
        """Put in order what an earlier process left, before anything new comes in; what there is to go on with."""
        left = await self._keep(self._waiting.all)
        held = [Path(upload.file) for upload in left if upload.file]
        await asyncio.to_thread(self._uploads.recover, held)
        return left

    async def resume(self, left: Iterable[Upload]) -> None:
        """Go on with what an earlier process left."""
        for upload in left:
            if upload.state == _GATHERING or (upload.state == "waiting" and not upload.message_id):
                party = Party(upload.chat, 0, upload.person, True)
                if upload.text:
                    await self._offer(upload, party, None)
                else:
                    await self._uploading.begin(upload.number, "add", await self._note(party, None))
        self._uploading.wake()

    async def drain(self, seconds: float) -> None:
        """Finish what is being indexed, within this time; what waits stays for the next process."""
        for timer in self._timers:
            timer.cancel()
        await self._uploading.drain(seconds)

    async def on_document(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Something that is no text: a file, which is added when an admin has sent it, or what can't be read."""
        message, party = update.effective_message, party_of(update)
        if message is None or party is None or not party.private:
            return
        media = next((kind for kind, fields in _MEDIA.items() if any(getattr(message, one) for one in fields)), None)
        if media is None and message.document is not None:
            await self._receive(message.document, message.message_id, party)
        elif media is not None and self._first_of_album(message):
            note = await self._note(party, message.message_id)
            await note.say(f"documents.media.{media}")

    async def takes(self, update: Update) -> bool:
        """Whether a private message is no question, or may be none; then its sender has been answered, or will be."""
        message, party = update.effective_message, party_of(update)
        if message is None or party is None or not message.text:
            return False
        text = sendable(message.text)
        if party in self._pastes or is_piece(text):
            await self._gather(text, message.message_id, party)
        elif is_link(text):
            note = await self._note(party, message.message_id)
            await note.say("documents.links" if self._is_admin(party.person) else "documents.links_ask")
        elif message.forward_origin is not None or is_long(text):
            await self._offer(await self._hold(text, party), party, message.message_id)
        else:
            return False
        return True

    async def on_add(self, update: Update, party: Party, argument: str) -> None:
        """/add: the text behind it, else the file or the text that it replies to."""
        message = update.effective_message
        if message is None:
            return
        replied = message.reply_to_message
        text = sendable(argument or (replied.text if replied is not None and replied.text else ""))
        note = await self._note(party, message.message_id)
        if not self._is_admin(party.person):
            await note.say("documents.admins_only")
        elif argument and is_piece(message.text or ""):
            await self._gather(text, message.message_id, party, add=True)
        elif text and is_link(text):
            await note.say("documents.links")
        elif text:
            await self._add(await self._hold(text, party), note)
        elif replied is not None and replied.document is not None:
            await self._receive(replied.document, message.message_id, party)
        else:
            await note.say("documents.how_to_add", kinds=", ".join(KINDS))

    async def on_press(self, query: CallbackQuery, party: Party, arguments: tuple[str, ...]) -> str | None:
        """A button about an upload was pressed. The text, when it is to be asked as a question; else None."""
        words = await self._words(party)
        number, choice = arguments if len(arguments) == 2 else ("", "")
        upload = await self._keep(self._waiting.get, int(number)) if number.isdecimal() and len(number) < 10 else None
        if upload is None or upload.chat != party.chat or time.time() - upload.at > KEPT_SECONDS:
            await self._sender.answer_press(query, words("documents.expired"))
            return None
        possible = choice in _CHOICES.get(upload.state, ())
        if possible and choice not in ("ask", "nothing", "cancel") and not self._is_admin(party.person):
            await self._sender.answer_press(query, words("documents.admins_only"))
            return None
        await self._sender.answer_press(query)
        if not possible:  # it has been pressed before
            return None
        message_id = query.message.message_id if query.message is not None else upload.message_id
        note = Note(self._sender, words, party.chat, party.thread, message_id=message_id)
        if choice in ("ask", "nothing", "cancel"):
            await self._keep(self._waiting.remove, upload.number)
            key = {"ask": "asked", "nothing": "nothing", "cancel": "cancelled"}[choice]
            await note.say(f"documents.{key}")
            return upload.text if choice == "ask" else None
        await self._uploading.begin(upload.number, choice, note)
        return None

    async def _receive(self, document: Document, message_id: int, party: Party) -> None:
        """Look at what is known of a file, and only then fetch it."""
        note = await self._note(party, message_id)
        name = _name(document)
        if not self._is_admin(party.person):
            await note.say("documents.admins_only")
        elif Path(name).suffix not in KINDS:
            await note.say("documents.unknown_kind", kinds=", ".join(KINDS))
        elif (document.file_size or 0) > LARGEST:
            await note.say("documents.too_large")
        else:
            await note.say("documents.reading", name=shortened(plain(name), 60))
            data = await self._fetch(document.file_id, note)
            if data is not None:
                file = await asyncio.to_thread(self._uploads.hold, data)
                upload = await self._keep(
                    self._waiting.add, party.chat, party.person, name, time.time(), file=str(file)
                )
                await self._uploading.begin(upload.number, "add", note)

    async def _fetch(self, file_id: str, note: Note) -> bytes | None:
        """The file; None where Telegram doesn't give it, which is said."""
        for number in range(_TRIES):
            if number:
                await asyncio.sleep(self._pause * number)
            try:
                file = await self._bot.get_file(file_id)
                if (file.file_size or 0) > LARGEST:
                    await note.say("documents.too_large")
                    return None
                return bytes(await file.download_as_bytearray())
            except BadRequest as error:
                event("file not fetched", error=kind_of(error))
                await note.say("documents.too_large" if "too big" in error.message.lower() else "documents.not_fetched")
                return None
            except BAD_REPLY as error:
                event("file not fetched", error=kind_of(error))
        await note.say("documents.not_fetched")
        return None

    async def _gather(self, text: str, message_id: int, party: Party, *, add: bool = False) -> None:
        """Join a text to what came just before, and wait for more where more may come."""
        before = self._pastes.pop(party, None)
        whole = text if before is None else joined(before.upload.text, text)
        upload = await self._hold(whole, party)
        if before is not None:
            await self._keep(self._waiting.remove, before.upload.number)
            message_id, add = before.message_id, before.add
        paste = _Paste(upload, party, message_id, add)
        if not is_piece(text):
            await self._gathered(paste)
            return
        await self._keep(self._waiting.mark, upload.number, _GATHERING)
        self._pastes[party] = paste
        timer = asyncio.create_task(self._wait_for_more(paste))
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)

    async def _wait_for_more(self, paste: _Paste) -> None:
        await asyncio.sleep(self._within)
        if self._pastes.get(paste.party) is paste:
            del self._pastes[paste.party]
            await self._gathered(paste)

    async def _gathered(self, paste: _Paste) -> None:
        if paste.add:
            await self._add(paste.upload, await self._note(paste.party, paste.message_id))
        else:
            await self._offer(paste.upload, paste.party, paste.message_id)

    async def _offer(self, upload: Upload, party: Party, message_id: int | None) -> None:
        """Ask what to do with a text, as far as there is a choice."""
        note = await self._note(party, message_id)
        add, ask = self._is_admin(party.person), len(upload.text) <= MAX_CHARACTERS
        if not add and not ask:
            await self._keep(self._waiting.remove, upload.number)
            await note.say("documents.too_long", most=f"{MAX_CHARACTERS:,}")
            return
        await note.show(offer_message(note.words, upload.number, add=add, ask=ask))
        await self._keep(note_shown, self._waiting, upload.number, note.message_id)

    async def _add(self, upload: Upload, note: Note) -> None:
        await note.say("documents.reading", name=upload.name)
        await self._uploading.begin(upload.number, "add", note)

    async def _hold(self, text: str, party: Party) -> Upload:
        return await self._keep(
            self._waiting.add, party.chat, party.person, pasted_name(text), time.time(), text=text
        )  # fmt: skip

    async def _note(self, party: Party, message_id: int | None) -> Note:
        return Note(self._sender, await self._words(party), party.chat, party.thread, message_id)

    def _first_of_album(self, message: TelegramMessage) -> bool:
        """Pictures sent together come as messages of their own; one word about them is enough."""
        album = (message.chat_id, message.media_group_id) if message.media_group_id else None
        first = album is None or album != self._album
        self._album = album
        return first


def _name(document: Document) -> str:
    """The file's name, made safe; by its kind where it has none."""
    given = document.file_name or f"upload{mimetypes.guess_extension(document.mime_type or '') or ''}"
    return safe_name(given)
