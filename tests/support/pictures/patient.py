"""`footnote telegram`, but that it takes the time it needs to find the questions it offers, and looks for none before.

So what it offers beside a refusal is the same on a slow machine and on a fast one.
"""

from __future__ import annotations

from unittest.mock import patch

from bot import pool
from bot.assistant import Assistant
from bot.cli.main import main
from bot.suggesting import Suggesting
from bot.types import Outcome


class Patient(Suggesting):
    """Finds questions when they are wanted, one after the other, however long it takes."""

    def suggested(
        self, assistant: Assistant, outcome: Outcome, language: str, most: int = 2, seconds: float = 60.0
    ) -> tuple[str, ...]:
        """With a minute for it."""
        return super().suggested(assistant, outcome, language, most, seconds)

    def work(self, assistant: Assistant) -> bool:  # noqa: ARG002 - a signature
        """Nothing to do."""
        return False


if __name__ == "__main__":
    with patch.object(pool, Suggesting.__name__, Patient):
        main()
