"""Every error: a sentence, a next step, a code, an exit code, and its place in the drawn tree."""

from __future__ import annotations

import re
from typing import TypeVar

import pytest

from bot import errors
from bot.errors import FootnoteError, RetrievalFailed, named
from bot.types import Usage
from retrieval.errors import RetrievalError

_Kind = TypeVar("_Kind", bound=Exception)


def _below(kind: type[_Kind]) -> list[type[_Kind]]:
    return [kind, *(each for child in kind.__subclasses__() for each in _below(child))]


TREE = [kind for kind in _below(FootnoteError) if kind.__module__ == errors.__name__]
EXAMPLES: list[FootnoteError] = [
    errors.FootnoteError("It failed.", "Try again."),
    errors.WrongUse("That is no use.", "Use it so."),
    errors.BadSettings(["A is wrong.", "B is wrong."]),
    errors.BadQuestion("No question.", "Ask one."),
    errors.BadFilter("“spring” is no date.", "Write a year."),
    errors.BadRow("Line 1 is not JSON.", "Write JSON."),
    errors.RetrievalFailed(RetrievalError("Search failed.", "Run doctor.")),
    errors.UnreadableBatch("No such file.", "Check its path."),
    errors.DamagedInstallation("quoting.json"),
    errors.UnreadableConversations("It is damaged.", "Move it away."),
    errors.UnreadableStore("It is damaged.", "Move it away."),
    errors.AlreadyRunning("A bot runs already.", "Stop it."),
    errors.Interrupted(),
    errors.Stopped(Usage()),
    errors.Unexpected("A fault.", "See the log."),
]


def test_every_error_has_an_example_here() -> None:
    assert {type(example) for example in EXAMPLES} == set(TREE)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_says_what_happened_and_what_to_do(error: FootnoteError) -> None:
    assert error.message.endswith(".")
    assert error.next_step.endswith(".")
    assert re.fullmatch("[a-z]+(_[a-z]+)*", error.code)
    assert error.exit_code in (1, 2, 130)
    assert str(error) == f"{error.message} {error.next_step}"


def test_the_tree_in_the_docstring_is_the_tree_with_its_exit_codes() -> None:
    drawn = dict(re.findall(r"[├└]── (\w+) +(\d+)", errors.__doc__ or ""))
    assert drawn == {kind.__name__: str(kind.exit_code) for kind in TREE if kind is not FootnoteError}


@pytest.mark.parametrize("kind", _below(RetrievalError), ids=lambda kind: kind.__name__)
def test_retrievals_errors_keep_their_words_and_code_and_exit_with_1(kind: type[RetrievalError]) -> None:
    cause = kind("Something is wrong.")
    failure = named(cause)
    assert isinstance(failure, RetrievalFailed)
    assert (failure.message, failure.next_step, failure.code) == (cause.message, cause.next_step, cause.code)
    assert failure.retry_helps is cause.retry_helps
    assert failure.exit_code == 1
    assert failure.next_step
    assert failure.__cause__ is cause


def test_an_error_of_this_tree_is_named_as_it_is() -> None:
    error = errors.Interrupted()
    assert named(error) is error
