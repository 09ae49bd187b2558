"""An answer is stopped from another thread: nobody waits any longer, nothing more is sent, and the next one works."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import assembly
from bot.assistant import Assistant
from bot.errors import Stopped
from bot.home import MODEL
from bot.model_errors import ModelError
from bot.prices import Price
from bot.progress import Progress, Searching, Verified
from bot.settings import Settings
from bot.spending import Ledger, Metered
from bot.stopping import Stop, current, look, stoppable
from bot.types import Answered, Question
from tests.support.asking import MESSAGES, SHAPE, ask, opened
from tests.support.asking import MODEL as ASKED_MODEL
from tests.support.drafts import draft, drafting, is_rewriting, says
from tests.support.indexing import write_articles
from tests.support.model_server import ModelServer, Received, Reply, commenting, dripping, fail, say, silent, waiting

pytestmark = pytest.mark.timeout(60)
ARTICLES = {
    "pier.txt": (
        "A pier for Port Elsin\n\n"
        "The new pier of Port Elsin opened on Monday. The pier cost 40 million crowns, says Mayor Ilse Brandt. "
        "A second pier may follow, according to the harbour master, Jon Vale.\n"
    )
}
COST = "The pier cost 40 million crowns, says Mayor Ilse Brandt."
OPENED = "The new pier of Port Elsin opened on Monday."
ASKED = Question("What did the new pier of Port Elsin cost?")
FOLLOW_UP = Question("And who paid for it?", history=("What did the new pier of Port Elsin cost?",))
HANGING = {
    "silent": silent(),
    "waiting": waiting(),
    "dripping": dripping(),
    "commenting": commenting(),
}


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, model_folder: Path, server: ModelServer) -> Iterator[Assistant]:
    """Answers about an invented article by the scripted model, which it would wait for all day."""
    home = tmp_path_factory.mktemp("stopped")
    (home / MODEL).symlink_to(model_folder)
    settings = Settings(
        home=home, openai_base_url=server.url, model=ASKED_MODEL, first_token_seconds=3600, answer_seconds=3600
    )
    assembly.ingest(settings, [write_articles(home / "news", ARTICLES)])
    with closing(assembly.open_assistant(settings)) as one:
        yield one


def closed(server: ModelServer) -> bool:
    """Whether the server has no connection left, now or in a moment."""
    return soon(lambda: server.connections == 0)


def soon(true: Callable[[], bool]) -> bool:
    """Whether something comes true within a few seconds."""
    end = time.monotonic() + 5
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def stop_when(stop: Stop, true: Callable[[], bool]) -> threading.Thread:
    """Stop from another thread once something is true."""

    def wait() -> None:
        soon(true)
        stop.stop()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def works(assistant: Assistant, server: ModelServer) -> bool:
    """Whether the assistant still has its model write."""
    server.play()
    server.respond = drafting([says(COST)])
    outcome = assistant.answer(ASKED)
    return isinstance(outcome, Answered) and outcome.mode == "generated"


# --- A model that is waited for ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", HANGING.values(), ids=HANGING)
def test_a_model_that_hangs_is_left_at_once_and_its_connection_closed(
    assistant: Assistant, server: ModelServer, reply: Reply
) -> None:
    server.play(reply)
    stop = Stop()
    stopper = stop_when(stop, lambda: len(server.requests) == 1)
    with pytest.raises(Stopped):
        assistant.answer(ASKED, stop=stop)
    stopper.join()
    assert closed(server)
    assert len(server.requests) == 1, "it was taken for a failure, and asked again"
    assert works(assistant, server)


def test_a_stop_in_the_middle_of_a_draft_keeps_what_was_told_and_tells_no_more(
    assistant: Assistant, server: ModelServer
) -> None:
    def respond(request: Received) -> Reply:
        return say(draft(request, [says(OPENED), says(COST), says(OPENED)]), pause=0.02, size=4)

    told: list[Progress] = []
    stop = Stop()

    def tell(progress: Progress) -> None:
        told.append(progress)
        if isinstance(progress, Verified):
            stop.stop()

    server.play()
    server.respond = respond
    with pytest.raises(Stopped):
        assistant.answer(ASKED, tell, stop)
    assert [type(one) for one in told].count(Verified) == 1
    assert closed(server)
    assert works(assistant, server)


def test_a_stop_while_a_question_is_put_into_words_does_not_go_on_to_the_answer(
    assistant: Assistant, server: ModelServer
) -> None:
    server.play()
    server.respond = lambda request: silent() if is_rewriting(request) else say(draft(request, [says(COST)]))
    stop = Stop()
    stopper = stop_when(stop, lambda: len(server.requests) == 1)
    with pytest.raises(Stopped):
        assistant.answer(FOLLOW_UP, stop=stop)
    stopper.join()
    assert [is_rewriting(request) for request in server.requests] == [True]


def test_a_stop_between_two_tries_ends_the_waiting_for_the_second(server: ModelServer) -> None:
    server.play(fail(429, None, "Slow down.", retry_after="3000"))
    stop = Stop()
    with closing(opened(server)) as model, stoppable(stop):
        stopper = stop_when(stop, lambda: len(server.requests) == 1)
        with pytest.raises(Stopped):
            ask(model, seconds=3600)
        stopper.join()
    assert len(server.requests) == 1


def test_what_was_used_until_then_is_told(assistant: Assistant, server: ModelServer) -> None:
    server.play()
    server.respond = lambda request: (
        say({"question": "Who paid for the pier?", "translation": ""}, usage=(70_000, 0, 9_000))
        if is_rewriting(request)
        else waiting()
    )
    stop = Stop()
    stopper = stop_when(stop, lambda: len(server.requests) == 2)
    with pytest.raises(Stopped) as raised:
        assistant.answer(FOLLOW_UP, stop=stop)
    stopper.join()
    used = raised.value.usage
    assert used.input_tokens > 70_000, "the rewriting, and the prompt of the draft"
    assert used.output_tokens >= 9_000
    assert used.cost_usd


# --- Not waiting for a model ------------------------------------------------------------------------------------------


def test_what_is_stopped_before_it_begins_does_not_begin(assistant: Assistant, server: ModelServer) -> None:
    server.play()
    stop = Stop()
    stop.stop()
    told: list[Progress] = []
    with pytest.raises(Stopped):
        assistant.answer(ASKED, told.append, stop)
    with pytest.raises(Stopped):
        assistant.quote(ASKED, stop)
    assert (told, server.requests) == ([], [])


def test_a_stop_while_passages_are_looked_for_ends_before_the_next_stage(
    assistant: Assistant, server: ModelServer
) -> None:
    server.play()
    stop = Stop()

    def tell(progress: Progress) -> None:
        if isinstance(progress, Searching):
            stop.stop()

    with pytest.raises(Stopped):
        assistant.answer(ASKED, tell, stop)
    assert not server.requests
    assert isinstance(assistant.quote(ASKED), Answered)


def test_a_stop_is_no_error_of_the_model() -> None:
    assert not issubclass(Stopped, ModelError)


# --- What it costs ----------------------------------------------------------------------------------------------------


def test_a_stopped_call_counts_as_what_it_took_not_as_the_most_it_could_take(
    server: ModelServer, tmp_path: Path
) -> None:
    server.play(waiting())
    ledger = Ledger(tmp_path, now=lambda: datetime(2026, 3, 14, 12, tzinfo=UTC))
    stop = Stop()
    with closing(opened(server, "some-local:7b", price=Price(1000.0, 1000.0))) as plain:
        model = Metered(plain, ledger, 100.0)
        stopper = stop_when(stop, lambda: len(server.requests) == 1)
        with stoppable(stop), pytest.raises(Stopped) as raised:
            model.ask(MESSAGES, SHAPE, max_tokens=5000, seconds=3600)
        stopper.join()
    assert ledger.spent() == pytest.approx(raised.value.usage.cost_usd)
    assert 0 < ledger.spent() < 1, "the prompt, and not five dollars for a reply that never came"


# --- The stop itself --------------------------------------------------------------------------------------------------


def test_each_answer_has_a_stop_of_its_own() -> None:
    mine, yours = Stop(), Stop()
    with stoppable(mine):
        seen: list[Stop] = []
        thread = threading.Thread(target=lambda: seen.append(current()))
        thread.start()
        thread.join()
        with stoppable(yours):
            assert current() is yours
        assert current() is mine
    assert seen[0] not in (mine, yours)
    mine.stop()
    look()


def test_whoever_waits_is_called_once_and_not_after_the_waiting() -> None:
    calls: list[str] = []
    stop = Stop()
    with stop.on_stop(lambda: calls.append("before")):
        pass
    with stop.on_stop(lambda: calls.append("waiting")):
        stop.stop()
        stop.stop()
    with stop.on_stop(lambda: calls.append("late")):
        pass
    assert calls == ["waiting", "late"]
    assert stop.stopped
