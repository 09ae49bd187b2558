"""The people and the chats they write in; what is said there goes to the bot as Telegram would pass it on."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.telegram.messages import Action, Draft, Message
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
    threads: set[int] = field(default_factory=set)
    """The open topics; the others are closed or deleted."""
    messages: list[Message] = field(default_factory=list, repr=False)
    """All, in order, deleted ones too."""
    drafts: list[Draft] = field(default_factory=list, repr=False)
    actions: list[Action] = field(default_factory=list, repr=False)
    blocked: bool = False
    """The person blocked the bot, or the bot is not in the group."""
    migrated_to: int | None = None
    replies: defaultdict[int, list[Message]] = field(default_factory=lambda: defaultdict(list), repr=False)
    """The bot's replies, by the id of what they reply to."""

    def json(self) -> dict[str, Any]:
        """As Telegram gives it."""
        if self.kind == "private":
            person = self.members[0].json()
            return {name: person[name] for name in ("id", "first_name", "username") if name in person} | {
                "type": "private"
            }
        body: dict[str, Any] = {"id": self.id, "type": self.kind, "title": self.title}
        return body | {"is_forum": True} if self.threads else body

    @property
    def sent(self) -> list[Message]:
        """What the bot said and did not delete, in order."""
        return [message for message in self.messages if message.by_bot and not message.deleted]

    def add(self, sender: dict[str, Any] | None, text: str = "", **fields: Any) -> Message:
        """A new last message, of which the bot is not told. `fields`: of `Message`."""
        with self.world.changed:
            message = Message(len(self.messages) + 1, self, int(time.time()), time.monotonic(), sender, text, **fields)
            self.messages.append(message)
            if message.by_bot and message.reply_to is not None:
                self.replies[message.reply_to.id].append(message)
            self.world.changed.notify_all()
            return message

    def message(self, number: int) -> Message | None:
        """The message with this id, unless it was deleted."""
        found = self.messages[number - 1] if 0 < number <= len(self.messages) else None
        return None if found is None or found.deleted else found

    def says(
        self,
        user: User,
        text: str,
        *,
        reply_to: Message | None = None,
        thread: int | None = None,
        entities: Sequence[dict[str, Any]] | None = None,
        **more: Any,
    ) -> Message:
        """The user writes this. Commands, mentions and addresses get entities unless they are given."""
        entities = found_entities(text) if entities is None else list(entities)
        with self.world.changed:
            message = self.add(user.json(), text, entities=entities, reply_to=reply_to, thread=thread, more=more)
            if self.world.overheard(message):
                self.world.updates.push("message", message.json())
            return message

    def edits(self, message: Message, text: str) -> None:
        """The user changes what was said."""
        with self.world.changed:
            message.change(text, found_entities(text), None, time.monotonic())
            message.edited = int(time.time())
            if self.world.overheard(message):
                self.world.updates.push("edited_message", message.json())

    def wait_for(
        self, wanted: int | Callable[[Message], bool] = 1, seconds: float = 20.0, *, count: int = 1
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

    def wait_for_reply(self, message: Message, seconds: float = 20.0, *, count: int = 1) -> list[Message]:
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
