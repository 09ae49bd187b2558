"""`footnote` as a real process: its exit code and what it said where."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.terminal import environment


@dataclass(frozen=True)
class Ran:
    """What a command left behind: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


def footnote(*arguments: str | bytes, home: Path, typed: str | bytes = "", **variables: str) -> Ran:
    """Run `footnote` in `home` (also its working folder and its FOOTNOTE_HOME), with this on standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=typed.encode() if isinstance(typed, str) else typed,
        capture_output=True,
        cwd=home,
        env=environment(home, **{"FOOTNOTE_HOME": str(home), **variables}),
        timeout=240,
        check=False,
    )
    ran = Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
    assert "Traceback" not in ran.out + ran.err, ran.err
    return ran
