"""Counting tokens: exact, offline, and safe to start twice."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from retrieval.errors import HomeNotWritable
from retrieval.tokens import ENCODINGS, UnknownEncoding, counter


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """tiktoken as in a new process: no encoding loaded yet."""
    import tiktoken.registry

    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})


@pytest.mark.usefixtures("no_network", "forgetful")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_counts_offline_from_an_empty_folder(tmp_path: Path, encoding: str) -> None:
    count = counter(encoding, folder=tmp_path / "not" / "yet")
    assert count("") == 0
    assert count("hello world") == 2
    assert count("La Libye et l’Italie.") > 5


def test_the_two_encodings_count_as_the_published_examples_do(tmp_path: Path) -> None:
    """antidisestablishmentarianism: six tokens in both; "お誕生日おめでとう": nine in cl100k_base, eight in o200k_base.

    The figures are those of OpenAI's own guide to counting tokens.
    """
    assert [counter(name, folder=tmp_path)("お誕生日おめでとう") for name in ("o200k_base", "cl100k_base")] == [8, 9]
    assert [counter(name, folder=tmp_path)("antidisestablishmentarianism") for name in ENCODINGS] == [6, 6]


def test_a_special_mark_in_an_article_is_counted_as_text(tmp_path: Path) -> None:
    assert counter(folder=tmp_path)("<|endoftext|>") > 1


def test_an_unknown_encoding_is_a_sentence_with_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(UnknownEncoding) as raised:
        counter("p50k_base", folder=tmp_path)
    assert "p50k_base" in raised.value.message
    assert "o200k_base" in raised.value.next_step
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_network", "forgetful")
def test_a_damaged_file_is_unpacked_again_instead_of_downloaded(tmp_path: Path) -> None:
    counter(folder=tmp_path)
    (table,) = tmp_path.iterdir()
    whole = table.read_bytes()
    table.write_bytes(whole[:1000])
    import tiktoken.registry

    tiktoken.registry.ENCODINGS.clear()
    assert counter(folder=tmp_path)("hello world") == 2
    assert table.read_bytes() == whole


def test_a_whole_file_is_left_as_it_is(tmp_path: Path) -> None:
    counter(folder=tmp_path)
    (table,) = tmp_path.iterdir()
    before = table.stat().st_mtime_ns, table.stat().st_ino
    counter(folder=tmp_path)
    assert (table.stat().st_mtime_ns, table.stat().st_ino) == before


def test_many_starting_at_once_leave_one_whole_file_each(tmp_path: Path) -> None:
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(counter(folder=tmp_path)("hello"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1] * 4
    assert len(list(tmp_path.iterdir())) == 1


def test_the_environment_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "/somewhere/else")
    counter(folder=tmp_path)
    assert os.environ["TIKTOKEN_CACHE_DIR"] == "/somewhere/else"
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR")
    counter(folder=tmp_path)
    assert "TIKTOKEN_CACHE_DIR" not in os.environ


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(HomeNotWritable, match="token tables"):
        counter(folder=tmp_path / "file" / "tables")
