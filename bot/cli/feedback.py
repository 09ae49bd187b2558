"""`footnote feedback`: what the Telegram bot's users thought of its answers, shown or written out as test questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import terminal
from bot.cli.options import Run, common, pass_run
from bot.errors import WrongUse

if TYPE_CHECKING:
    from bot.conversations import Conversations
    from bot.telegram.store import Store


@click.command()
@common
@click.option(
    "--export", "file", metavar="FILE.jsonl", help="Write test questions, a JSON object a line; - shows them."
)
@pass_run
def feedback(run: Run, file: str | None) -> None:
    """Show what the Telegram bot's users thought of answers, or write it out as test questions.

    Exported questions and remarks are people's own words: delete the file when it has served.
    """
    home = run.start().home
    from bot import feedback as given
    from bot.render import json
    from bot.telegram.store import FILE

    if not (home / FILE).exists():
        raise WrongUse(f"No Telegram bot has run in {home}.", "Start one with footnote telegram, or give its --home.")
    with _opened(home) as (store, conversations):
        if file is None:
            terminal.show(given.summary(store, conversations))
            return
        lines = [json.line(row) + "\n" for row in given.exported(store, conversations)]
    if file == "-":
        terminal.write("".join(lines))
        return
    _write(Path(file), "".join(lines))
    terminal.say(f"Wrote {len(lines)} question{'' if len(lines) == 1 else 's'} to {file}.")


@contextmanager
def _opened(home: Path) -> Iterator[tuple[Store, Conversations]]:
    from bot.conversations import FILE as CONVERSATIONS
    from bot.conversations import Conversations
    from bot.telegram.store import FILE, Store

    with closing(Store(home / FILE)) as store, closing(Conversations(home / CONVERSATIONS)) as conversations:
        yield store, conversations


def _write(path: Path, text: str) -> None:
    try:
        path.touch(mode=0o600)  # what people wrote is for nobody else on this computer
        path.write_text(text, "utf-8", errors="replace")
    except OSError as error:
        raise WrongUse(f"{path} cannot be written ({error.strerror}).", "Name another file.") from error
