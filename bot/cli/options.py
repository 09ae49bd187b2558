"""The options that every command takes, and the settings they lead to. Does not act on anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.settings import Settings, load

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass
class Run:
    """The values of those options; one given after the command wins over the same one given before it."""

    home: Path | None = None
    no_model: bool = False
    verbose: bool = False

    def start(self, *, journal: bool = False) -> Settings:
        """The checked settings, with the log begun; the journal too, for what runs long. Raises BadSettings."""
        from bot.cli import log

        settings = load(home=self.home, no_model=self.no_model)
        log.start(settings, verbose=self.verbose, journal=journal)
        return settings


pass_run = click.make_pass_decorator(Run, ensure=True)


def common(command: _Command) -> _Command:
    """Add --home, --no-model and --verbose to a command, to be read from its Run."""
    for option in (
        click.option("--verbose", is_flag=True, expose_value=False, callback=_note, help="Say what is being done."),
        click.option("--no-model", is_flag=True, expose_value=False, callback=_note, help="Quote only, whatever keys."),
        click.option(
            "--home",
            type=click.Path(path_type=Path),
            expose_value=False,
            callback=_note,
            metavar="DIR",
            help="The folder of index, history and log (else FOOTNOTE_HOME, else the platform's data folder).",
        ),
    ):
        command = option(command)
    return command


def filtering(command: _Command) -> _Command:
    """Add the options that say which articles are searched: the parts that `bot.filters.made` takes."""
    for option in (
        click.option("--in", "article", metavar="ARTICLE", help="Only this article: its path, title or id."),
        click.option("--author", metavar="NAME", help="Only articles by this author."),
        click.option("--language", metavar="CODE", help="Only articles in this language, such as en or fr."),
        click.option("--outlet", metavar="NAME", help="Only articles of this outlet."),
        click.option("--before", metavar="DATE", help="Only articles published by then, that day, month or year too."),
        click.option(
            "--after", metavar="DATE", help="Only articles published from then on: YYYY, YYYY-MM, YYYY-MM-DD."
        ),
    ):
        command = option(command)
    return command


def _note(context: click.Context, option: click.Parameter, value: Any) -> None:
    if value and option.name:
        setattr(context.ensure_object(Run), option.name, value)
