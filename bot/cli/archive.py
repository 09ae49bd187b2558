"""The commands on what a home holds: bring sources in step, list and show articles, check, forget.

Does not read files or write the index itself: `bot.assembly` does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import terminal
from bot.cli.options import Run, common, pass_run
from bot.errors import FAILED, BadSettings, WrongUse
from retrieval.errors import RetrievalError
from retrieval.types import Span

if TYPE_CHECKING:
    from bot.settings import Settings
    from retrieval.reading import Unreadable
    from retrieval.sync import Report

PATHS = 20
"""Articles of each fate that a dry run names, unless --verbose asks for all."""


@click.command()
@common
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--dry-run", is_flag=True, help="Say what would be added, changed, moved and removed; write nothing.")
@click.option("--watch", is_flag=True, help="Then follow the folders, and bring each change in, until Ctrl-C.")
@click.option("--reread", is_flag=True, help="Read every file, also those whose size and times are as they were.")
@click.option("--json", "as_json", is_flag=True, help="What was done, or would be, as one JSON object.")
@pass_run
def ingest(run: Run, paths: tuple[Path, ...], dry_run: bool, watch: bool, reread: bool, as_json: bool) -> None:
    """Make the index equal to these folders or files; other sources stay as they are."""
    if watch and (dry_run or reread):
        raise click.UsageError("--watch goes with neither --dry-run nor --reread.")
    settings = run.start()
    from bot import assembly

    terminal.give_way()
    if watch:
        _follow(assembly.follow(settings, paths, terminal.progress), verbose=run.verbose, as_json=as_json)
        return
    if dry_run:
        done = assembly.preview(settings, paths, reread=reread)
    else:
        with terminal.progress() as report:
            done = assembly.ingest(settings, paths, report, reread=reread)
    named = None if run.verbose else PATHS if dry_run else 0
    _tell(done, done.unreadable, planned=dry_run, named=named, as_json=as_json)
    if done.unreadable:
        sys.exit(FAILED)


def _follow(rounds: Iterator[Report | RetrievalError], *, verbose: bool, as_json: bool) -> None:
    """Tell of each round, until Ctrl-C; of what cannot be read only when it is new."""
    known: frozenset[Unreadable] = frozenset()
    try:
        for done in rounds:
            if isinstance(done, RetrievalError):
                terminal.say(f"{done.message} {done.next_step}")
                continue
            fresh = [one for one in done.unreadable if one not in known]
            known = frozenset(done.unreadable)
            _tell(done, fresh, named=None if verbose else 0, as_json=as_json)
    except KeyboardInterrupt:
        terminal.say("No longer following.")


@click.command()
@common
@click.argument("source")
@pass_run
def remove(run: Run, source: str) -> None:
    """Drop a source from the index; its files stay where they are, but for one that was sent to the bot."""
    settings = run.start()
    from bot.uploads import Uploads

    done = Uploads(settings).drop(source)
    _tell(done, done.unreadable)


def _tell(
    done: Report,
    unreadable: Sequence[Unreadable],
    *,
    planned: bool = False,
    named: int | None = 0,
    as_json: bool = False,
) -> None:
    """`planned`: nothing was done yet. `named`: how many articles of each fate are named; None: all."""
    from bot.render import json, text

    if as_json:
        terminal.write(json.line(json.report_object(done, planned=planned)) + "\n")
    else:
        terminal.show(text.report_text(done, planned=planned))
        if paths := text.paths_text(done.paths, named) if named != 0 else "":
            terminal.show(paths)
    for notice in done.notices:
        terminal.say(notice)
    for suspect in done.suspects:
        terminal.say(text.suspect_text(suspect))
    for file in unreadable:
        terminal.say(f"{file.path}: {file.reason} {file.next_step}")


@click.command()
@common
@click.option("--back", is_flag=True, help="From the server into this home.")
@click.option("--over", is_flag=True, help="In place of what is there.")
@pass_run
def move(run: Run, back: bool, over: bool) -> None:
    """Put the index of this home on the Chroma server of CHROMA_URL, without embedding anything again."""
    settings = run.start()
    from bot import sharing

    terminal.give_way()
    with terminal.progress() as report:
        count = sharing.move(settings, back=back, over=over, progress=report)
    where = (
        f"in {settings.home}" if back else "on the Chroma server; bots and chats with this CHROMA_URL answer from it"
    )
    terminal.show(f"{count} passages are {where}. What they were moved from is left as it was.")


@click.command()
@common
@click.option("--json", "as_json", is_flag=True, help="A JSON list instead of lines.")
@pass_run
def articles(run: Run, as_json: bool) -> None:
    """List what is indexed."""
    settings = run.start()
    from bot import assembly
    from bot.render import json, text

    with closing(assembly.open_index(settings)) as index, index.catalogue.snapshot():
        found, replaced = index.catalogue.articles(), index.catalogue.replaced()
    if as_json:
        rows = [json.article_object(article, replaced.get(article.id)) for article in found]
        terminal.write(json.line(rows) + "\n")
    else:
        terminal.show(text.articles_text(found, "en", replaced))


@click.command()
@common
@click.argument("article")
@click.option("--at", metavar="START-END", help="Mark these characters, counted as in the answers' JSON.")
@click.option("--text", "bare", is_flag=True, help="The bare text (of --at, where given), character for character.")
@click.option(
    "--versions", is_flag=True, help="List its versions: earlier texts of its file, and articles it replaces."
)
@click.option("--version", "number", type=click.IntRange(min=1), help="Show this one of its versions.")
@pass_run
def show(run: Run, article: str, at: str | None, bare: bool, versions: bool, number: int | None) -> None:
    """Show one article, named by its id or its path."""
    mark = None if at is None else _span(at)
    settings = run.start()
    from bot import assembly
    from bot.render import text

    with closing(assembly.open_index(settings)) as index:
        found = index.catalogue.find(article)
        known = index.catalogue.versions(found.id) if versions or number else ()
    if versions:
        terminal.show(text.versions_text(known, found.language))
        return
    if number is not None:
        if number > len(known):
            raise WrongUse(f"{found.path} has {len(known)} versions.", "See them with --versions.")
        found = known[number - 1].article
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
@click.argument("file", type=click.Path(path_type=Path))
@pass_run
def export(run: Run, file: Path) -> None:
    """Write the index into a zip file of JSON Lines and NumPy arrays: a backup that other programs can read."""
    settings = _at_home(run)
    from retrieval.exporting import export

    with terminal.progress() as report:
        count = export(settings.home, file, report)
    terminal.show(f"{count} articles with their vectors are in {file} ({file.stat().st_size / 1e6:.1f} MB).")


@click.command(name="import")
@common
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--over", is_flag=True, help="In place of the index that is there.")
@pass_run
def import_(run: Run, file: Path, over: bool) -> None:
    """Make the index of this home from a file that `footnote export` wrote, without embedding anything again."""
    settings = _at_home(run)
    from bot import assembly

    with terminal.progress() as report:
        count, fits = assembly.bring_back(settings, file, over=over, progress=report)
    terminal.show(f"The index holds {count} passages.")
    if not fits:
        terminal.say("It was made with other settings or by another version: footnote doctor --repair makes it fit.")


def _at_home(run: Run) -> Settings:
    settings = run.start()
    if settings.chroma_url is not None:
        raise WrongUse("CHROMA_URL is set.", "Bring the archive home first (footnote move --back), and unset it.")
    return settings


@click.command()
@common
@click.option("--repair", is_flag=True, help="Mend the index from what is whole of it, else from its sources.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: what was looked at, and what was mended.")
@pass_run
def doctor(run: Run, repair: bool, as_json: bool) -> None:
    """Check settings, index and embedder; a line each, with a next step where something is wrong."""
    from bot import assembly
    from bot.render import json, text
    from bot.types import Check

    done: list[str] = []
    try:
        settings = run.start()
    except BadSettings as error:
        checks = [Check("settings", False, problem, error.next_step) for problem in error.problems]
    else:
        if repair:
            terminal.give_way()
            with terminal.progress() as report:
                done = assembly.repair(settings, report)
        checks = [Check("settings", True, f"home {settings.home}"), *assembly.doctor(settings)]
    for notice in done:
        terminal.say(notice)
    if as_json:
        terminal.write(json.line(json.checks_object(checks, done)) + "\n")
    else:
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
    if run.start().chroma_url is not None:
        terminal.say("The archive on the Chroma server stays; footnote remove takes its sources away.")
    terminal.say(f"Deleted what Footnote kept in {home}." if forget_home(home) else f"Nothing is kept in {home}.")
