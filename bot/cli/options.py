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


def _note(context: click.Context, option: click.Parameter, value: Any) -> None:
    if value and option.name:
        setattr(context.ensure_object(Run), option.name, value)
