"""A crowd asks while Telegram fails and the bot is stopped and killed: every question is answered, once, in its turn.

FOOTNOTE_TEST_SOAK sets how many questions (150 unless set). `make test-long` asks 5,000: 200 people in 20 chats, and 20
ends of the process.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bot import questions
from bot.conversations import FILE as CONVERSATIONS
from bot.conversations import Conversations
from bot.home import LOG
from bot.render.kept import Kept
from bot.render.telegram.answer import answer_messages
from bot.telegram.store import Job
from bot.telegram.texts import texts
from tests.support.running import Bot, open_bot
from tests.support.telegram import Message
from tests.support.telegram.soak import Asked, Person, Soak

QUESTIONS = int(os.environ.get("FOOTNOTE_TEST_SOAK") or 150)
FULL = QUESTIONS >= 1000
SEED = 20161126
WARM = 300
"""Replies after which a process has loaded what it loads."""
GROWTH = 25.0
"""MB by which it may grow from then on: 10 of them are the reader's, which remembers scores up to that. In the 2,700
replies that the last process of the long form has left, 10 kB lost with each would be more."""


@pytest.mark.timeout(14_400 if FULL else 600)  # on processors that many others use
def test_every_question_is_answered_once_and_in_its_turn_whatever_fails(
    bundled_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:
        bot = open_bot(stack, tmp_path / "home", bundled_home)
        people, chats, ends = (200, 20, 10) if FULL else (24, 6, 2)
        soak = Soak(bot, seed=SEED, people=people, chats=chats)
        began = time.monotonic()
        soak.run(QUESTIONS, kills=ends, terms=ends)
        took = time.monotonic() - began
        found = _Found(soak)
        soak.show_admitted([(notice, person) for notice, person, _ in found.notices])
        soak.codes.append(bot.process.terminate())
    with capsys.disabled():
        print(f"\n{found.figures()}\n{_figures(soak, took)}")
    assert found.wrong == []
    assert [str(notice) for notice, _, answer in found.notices if notice.text != answer] == []
    assert bot.api.problems == []
    assert set(soak.codes) == {0}
    assert _faults(bot) == []
    logged = _logged(bot)
    assert [text for text in {asked.text for asked in soak.asked} if len(text) > 20 and text in logged] == []
    assert bot.api.token not in logged
    # A soak in which nothing goes wrong would pass too.
    assert sum(soak.met.values()) > QUESTIONS / 10
    assert found.counts["accepted"] > 0.8 * QUESTIONS and found.counts["answered"] > 0.4 * QUESTIONS
    assert _growth(soak) < GROWTH


_NOTICES = {texts(language)("chat.maybe_answered") for language in ("en", "fr")}
_REFUSALS = {texts(language)("chat.busy") for language in ("en", "fr")}


_OF_THE_LINE = ("telegram.request.BaseRequest", "telegram.ext.Updater")
"""What python-telegram-bot calls an error: a reply that is a web page, and a last getUpdates that fails."""


class _Found:
    """What came of each question, by what stands in the chats and what the bot has kept."""

    def __init__(self, soak: Soak) -> None:
        self.counts: Counter[str] = Counter()
        self.notices: list[tuple[Message, Person, str]] = []
        """Each message that says that an answer may have come, for whom, and that answer."""
        self.wrong: list[str] = []
        self._unsure = soak.unsure | {place for place, _ in soak.lost}
        self._unhandled = soak.unhandled
        home = soak.bot.home
        with soak.bot.store() as store, closing(Conversations(home / CONVERSATIONS)) as conversations:
            self._conversations = conversations
            jobs = {asked: store.jobs.by_message(*asked.place) for asked in soak.asked}
            for asked, job in jobs.items():
                self._look_at(asked, job)
        self._look_at_the_order(jobs)
        sent = [message for chat in soak.api.chats.values() for message in chat.sent]
        self.wrong += [f"a reply to nothing: {message}" for message in sent if message.reply_to is None]

    def figures(self) -> str:
        return ", ".join(f"{kind} {count}" for kind, count in sorted(self.counts.items()))

    def _look_at(self, asked: Asked, job: Job | None) -> None:
        """One question: the number of its replies of each kind, and that an answer is its own."""
        first = [reply.versions[0].text if reply.versions else reply.text for reply in asked.replies]
        notices = [reply for reply, text in zip(asked.replies, first, strict=True) if text in _NOTICES]
        refusals = [text for text in first if text in _REFUSALS]
        answers = [reply for reply, text in zip(asked.replies, first, strict=True) if text not in _NOTICES | _REFUSALS]
        unsure, unhandled = asked.place in self._unsure, asked.place in self._unhandled
        if job is None:
            self.counts["refused"] += 1
            self._expect(not answers and not notices, asked, "refused, and yet answered")
            self._expect(len(refusals) == 1 or unsure or unhandled, asked, f"{len(refusals)} refusals")
            return
        self.counts["accepted"] += 1
        self._expect(not refusals or unhandled, asked, "accepted, and yet refused")
        self._expect(job.state in ("done", "unsure"), asked, f"a job that is {job.state}")
        self.counts["answer twice"] += len(answers) > 1
        self._expect(len(answers) <= 1, asked, f"{len(answers)} answers")
        if notices:
            self.counts["may have been answered"] += 1
            self.counts["may have been answered, and was"] += len(answers) == 1
            self._expect(unsure, asked, "a doubt without a reason")
        else:
            self._expect(len(answers) == 1, asked, f"{len(answers)} answers and no notice")
        turn = self._conversations.find(job.answer_id)
        if turn is None:
            self.wrong.append(f"{asked.place}: the answer was not kept")
            return
        kept = Kept.read(turn.outcome, turn.at)
        self.counts[kept.status] += 1
        self._expect(kept.question == questions.read(asked.text).text, asked, f"the answer is one to {kept.question!r}")
        parts = answer_messages(kept, texts(job.language))
        self.notices += [(notice, asked.person, parts[0].text) for notice in notices]
        for answer in answers:
            self._expect(first[asked.replies.index(answer)] == parts[0].text, asked, "the answer is another's")

    def _look_at_the_order(self, jobs: dict[Asked, Job | None]) -> None:
        """In each chat, questions are taken on in the order in which they were asked, and answered in that order."""
        last: dict[int, tuple[int, int]] = {}
        for asked, job in jobs.items():
            if job is None:
                continue
            number, message = last.get(asked.chat.id, (0, 0))
            self._expect(job.number > number, asked, "taken on before one that was asked earlier")
            replied = asked.replies[0].id if asked.replies else message + 1
            self._expect(replied > message, asked, "answered before one that was asked earlier")
            last[asked.chat.id] = job.number, replied

    def _expect(self, holds: bool, asked: Asked, complaint: str) -> None:
        if not holds:
            self.wrong.append(f"{asked.place}: {complaint}")


def _figures(soak: Soak, took: float) -> str:
    ends = ", ".join(f"{count} by {kind}" for kind, count in soak.ends.items())
    met = ", ".join(f"{count} {kind}" for kind, count in soak.met.items())
    sizes = [f"{replied - soak.lives[-1].sizes[0][0]}: {size:.0f}" for replied, size in soak.lives[-1].sizes]
    return (
        f"{len(soak.asked)} questions of {len(soak.people)} people in {len(soak.api.chats)} chats in {took:.0f} s "
        f"({len(soak.asked) / took:.1f} a second, restarts counted), {soak.presses} presses; ends: {ends}; "
        f"faults: {met}; MB of the last process after so many replies: {', '.join(sizes[:: max(1, len(sizes) // 8)])}"
    )


def _faults(bot: Bot) -> list[str]:
    """What the journal tells of faults of the bot's own; a line that a kill cut off is none."""
    return [
        line for line in bot.process.lines if not line.startswith("{") or (line.endswith("\n") and _tells_a_fault(line))
    ]


def _tells_a_fault(line: str) -> bool:
    told = json.loads(line)
    return told["level"] in ("error", "critical") and told.get("logger") not in _OF_THE_LINE


def _logged(bot: Bot) -> str:
    files = (path.read_text("utf-8") for path in bot.home.glob(f"{LOG}*"))
    return "".join([bot.process.text, *bot.process.out, *files])


def _growth(soak: Soak) -> float:
    """MB by which the last process grew after it was warm."""
    sizes = soak.lives[-1].sizes
    warm = [size for replied, size in sizes if replied >= sizes[0][0] + WARM]
    return max(warm) - warm[0] if warm else 0.0
