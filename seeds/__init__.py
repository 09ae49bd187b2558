"""The bundled archive: five articles, `*.txt`, as they were supplied. Says only where they are."""

from __future__ import annotations

from pathlib import Path


def folder() -> Path:
    """The folder of the bundled archive."""
    return Path(__file__).parent
