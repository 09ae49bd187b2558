"""What can stop an evaluation, or come out of it, by name.

FootnoteError
├── BadQuestions       2    test questions that cannot be read, or none
├── QuoteNotFound      1    evidence of a test question that stands in no article
├── UnreadableRecord   1    a file that is no record of an evaluation, or of another version
├── SlowPattern        1    a pattern that does not come to an end on an answer
├── EvaluationFailed   1    questions that got neither an answer nor a refusal
├── GateBroken         3    below what was asked for, or worse than the baseline
└── BaselineChanged    4    a baseline measured on other articles or other questions
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.errors import BELOW, CHANGED, FootnoteError, WrongUse

SHOWN: Final = 10
"""Faults of a file that are told of at once; the rest are counted."""


class BadQuestions(WrongUse):
    """Test questions that cannot be read; `faults` holds a sentence for each, with its line and field."""

    code = "bad_questions"

    def __init__(self, name: str, faults: Sequence[str], next_step: str | None = None) -> None:
        super().__init__(
            "\n".join([f"The questions in {name} cannot be used.", *_first(faults)]),
            next_step or "Correct them and run the command again; docs/evaluation.md has the format.",
        )
        self.faults = tuple(faults)


class QuoteNotFound(FootnoteError):
    """Evidence of test questions that does not stand in the archive; `faults` holds a sentence for each."""

    code = "quote_not_found"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(
            "\n".join(_first(faults)),
            "Copy the words from the article (footnote show ARTICLE --text), or name their archive with --archive.",
        )
        self.faults = tuple(faults)


class UnreadableRecord(FootnoteError):
    """A file that is no record of an evaluation, or that another version made."""

    code = "unreadable_record"


class SlowPattern(FootnoteError):
    """A pattern that tries ever more ways to match an answer (as `(a+)+$` does)."""

    code = "slow_pattern"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Its facts or forbidden patterns took more than {seconds:g} s on this answer.",
            "Write them without one repetition inside another, such as (a+)+.",
        )


class EvaluationFailed(FootnoteError):
    """Questions that got neither an answer nor a refusal."""

    code = "evaluation_failed"


class GateBroken(FootnoteError):
    """An evaluation that is below what was asked for, or worse than its baseline."""

    code = "gate_broken"
    exit_code = BELOW


class BaselineChanged(FootnoteError):
    """A baseline that was measured on other articles or other questions."""

    code = "baseline_changed"
    exit_code = CHANGED


def _first(faults: Sequence[str]) -> list[str]:
    more = len(faults) - SHOWN
    return [*faults[:SHOWN], *([f"… and {more} more."] if more > 0 else [])]
