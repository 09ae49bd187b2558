"""What Telegram knows: its users, chats and messages, the bot itself, and what is on its way between them."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.telegram.chats import Chat, User
from tests.support.telegram.messages import Message
from tests.support.telegram.refusals import Problem, bad
from tests.support.telegram.updates import Updates

CALLS_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the bot and what came of it. `at`: monotonic seconds. `result`: the reply's JSON, if any."""

    method: str
    parameters: Mapping[str, Any] = field(repr=False)
    at: float
    result: Mapping[str, Any] | None = field(repr=False)


@dataclass(eq=False, slots=True)
class Press:
    """A button that was pressed, and what the bot answered: `answers` holds the parameters of answerCallbackQuery."""

    world: World = field(repr=False)
    id: str
    at: float
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What the toast said; empty without one."""
        return next((answer["text"] for answer in self.answers if answer["text"]), "")

    @property
    def alert(self) -> bool:
        """Whether it was shown as an alert."""
        return any(answer["show_alert"] for answer in self.answers)

    def wait(self, seconds: float = 20.0) -> str:
        """Wait for the answer; its text. Raises AssertionError when none comes."""
        self.world.wait_until(lambda: bool(self.answers), seconds, lambda: "the press was not answered")
        return self.text


class World:
    """The state, guarded by `changed`, on which everybody who waits for something waits."""

    def __init__(self) -> None:
        lock = threading.RLock()
        self.changed = threading.Condition(lock)
        self.token = "424242:AAF-a-token-of-the-tests-0123456789"
        self.me: dict[str, Any] = {
            "id": 424242,
            "is_bot": True,
            "first_name": "Footnote",
            "username": "footnote_test_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }
        self.privacy = True
        """In groups the bot is told only of commands, of replies to it and of what mentions it."""
        self.mentions_reach = True
        """Whether a mention reaches a bot in privacy mode; reports disagree."""
        self.updates = Updates(lock)
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.callback_age = 15.0
        """Seconds in which a press can be answered."""
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        """By scope, as JSON with sorted keys, and language code."""
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.counts: Counter[str] = Counter()
        """Calls by method."""
        self.problems: list[Problem] = []
        self._numbers = 0

    def wait_until(
        self, condition: Callable[[], bool], seconds: float = 20.0, complaint: Callable[[], str] = str
    ) -> None:
        """Wait until this holds; it is looked at whenever something changed. Else AssertionError."""
        with self.changed:
            assert self.changed.wait_for(condition, seconds), f"after {seconds} s: {complaint()}\n{self.state()}"

    def state(self) -> str:
        """What went on, for a person who reads why a test failed."""
        calls = "\n".join(f"    {call.method} {dict(call.parameters)}"[:300] for call in list(self.calls)[-12:])
        return f"last calls:\n{calls}\nproblems: {self.problems[:10]}"

    def number(self) -> int:
        """A number that was not given out before."""
        with self.changed:
            self._numbers += 1
            return self._numbers

    def user(
        self, number: int, first_name: str = "", *, language_code: str | None = "en", username: str | None = None
    ) -> User:
        """A person."""
        return User(number, first_name or f"Person{number}", language_code, username)

    def private(self, user: User) -> Chat:
        """The chat of a person with the bot."""
        return self._chat(Chat(self, user.id, "private", members=[user]))

    def group(
        self,
        number: int,
        members: Sequence[User] = (),
        *,
        title: str = "Readers",
        threads: Sequence[int] = (),
        kind: str = "supergroup",
    ) -> Chat:
        """A group of these people and the bot; with topics when it has threads."""
        return self._chat(Chat(self, number, kind, title, list(members), set(threads)))

    def _chat(self, chat: Chat) -> Chat:
        with self.changed:
            return self.chats.setdefault(chat.id, chat)

    def press(self, user: User, message: Message, button: str) -> Press:
        """The user presses the button with this label or this callback data."""
        with self.changed:
            found = next((one for one in message.buttons if button in (one.label, one.data)), None)
            assert found is not None, f"no button {button!r} on {message}"
            assert found.data is not None, f"the button {button!r} sends nothing to the bot"
            press = Press(self, str(4_000_000_000 + self.number()), time.monotonic())
            self.presses[press.id] = press
            query = {
                "id": press.id,
                "from": user.json(),
                "message": message.json(),
                "chat_instance": str(message.chat.id),
                "data": found.data,
            }
            self.updates.push("callback_query", query)
            return press

    def overheard(self, message: Message) -> bool:
        """Whether the bot is told of a message: in groups, privacy mode hides most."""
        if message.chat.kind == "private" or not self.privacy:
            return True
        if message.reply_to is not None and message.reply_to.by_bot:
            return True
        name = "@" + self.me["username"].lower()
        for entity, said in ((entity, message.styled(entity["type"])) for entity in message.entities):
            if entity["type"] == "bot_command":
                return any("@" not in command or command.lower().endswith(name) for command in said)
            if entity["type"] == "mention" and name in map(str.lower, said):
                return self.mentions_reach
        return False

    def chat(self, parameters: Mapping[str, Any]) -> Chat:
        """The chat that a call names, when the bot may write there."""
        given = parameters.get("chat_id")
        if given in (None, ""):
            raise bad("chat_id is empty")
        try:
            found = self.chats.get(int(given))
        except (TypeError, ValueError):
            found = None
        if found is None:
            raise bad("chat not found")
        return found
