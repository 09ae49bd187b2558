"""What Telegram knows: its users, chats and messages, the bot itself, and what is on its way between them."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tests.support.telegram.calls import Call
from tests.support.telegram.chats import Chat, User
from tests.support.telegram.faults import Fault, Faults, Planned
from tests.support.telegram.files import Files
from tests.support.telegram.floods import Flood, Floods, Limits
from tests.support.telegram.messages import Draft, Message
from tests.support.telegram.profile import Profile
from tests.support.telegram.queries import InlineCache, InlineQuery, Press
from tests.support.telegram.refusals import Problem, bad
from tests.support.telegram.updates import Updates
from tests.support.telegram.webhook import Webhook


class World:
    """The state, guarded by `changed`, on which everybody who waits for something waits.

    `calls_kept`: how many of the last calls `calls` holds.
    """

    def __init__(self, *, calls_kept: int = 10_000) -> None:
        self.changed = threading.Condition()
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
        """In groups the bot is told only of commands, replies to it and mentions of it, unless it is an admin."""
        self.mentions_reach = True
        """Whether a mention reaches a bot in privacy mode; reports disagree."""
        self.query_age = 15.0
        """Seconds in which a press and an inline query can be answered."""
        self.updates = Updates(self.changed)
        self.webhook: Webhook | None = None
        self.proxy: dict[str, str] = {}
        """Where the beginnings of webhook addresses lead on this machine, as {"https://bot.example": "http://127.0.0.1:1"}."""
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        self.presses: dict[str, Press] = {}
        self.inline_queries: dict[str, InlineQuery] = {}
        self.inline_cache = InlineCache()
        self.profile = Profile()
        self.logged_out = False
        self.calls: deque[Call] = deque(maxlen=calls_kept)
        """The last calls, without getUpdates."""
        self.counts: Counter[str] = Counter()
        """How often each method was called."""
        self.problems: list[Problem] = []
        """What the bot called against the rules, scripted faults and changes of the world apart."""
        self._faults = Faults()
        self._floods = Floods()
        self._numbers = 0

    # Looking on

    def wait_until(
        self, condition: Callable[[], bool], seconds: float = 60.0, complaint: Callable[[], str] = str
    ) -> None:
        """Wait until this holds; it is looked at whenever something changed. Else AssertionError, with what went on."""
        with self.changed:
            assert self.changed.wait_for(condition, seconds), f"after {seconds} s: {complaint()}\n{self.state()}"

    def state(self) -> str:
        """What went on, for a person who reads why a test failed."""
        calls = "\n".join(f"    {call.method} {dict(call.parameters)}"[:300] for call in list(self.calls)[-12:])
        return f"last calls:\n{calls}\nproblems: {self.problems[-10:]}"

    def called(self, *methods: str) -> list[Call]:
        """The calls of these methods, in order."""
        return [call for call in self.calls if call.method in methods]

    # What goes wrong

    def fault(
        self,
        methods: str | Sequence[str],
        fault: Fault,
        *,
        times: int | None = None,
        chat: int | None = None,
        chance: float = 1.0,
        seed: int = 0,
    ) -> Planned:
        """From now on calls of these methods ("*": all) meet this fault; see `faults`.

        `times`: how many calls, None: no end. `chat`: only in this one. `chance`: of each call, drawn with `seed`.
        """
        with self.changed:
            return self._faults.plan(methods, fault, times, chat, chance, seed)

    def no_faults(self) -> None:
        """Nothing goes wrong any more."""
        with self.changed:
            self._faults.clear()

    @property
    def limits(self) -> Limits:
        """How much the bot may send; set its fields."""
        return self._floods.limits

    @property
    def floods(self) -> list[Flood]:
        """The calls that were refused because the limits were exceeded, or because they came too soon after a 429."""
        return self._floods.seen

    # People and chats

    def user(
        self, number: int, first_name: str = "", *, language_code: str | None = "en", username: str | None = None
    ) -> User:
        """A person."""
        return User(number, first_name or f"Person{number}", language_code, username)

    def private(self, user: User, *, threads: Iterable[int] = ()) -> Chat:
        """The chat of a person with the bot; the one there is, if there is one."""
        return self._chat(Chat(self, user.id, "private", members=[user], threads=set(threads)))

    def group(
        self,
        number: int,
        members: Sequence[User] = (),
        *,
        title: str = "Readers",
        threads: Iterable[int] = (),
        admins: Iterable[int] = (),
        kind: str = "supergroup",
    ) -> Chat:
        """A group of these people and the bot; with topics when it has threads. The first member made it."""
        return self._chat(Chat(self, number, kind, title, list(members), set(admins), set(threads)))

    def channel(self, number: int, *, title: str = "News") -> Chat:
        """A channel of which the bot is an admin."""
        return self._chat(Chat(self, number, "channel", title))

    def _chat(self, chat: Chat) -> Chat:
        with self.changed:
            return self.chats.setdefault(chat.id, chat)

    def press(self, user: User, message: Message, button: str, *, forged: bool = False) -> Press:
        """The user presses the button with this label or this callback data. `forged`: data that no button carries."""
        with self.changed:
            found = next((one for one in message.buttons if button in (one.label, one.data)), None)
            assert forged or found is not None, f"no button {button!r} on {message}"
            data = button if found is None else found.data
            assert data is not None, f"the button {button!r} sends nothing to the bot"
            press = Press(self, self._query_id(), time.monotonic())
            self.presses[press.id] = press
            gone = {"message_id": message.id, "date": 0, "chat": message.chat.json()}
            query = {
                "id": press.id,
                "from": user.json(),
                "message": gone if message.deleted else message.json(),
                "chat_instance": str(message.chat.id),
                "data": data,
            }
            self.updates.push("callback_query", query)
            return press

    def asks_inline(self, user: User, text: str, *, offset: str = "", chat_type: str = "private") -> InlineQuery:
        """The user types the bot's name and this in some chat. Telegram answers itself when it kept an answer."""
        with self.changed:
            query = InlineQuery(self, self._query_id(), time.monotonic(), text, offset, user.id)
            query.answer = self.inline_cache.find(query, query.at)
            query.cached = query.answer is not None
            if not query.cached:
                self.inline_queries[query.id] = query
                body = {"id": query.id, "from": user.json(), "query": text, "offset": offset, "chat_type": chat_type}
                self.updates.push("inline_query", body)
            return query

    def stops(self, chat: Chat, draft: Draft) -> None:
        """The person presses Stop under a preview that can be stopped."""
        assert draft.can_stop, f"no Stop button under {draft}"
        thread = {} if draft.thread is None else {"message_thread_id": draft.thread}
        self.updates.push("stopped_message_generation", {"chat": chat.json(), "draft_id": draft.id, **thread})

    def inject(self, update: dict[str, Any]) -> int:
        """Any update at all, as {"message": …} or of a kind nobody knows; its update_id."""
        return self.updates.inject(update)

    def redeliver(self, count: int = 1) -> None:
        """Deliver the last so many updates again, as Telegram does when it lost a confirmation."""
        self.updates.redeliver(count)

    def _query_id(self) -> str:
        self._numbers += 1
        return str(4_000_000_000_000_000 + self._numbers)

    # What Telegram decides

    def overheard(self, message: Message) -> bool:
        """Whether the bot is told of a message: in groups, privacy mode hides most."""
        if message.chat.shut is not None and message.chat.kind != "private":
            return False
        if message.chat.kind in ("private", "channel") or not self.privacy or self.me["id"] in message.chat.admins:
            return True
        if message.reply_to is not None and message.reply_to.by_bot:
            return True
        name = "@" + self.me["username"].lower()
        commands = [command.lower() for command in message.styled("bot_command")]
        if any("@" not in command or command.endswith(name) for command in commands):
            return True
        return self.mentions_reach and name in (mention.lower() for mention in message.styled("mention"))

    def chat(self, parameters: Mapping[str, Any]) -> Chat:
        """The chat that a call names. Raises `Refused` when there is none."""
        given = str(parameters.get("chat_id", ""))
        if not given:
            raise bad("chat_id is empty")
        found = self.chats.get(int(given)) if given.removeprefix("-").isdecimal() else None
        if found is None:
            raise bad("chat not found")
        return found
