"""Parts of the bot that several of its tests make, and the bot as a process (see `tests.support.running`).

    def test_…(bot: Bot, ann: Chat):            the bot that all tests share: end it, and start it again
        asked = ann.says(ann.members[0], COMMANDER)

    def test_…(start: Start):                   a process, home and server of this test's own
        bot = start(TELEGRAM_PACE="0.5/60/100")
        ann = bot.private()

    def test_…(writer: Bot, model: ModelServer):    a shared one that has a language model write, as scripted
    def test_…(choosy: Bot):                        a shared one that only listed people and groups may ask
    def test_…(piers: Bot):                         a shared one whose answer is long (`tests.support.piers`)

After each test the shared bot runs, and none has broken Telegram's rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.documents import World
from tests.support.drafts import drafting, says
from tests.support.homes import small_home
from tests.support.model_server import ModelServer
from tests.support.piers import PIERS, piers_home
from tests.support.running import Bot, Start, open_bot
from tests.support.telegram import BotApi, Chat


@pytest.fixture
def world(tmp_path: Path, model_folder: Path) -> Iterator[World]:
    settings = small_home(tmp_path, model_folder)
    with BotApi() as api:
        yield World(api, settings)


@pytest.fixture(scope="session")
def shared_bot(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The process behind `bot`."""
    with ExitStack() as stack:
        bot = open_bot(stack, tmp_path_factory.mktemp("shared") / "home", bundled_home)
        bot.process.start().ready()
        yield bot
        assert bot.process.terminate() == 0


def shared(bot: Bot) -> Iterator[Bot]:
    """A bot for one test, with nothing going wrong yet."""
    if not bot.process.running:  # a test that failed has left it so
        bot.process.start().ready()
    yield bot
    bot.api.no_faults()
    problems, bot.api.problems = bot.api.problems, []
    assert problems == []
    assert bot.process.running, bot.process.text


@pytest.fixture
def bot(shared_bot: Bot) -> Iterator[Bot]:
    """The bot that all tests share."""
    yield from shared(shared_bot)


@pytest.fixture
def ann(bot: Bot) -> Chat:
    """The private chat of somebody new with the shared bot; the person is `ann.members[0]`."""
    return bot.private()


@pytest.fixture
def start(bundled_home: Path, tmp_path: Path) -> Iterator[Start]:
    """For a bot of the test's own; `started=False`: the test starts it."""
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
def choosy_bot(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The process behind `choosy`."""
    with ExitStack() as stack:
        home = tmp_path_factory.mktemp("choosy") / "home"
        listed = {"FOOTNOTE_ACCESS": "listed", "FOOTNOTE_ADMINS": "5", "FOOTNOTE_GROUPS": "-77,-4242"}
        bot = open_bot(stack, home, bundled_home, listed)
        bot.api.private(bot.api.user(5))
        bot.process.start().ready()
        yield bot
        assert bot.process.terminate() == 0


@pytest.fixture
def choosy(choosy_bot: Bot) -> Iterator[Bot]:
    """A shared bot that only its admin, who is user 5, and the groups -77 and -4242 may ask."""
    yield from shared(choosy_bot)


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
    yield from shared(writing_bot)


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
    yield from shared(piers_bot)
