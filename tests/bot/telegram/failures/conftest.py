"""The bot as a process: one for all tests, or one that a test restarts (see `tests.support.running`).

    def test_failure_…(bot: Bot, ann: Chat):            the process that all tests share: never end it, leave no state
        asked = ann.says(ann.members[0], COMMANDER)

    def test_failure_…(start: Start):                   a process, home and server of this test's own
        bot = start(TELEGRAM_PACE="0.5/60/100")
        ann = bot.private()

    def test_failure_…(writer: Bot, model: ModelServer):    a shared one that has a language model write, as scripted
    def test_failure_…(piers: Bot):                         a shared one whose answer is long (`tests.support.piers`)

After each test the shared bot runs, and none has broken Telegram's rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.drafts import drafting, says
from tests.support.model_server import ModelServer
from tests.support.piers import PIERS, piers_home
from tests.support.running import Bot, Start, open_bot
from tests.support.telegram import BotApi, Chat


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

        def begin(*, started: bool = True, api: BotApi | None = None, program: str = "", **variables: str) -> Bot:
            home = tmp_path / f"home{len(bots)}"
            bot = open_bot(stack, home, bundled_home, variables, api=api, program=program)
            bots.append(bot)
            if started:
                bot.process.start().ready()
            return bot

        yield begin
        for bot in bots:
            assert bot.api.problems == []


@pytest.fixture(scope="session")
def model_server() -> Iterator[ModelServer]:
    """The language model behind `writer`."""
    with ModelServer() as server:
        yield server


@pytest.fixture(scope="session")
def writing_bot(
    bundled_home: Path, model_server: ModelServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bot]:
    """The process behind `writer`."""
    with ExitStack() as stack:
        home = tmp_path_factory.mktemp("writing") / "home"
        model = {"OPENAI_API_KEY": "sk-of-the-tests", "OPENAI_BASE_URL": model_server.url}
        forever = {"FOOTNOTE_FIRST_TOKEN_SECONDS": "3600", "FOOTNOTE_ANSWER_SECONDS": "3600"}
        bot = open_bot(stack, home, bundled_home, model | forever)
        bot.process.start().ready()
        yield bot
        assert bot.process.terminate() == 0


@pytest.fixture
def model(model_server: ModelServer) -> ModelServer:
    """A language model that is not scripted yet."""
    model_server.play()
    return model_server


@pytest.fixture
def writer(writing_bot: Bot, model: ModelServer) -> Iterator[Bot]:  # noqa: ARG001 - the model is played anew before
    """A bot shared by all tests that has the model write, and waits for it as long as it takes."""
    yield writing_bot
    writing_bot.api.no_faults()
    assert writing_bot.process.running, writing_bot.process.text
    problems, writing_bot.api.problems = writing_bot.api.problems, []
    assert problems == []


@pytest.fixture(scope="session")
def piers_bot(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The process behind `piers`."""
    folder = tmp_path_factory.mktemp("piers")
    with ExitStack() as stack:
        model = stack.enter_context(ModelServer())
        model.respond = drafting([says(sentence) for sentence in PIERS], size=1000)
        bot = open_bot(
            stack,
            folder / "copy",
            piers_home(folder, model_folder),
            {"OPENAI_API_KEY": "sk-of-the-tests", "OPENAI_BASE_URL": model.url},
        )
        bot.process.start().ready()
        yield bot
        assert bot.process.terminate() == 0


@pytest.fixture
def piers(piers_bot: Bot) -> Iterator[Bot]:
    """A bot shared by all tests that answers a question with more than fits into three messages."""
    yield piers_bot
    piers_bot.api.no_faults()
    assert piers_bot.process.running, piers_bot.process.text
    assert piers_bot.api.problems == []
