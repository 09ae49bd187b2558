"""What came back, kept as plain values: nothing of an answer is lost, and it is the same when read again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import Unexpected
from bot.evaluation.observing import Found, Observation, Quoted, Said, failed, from_object, observed, to_object
from bot.progress import silent
from bot.types import Answered, Candidate, Decision, Drafting, Outcome, Question, Trace, Usage
from retrieval.sentences import sentences
from retrieval.types import Hit, Passage, Span
from tests.support.outcomes import BUILT, FERRY, HARBOUR, answered, cite, declined, written

PATHS = {HARBOUR.id: HARBOUR.path, FERRY.id: FERRY.path}
OPENED = "The new pier opened on Monday."


def found(rank: int = 1, begin: int = 0, end: int | None = None) -> Hit:
    """A passage of the harbour, with its sentences as they are cut for the index."""
    text = HARBOUR.text
    end = len(text) if end is None else end
    inside = tuple(span for span in sentences(text) if begin <= span.start and span.end <= end)
    return Hit(
        Passage(f"p{rank}", HARBOUR.id, begin, end, "en", text[begin:end], inside), 0.123456, rank, ("words", "vectors")
    )


def seen(outcome: Outcome) -> Observation:
    return observed(outcome, PATHS.__getitem__)


def around(quote: str, *hits: Hit) -> str:
    """What is kept as the sentences of a quote."""
    outcome = replace(answered(cite(HARBOUR, quote)), trace=Trace(hits=hits))
    start, end = seen(outcome).citations[0].sentence
    return HARBOUR.text[start:end]


def everything() -> Answered:
    """An answer with all that an answer may have."""
    passage = Span(0, len(HARBOUR.text))
    candidates = tuple(
        Candidate(HARBOUR, Span(begin, begin + 9), passage, probability, {}, "weaker")
        for begin, probability in ((3, 0.2), (30, 0.8), (60, 0.5))
    )
    return replace(
        written(silent, "How long?"),
        question=Question("And how long?", history=("Who built it?",)),
        notices=("The index is old.",),
        timings_ms={"total": 12.5, "search": 3.25},
        usage=Usage(120, 30, 0.0021),
        trace=Trace(
            hits=(found(1), found(2, 27, 57)),
            candidates=candidates,
            decision=Decision(0.8, 0.47),
            standalone="How long did the pier take?",
            drafting=Drafting("some-model", "0123456789ab", failure="model_slow"),
        ),
    )


def test_an_answer_is_kept_with_all_that_is_scored() -> None:
    kept = seen(everything())
    assert (kept.status, kept.mode, kept.language, kept.reason, kept.error) == (
        "answered", "generated", "en", None, None,
    )  # fmt: skip
    assert kept.claims == (Said("Claim number 1.", (1,)), Said("Claim number 2.", (2,)))
    assert kept.answer == "Claim number 1. [1]\nClaim number 2. [2]"
    start = HARBOUR.text.index(BUILT)
    assert kept.citations[1] == Quoted(
        2, HARBOUR.id, "harbour.txt", "The harbour of Port Elsin", "Elsin Courier", "2019-05-01", "en", BUILT,
        start, start + len(BUILT), (0, len(HARBOUR.text)), (start, start + len(BUILT)),
    )  # fmt: skip
    assert kept.hits == (
        Found(1, HARBOUR.id, "harbour.txt", "en", 0, len(HARBOUR.text), 0.1235, ("words", "vectors")),
        Found(2, HARBOUR.id, "harbour.txt", "en", 27, 57, 0.1235, ("words", "vectors")),
    )
    assert (kept.confidence, kept.threshold, kept.best) == (0.8, 0.47, (HARBOUR.id, 30, 39))
    assert (kept.input_tokens, kept.output_tokens, kept.cost_usd) == (120, 30, 0.0021)
    assert (kept.timings_ms, kept.notices) == ({"total": 12.5, "search": 3.25}, ("The index is old.",))
    assert (kept.standalone, kept.model_failure) == ("How long did the pier take?", "model_slow")


def test_a_refusal_is_kept_with_its_reason_and_what_was_nearest() -> None:
    kept = seen(declined(cite(HARBOUR, OPENED), reason="nothing_found", missing=("submarines",)))
    assert (kept.status, kept.reason, kept.claims, kept.citations) == ("declined", "nothing_found", (), ())
    assert [one.quote for one in kept.nearest] == [OPENED]
    assert (kept.confidence, kept.threshold, kept.best) == (None, None, None)
    assert kept.answer


def test_a_question_that_failed_is_kept_with_its_error() -> None:
    kept = failed(Unexpected("It broke.", "Look in the log."))
    assert (kept.status, kept.error) == ("failed", (Unexpected.code, "It broke."))


@pytest.mark.parametrize(
    "kept",
    [
        seen(everything()),
        seen(replace(everything(), usage=Usage(1, 1, None), trace=Trace())),
        seen(answered(cite(HARBOUR, BUILT), cite(FERRY, "Le maire attend des excuses.", 2))),
        seen(declined(cite(HARBOUR, OPENED))),
        seen(declined()),
        failed(Unexpected("It broke.", "Look in the log.")),
    ],
    ids=["written", "of no known price", "quotes", "declined", "declined with nothing near", "failed"],
)
def test_it_is_the_same_when_it_has_been_a_line_of_json(kept: Observation) -> None:
    line = json.dumps(to_object(kept), ensure_ascii=False)
    assert from_object(json.loads(line)) == kept


@pytest.mark.parametrize(
    "change",
    [
        {"claims": None},
        {"claims": ["x"]},
        {"citations": [{"n": 1}]},
        {"hits": [{}]},
        {"hits": 3},
        {"unheard_of": 1},
        {"best": 5},
        {"status": "great"},
        {"timings_ms": {"total": "long"}},
        {"timings_ms": "long"},
        {"input_tokens": "many"},
    ],
)
def test_what_is_something_else_is_not_read_as_an_observation(change: dict[str, Any]) -> None:
    row = {**json.loads(json.dumps(to_object(seen(declined())))), **change}
    with pytest.raises((KeyError, TypeError, AttributeError, ValueError)):
        from_object(row)


def test_what_lacks_its_status_is_no_observation() -> None:
    row = to_object(seen(declined()))
    del row["status"]
    with pytest.raises(KeyError):
        from_object(row)


def test_a_quote_cut_short_is_kept_with_the_whole_of_its_sentence() -> None:
    assert around("new pier", found()) == OPENED
    assert around("eleven years", found()) == BUILT


def test_a_quote_of_two_sentences_is_kept_with_both() -> None:
    across = HARBOUR.text[HARBOUR.text.index("Monday") : HARBOUR.text.index("Ilse")]
    assert around(across, found()) == f"{OPENED}\n\n{BUILT}"


def test_a_quote_of_a_whole_sentence_is_not_widened_to_its_neighbours() -> None:
    assert around(OPENED, found()) == OPENED


def test_sentences_are_looked_for_in_all_passages_of_the_article() -> None:
    assert around("eleven years", found(1, 0, 57), found(2, 59)) == BUILT


def test_a_quote_that_no_passage_found_holds_is_kept_as_it_is() -> None:
    assert around("eleven years", found(1, 0, 57)) == "eleven years"
    assert around("eleven years") == "eleven years"


def test_sentences_of_another_article_at_the_same_offsets_are_not_its_own() -> None:
    ferry = Hit(Passage("f", FERRY.id, 0, len(FERRY.text), "fr", FERRY.text, sentences(FERRY.text)), 0.5, 1, ("words",))
    assert around("harbour", ferry) == "harbour"


def test_a_citation_used_by_two_claims_is_kept_once() -> None:
    outcome = answered(cite(HARBOUR, BUILT))
    kept = seen(replace(outcome, claims=outcome.claims * 2))
    assert [said.citations for said in kept.claims] == [(1,), (1,)]
    assert [quoted.n for quoted in kept.citations] == [1]
