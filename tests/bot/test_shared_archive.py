"""One archive, several machines: each command a process, each machine a home of its own, and a real Chroma server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import assembly
from bot.assistant import Assistant
from bot.home import MODEL
from bot.settings import Settings
from bot.sharing import index_home
from bot.types import Answered, Outcome, Question
from retrieval.shared.pulling import note, published_in
from retrieval.types import Filter
from tests.support.chroma import ChromaServer, chroma_server
from tests.support.command import Ran, footnote
from tests.support.indexing import write_articles

PIER = (
    "A pier for Port Elsin\n\nThe new pier of Port Elsin opened on Monday 6 May 2019. Mayor Ilse Brandt cut a ribbon "
    "before three hundred guests. The pier cost 40 million crowns, twice what the council had planned.\n"
)
FERRY = (
    "Le bac de Port Elsin\n\nLe bac de Port Elsin ne circule plus depuis mardi. La compagnie Nordfahrt parle d'une "
    "panne de moteur. Le capitaine Henrik Sol attend une pièce qui vient de Bergen.\n"
)
COST = "How much did the pier of Port Elsin cost?"


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[ChromaServer]:
    with chroma_server(tmp_path / "chroma") as started:
        yield started


@pytest.fixture
def machines(tmp_path: Path, model_folder: Path) -> tuple[Path, Path]:
    """Two homes."""
    homes = tmp_path / "a", tmp_path / "b"
    for home in homes:
        home.mkdir()
        (home / MODEL).symlink_to(model_folder)
    return homes


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "news", {"pier.txt": PIER, "bac.txt": FERRY})


def asked(home: Path, chroma: ChromaServer, question: str, *more: str) -> str:
    ran = footnote("ask", question, *more, home=home, CHROMA_URL=chroma.url)
    return ran.out


def test_what_one_machine_ingests_another_answers_from(
    machines: tuple[Path, Path], news: Path, chroma: ChromaServer
) -> None:
    here, there = machines
    empty = footnote("ask", COST, home=there, CHROMA_URL=chroma.url)
    assert empty.code != 0 and "no archive on the Chroma server" in empty.err
    assert footnote("ingest", str(news), home=here, CHROMA_URL=chroma.url).code == 0
    assert "“The pier cost 40 million crowns, twice what the council had planned.” [1]" in asked(there, chroma, COST)
    assert "Henrik Sol" in asked(there, chroma, "Who is the captain of the ferry waiting for a part from Bergen?")
    assert "Bergen" in asked(there, chroma, "D'où vient la pièce qu'attend le capitaine ?", "--language", "fr")
    assert "40 million" not in asked(there, chroma, COST, "--language", "fr")
    (news / "pier.txt").write_text(PIER.replace("40 million", "60 million"))
    assert "1 changed" in footnote("ingest", str(news), home=here, CHROMA_URL=chroma.url).out
    assert "60 million" in asked(there, chroma, COST)
    versions = footnote("show", "pier.txt", "--versions", home=there, CHROMA_URL=chroma.url).out
    assert len(versions.splitlines()) == 2
    listed = json.loads(footnote("articles", "--json", home=there, CHROMA_URL=chroma.url).out)
    assert [row["path"] for row in listed] == ["bac.txt", "pier.txt"]
    assert footnote("remove", "news", home=there, CHROMA_URL=chroma.url).code == 0  # from the other machine
    assert "60 million" not in asked(here, chroma, COST)


def test_an_index_is_moved_to_the_server_and_back(
    machines: tuple[Path, Path], news: Path, chroma: ChromaServer
) -> None:
    here, there = machines
    footnote("ingest", str(news), home=here)

    def moved(home: Path, *how: str) -> Ran:
        return footnote("move", *how, home=home, CHROMA_URL=chroma.url)

    done = moved(here)
    assert (done.code, "embedding" in done.err) == (0, False)
    assert "40 million" in asked(there, chroma, COST)
    again = moved(here)
    assert again.code != 0 and "already. To put the other in its place, say --over." in again.err.replace("\n", " ")
    assert moved(here, "--over").code == 0
    assert moved(there, "--back").code == 0
    assert "40 million" in footnote("ask", COST, home=there).out
    assert moved(there, "--back").code != 0
    doctor = footnote("doctor", home=there, CHROMA_URL=chroma.url)
    assert doctor.code == 0 and f"at {chroma.url}: publication" in doctor.out
    unset = footnote("move", home=here)
    assert unset.code != 0 and "CHROMA_URL" in unset.err
    forgotten = footnote("forget", "--all", "--yes", home=there, CHROMA_URL=chroma.url)
    assert "The archive on the Chroma server stays" in forgotten.err
    assert "40 million" in asked(here, chroma, COST)


@pytest.fixture
def assistant(machines: tuple[Path, Path], news: Path, chroma: ChromaServer) -> Iterator[Assistant]:
    here, there = (Settings(home=home, chroma_url=chroma.url) for home in machines)
    assembly.ingest(here, [news])
    with closing(assembly.open_assistant(there)) as opened:
        yield opened


def answered(assistant: Assistant, question: Question) -> Answered:
    outcome: Outcome = assistant.answer(question)
    assert isinstance(outcome, Answered), outcome
    return outcome


def test_an_answer_is_the_same_as_from_an_index_at_home(
    assistant: Assistant, machines: tuple[Path, Path], news: Path
) -> None:
    alone = Settings(home=machines[0])
    assembly.ingest(alone, [news])
    with closing(assembly.open_assistant(alone)) as embedded:
        for question in (
            Question(COST),
            Question("Que dit la compagnie Nordfahrt ?", filter=Filter(article="bac.txt")),
        ):
            one, other = answered(assistant, question), answered(embedded, question)
            assert [citation.quote for citation in one.citations] == [citation.quote for citation in other.citations]
            assert [hit.passage for hit in one.trace.hits] == [hit.passage for hit in other.trace.hits]
            assert [hit.score for hit in one.trace.hits] == pytest.approx(
                [hit.score for hit in other.trace.hits], abs=1e-3
            )


def test_while_the_server_is_away_answers_go_on_by_words_and_say_so(
    assistant: Assistant, chroma: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.shared.reading.FRESH", 0.0)
    monkeypatch.setattr("retrieval.shared.reading.AWAY", 0.0)
    assert answered(assistant, Question(COST)).notices == ()
    chroma.stop()
    away = answered(assistant, Question(COST))
    assert "40 million" in away.citations[0].quote
    assert away.notices == (
        "The server of the archive does not answer: passages were found by words alone, as last known.",
    )
    chroma.start()
    assert answered(assistant, Question(COST)).notices == ()


def test_words_are_searched_first_and_any_machine_goes_on(
    machines: tuple[Path, Path], news: Path, chroma: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.sync.AT_ONCE", 0)
    monkeypatch.setattr("retrieval.shared.reading.FRESH", 0.0)
    here, there = (Settings(home=home, chroma_url=chroma.url) for home in machines)
    assembly.ingest(here, [news], vectors="later")
    with closing(assembly.open_assistant(there)) as reading:
        early = answered(reading, Question(COST))
        assert "40 million" in early.citations[0].quote
        assert early.notices == (
            "Of 2 passages 2 are found by their words alone so far; the index is still being made.",
        )
        assert "2 of 2 passages are found by their words alone" in doctor(machines[1], chroma).out
        done = footnote("ingest", str(news), home=machines[1], CHROMA_URL=chroma.url)
        assert done.code == 0 and "2 unchanged" in done.out
        assert answered(reading, Question(COST)).notices == ()


def doctor(home: Path, chroma: ChromaServer) -> Ran:
    return footnote("doctor", home=home, CHROMA_URL=chroma.url)


def test_what_was_not_published_is_told_and_published_by_the_next_ingest(
    machines: tuple[Path, Path], news: Path, chroma: ChromaServer
) -> None:
    here = machines[0]
    assert footnote("ingest", str(news), home=here, CHROMA_URL=chroma.url).code == 0
    chroma.stop()
    (news / "pier.txt").write_text(PIER.replace("40 million", "60 million"))
    failed = footnote("ingest", str(news), home=here, CHROMA_URL=chroma.url)
    assert failed.code != 0 and "does not answer" in failed.err and "Traceback" not in failed.err
    chroma.start()
    settings = Settings(home=here, chroma_url=chroma.url)
    note(index_home(settings), published_in(index_home(settings)), ahead=True)  # as a server lost on the way leaves it
    said = doctor(here, chroma)
    assert said.code != 0 and "not published" in said.out and "footnote ingest" in said.out
    assert footnote("ingest", str(news), home=here, CHROMA_URL=chroma.url).code == 0
    assert doctor(here, chroma).code == 0
    assert "60 million" in asked(machines[1], chroma, COST)
