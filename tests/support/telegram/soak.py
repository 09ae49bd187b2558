"""A crowd that asks the bot questions while everything goes wrong: the people, the weather, and the restarts.

    soak = Soak(bot, seed=1, people=200, chats=20)
    soak.run(5000, kills=10, terms=10)

Everybody asks again only when little of theirs is unanswered, and now and then several things at once. The same
questions come again and again, as most of an answer's work is for a wording's first time. What was asked, and what a
lost reply or an end of the process may have left unsure, is kept; what came of it all is for the test to judge.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import seeds
from bot.render.telegram.presses import read_press
from bot.telegram.texts import texts
from tests.support.running import Bot
from tests.support.telegram.chats import Chat, User
from tests.support.telegram.faults import Fault, Planned, dropped, fail, late_reply, lost_reply, page, too_many
from tests.support.telegram.messages import Message
from tests.support.waiting import soon

FAULTS: Final[dict[str, tuple[Fault, float]]] = {
    "429": (too_many(1), 0.01),
    "502": (page(502), 0.01),
    "500": (fail(500, "Internal Server Error"), 0.01),
    "dropped": (dropped(), 0.006),
    "reply lost": (lost_reply(), 0.008),
    "reply late": (late_reply(0.4), 0.02),
}
"""What goes wrong, and with which share of the calls."""
METHODS: Final = (
    "sendMessage",
    "sendMessageDraft",
    "sendChatAction",
    "getUpdates",
    "answerCallbackQuery",
    "editMessageText",
)
"""With what it goes wrong."""
_PATIENCE: Final = 120.0
_OFF_THE_POINT: Final = (
    "What is the boiling point of tin at the bottom of the sea?",
    "Qui a gagné la régate de dimanche dernier ?",
    "Which bakery opened in the harbour this week?",
    "Combien de buts ont été marqués hier soir ?",
)


@dataclass(eq=False, slots=True)
class Person:
    """Somebody in a chat. `patience`: how many questions of theirs may be unanswered before they ask no more."""

    user: User
    chat: Chat
    patience: int
    waiting: list[Asked] = field(default_factory=list)


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """A message that asks something; `text`: what it asks, without the bot's name or the command."""

    message: Message
    text: str
    person: Person

    @property
    def chat(self) -> Chat:
        """Where it was asked."""
        return self.person.chat

    @property
    def place(self) -> tuple[int, int]:
        """Chat and message in Telegram's numbers."""
        return self.chat.id, self.message.id

    @property
    def replies(self) -> list[Message]:
        """What the bot replied, in order."""
        return self.chat.replies[self.message.id]


@dataclass(slots=True)
class Life:
    """A process of the bot. `sizes`: how many questions were replied to in all, and its resident memory in MB."""

    began: float
    sizes: list[tuple[int, float]] = field(default_factory=list)


class Soak:
    """See the module. `unsure`: chats and messages whose answer may have been sent when a process ended.

    `unhandled`: the ids of updates that a process had accepted and not handled when it ended.
    """

    def __init__(self, bot: Bot, *, seed: int, people: int, chats: int) -> None:
        self.draw = random.Random(seed)
        self.bot = bot
        self.api = bot.api
        self.asked: list[Asked] = []
        self.unsure: set[tuple[int, int]] = set()
        self.unhandled: set[tuple[int, int]] = set()
        self.lives: list[Life] = []
        self.ends: Counter[str] = Counter()
        self.codes: list[int] = []
        self.presses = 0
        self.planned: list[tuple[str, Planned]] = []
        self._seed = seed
        self._open: list[Asked] = []
        self.people = list(self._crowd(people, chats))
        self._wordings: list[str] = []

    def run(self, questions: int, *, kills: int, terms: int) -> None:
        """Ask so many questions; end and start the bot so often, in the first part of the way; wait for all replies."""
        self._wordings = self._worded(max(10, questions // 20))
        kinds = ["kill"] * kills + ["term"] * terms
        self.draw.shuffle(kinds)
        moments = sorted(self.draw.sample(range(questions // 20, questions * 4 // 10), len(kinds)))
        self._start()
        self._go_wrong()
        while self._settle() or len(self.asked) < questions:
            if moments and self.replied >= moments[0]:
                moments.pop(0)
                self._end(kinds.pop())
            self._ask_or_wait(questions)
        assert not moments, "all was answered before the last restart"
        self.api.no_faults()
        soon(self._noted, _PATIENCE)

    def _noted(self) -> bool:
        """Whether the bot has noted what became of every question: it does so just after it has sent a reply."""
        with self.bot.store() as store:
            jobs = [store.jobs.by_message(*asked.place) for asked in self.asked]
        return all(job is None or job.state in ("done", "unsure") for job in jobs)

    def show_admitted(self, notices: list[tuple[Message, Person]]) -> None:
        """Everybody whose answer may have been lost presses the button that shows it."""
        for notice, person in notices:
            if not notice.versions:  # not pressed yet
                self.api.press(person.user, notice, notice.labels[0])
        self.api.wait_until(lambda: all(notice.versions for notice, _ in notices), _PATIENCE)

    @property
    def replied(self) -> int:
        """How many questions were replied to, with an answer or otherwise."""
        return len(self.asked) - len(self._open)

    @property
    def met(self) -> Counter[str]:
        """How many calls met each kind of fault."""
        met: Counter[str] = Counter()
        for kind, planned in self.planned:
            met[kind] += len(planned.hits)
        return met

    @property
    def lost(self) -> list[tuple[tuple[int, int], str]]:
        """The replies that may or may not have been sent, as the bot sees it: to what in which chat, and their text."""
        hits = (call for kind, planned in self.planned if kind in ("dropped", "reply lost") for call in planned.hits)
        return [
            ((call.chat or 0, json.loads(reply)["message_id"]), call.parameters["text"])
            for call in hits
            if call.method == "sendMessage" and (reply := call.parameters.get("reply_parameters"))
        ]

    # Asking

    def _crowd(self, people: int, chats: int) -> Iterator[Person]:
        """Half of the chats are private, the others groups of everybody else."""
        privates = chats // 2
        groups = [self.api.group(-1_000_000 - number, title=f"Group {number}") for number in range(chats - privates)]
        for number in range(1, people + 1):
            user = self.api.user(number, language_code=self.draw.choice(["en", "fr", "fr-CA", None]))
            if number <= privates:
                chat = self.api.private(user)
            else:
                chat = groups[number % len(groups)]
                chat.members.append(user)
            yield Person(user, chat, patience=1 if number > privates else 2)

    def _worded(self, most: int) -> list[str]:
        """Questions about the bundled articles, as they are and as people in a hurry write them, and others."""
        lines = (seeds.folder() / "questions.jsonl").read_text("utf-8").splitlines()
        kinds = ("same_language", "cross_lingual")
        known = [row["question"] for row in map(json.loads, lines) if row["part"] == "build" and row["kind"] in kinds]
        self.draw.shuffle(known)
        ways = (_as_it_is, _as_it_is, _mistyped, _hurried, _cut)
        return [self.draw.choice(ways)(text, self.draw) for text in known[:most]] + list(_OFF_THE_POINT)

    def _ask_or_wait(self, questions: int) -> None:
        free = [person for person in self.people if len(person.waiting) < person.patience]
        if len(self.asked) < questions and free:
            person = self.draw.choice(free)
            together = 6 if self.draw.random() < 0.01 else 1  # more than may wait: some are refused
            for _ in range(min(together, questions - len(self.asked))):
                self._ask(person)
            return
        with self.api.changed:
            if len(self.asked) < questions:
                self.api.changed.wait(0.1)
                return
            moved = self.api.changed.wait_for(lambda: len(self._still_open()) < len(self._open), _PATIENCE)
        assert moved, f"{len(self._open)} of {len(self.asked)} questions have no reply:\n{self._unanswered()}"

    def _ask(self, person: Person) -> None:
        text, chat = self.draw.choice(self._wordings), person.chat
        replied = None
        said = text
        if chat.kind != "private":
            way = self.draw.randrange(3)
            replied = chat.sent[-1] if way == 0 and chat.sent else None
            if replied is None:
                said = f"@{self.api.me['username']} {text}" if way == 1 else f"/ask {text}"
        elif self.draw.random() < 0.2 and chat.sent:
            replied = self.draw.choice(chat.sent[-5:])
        with self.api.changed:
            message = chat.says(person.user, said, reply_to=replied)
            asked = Asked(message, text, person)
            self.asked.append(asked)
            self._open.append(asked)
            person.waiting.append(asked)

    def _settle(self) -> bool:
        """Take note of what was replied to; some press a button under the answer. Whether anything is left."""
        still = self._still_open()
        for asked in set(self._open).difference(still):
            asked.person.waiting.remove(asked)
            if asked.replies and self.draw.random() < 0.15:
                self._press(asked.person, asked.replies[-1])
        self._open = still
        self._weigh()
        return bool(still)

    def _still_open(self) -> list[Asked]:
        """What has no reply. Nobody hears of a refusal whose fate is unknown: the bot does not say it twice."""
        refusals = {texts(language)("chat.busy") for language in ("en", "fr")}
        in_vain = {place for place, text in self.lost if text in refusals}
        return [asked for asked in self._open if not asked.replies and asked.place not in in_vain]

    def _press(self, person: Person, message: Message) -> None:
        """Any button that asks for no other answer."""
        presses = [button.data for button in message.buttons if button.data]
        actions = [data for data in presses if (pressed := read_press(data)) and pressed.action != "suggested"]
        if actions:
            self.api.press(person.user, message, self.draw.choice(actions))
            self.presses += 1

    def _unanswered(self) -> str:
        """For a person who reads why there was no reply."""
        return (
            "\n".join(f"{asked.place} {asked.text!r}" for asked in self._open[:10])
            + "\n"
            + self.bot.process.text[-3000:]
        )

    # Going wrong

    def _go_wrong(self) -> None:
        for method in METHODS:
            for kind, (fault, chance) in FAULTS.items():
                self._seed += 1
                self.planned.append((kind, self.api.fault(method, fault, chance=chance, seed=self._seed)))

    def _start(self) -> None:
        self.bot.process.start().ready()
        self.lives.append(Life(time.monotonic()))

    def _end(self, kind: str) -> None:
        """End the process and start it again: half of the times at any moment, else just when a message has come.

        One in four of those killed is killed again while it starts.
        """
        if self.draw.random() < 0.5:
            time.sleep(self.draw.uniform(0, 0.5))
        else:
            sent = self.api.counts["sendMessage"]
            self.api.wait_until(lambda: self.api.counts["sendMessage"] > sent, _PATIENCE)
        self.ends[kind] += 1
        if kind == "term":
            self.codes.append(self.bot.process.terminate())
        else:
            self.bot.process.kill()
        self._look_at_what_was_left()
        if kind == "kill" and self.draw.random() < 0.25:
            self.bot.process.start()
            time.sleep(self.draw.uniform(0.5, 5))
            self.bot.process.kill()
            self.ends["killed while it started"] += 1
            self._look_at_what_was_left()
        self._start()

    def _look_at_what_was_left(self) -> None:
        """Note what the process that has ended may have been sending, and what it had begun to handle."""
        with self.bot.store() as store:
            self.unsure |= {(job.chat, job.message_id) for job in store.jobs.open() if job.state == "sending"}
            for _, body in store.updates.unhandled():
                message = json.loads(body).get("message")
                if message is not None:
                    self.unhandled.add((message["chat"]["id"], message["message_id"]))

    def _weigh(self) -> None:
        """Take down the memory that the process has, now and then."""
        life = self.lives[-1]
        if life.sizes and self.replied < life.sizes[-1][0] + 25:
            return
        status = Path(f"/proc/{self.bot.process.pid}/status")
        for line in status.read_text().splitlines() if status.exists() else ():
            if line.startswith("VmRSS:"):
                life.sizes.append((self.replied, int(line.split()[1]) / 1024))


def _as_it_is(text: str, _draw: random.Random) -> str:
    return text


def _mistyped(text: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _hurried(text: str, draw: random.Random) -> str:
    return text.lower().rstrip(" ?") + draw.choice(["", "??", " 🙏", "\n\nmerci"])


def _cut(text: str, draw: random.Random) -> str:
    words = text.split()
    return " ".join(words[: draw.randrange(2, len(words) + 1)])
