"""Forgetting: everything of ours goes, nothing of anybody else's, and not while another process writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import AlreadyRunning
from bot.home import HISTORY, LOG, MODEL, forget
from bot.telegram.locking import alone_in
from retrieval.errors import IndexBusy
from retrieval.locking import writing


def _fill(home: Path) -> None:
    (home / "index" / "build-1").mkdir(parents=True)
    (home / "index" / "build-1" / "catalogue.sqlite").write_bytes(b"x")
    (home / MODEL).mkdir()
    for name in (HISTORY, LOG, f"{LOG}.1"):
        (home / name).write_text("x", "utf-8")


def test_a_home_that_holds_only_ours_is_gone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    _fill(home)
    assert forget(home) is True
    assert not home.exists()


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    _fill(tmp_path)
    (tmp_path / ".env").write_text("OPENAI_API_KEY=x", "utf-8")
    (tmp_path / "articles").mkdir()
    forget(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "articles"]


def test_an_empty_or_absent_home_has_nothing_to_forget(tmp_path: Path) -> None:
    assert forget(tmp_path) is False
    assert forget(tmp_path / "none") is False
    assert tmp_path.exists()


def test_nothing_goes_while_another_process_writes(tmp_path: Path) -> None:
    _fill(tmp_path)
    with writing(tmp_path / "index"), pytest.raises(IndexBusy):
        forget(tmp_path)
    assert (tmp_path / HISTORY).exists()
    assert (tmp_path / "index" / "build-1" / "catalogue.sqlite").exists()


def test_nothing_goes_while_a_bot_runs(tmp_path: Path) -> None:
    _fill(tmp_path)
    with alone_in(tmp_path), pytest.raises(AlreadyRunning):
        forget(tmp_path)
    assert (tmp_path / HISTORY).exists()
