"""The bot as a process: one for all tests, or one that a test restarts (see `tests.support.running`).

    def test_failure_…(bot: Bot, ann: Chat):            the process that all tests share: never end it, leave no state
        asked = ann.says(ann.members[0], COMMANDER)

    def test_failure_…(start: Start):                   a process, home and server of this test's own
        bot = start(TELEGRAM_PACE="0.5/60/100")
        ann = bot.private()

After each test the shared bot runs, and none has broken Telegram's rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.running import Bot, Start, open_bot
from tests.support.telegram import Chat


@pytest.fixture(scope="session")
def shared_bot(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The process behind `bot`."""
    with ExitStack() as stack:
        bot = open_bot(stack, tmp_path_factory.mktemp("shared") / "home", bundled_home)
        bot.process.start().ready()
        yield bot
        assert bot.process.terminate() == 0


@pytest.fixture
def bot(shared_bot: Bot) -> Iterator[Bot]:
    """The bot that all tests share, with nothing going wrong yet."""
    yield shared_bot
    shared_bot.api.no_faults()
    assert shared_bot.process.running, shared_bot.process.text
    problems, shared_bot.api.problems = shared_bot.api.problems, []
    assert problems == []


@pytest.fixture
def ann(bot: Bot) -> Chat:
    """The private chat of somebody new with the shared bot; the person is `ann.members[0]`."""
    return bot.private()


@pytest.fixture
def start(bundled_home: Path, tmp_path: Path) -> Iterator[Start]:
    """For a bot of the test's own, which the test may kill; `started=False`: the test starts it."""
    bots: list[Bot] = []
    with ExitStack() as stack:

        def begin(*, started: bool = True, **variables: str) -> Bot:
            bot = open_bot(stack, tmp_path / f"home{len(bots)}", bundled_home, **variables)
            bots.append(bot)
            if started:
                bot.process.start().ready()
            return bot

        yield begin
        for bot in bots:
            assert bot.api.problems == []
