"""One bot a token and a home; whoever is second is told who was first, and a bot that died leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.errors import FAILED, AlreadyRunning
from bot.telegram.locking import only_bot
from retrieval.errors import HomeNotWritable

TOKEN, OTHER = "1234567:AAHfirst_one", "7654321:AAHsecond_one"


@pytest.fixture(autouse=True)
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of the test's own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@contextmanager
def running_bot(token: str, home: Path, temp: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the locks."""
    program = (
        "import time; from pathlib import Path; from bot.telegram.locking import only_bot\n"
        f"with only_bot({token!r}, Path({str(home)!r})):\n    print('held', flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "TMPDIR": str(temp)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def test_a_second_bot_with_the_token_is_told_who_has_it_and_since_when(tmp_path: Path, temp: Path) -> None:
    with (
        running_bot(TOKEN, tmp_path / "a", temp) as first,
        pytest.raises(AlreadyRunning) as caught,
        only_bot(TOKEN, tmp_path / "b"),
    ):
        pass
    error = caught.value
    wanted = rf"Process {first.pid} has been running a Telegram bot with this token since \d{{4}}-\d\d-\d\dT[\d:]+\S+\."
    assert re.fullmatch(wanted, error.message)
    assert f"kill {first.pid}" in error.next_step
    assert (error.exit_code, error.retry_helps, error.code) == (FAILED, True, "already_running")
    assert TOKEN.partition(":")[2] not in str(error)


def test_a_second_bot_in_the_home_is_refused_whatever_its_token(tmp_path: Path) -> None:
    with only_bot(TOKEN, tmp_path), pytest.raises(AlreadyRunning, match="in this home"), only_bot(OTHER, tmp_path):
        pass


def test_a_bot_that_was_refused_holds_nothing(tmp_path: Path) -> None:
    with only_bot(TOKEN, tmp_path / "a"), pytest.raises(AlreadyRunning), only_bot(TOKEN, tmp_path / "b"):
        pass
    with only_bot(OTHER, tmp_path / "b"):
        pass


def test_two_bots_with_tokens_and_homes_of_their_own_run_side_by_side(tmp_path: Path) -> None:
    with only_bot(TOKEN, tmp_path / "a"), only_bot(OTHER, tmp_path / "b"):
        pass


def test_at_another_server_a_token_is_another_bots(tmp_path: Path) -> None:
    with only_bot(TOKEN, tmp_path / "a"), only_bot(TOKEN, tmp_path / "b", "http://localhost:8081/bot"):
        pass


def test_a_killed_bot_leaves_no_lock(tmp_path: Path, temp: Path) -> None:
    with running_bot(TOKEN, tmp_path, temp) as first:
        first.send_signal(signal.SIGKILL)
        first.wait()
        with only_bot(TOKEN, tmp_path):
            pass


def test_no_file_is_named_after_the_token_nor_holds_it(tmp_path: Path, temp: Path) -> None:
    with only_bot(TOKEN, tmp_path / "home"):
        files = [*temp.iterdir(), *(tmp_path / "home").iterdir()]
        assert len(files) == 2
        for file in files:
            assert not re.search("1234567|AAHfirst", file.name + file.read_text("utf-8"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_what_another_users_bot_left_behind_is_in_nobodys_way(temp: Path) -> None:
    with only_bot(TOKEN, temp / "a"):
        pass
    for folder in (temp, *temp.parents):  # as far as they are ours; above them is everybody's
        if folder.stat().st_mode & 0o1000:
            break
        folder.chmod(0o755)
    (temp / "b").mkdir(mode=0o777)
    (temp / "b").chmod(0o777)
    os.seteuid(65534)
    try:
        with only_bot(TOKEN, temp / "b"), pytest.raises(AlreadyRunning, match="with this token"):
            os.seteuid(0)
            with only_bot(TOKEN, temp / "c"):
                pass
    finally:
        os.seteuid(0)


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeNotWritable), only_bot(TOKEN, tmp_path / "file" / "home"):
        pass
