"""What reaches the screen: results on standard output, progress and complaints on standard error.

Colour only where a terminal reads it and NO_COLOR is not set. Does not decide what is said.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, assert_never

from bot.errors import FootnoteError
from bot.progress import Checking, Reading, Searching, Tell, Verified
from bot.progress import Progress as Stage

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from bot.render.phrases import Phrases

_STYLES = (
    (r"\[\d+\]", "bold cyan"),
    (r"⟦[^⟧]*⟧", "bold reverse"),
    (r"^(Sources|Closest passages|Passages les plus proches)\W*:$", "dim"),
    (r"^(Note|Remarque)\W*:.*$", "yellow"),
    (r"^(ok|--|!!)(?=  )", "bold"),
)


def use_utf_8() -> None:
    """Write UTF-8 whatever the locale, since the articles are; what cannot be written becomes `?`."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


def show(block: str) -> None:
    """A result, styled when a terminal shows it. Written out at once, so a pipe sees each answer as it comes."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.text import Text

        styled = Text(block)
        for pattern, style in _STYLES:
            styled.highlight_regex(f"(?m){pattern}", style)
        Console(highlight=False, soft_wrap=False).print(styled)
    else:
        sys.stdout.write(f"{block}\n")
    sys.stdout.flush()


def write(text: str) -> None:
    """A result for a program: these characters and no others. A lone surrogate, which is not text, becomes `?`."""
    sys.stdout.write(text)
    sys.stdout.flush()


def complain(error: FootnoteError) -> None:
    """What went wrong and what to do about it."""
    say(f"{error.message}\n{error.next_step}")


def say(message: str) -> None:
    """A message beside the results."""
    from bot.render.text import visible

    print(visible(message), file=sys.stderr, flush=True)


@contextmanager
def telling(words: Phrases) -> Iterator[Tell]:
    """Shows how an answer comes about, to a person at a terminal: the stage on a line that goes away again, and each
    verified claim as it comes.
    """
    from bot.render.text import claim_text

    def tell(now: Stage) -> None:
        match now:
            case Verified(claim=claim):
                _line("")
                show(claim_text(claim))
            case Searching():
                _line(words.searching)
            case Reading(passages=count):
                _line(words.reading.format(count=count))
            case Checking(quotes=count):
                _line(words.checking.format(count=count))
            case _ as unreachable:
                assert_never(unreachable)

    try:
        yield tell
    finally:
        _line("")


def _line(message: str) -> None:
    """Make this the line the cursor stands on; nothing where standard error is no terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{message}")
        sys.stderr.flush()


@contextmanager
def progress(tell: Callable[[str], object] = say) -> Iterator[Progress]:
    """A report of long work: a bar on a terminal, else a line now and then. Nothing for what takes under a second."""
    report = Progress(tell=tell)
    try:
        yield report
    finally:
        report.close()


class Progress:
    """Called with a stage, how much of it is done and of how much (0: unknown)."""

    def __init__(self, *, patience: float = 1.0, interval: float = 5.0, tell: Callable[[str], object] = say) -> None:
        """`patience`: seconds before anything shows; `interval`: seconds between two lines without a terminal, which
        `tell` is called with.
        """
        self._begun = time.monotonic()
        self._patience = patience
        self._interval = interval
        self._tell = tell
        self._last = (0.0, "")
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}
        self._pace: dict[str, Pace] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` steps of this stage are done."""
        now = time.monotonic()
        pace = self._pace.setdefault(stage, Pace())
        pace.note(now, done)
        if now - self._begun < self._patience:
            return
        if sys.stderr.isatty():
            self._draw(stage, done, total, pace.told(done, total))
        elif stage != self._last[1] or now - self._last[0] >= self._interval or (total and done == total):
            self._last = (now, stage)
            told = pace.told(done, total)
            self._tell(f"{stage}: {done} of {total}{f' ({told})' if told else ''}" if total else f"{stage}…")

    def _draw(self, stage: str, done: int, total: int, told: str) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (
                *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()),
                TextColumn("{task.fields[told]}"),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=total or None, told=told)
        self._bar.update(self._tasks[stage], completed=done, total=total or None, told=told)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


class Pace:
    """How fast something has gone lately: what was done before it is looked at does not count."""

    _LATELY = 60.0  # seconds; longer than a pause for storing, short enough to follow a busy machine

    def __init__(self) -> None:
        self._noted: deque[tuple[float, int]] = deque()

    def note(self, now: float, done: int) -> None:
        """`done` steps are done at this time (s)."""
        if self._noted and done < self._noted[-1][1]:
            self._noted.clear()  # it has begun anew
        self._noted.append((now, done))
        while len(self._noted) > 2 and now - self._noted[1][0] > self._LATELY:
            self._noted.popleft()

    def told(self, done: int, total: int) -> str:
        """`21.3/s, about 43 min left`; nothing as long as it can't be told."""
        (since, before), (now, _) = self._noted[0], self._noted[-1]
        if not total or done <= before or now - since < 1:
            return ""
        rate = (done - before) / (now - since)
        left = (total - done) / rate
        shown = f"{left:.0f} s" if left < 100 else f"{left / 60:.0f} min" if left < 6000 else f"{left / 3600:.1f} h"
        fast = f"{rate:.1f}/s" if rate >= 1 else f"{rate:.2f}/s"
        return f"{fast}, about {shown} left" if total > done else fast


def give_way() -> None:
    """Let other programs go first, a running bot above all: this one takes what they leave of the processors."""
    with suppress(OSError):  # where it may not be changed, it stays
        os.setpriority(os.PRIO_PROCESS, 0, max(os.getpriority(os.PRIO_PROCESS, 0), 10))
