"""The people and the chats they write in; what happens there goes to the bot as Telegram would pass it on.

Everything here may be called from any thread, but waiting blocks: in a coroutine, wait with `asyncio.to_thread`.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.telegram.messages import Action, Draft, Message
from tests.support.telegram.payloads import ANONYMOUS_ADMIN, CHANNEL_BOT, attachment, forwarded_from
from tests.support.telegram.texts import found_entities

if TYPE_CHECKING:
    from tests.support.telegram.world import World


@dataclass(frozen=True, slots=True)
class User:
    """A person. Telegram gives no language for some, and codes such as fr-CA."""

    id: int
    first_name: str
    language_code: str | None = "en"
    username: str | None = None

    def json(self) -> dict[str, Any]:
        """As Telegram gives it."""
        body: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        more = {"username": self.username, "language_code": self.language_code}
        return body | {name: value for name, value in more.items() if value is not None}


@dataclass(eq=False, slots=True)
class Chat:
    """A chat of any kind, with all that was said in it. Made by `BotApi.private`, `.group` and `.channel`."""

    world: World = field(repr=False)
    id: int
    kind: str
    title: str | None = None
    members: list[User] = field(default_factory=list)
    admins: set[int] = field(default_factory=set)
    """Who may do all, by user id; the bot itself, too, when it is one."""
    threads: set[int] = field(default_factory=set)
    """The open topics. Take one out, and it is closed or deleted."""
    messages: list[Message] = field(default_factory=list, repr=False)
    """All, in order, deleted ones too."""
    drafts: list[Draft] = field(default_factory=list, repr=False)
    actions: list[Action] = field(default_factory=list, repr=False)
    shut: str | None = None
    """Why the bot may not write here, as Telegram says it."""
    migrated_to: int | None = None
    replies: defaultdict[int, list[Message]] = field(default_factory=lambda: defaultdict(list), repr=False)
    """The bot's replies, by the id of the message they reply to."""

    def json(self) -> dict[str, Any]:
        """As Telegram gives it."""
        if self.kind == "private":
            person = self.members[0].json()
            return {"type": "private"} | {key: person[key] for key in ("id", "first_name", "username") if key in person}
        body: dict[str, Any] = {"id": self.id, "type": self.kind, "title": self.title}
        return body | {"is_forum": True} if self.threads else body

    @property
    def sent(self) -> list[Message]:
        """What the bot said and did not delete, in order."""
        return [message for message in self.messages if message.by_bot and not message.deleted]

    def message(self, number: int) -> Message | None:
        """The message with this id, unless it was deleted."""
        found = self.messages[number - 1] if 0 < number <= len(self.messages) else None
        return None if found is None or found.deleted else found

    def add(self, sender: dict[str, Any] | None, text: str = "", **fields: Any) -> Message:
        """A new last message, of which the bot is not told. `fields`: of `Message`."""
        with self.world.changed:
            message = Message(len(self.messages) + 1, self, int(time.time()), time.monotonic(), sender, text, **fields)
            self.messages.append(message)
            if message.by_bot and message.reply_to is not None:
                self.replies[message.reply_to.id].append(message)
            self.world.changed.notify_all()
            return message

    def says(
        self,
        author: User | Chat,
        text: str,
        *,
        reply_to: Message | None = None,
        thread: int | None = None,
        entities: Sequence[dict[str, Any]] | None = None,
        forwarded: str | None = None,
        **more: Any,
    ) -> Message:
        """Somebody writes this. Commands, mentions and addresses get entities unless they are given.

        The author can be a chat: the group itself (an anonymous admin), or a channel. `forwarded`: whose words they
        are. `more`: any other fields of the message's JSON.
        """
        if forwarded is not None:
            more |= forwarded_from(forwarded, int(time.time()))
        with self.world.changed:
            message = self._write(author, text, entities, reply_to=reply_to, thread=thread, more=more)
            if self.world.overheard(message):
                self._tell(message)
            return message

    def sends(self, author: User | Chat, kind: str, *, size: int = 1000, **more: Any) -> Message:
        """Somebody sends a sticker, voice, photo, video, location, …: no text. `size`: bytes it is said to have."""
        file = self.world.files.add(kind, "application/octet-stream", b"?", size=size)
        return self.says(author, "", **attachment(kind, file.json()), **more)

    def sends_file(
        self,
        author: User | Chat,
        name: str,
        data: bytes,
        *,
        mime: str = "text/plain",
        caption: str = "",
        size: int | None = None,
        **more: Any,
    ) -> Message:
        """Somebody sends a document. `size`: bytes it is said to have, when they are not those it has."""
        file = self.world.files.add(name, mime, data, size=size)
        if caption:
            more |= {"caption": caption, "caption_entities": found_entities(caption)}
        return self.says(author, "", document=file.document(), **more)

    def service(self, author: User, **what: Any) -> Message:
        """Telegram notes that something happened, as new_chat_title="Readers"."""
        with self.world.changed:
            message = self._write(author, "", None, more=what)
            self._tell(message)
            return message

    def edits(self, message: Message, text: str) -> None:
        """Its author changes what a message says."""
        with self.world.changed:
            message.change(text, found_entities(text), None, time.monotonic())
            message.edited = int(time.time())
            if self.world.overheard(message):
                self._tell(message, "edited_")

    def deletes(self, message: Message) -> None:
        """Somebody deletes a message; Telegram tells no bot."""
        with self.world.changed:
            message.deleted = True

    def blocks(self, reason: str = "bot was blocked by the user") -> None:
        """The person blocks the bot, or deletes the account ("user is deactivated"); the bot is told."""
        self._shut(f"Forbidden: {reason}", "member", "kicked")

    def unblocks(self) -> None:
        """The person unblocks the bot; it is told."""
        self._shut(None, "kicked", "member")

    def removes_bot(self) -> None:
        """Somebody takes the bot out of the group; it is told."""
        self._shut(f"Forbidden: bot was kicked from the {self.kind} chat", "member", "kicked")

    def adds_bot(self) -> None:
        """Somebody takes the bot into the group, where it was not or where it was removed; it is told."""
        self._shut(None, "left" if self.shut is None else "kicked", "member")

    def upgrades(self, number: int) -> Chat:
        """The group becomes a supergroup with this id: another chat, with the same people."""
        with self.world.changed:
            new = self.world.group(number, self.members, title=self.title or "", admins=self.admins)
            self.service(self.members[0], migrate_to_chat_id=number)
            self.migrated_to = number
            new.service(self.members[0], migrate_from_chat_id=self.id)
            return new

    def wait_for(
        self, wanted: int | Callable[[Message], bool] = 1, seconds: float = 60.0, *, count: int = 1
    ) -> list[Message]:
        """Wait until the bot has sent so many messages, or `count` for which the predicate holds; those messages.

        A deleted message does not count. Raises AssertionError with the chat as it stands when they do not come.
        """
        if isinstance(wanted, int):
            return self.wait_for(lambda _message: True, seconds, count=wanted)
        found: list[Message] = []

        def come() -> bool:
            found[:] = [message for message in self.sent if wanted(message)]
            return len(found) >= count

        self.world.wait_until(come, seconds, lambda: f"{len(found)} of {count} messages came.\n{self}")
        return found

    def wait_for_reply(self, message: Message, seconds: float = 60.0, *, count: int = 1) -> list[Message]:
        """Wait for the bot's replies to a message; as `wait_for`."""
        replies = self.replies[message.id]
        self.world.wait_until(
            lambda: len(replies) >= count,
            seconds,
            lambda: f"{len(replies)} of {count} replies to #{message.id} came.\n{self}",
        )
        return list(replies)

    def __str__(self) -> str:
        name = self.title or (self.members[0].first_name if self.members else "")
        lines = [f"{self.kind} {self.id} {name}: {len(self.messages)} messages", *map(str, self.messages[-40:])]
        return "\n".join(lines)

    def _write(
        self, author: User | Chat, text: str, entities: Sequence[dict[str, Any]] | None, **fields: Any
    ) -> Message:
        """What somebody writes, before anybody is told."""
        sender: dict[str, Any] | None = author.json()
        if isinstance(author, Chat):
            fields["more"]["sender_chat"] = sender
            sender = None if self.kind == "channel" else ANONYMOUS_ADMIN if author is self else CHANNEL_BOT
        return self.add(sender, text, entities=list(found_entities(text) if entities is None else entities), **fields)

    def _tell(self, message: Message, edited: str = "") -> None:
        """The bot is told of a message."""
        kind = "channel_post" if self.kind == "channel" else "message"
        self.world.updates.push(edited + kind, message.json())

    def _shut(self, why: str | None, before: str, after: str) -> None:
        """The bot's own membership changes."""
        kicked = {"until_date": 0}
        old, new = (
            {"user": self.world.me, "status": status} | (kicked if status == "kicked" else {})
            for status in (before, after)
        )
        change = {"chat": self.json(), "from": self.members[0].json(), "date": int(time.time())}
        with self.world.changed:
            self.shut = why
            self.world.updates.push("my_chat_member", change | {"old_chat_member": old, "new_chat_member": new})
            self.world.changed.notify_all()
