"""The commands on what a home holds: bring sources in step, list and show articles, check, forget.

Does not read files or write the index itself: `bot.assembly` does.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import terminal
from bot.cli.options import Run, common, pass_run
from bot.errors import FAILED, BadSettings, WrongUse
from retrieval.types import Span

if TYPE_CHECKING:
    from retrieval.sync import Report


@click.command()
@common
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@pass_run
def ingest(run: Run, paths: tuple[Path, ...]) -> None:
    """Make the index equal to these folders or files; other sources stay as they are."""
    settings = run.start()
    from bot import assembly

    with terminal.progress() as report:
        done = assembly.ingest(settings, paths, report)
    _tell(done)


@click.command()
@common
@click.argument("source")
@pass_run
def remove(run: Run, source: str) -> None:
    """Drop a source from the index; its files stay where they are, but for one that was sent to the bot."""
    settings = run.start()
    from bot.uploads import Uploads

    _tell(Uploads(settings).drop(source))


def _tell(done: Report) -> None:
    from bot.render import text

    terminal.show(text.report_text(done))
    for notice in done.notices:
        terminal.say(notice)
    for suspect in done.suspects:
        terminal.say(text.suspect_text(suspect))
    for file in done.unreadable:
        terminal.say(f"{file.path}: {file.reason} {file.next_step}")
    if done.unreadable:
        sys.exit(FAILED)


@click.command()
@common
@click.option("--json", "as_json", is_flag=True, help="A JSON list instead of lines.")
@pass_run
def articles(run: Run, as_json: bool) -> None:
    """List what is indexed."""
    settings = run.start()
    from bot import assembly
    from bot.render import json, text

    with closing(assembly.open_index(settings)) as index:
        found = index.catalogue.articles()
    if as_json:
        terminal.write(json.line([json.article_object(article) for article in found]) + "\n")
    else:
        terminal.show(text.articles_text(found, "en"))


@click.command()
@common
@click.argument("article")
@click.option("--at", metavar="START-END", help="Mark these characters, counted as in the answers' JSON.")
@click.option("--text", "bare", is_flag=True, help="The bare text (of --at, where given), character for character.")
@pass_run
def show(run: Run, article: str, at: str | None, bare: bool) -> None:
    """Show one article, named by its id or its path."""
    mark = None if at is None else _span(at)
    settings = run.start()
    from bot import assembly
    from bot.render import text

    with closing(assembly.open_index(settings)) as index:
        found = index.catalogue.find(article)
    if mark is not None and mark.end > len(found.text):
        raise WrongUse(f"{found.path} has {len(found.text)} characters.", "Give an --at that lies within them.")
    if bare:
        terminal.write(found.text if mark is None else found.text[mark.start : mark.end])
    else:
        terminal.show(text.article_text(found, found.language, mark))


def _span(written: str) -> Span:
    start, _, end = written.partition("-")
    try:
        return Span(int(start), int(end))
    except ValueError as error:
        raise WrongUse(f"--at {written} is not a span.", "Write it as START-END, such as --at 1234-1300.") from error


@click.command()
@common
@pass_run
def doctor(run: Run) -> None:
    """Check settings, index and embedder; a line each, with a next step where something is wrong."""
    from bot import assembly
    from bot.render import text
    from bot.types import Check

    try:
        settings = run.start()
    except BadSettings as error:
        checks = [Check("settings", False, problem, error.next_step) for problem in error.problems]
    else:
        checks = [Check("settings", True, f"home {settings.home}"), *assembly.doctor(settings)]
    terminal.show(text.checks_text(checks))
    if any(check.ok is False for check in checks):
        sys.exit(FAILED)


@click.command()
@common
@click.option("--all", is_flag=True, required=True, expose_value=False, help="Say that everything is meant.")
@click.option("--yes", is_flag=True, help="Don't ask; for scripts.")
@pass_run
def forget(run: Run, yes: bool) -> None:
    """Delete all that Footnote keeps in a home. Your articles stay where they are, but for those sent to the bot."""
    from bot.home import forget as forget_home
    from bot.home import only_copies

    home = run.start().home
    if not yes:
        if not sys.stdin.isatty():
            raise WrongUse(
                "Nothing was deleted: nobody is there to confirm.", "In a script: footnote forget --all --yes"
            )
        copies = only_copies(home)
        sent = f", and {copies} of the articles, sent to the bot and kept nowhere else" if copies else ""
        if not click.confirm(
            f"Delete the index, the conversations, the history and the log in {home}{sent}?", err=True
        ):
            terminal.say("Nothing was deleted.")
            return
    terminal.say(f"Deleted what Footnote kept in {home}." if forget_home(home) else f"Nothing is kept in {home}.")
