"""Every error of a language model: a sentence, a next step, a code, and its place in the drawn tree."""

from __future__ import annotations

import re

import pytest

from bot import model_errors
from bot.errors import FAILED, FootnoteError
from bot.model_errors import ModelError, RateLimited
from bot.types import Usage

KINDS: list[type[ModelError]] = [ModelError, *ModelError.__subclasses__()]
MODEL = "gpt-5-mini at localhost:8000"
FACTS = {
    "NoFirstToken": {"seconds": "20"},
    "NoWholeReply": {"seconds": "60"},
    "RequestRefused": {"why": "HTTP 418"},
    "SpendingLimit": {"cost": "$0.10", "left": "$0.05", "limit": "$1.00", "resets": "2026-03-15 00:00 UTC"},
    "LedgerUnusable": {"file": "spending.db"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_says_what_happened_and_what_to_do(kind: type[ModelError]) -> None:
    error = kind(MODEL, **FACTS.get(kind.__name__, {}))  # type: ignore[arg-type]
    assert isinstance(error, FootnoteError)
    assert error.message.startswith(f"The language model ({MODEL}) ")
    assert error.message.endswith(".")
    assert error.next_step.endswith(".")
    assert "{" not in str(error)
    assert error.exit_code == FAILED
    assert error.usage == Usage()


def test_codes_are_one_each() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch("model_[a-z]+(_[a-z]+)*", code) for code in codes)


def test_the_tree_in_the_docstring_is_the_tree_with_its_codes() -> None:
    drawn = dict(re.findall(r"[├└]── (\w+) +(\w+)", model_errors.__doc__ or ""))
    assert drawn == {kind.__name__: kind.code for kind in KINDS}


def test_a_wrong_key_is_not_worth_asking_again_a_busy_server_is() -> None:
    worth = {kind.__name__ for kind in KINDS if kind.retry_helps}
    assert {"RateLimited", "ServerTrouble", "Unreachable", "NoFirstToken", "NoWholeReply", "CutOff"} <= worth
    assert not worth & {"WrongKey", "NotAllowed", "NoQuota", "ContextOverflow", "ContentFiltered", "NoSuchModel"}


def test_usage_and_detail_are_carried() -> None:
    error = ModelError(MODEL, detail="HTTP 500", usage=Usage(1, 2, 0.5))
    assert (error.detail, error.usage) == ("HTTP 500", Usage(1, 2, 0.5))
    assert "HTTP 500" not in str(error)
    assert RateLimited(MODEL, retry_after=3.0).retry_after == 3.0
