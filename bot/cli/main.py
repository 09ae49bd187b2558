"""The commands of `footnote`: what is typed -> what the parts are asked to do -> what is shown, and the exit code.

Results go to standard output, everything else to standard error. Heavy packages are imported by the command that needs
them, so that `footnote --help` and a quoting answer start fast. Does not find, answer or index anything itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import closing, nullcontext
from types import TracebackType

import click

from bot import __version__, filters
from bot.cli import archive, evaluating, feedback, serving, terminal
from bot.cli.options import Run, common, filtering, pass_run
from bot.errors import DONE, FAILED, WRONG_USE, FootnoteError, Interrupted, Unexpected, named
from retrieval.errors import RetrievalError
from retrieval.types import LANGUAGES

MOST_PASSAGES = 1000
"""The most that `search -k` gives: beyond it a list is no longer read from the top."""


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@common
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Ask a folder of articles a question; get an answer made of quotes you can check.

    Without a command: chat. No key and no server is needed.
    """
    if context.invoked_subcommand is None:
        context.invoke(chat)


@cli.command()
@common
@click.argument("question", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="The answer as one JSON object.")
@click.option("--batch", metavar="FILE.jsonl", help="Answer a file of questions, a JSON object a line; - reads input.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language of the answer, else the question's own.")
@filtering
@pass_run
def ask(
    run: Run, /, question: tuple[str, ...], as_json: bool, batch: str | None, lang: str | None, **parts: str | None
) -> None:
    """Answer one question, or a file of them."""
    _one_of(question, batch)
    wanted = filters.made(**parts)
    settings = run.start()
    from bot import assembly
    from bot.cli import asking
    from bot.progress import silent
    from bot.render import json, text
    from bot.render.phrases import phrases

    if batch is not None:
        with asking.batch_lines(batch, sys.stdin.buffer) as lines, closing(assembly.open_assistant(settings)) as opened:
            _write_rows(asking.answered_rows(opened, lines, lang, wanted))
        return
    typed = " ".join(question)
    try:
        asking.check(typed)
        # As it comes about for a person at a terminal, at once for a pipe or a program.
        told = sys.stdout.isatty() and not as_json
        telling = terminal.telling(phrases(lang or "en")) if told else nullcontext(silent)
        with closing(assembly.open_assistant(settings)) as opened, telling as tell:
            outcome = asking.ask(opened, typed, language=lang, tell=tell, wanted=wanted)
    except (FootnoteError, RetrievalError) as error:
        if as_json:
            terminal.write(json.line(json.failed_object(named(error))) + "\n")
        raise
    if as_json:
        terminal.write(json.line(json.outcome_object(outcome)) + "\n")
    else:
        terminal.show(text.outcome_text(outcome, told=told))


@cli.command()
@common
@click.argument("question", nargs=-1)
@click.option("-k", type=click.IntRange(1, MOST_PASSAGES), default=10, show_default=True, help="How many passages.")
@click.option("--json", "as_json", is_flag=True, help="The passages as one JSON object.")
@click.option("--batch", metavar="FILE.jsonl", help="Search for a file of questions; - reads standard input.")
@filtering
@pass_run
def search(
    run: Run, /, question: tuple[str, ...], k: int, as_json: bool, batch: str | None, **parts: str | None
) -> None:
    """Find passages without answering, best first."""
    _one_of(question, batch)
    wanted = filters.made(**parts)
    settings = run.start()
    from bot import assembly
    from bot.cli import asking
    from bot.render import json, text

    if batch is not None:
        with asking.batch_lines(batch, sys.stdin.buffer) as lines, closing(assembly.open_assistant(settings)) as opened:
            _write_rows(asking.searched_rows(opened, lines, k, wanted))
        return
    typed = " ".join(question)
    asking.check(typed)
    with closing(assembly.open_assistant(settings)) as opened:
        wanted = opened.settled(wanted)
        hits, paths = asking.search(opened, typed, k, wanted)
        told = opened.told(wanted, "en")
    for sentence in told:
        terminal.say(sentence)
    if as_json:
        terminal.write(json.line(json.search_object(typed, hits, paths, wanted=wanted)) + "\n")
    elif hits:
        terminal.show(text.hits_text(hits, paths))
    else:
        terminal.say("No passage was found.")


@cli.command()
@common
@click.option("--continue", "go_on", is_flag=True, help="Go on with the last conversation instead of a new one.")
@pass_run
def chat(run: Run, go_on: bool) -> None:
    """Ask one question after another (the default). Piped input: a question or a /command a line."""
    settings = run.start()
    from bot import assembly
    from bot.cli import repl

    with terminal.progress() as report:
        assistant = assembly.open_assistant(settings, build_if_missing=True, progress=report, say=terminal.say)
    with closing(assistant):
        if sys.stdin.isatty() and sys.stdout.isatty():
            repl.talk(assistant, settings.home, go_on=go_on)
        else:
            repl.read_lines(assistant, sys.stdin.buffer)


for command in (
    archive.ingest,
    archive.remove,
    archive.move,
    archive.articles,
    archive.show,
    archive.export,
    archive.import_,
    archive.doctor,
    archive.forget,
    serving.telegram,
    feedback.feedback,
    evaluating.evaluation,
):
    cli.add_command(command)


def _one_of(question: tuple[str, ...], batch: str | None) -> None:
    if bool(question) == (batch is not None):
        raise click.UsageError("Give either a question or --batch FILE.jsonl.")


def _write_rows(rows: Iterable[dict[str, object]]) -> None:
    from bot.render import json

    failed = 0
    for row in rows:
        terminal.write(json.line(row) + "\n")
        failed += row.get("status") == "failed"
    if failed:
        terminal.say(f"{failed} of the rows failed; each says why.")
        sys.exit(FAILED)


def main() -> None:
    """Run the command that was typed, and leave with its exit code (see `errors.py`)."""
    terminal.use_utf_8()
    sys.excepthook = _unexpected
    sys.unraisablehook = _passed_over
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    try:
        with cli.make_context("footnote", arguments) as context:
            cli.invoke(context)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx is not None else "footnote"
        terminal.say(f"{error.format_message()}\nSee how it is used: {command} --help")
        return WRONG_USE
    except (FootnoteError, RetrievalError) as error:
        failure = named(error)
        terminal.complain(failure)
        return failure.exit_code
    except (KeyboardInterrupt, click.Abort):
        interrupted = Interrupted()
        terminal.complain(interrupted)
        return interrupted.exit_code
    except BrokenPipeError:
        # The reader has what it wanted (`| head`). Python would complain once more on flushing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _passed_over(ignored: sys.UnraisableHookArgs) -> None:
    """What goes wrong while something is let go stops nothing: for the log, not for the person."""
    import logging

    if logging.getLogger().hasHandlers() and ignored.exc_value is not None:
        error = (ignored.exc_type, ignored.exc_value, ignored.exc_traceback)
        kind = type(ignored.object).__name__  # its words may be somebody's
        logging.getLogger("footnote").warning("passed over while letting go of a %s", kind, exc_info=error)


def _unexpected(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """A fault of ours: a sentence for the person, the traceback for the log; Python then leaves with exit code 1."""
    import logging

    details = "Please report it with the command you ran."
    if logging.getLogger().hasHandlers():  # else logging would print the traceback
        logging.getLogger("footnote").error("unexpected fault", exc_info=(kind, error, traceback))
        details = "The log in Footnote's home has the details; footnote doctor checks the rest."
    terminal.complain(Unexpected(f"Something went wrong inside Footnote ({kind.__name__}).", details))
