"""A home whose index another version made: each command says what to do, and the chat does it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval import builds
from tests.support.command import footnote
from tests.support.indexing import alter_settings, let_another_version_have_made

QUESTION = "When did the new pier of Port Elsin open?"


def _other_terms(home: Path) -> None:
    alter_settings(home, analysis="0")


def _other_embedder(home: Path) -> None:
    alter_settings(home, embedder="hashed-64")


@pytest.mark.parametrize(
    ("outdate", "why"),
    [(_other_embedder, "another embedder, hashed-64"), (let_another_version_have_made, "another version")],
)
def test_asking_says_which_command_makes_it_anew_and_that_command_does(
    outdate: Callable[[Path], None], why: str, own_home: Path
) -> None:
    outdate(own_home)
    ran = footnote("ask", QUESTION, "--json", home=own_home)
    failure = json.loads(ran.out)["error"]
    assert (ran.code, failure["code"]) == (1, "outdated_index")
    assert why in failure["message"]
    assert failure["next_step"] == f"Make it anew: footnote ingest {own_home / 'news'}"
    doctor = footnote("doctor", home=own_home)
    assert doctor.code == 1
    assert failure["next_step"] in " ".join(doctor.out.split())
    made = footnote("ingest", str(own_home / "news"), home=own_home)
    assert made.code == 0
    assert why in made.err
    assert footnote("ask", QUESTION, home=own_home).code == 0


@pytest.mark.parametrize(
    ("outdate", "why"), [(_other_terms, "another version"), (let_another_version_have_made, "another version")]
)
def test_the_chat_makes_it_anew_and_says_so_and_why(outdate: Callable[[Path], None], why: str, own_home: Path) -> None:
    outdate(own_home)
    ran = footnote("chat", home=own_home, typed=f"{QUESTION}\n")
    assert ran.code == 0
    assert why in ran.err
    assert "made anew" in ran.err
    assert "6 May 2019" in ran.out
    again = footnote("chat", home=own_home, typed=f"{QUESTION}\n")
    assert (again.code, again.err) == (0, "")


def test_the_chat_makes_it_anew_from_its_own_texts_when_the_files_are_gone(own_home: Path) -> None:
    _other_terms(own_home)
    shutil.rmtree(own_home / "news")
    ran = footnote("chat", home=own_home, typed=f"{QUESTION}\n")
    assert ran.code == 0
    assert "made anew" in ran.err
    assert "6 May 2019" in ran.out


def test_the_chat_keeps_what_it_cannot_make_anew(own_home: Path) -> None:
    let_another_version_have_made(own_home)
    shutil.rmtree(own_home / "news")
    before = builds.current(own_home)
    ran = footnote("chat", home=own_home, typed=f"{QUESTION}\n")
    assert (ran.code, ran.out) == (1, "")
    assert "footnote ingest" in ran.err
    assert builds.current(own_home) == before
