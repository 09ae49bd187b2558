"""Drafts: what counts as one, whatever a model makes of the form; and what of it is whole while it still comes in."""

from __future__ import annotations

from typing import Any

import pytest

from bot.generating import MOST, MOST_QUOTES, BadDraft, complete, read
from bot.types import Draft, Pointed, Statement

QUOTE = {"passage": "q3zt7", "quote": "three ferries"}
CLAIM = {"quotes": [QUOTE], "text": "Three ferries\n were sold."}
SAID = Statement("Three ferries were sold.", (Pointed("q3zt7", "three ferries"),))


@pytest.mark.parametrize(
    ("value", "draft"),
    [
        ({"answers": True, "claims": [CLAIM]}, Draft(True, (SAID,))),
        ({"answers": False, "claims": []}, Draft(False)),
        ({"answers": False}, Draft(False)),
        ({"claims": [CLAIM]}, Draft(True, (SAID,))),
        ({"answers": "yes", "claims": [CLAIM]}, Draft(True, (SAID,))),
        ({"answers": True, "claims": [CLAIM, "three", None, {"text": 3}, {"text": " "}]}, Draft(True, (SAID,))),
        ({"answers": True, "claims": [{"text": "Sold."}]}, Draft(True, (Statement("Sold.", ()),))),
        (
            {"answers": True, "claims": [{"text": "Sold.", "quotes": [{"passage": " [q3zt7] ", "quote": "x"}]}]},
            Draft(True, (Statement("Sold.", (Pointed("q3zt7", "x"),)),)),
        ),
        ({"answers": False, "claims": [CLAIM]}, Draft(False)),
        ({"answers": True, "claims": [{"text": "So\u200bld [1]\u202e."}]}, Draft(True, (Statement("Sold.", ()),))),
    ],
)
def test_a_reply_is_read_as_far_as_it_has_the_form(value: dict[str, Any], draft: Draft) -> None:
    assert read(value) == draft


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"claims": []},
        {"answer": "Three."},
        {"claims": "three"},
        {"answers": True, "claims": []},
        {"answers": True, "claims": {"text": "Sold."}},
    ],
)
def test_a_reply_that_neither_claims_nor_declines_is_no_draft(value: dict[str, Any]) -> None:
    with pytest.raises(BadDraft):
        read(value)


def test_more_than_can_be_meant_is_not_read() -> None:
    claim = {"quotes": [QUOTE] * 50, "text": "Sold."}
    draft = read({"answers": True, "claims": [claim] * 50})
    assert len(draft.statements) == MOST
    assert len(draft.statements[0].quotes) == MOST_QUOTES


def test_the_last_claim_of_a_reply_that_still_comes_in_is_not_whole() -> None:
    assert complete({"answers": True, "claims": [CLAIM]}) == []
    assert complete({"answers": True, "claims": [CLAIM, {"quotes": []}]}) == [SAID]


def test_nothing_of_a_reply_that_declines_or_has_not_said_yet_is_a_claim() -> None:
    assert complete({"answers": False, "claims": [CLAIM, CLAIM]}) == []
    assert complete({"claims": [CLAIM, CLAIM]}) == []
