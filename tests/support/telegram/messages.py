"""A message as it stands in a chat, with what it said before, and the previews and actions around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.telegram.keyboards import Button, Rows, buttons_of
from tests.support.telegram.texts import stretch

if TYPE_CHECKING:
    from tests.support.telegram.chats import Chat


@dataclass(frozen=True, slots=True)
class Version:
    """What an edited message said before."""

    text: str
    entities: list[dict[str, Any]]
    markup: dict[str, Any] | None
    at: float


@dataclass(eq=False, slots=True)
class Message:
    """A message of a person or the bot. `at`: monotonic seconds. `sender` is Telegram's JSON of the user, if any.

    `more`: all other fields of its JSON. `versions`: what it said before, oldest first.
    """

    id: int
    chat: Chat
    date: int
    at: float
    sender: dict[str, Any] | None
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    markup: dict[str, Any] | None = None
    reply_to: Message | None = None
    thread: int | None = None
    more: dict[str, Any] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    reactions: list[dict[str, Any]] = field(default_factory=list)
    edited: int | None = None
    deleted: bool = False

    @property
    def by_bot(self) -> bool:
        """Whether the bot that is tested sent it."""
        return self.sender is not None and self.sender["id"] == self.chat.world.me["id"]

    @property
    def rows(self) -> Rows:
        """Its buttons, row by row."""
        return buttons_of(self.markup)

    @property
    def buttons(self) -> list[Button]:
        """Its buttons, one after the other."""
        return [button for row in self.rows for button in row]

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons."""
        return [button.label for button in self.buttons]

    def styled(self, style: str) -> list[str]:
        """The stretches of its text that an entity of this type covers."""
        return [
            stretch(self.text, entity["offset"], entity["length"])
            for entity in self.entities
            if entity["type"] == style
        ]

    def change(self, text: str, entities: list[dict[str, Any]], markup: dict[str, Any] | None, at: float) -> None:
        """Edit it; what it said is kept in `versions`."""
        self.versions.append(Version(self.text, self.entities, self.markup, self.at))
        self.text, self.entities, self.markup, self.at = text, entities, markup, at

    def json(self, *, with_reply: bool = True) -> dict[str, Any]:
        """It as Telegram gives it; a message that is replied to comes without the one it replied to."""
        body: dict[str, Any] = {"message_id": self.id, "date": self.date, "chat": self.chat.json(), **self.more}
        if self.sender is not None:
            body["from"] = self.sender
        if self.text:
            body["text"] = self.text
        if self.entities:
            body["entities"] = self.entities
        if self.markup is not None and "inline_keyboard" in self.markup:
            body["reply_markup"] = self.markup
        if self.thread is not None:
            body |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.edited is not None:
            body["edit_date"] = self.edited
        if with_reply and self.reply_to is not None:
            body["reply_to_message"] = self.reply_to.json(with_reply=False)
        elif with_reply and self.thread is not None and self.chat.kind == "supergroup":
            body["reply_to_message"] = self._topic(self.thread)
        return body

    def _topic(self, thread: int) -> dict[str, Any]:
        """The service message that opened a topic; what replies to nothing else is given as a reply to it."""
        opened = {"forum_topic_created": {"name": f"Topic {thread}", "icon_color": 7322096}, "is_topic_message": True}
        base = {"message_id": thread, "message_thread_id": thread, "date": self.date, "chat": self.chat.json()}
        return {**base, "from": self.chat.members[0].json(), **opened}

    def __str__(self) -> str:
        who = "bot" if self.by_bot else (self.sender or {}).get("first_name", "nobody")
        marks = "".join(
            (
                f" in thread {self.thread}" if self.thread else "",
                f" to #{self.reply_to.id}" if self.reply_to else "",
                f" edited {len(self.versions)} times" if self.versions else "",
                " DELETED" if self.deleted else "",
            )
        )
        rows = "".join(f"\n    [{' | '.join(button.label for button in row)}]" for row in self.rows)
        said = self.text or ", ".join(self.more)
        return f"#{self.id} {who}{marks}: " + said.replace("\n", "\n    ") + rows


@dataclass(frozen=True, slots=True)
class Draft:
    """A preview that the bot showed in a private chat."""

    id: int
    text: str
    entities: list[dict[str, Any]]
    thread: int | None
    can_stop: bool
    at: float


@dataclass(frozen=True, slots=True)
class Action:
    """What the bot was shown to be doing."""

    name: str
    thread: int | None
    at: float
