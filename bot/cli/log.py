"""The log: warnings and tracebacks go to a file in the home; with --verbose, messages also go to standard error.

A command that runs for long keeps a journal there instead, whatever --verbose says. Tracebacks stay in the file.
Secrets are blotted out wherever they turn up; questions and answers are never logged. So where a journal is kept, and
many people's words pass, a traceback names its errors by class: what an error says may be what somebody wrote.
"""

from __future__ import annotations

import logging
import sys
import traceback
from copy import copy
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from bot.home import LOG
from bot.redaction import Redaction, said
from bot.settings import Settings

_ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_MAX_BYTES = 1_000_000
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _WithoutSecrets(logging.Formatter):
    def __init__(self, redacted: Redaction, *, tracebacks: bool) -> None:
        super().__init__(_FORMAT)
        self._redacted = redacted
        self._tracebacks = tracebacks

    def format(self, record: logging.LogRecord) -> str:
        record = copy(record)
        record.msg, record.args = said(record), None
        if not self._tracebacks:
            record.exc_info = record.exc_text = record.stack_info = None
        return self._redacted(super().format(record))


class _WithoutWords(_WithoutSecrets):
    def formatException(self, ei: _ErrorInfo) -> str:  # noqa: N802 - logging's own name
        error, told = ei[1], list[str]()
        while error is not None:
            frames = "".join(traceback.format_tb(error.__traceback__))
            told.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "Traceback (most recent call last):\n" + "\nand then:\n".join(reversed(told))


class _QuietFile(RotatingFileHandler):
    """A log that cannot be written is no reason to stop, nor to say so at each message; `doctor` says so."""

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        pass


def start(settings: Settings, *, verbose: bool, journal: bool = False) -> None:
    """Log from here on.

    The file is made with the first message, so a run in which nothing happens leaves nothing behind.
    """
    redacted = Redaction(settings)
    file = _QuietFile(settings.home / LOG, maxBytes=_MAX_BYTES, backupCount=1, encoding="utf-8", delay=True)
    file.setLevel(logging.WARNING)
    file.setFormatter((_WithoutWords if journal else _WithoutSecrets)(redacted, tracebacks=True))
    root = logging.getLogger()
    root.addHandler(file)
    if verbose:
        root.setLevel(logging.INFO)
    if verbose or journal:
        screen = logging.StreamHandler(sys.stderr)
        screen.setFormatter(_journal(redacted) if journal else _WithoutSecrets(redacted, tracebacks=False))
        root.addHandler(screen)
    for client in ("httpx", "httpx2", "telegram", "tornado"):  # they log addresses, and some hold a token
        logging.getLogger(client).setLevel(logging.WARNING)


def _journal(redacted: Redaction) -> logging.Formatter:
    from bot.telegram import journal

    return journal.begin(redacted)
