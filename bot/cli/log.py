"""The log: warnings and tracebacks go to a file in the home; with --verbose, messages also go to standard error.

Tracebacks stay in the file. Secrets are blotted out wherever they turn up; questions and
answers are never logged.
"""

from __future__ import annotations

import logging
import sys
from copy import copy
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from bot.home import LOG
from bot.settings import Settings

_MAX_BYTES = 1_000_000
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _WithoutSecrets(logging.Formatter):
    def __init__(self, secrets: list[str], *, tracebacks: bool) -> None:
        super().__init__(_FORMAT)
        self._secrets = secrets
        self._tracebacks = tracebacks

    def format(self, record: logging.LogRecord) -> str:
        if not self._tracebacks:
            record = copy(record)
            record.exc_info = record.exc_text = record.stack_info = None
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text


class _QuietFile(RotatingFileHandler):
    """A log that cannot be written is no reason to stop, nor to say so at each message; `doctor` says so."""

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        pass


def start(settings: Settings, *, verbose: bool) -> None:
    """Log from here on.

    The file is made with the first message, so a run in which nothing happens leaves nothing behind.
    """
    addresses = (settings.openai_base_url, settings.chroma_url)
    secrets = [secret for secret in (settings.openai_api_key, settings.telegram_bot_token) if secret]
    secrets += [address for address in addresses if address and "@" in address]
    file = _QuietFile(settings.home / LOG, maxBytes=_MAX_BYTES, backupCount=1, encoding="utf-8", delay=True)
    file.setLevel(logging.WARNING)
    file.setFormatter(_WithoutSecrets(secrets, tracebacks=True))
    root = logging.getLogger()
    root.addHandler(file)
    if verbose:
        screen = logging.StreamHandler(sys.stderr)
        screen.setFormatter(_WithoutSecrets(secrets, tracebacks=False))
        root.addHandler(screen)
        root.setLevel(logging.INFO)
    for client in ("httpx", "httpx2"):  # they log addresses, and some hold a token
        logging.getLogger(client).setLevel(logging.WARNING)
