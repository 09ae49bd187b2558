"""One writer at a time, and none left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.errors import HomeNotWritable, IndexBusy
from retrieval.locking import writing


def test_a_second_writer_in_the_same_process_is_refused(tmp_path: Path) -> None:
    with (
        writing(tmp_path / "index"),
        pytest.raises(IndexBusy, match=f"Process {os.getpid()} ") as caught,
        writing(tmp_path / "index"),
    ):
        pass
    assert caught.value.retry_helps
    assert caught.value.next_step


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), writing(tmp_path):
        raise RuntimeError
    with writing(tmp_path):
        pass


def test_a_killed_writer_leaves_no_lock(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from retrieval.locking import writing\n"
        f"with writing(Path({str(tmp_path)!r})):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(IndexBusy, match=f"Process {holder.pid} has been writing to the index since 20"),
            writing(tmp_path),
        ):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with writing(tmp_path):
        pass


def test_a_holder_that_has_not_said_who_it_is(tmp_path: Path) -> None:
    with writing(tmp_path):
        (tmp_path / "writing.lock").write_text("")
        with pytest.raises(IndexBusy, match="Another process"), writing(tmp_path):
            pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeNotWritable), writing(tmp_path / "file" / "index"):
        pass


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc here")
def test_a_folder_where_nothing_can_be_made_is_named() -> None:
    """There the system says that the folder is missing, not that it may not be made."""
    with pytest.raises(HomeNotWritable, match="/proc/footnote/index"), writing(Path("/proc/footnote/index")):
        pass
