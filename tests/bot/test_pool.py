"""Several answers at once over one home: in turn, undisturbed by each other, and in step with the index."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from bot import assembly
from bot.assistant import Assistant
from bot.errors import Stopped
from bot.home import MODEL
from bot.pool import Pool, reading_threads, usual_size
from bot.progress import Progress, Searching
from bot.settings import Settings
from bot.stopping import Stop
from bot.types import Abstained, Answered, Outcome, Question
from retrieval import builds
from retrieval.errors import DamagedIndex, NoIndex, RetrievalError, UnknownArticle
from tests.support.drafts import drafting, says
from tests.support.indexing import write_articles
from tests.support.model_server import ModelServer, Received, Reply, silent

pytestmark = pytest.mark.timeout(120)
PIER = (
    "A pier for Port Elsin\n\n"
    "The new pier of Port Elsin opened on Monday 6 May 2019. Mayor Ilse Brandt cut a ribbon before three hundred "
    "guests. The pier cost 40 million crowns, twice what the council had planned.\n"
)
FERRY = (
    "Le bac de Port Elsin\n\n"
    "Le bac de Port Elsin ne circule plus depuis mardi. La compagnie Nordfahrt parle d'une panne de moteur.\n"
)
BRIDGE = "A bridge for Vardo\n\nThe stone bridge of Vardo was opened on Friday. It cost nine million crowns.\n"
COST = "The pier cost 40 million crowns, twice what the council had planned."
QUESTIONS = (
    "What did the new pier of Port Elsin cost?",
    "When did the new pier of Port Elsin open?",
    "Pourquoi le bac de Port Elsin ne circule-t-il plus ?",
    "Who won the chess championship in Reykjavik?",
)
BRIDGE_COST = "What did the stone bridge of Vardo cost?"
_T = TypeVar("_T")


@pytest.fixture
def home(tmp_path: Path, model_folder: Path) -> Path:
    """A home with two invented articles."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / MODEL).symlink_to(model_folder)
    index(folder, {"pier.txt": PIER, "bac.txt": FERRY})
    return folder


def index(home: Path, texts: dict[str, str]) -> None:
    """Make the index hold exactly these articles."""
    assembly.ingest(Settings(home=home), [write_articles(home / "news", texts)])


def within(pool: Pool, work: Callable[[], Awaitable[_T]]) -> _T:
    """What a coroutine gives, the pool being closed behind it."""

    async def run() -> _T:
        try:
            return await work()
        finally:
            await pool.close()

    return asyncio.run(run())


def said(outcome: Outcome) -> tuple[str, ...]:
    """What an outcome says."""
    return tuple(claim.text for claim in outcome.claims) if isinstance(outcome, Answered) else (outcome.reason,)


async def answered(pool: Pool, asked: Iterable[str]) -> bool:
    """Whether all of these are answered."""
    return all([isinstance(await pool.answer(Question(text)), Answered) for text in asked])


class Held:
    """Assistants whose answers begin when a test lets them; `begun` holds the questions, in order."""

    def __init__(self, another: Callable[[], Assistant]) -> None:
        self._another = another
        self.opened = 0
        self.begun: list[str] = []
        self.let = threading.Semaphore(0)

    def __call__(self) -> Assistant:
        self.opened += 1
        one = self._another()
        plain = one.answer

        def answer(question: Question, tell: Callable[[Progress], object], stop: Stop | None = None) -> Outcome:
            self.begun.append(question.text)
            self.let.acquire()
            return plain(question, tell, stop)

        one.answer = answer  # type: ignore[method-assign, assignment]
        return one


async def until(true: Callable[[], bool]) -> None:
    """Give the others time until something is true."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)


def held(home: Path, size: int) -> tuple[Pool, Held]:
    """A pool whose answers wait for the test."""
    opening = Held(lambda: assembly.open_assistant(Settings(home=home)))
    return Pool(opening, size), opening


# --- Answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 3])
def test_many_at_once_get_the_answers_that_one_after_the_other_would_get(home: Path, size: int) -> None:
    asked = [Question(text) for text in QUESTIONS * 5]
    alone = assembly.open_assistant(Settings(home=home))
    expected = {text: said(alone.answer(Question(text))) for text in QUESTIONS}
    alone.close()
    pool = assembly.open_pool(Settings(home=home), size)

    async def ask() -> list[Outcome]:
        return await asyncio.gather(*(pool.answer(question) for question in asked))

    outcomes = within(pool, ask)
    assert [said(outcome) for outcome in outcomes] == [expected[question.text] for question in asked]
    assert {type(outcome) for outcome in outcomes} == {Answered, Abstained}


def test_whoever_came_first_is_served_first_and_no_more_than_the_size_at_once(home: Path) -> None:
    pool, opening = held(home, 2)

    async def ask() -> list[int]:
        asking = [asyncio.create_task(pool.answer(Question(f"{text} ({n})"))) for n, text in enumerate(QUESTIONS)]
        under_way = []
        for n in range(len(asking)):
            await until(partial(lambda begun: len(opening.begun) == begun, min(n + 2, 4)))
            under_way.append(len(opening.begun) - n)
            opening.let.release()
            await until(partial(lambda ended: sum(task.done() for task in asking) == ended, n + 1))
        return under_way

    assert within(pool, ask) == [2, 2, 2, 1]
    assert sorted(opening.begun[:2]) + opening.begun[2:] == [f"{text} ({n})" for n, text in enumerate(QUESTIONS)]
    assert opening.opened == 2


def test_nothing_is_opened_before_it_is_needed(home: Path) -> None:
    pool, opening = held(home, 4)

    async def ask() -> None:
        assert opening.opened == 0
        opening.let.release(3)
        for text in QUESTIONS[:3]:
            await pool.answer(Question(text))

    within(pool, ask)
    assert opening.opened == 1


def test_progress_is_told_on_the_event_loop_before_the_answer_comes(home: Path) -> None:
    pool = assembly.open_pool(Settings(home=home), 2)
    told: list[tuple[Progress, threading.Thread]] = []

    async def ask() -> int:
        await pool.answer(Question(QUESTIONS[0]), lambda one: told.append((one, threading.current_thread())))
        return len(told)

    assert within(pool, ask) == len(told) == 1
    assert told == [(Searching(), threading.current_thread())]


def test_passages_articles_and_the_archive_are_at_hand_while_all_assistants_are_busy(home: Path) -> None:
    pool, opening = held(home, 1)

    async def ask() -> None:
        busy = asyncio.create_task(pool.answer(Question(QUESTIONS[0])))
        await until(lambda: bool(opening.begun))
        hits = await pool.search("the cost of the pier", 2)
        assert COST in hits[0].passage.text
        assert (await pool.search("le bac", 1, "fr"))[0].passage.language == "fr"
        assert (await pool.article(hits[0].passage.article_id)).path == "pier.txt"
        assert [article.path for article in await pool.articles()] == ["bac.txt", "pier.txt"]
        archive = await pool.archive()
        opening.let.release()
        assert (await busy).archive == archive
        assert archive.articles == 2

    within(pool, ask)


def test_errors_come_out_as_they_are(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NoIndex):
        assembly.open_pool(Settings(home=tmp_path / "nowhere"), 2)
    pool = assembly.open_pool(Settings(home=home), 2)

    async def ask() -> None:
        with pytest.raises(UnknownArticle):
            await pool.article("nobody")
        build = builds.current(home)
        assert build is not None
        away = build.rename(build.with_name("away"))
        with pytest.raises(DamagedIndex):
            await pool.answer(Question(QUESTIONS[0]))
        away.rename(build)
        assert COST in said(await pool.answer(Question(QUESTIONS[0])))

    within(pool, ask)


# --- Stopping ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


def writing(home: Path, server: ModelServer, size: int) -> Pool:
    """A pool whose answers a scripted model writes, waited for as long as it takes."""
    settings = Settings(home=home, openai_base_url=server.url, first_token_seconds=3600, answer_seconds=3600)
    return assembly.open_pool(settings, size)


def first_hangs(server: ModelServer) -> None:
    """Let the model never answer the first request, and then as it should."""
    drafts = drafting([says(COST)])

    def respond(request: Received) -> Reply:
        return silent() if len(server.requests) == 1 else drafts(request)

    server.play()
    server.respond = respond


def test_a_stop_ends_an_answer_and_the_next_gets_its_assistant(home: Path, server: ModelServer) -> None:
    pool, stop = writing(home, server, 1), Stop()
    first_hangs(server)

    async def ask() -> Outcome:
        hanging = asyncio.create_task(pool.answer(Question(QUESTIONS[0]), stop=stop))
        await until(lambda: len(server.requests) == 1)
        waiting = asyncio.create_task(pool.answer(Question(QUESTIONS[0])))
        stop.stop()
        with pytest.raises(Stopped):
            await hanging
        return await waiting

    assert within(pool, ask).mode == "generated"


def test_a_cancelled_task_stops_its_answer(home: Path, server: ModelServer) -> None:
    pool = writing(home, server, 1)
    first_hangs(server)

    async def ask() -> Outcome:
        hanging = asyncio.create_task(pool.answer(Question(QUESTIONS[0])))
        await until(lambda: len(server.requests) == 1)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        return await pool.answer(Question(QUESTIONS[0]))

    assert within(pool, ask).mode == "generated"


def test_an_assistant_is_free_only_when_its_thread_has_ended(home: Path) -> None:
    pool, opening = held(home, 1)

    async def ask() -> None:
        cancelled = asyncio.create_task(pool.answer(Question(QUESTIONS[0])))
        await until(lambda: len(opening.begun) == 1)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        waiting = asyncio.create_task(pool.answer(Question(QUESTIONS[1])))
        await asyncio.sleep(0.1)
        assert len(opening.begun) == 1, "two threads are at one assistant"
        opening.let.release(2)
        assert isinstance(await waiting, Answered)

    within(pool, ask)
    assert opening.opened == 1


def test_a_stop_while_waiting_for_a_turn_needs_no_turn(home: Path) -> None:
    pool, opening = held(home, 1)
    stop = Stop()

    async def ask() -> None:
        busy = asyncio.create_task(pool.answer(Question(QUESTIONS[0])))
        await until(lambda: len(opening.begun) == 1)
        waiting = asyncio.create_task(pool.answer(Question(QUESTIONS[1]), stop=stop))
        await asyncio.sleep(0)
        stop.stop()
        with pytest.raises(Stopped):
            await waiting
        assert not busy.done()
        opening.let.release()
        await busy

    within(pool, ask)
    assert opening.begun == [QUESTIONS[0]]


def test_closing_lets_what_runs_end_and_refuses_the_rest(home: Path) -> None:
    pool, opening = held(home, 1)

    async def ask() -> list[object]:
        tasks = [asyncio.create_task(pool.answer(Question(text))) for text in QUESTIONS[:3]]
        await until(lambda: len(opening.begun) == 1)
        closing = asyncio.create_task(pool.close())
        await asyncio.sleep(0.05)
        assert not closing.done()
        opening.let.release()
        await closing
        with pytest.raises(Stopped):
            await pool.answer(Question(QUESTIONS[3]))
        return await asyncio.gather(*tasks, return_exceptions=True)

    ended = asyncio.run(ask())
    assert [type(one) for one in ended] == [Answered, Stopped, Stopped]


# --- The index changes ------------------------------------------------------------------------------------------------


def test_an_index_that_is_updated_or_made_anew_is_followed_by_every_assistant(home: Path) -> None:
    pool = assembly.open_pool(Settings(home=home), 3)

    async def told() -> set[tuple[str, ...]]:
        return {said(one) for one in await asyncio.gather(*(pool.answer(Question(BRIDGE_COST)) for _ in range(9)))}

    async def ask() -> None:
        article = (await pool.articles())[1]
        assert await told() == {("not_in_evidence",)}
        index(home, {"pier.txt": PIER, "bridge.txt": BRIDGE})
        assert all("It cost nine million crowns." in each for each in await told())
        assert [one.path for one in await pool.articles()] == ["bridge.txt", "pier.txt"]
        index(home, {"pier.txt": PIER.replace("Ilse", "Ilsa")})
        assert "Ilsa" in (await pool.article(article.id)).text
        assert (await pool.archive()).articles == 1

    within(pool, ask)


def test_questions_go_on_while_another_thread_indexes(home: Path) -> None:
    pool = assembly.open_pool(Settings(home=home), 2)
    texts = {"pier.txt": PIER, "bac.txt": FERRY}

    async def ask() -> list[Outcome]:
        outcomes = []
        for more in ({"bridge.txt": BRIDGE}, {}, {"bridge.txt": BRIDGE}):
            indexing = asyncio.create_task(asyncio.to_thread(index, home, {**texts, **more}))
            while not indexing.done():
                outcomes += await asyncio.gather(*(pool.answer(Question(QUESTIONS[0])) for _ in range(4)))
            await indexing
        return outcomes

    assert {said(outcome)[0] for outcome in within(pool, ask)} == {COST}


# --- What it is for ---------------------------------------------------------------------------------------------------


def test_a_warm_pool_has_examples_and_offers_beside_a_refusal(home: Path) -> None:
    pool = assembly.open_pool(Settings(home=home), 2)

    async def ask() -> None:
        await pool.warm()
        async with asyncio.timeout(60):
            while not (examples := await pool.examples("en")):
                await asyncio.sleep(0.1)
        assert await answered(pool, examples)
        refused = await pool.answer(Question("Who is the mother of Ilse Brandt?"))
        assert isinstance(refused, Abstained)
        assert await answered(pool, await pool.suggested(refused))

    within(pool, ask)


def test_an_archive_that_cannot_be_read_ends_no_search_for_examples(home: Path, tmp_path: Path) -> None:
    pool = assembly.open_pool(Settings(home=home), 1)

    async def ask() -> None:
        await pool.warm()
        build = builds.current(home)
        assert build is not None
        away = build.rename(tmp_path / "away")
        with pytest.raises(RetrievalError):
            await pool.examples("en")
        away.rename(build)
        assert isinstance(await pool.answer(Question(QUESTIONS[0])), Answered)

    within(pool, ask)


def test_no_more_is_read_at_once_than_there_are_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    assert usual_size(writes=False) == 4
    assert usual_size(writes=True) == 8
    assert [reading_threads(size) for size in (1, 2, 3, 4, 8)] == [4, 2, 1, 1, 1]


def test_a_pool_makes_the_index_that_is_missing(tmp_path: Path, model_folder: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / MODEL).symlink_to(model_folder)
    settings = Settings(home=home, archive=write_articles(tmp_path / "news", {"bridge.txt": BRIDGE}))
    with pytest.raises(NoIndex):
        assembly.open_pool(settings, 1)
    pool = assembly.open_pool(settings, 1, build_if_missing=True)

    async def ask() -> Outcome:
        return await pool.answer(Question(BRIDGE_COST))

    assert "It cost nine million crowns." in said(within(pool, ask))
