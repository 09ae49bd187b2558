"""The Telegram bot as a process: how soon people see a first sign, and how soon they have their answer.

    python -m benchmarks.telegram [--chats 20] [--questions 120] [--pauses 0,5] [--paces default,off]

Over the bundled articles, in a temporary home. In each of so many private chats a person asks a question, waits for the
answer in quotes, pauses for so many seconds (from half of them to one and a half of them, drawn evenly), and asks the
next one; the questions are those of `seeds/questions.jsonl` marked "build", each asked once. The Bot API server of the
tests takes the times: from when it has a question for the bot to when "typing" or a draft has arrived, and to when the
answer has. `default`: paced as towards Telegram; `off`: as fast as it goes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import seeds
from bot.assembly import archive, ingest
from bot.conversations import FILE as CONVERSATIONS
from bot.database import BESIDE
from bot.settings import Settings
from bot.telegram.store import FILE as TELEGRAM
from tests.support.telegram import BotApi, BotProcess, Chat, Message

SETTINGS = {"FOOTNOTE_HEALTH": "127.0.0.1:0", "FOOTNOTE_ACCESS": "open"}
WARM_UP = 10
"""Questions before the clock runs."""
PATIENCE = 120.0


@dataclass(slots=True)
class Asker:
    """A person in a chat: what they wait for, or when they will ask next (monotonic seconds)."""

    chat: Chat
    asked: Message | None = None
    asks_at: float = 0.0


class Room:
    """People who ask, each in a chat of their own."""

    def __init__(self, api: BotApi, chats: int, pause: float) -> None:
        self._api = api
        self._draw = random.Random(20161127)
        self._pause = pause
        now = time.monotonic()
        self._askers = [
            Asker(api.private(api.user(number)), asks_at=now + self._draw.uniform(0, pause))
            for number in range(1, chats + 1)
        ]

    def ask(self, questions: Iterator[str]) -> list[tuple[Message, Message]]:
        """Every question, with its answer. Raises AssertionError where one does not come."""
        answered: list[tuple[Message, Message]] = []
        left = True
        while left or any(asker.asked for asker in self._askers):
            for asker in self._askers:
                if asker.asked is not None and (replies := asker.chat.replies[asker.asked.id]):
                    answered.append((asker.asked, replies[0]))
                    asker.asked = None
                    asker.asks_at = time.monotonic() + self._pause * self._draw.uniform(0.5, 1.5)
                if asker.asked is None and left and asker.asks_at <= time.monotonic():
                    question = next(questions, None)
                    left = question is not None
                    if question is not None:
                        asker.asked = asker.chat.says(asker.chat.members[0], question)
            self._wait()
        return answered

    def _wait(self) -> None:
        """Until an answer comes, or somebody's pause is over."""
        waiting = [asker for asker in self._askers if asker.asked is not None]
        next_one = min((asker.asks_at for asker in self._askers if asker.asked is None), default=None)
        seconds = PATIENCE if next_one is None else max(0.0, next_one - time.monotonic())
        with self._api.changed:
            came = self._api.changed.wait_for(
                lambda: any(one.asked and one.chat.replies[one.asked.id] for one in waiting), min(seconds, 0.5)
            )
        oldest = min((one.asked.at for one in waiting if one.asked), default=time.monotonic())
        assert came or time.monotonic() - oldest < PATIENCE, "a question is not answered"


def first_sign(asked: Message, answer: Message) -> float:
    """Seconds until something was to be seen: "typing", a draft, or the answer itself."""
    signs = [action.at for action in asked.chat.actions] + [draft.at for draft in asked.chat.drafts]
    return min(at for at in (*signs, answer.at) if asked.at <= at <= answer.at) - asked.at


def questions() -> list[str]:
    """Those marked "build"."""
    lines = (seeds.folder() / "questions.jsonl").read_text("utf-8").splitlines()
    return [row["question"] for row in map(json.loads, lines) if row["part"] == "build" and "history" not in row]


def shown(seconds: list[float]) -> str:
    """Median, 95th percentile and maximum, in milliseconds."""
    p95 = sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.95))]
    return (
        f"p50 {statistics.median(seconds) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, at most {max(seconds) * 1000:.0f} ms"
    )


def processor_seconds(pid: int) -> float:
    """What a process has used of the processors so far, in seconds; 0 where there is no /proc."""
    status = Path(f"/proc/{pid}/stat")
    if not status.exists():
        return 0.0
    user, system = status.read_text().rsplit(")", 1)[1].split()[11:13]
    ticks: int = os.sysconf("SC_CLK_TCK")
    return (int(user) + int(system)) / ticks


def measure(home: Path, pace: str, chats: int, count: int, pause: float) -> None:
    """One process, and a line of figures."""
    asked = questions()
    for name in (CONVERSATIONS, TELEGRAM):  # people who have never asked before
        for end in BESIDE:
            (home / (name + end)).unlink(missing_ok=True)
    settings = SETTINGS | {"TMPDIR": str(home)} | ({} if pace == "default" else {"TELEGRAM_PACE": pace})
    with BotApi() as api, BotProcess(api, home, **settings) as bot:
        bot.start().ready()
        Room(api, 2, 0).ask(iter(asked[:WARM_UP]))
        room = Room(api, chats, pause)
        began, used = time.monotonic(), processor_seconds(bot.pid)
        answered = room.ask(iter(asked[WARM_UP : WARM_UP + count]))
        took, used = time.monotonic() - began, processor_seconds(bot.pid) - used
        bot.terminate()
    assert api.problems == [], api.problems
    first = [first_sign(question, answer) for question, answer in answered]
    whole = [answer.at - question.at for question, answer in answered]
    print(
        f"pace {pace}, pause {pause:g} s, {chats} chats, n={len(answered)}: first sign {shown(first)}; "
        f"answer {shown(whole)}; {len(answered) / took:.1f} answers/s, "
        f"{used / len(answered) * 1000:.0f} ms of processor time each",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chats", type=int, default=20)
    parser.add_argument("--questions", type=int, default=120)
    parser.add_argument("--pauses", default="0,5")
    parser.add_argument("--paces", default="default,off")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        settings = Settings(home=home)
        ingest(settings, [archive(settings)])
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        print(f"{len(os.sched_getaffinity(0))} processors, load {load:.1f} before")
        for pause in map(float, given.pauses.split(",")):
            for pace in given.paces.split(","):
                measure(home, pace, given.chats, given.questions, pause)


if __name__ == "__main__":
    main()
