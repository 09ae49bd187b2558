"""The journal of a running bot: one JSON object a line on standard error, for whoever collects logs.

    event("question accepted", job=3)
    {"time": "2026-11-21T09:30:00.123Z", "level": "info", "event": "question accepted", "job": 3}

What libraries log comes the same way, with the name of its logger. Warnings and worse also go to the home's log, and
tracebacks only there. Nothing here takes a text that somebody wrote: an error is told by the name of its class. Does
not open files: `bot.cli.log` does.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.redaction import Redaction, said

Field = str | int | float | bool | None | BaseException

_log: Final = logging.getLogger("footnote")


@dataclass(frozen=True, slots=True)
class _Event:
    """What a record of ours holds as its message: as words it stands in the home's log."""

    name: str
    fields: Mapping[str, str | int | float | bool | None]

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{name}={value}" for name, value in self.fields.items())])


def event(name: str, *, level: int = logging.INFO, **fields: Field) -> None:
    """Something happened; the fields say to what, how long it took and so on."""
    _log.log(level, _event(name, fields))


def warn(name: str, **fields: Field) -> None:
    """Something whoever runs the bot may want to look at."""
    event(name, level=logging.WARNING, **fields)


def fault(name: str, error: BaseException, **fields: Field) -> None:
    """A fault of ours: the journal gets the name of its class, the home's log the traceback."""
    _log.error(_event(name, {**fields, "error": error}), exc_info=error)


def _event(name: str, fields: Mapping[str, Field]) -> _Event:
    values = {key: type(it).__name__ if isinstance(it, BaseException) else it for key, it in fields.items()}
    return _Event(name, values)


def begin(redacted: Redaction) -> logging.Formatter:
    """What makes the lines; from here on events count, and Python's own warnings come as lines too."""
    _log.setLevel(logging.INFO)
    logging.captureWarnings(True)
    return _Lines(redacted)


class _Lines(logging.Formatter):
    def __init__(self, redacted: Redaction) -> None:
        super().__init__()
        self._redacted = redacted

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"time": moment.replace("+00:00", "Z"), "level": record.levelname.lower()}
        if isinstance(record.msg, _Event):
            line |= {"event": record.msg.name, **record.msg.fields}
        else:
            line |= {"event": said(record), "logger": record.name}
            if record.exc_info and record.exc_info[0] is not None:
                line["error"] = record.exc_info[0].__name__
        shown = {name: self._redacted(value) if isinstance(value, str) else value for name, value in line.items()}
        return json.dumps(shown, ensure_ascii=False)
