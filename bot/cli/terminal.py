"""What reaches the screen: results on standard output, progress and complaints on standard error.

Colour only where a terminal reads it and NO_COLOR is not set. Does not decide what is said.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` steps of this stage are done."""
        now = time.monotonic()
        if now - self._begun < self._patience:
            return
        if sys.stderr.isatty():
            self._draw(stage, done, total)
        elif stage != self._last[1] or now - self._last[0] >= self._interval or (total and done == total):
            self._last = (now, stage)
            self._tell(f"{stage}: {done} of {total}" if total else f"{stage}…")

    def _draw(self, stage: str, done: int, total: int) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=total or None)
        self._bar.update(self._tasks[stage], completed=done, total=total or None)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
