"""What an answer scores, against everything that could fool the scorer: a table of traps, then traps at random."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.cases import case_of
from bot.evaluation.places import Key
from bot.evaluation.scores import score
from tests.bot.evaluation.traps import (
    ANSWERABLE,
    ARTICLES,
    BOTH,
    CANARY,
    CARRIED,
    COST,
    FAILS,
    FALSE,
    FAULT,
    GRADES,
    LONG,
    OPEN,
    OPENED,
    PRICE,
    TO_LABEL,
    TRAPS,
    Came,
    Cites,
    Row,
    Says,
    Trap,
    answers,
    at,
    cites,
    declines,
    fact,
    observation,
    scored,
    spelt,
)


def told(value: float | None) -> float | str | None:
    return value if value is None else round(value, 4)


@pytest.mark.parametrize("trap", [pytest.param(one, id=one.name) for one in TRAPS])
def test_the_scorer_is_not_fooled(trap: Trap) -> None:
    got = scored(trap.row, trap.came, trap.texts)
    assert {name: told(got.scores[name].value) for name in trap.scores} == {
        name: told(value) for name, value in trap.scores.items()
    }
    assert (got.verdict, got.why != "") == (trap.verdict, True)
    assert all(one.why.endswith((".", "!")) for one in got.scores.values())


def test_traps_are_many_and_have_names_of_their_own() -> None:
    assert len({one.name for one in TRAPS}) == len(TRAPS) >= 60
    assert {name for one in TRAPS for name in one.scores} == set(scored(OPEN, declines()).scores)


def test_a_score_says_what_it_was_made_from() -> None:
    row = {**BOTH, **fact("opened", "June"), "forbidden": [{"en": "crowns"}]}
    got = scored(row, answers(cites("bridge", COST), cites("echo", "Rain fell."), cites("bac", FAULT, shown="Panne")))
    shown = {name: one.extracted for name, one in got.scores.items() if one.extracted}
    assert shown == {
        "quote_validity": ("Panne",),
        "evidence_cited": (f"“{OPENED}”",),
        "citation_precision": ("[2]", "[3]"),
        "wrong_article": ("echo", "bac"),
        "facts_present": ("opened", "June"),
        "forbidden_absent": ("crowns",),
    }
    assert got.scores["quote_validity"].why == "1 of 3 quotes do not stand there word for word."
    assert got.cited == ((False,), (True,))
    assert got.valid == (True, True, False)
    assert got.bears == (True, False, False)
    assert (got.facts, got.forbidden) == ((None, None), ("crowns",))


def test_the_words_that_say_a_fact_are_kept_as_they_were_said() -> None:
    got = scored(fact("VARN\\w+", "5 000"), answers(cites("bridge", OPENED), cites("bac", CARRIED)))
    assert got.facts == ("Varnholm", "5 000")


def test_passages_found_are_told_apart_by_whether_they_hold_evidence() -> None:
    found = [("bridge", LONG), ("bridge", COST), ("copy", OPENED)]
    assert scored(PRICE, declines(found=found)).relevant == (False, True, False)
    assert scored(GRADES, declines(found=[*found, ("echo", "Rain fell.")])).relevant == (True, True, True, False)
    assert scored(ANSWERABLE, declines(found=found)).relevant == (False, False, False)


def test_why_a_refusal_counts_against_it_names_its_reason() -> None:
    got = scored(PRICE, declines())
    assert got.scores["error_rate"].why == "Declined (not_in_evidence)."
    assert scored(PRICE, FAILS).why == "It failed: It broke."


DIFFERENT = "".join(map(chr, range(0x4E00, 0x4E00 + 60)))
"""A text in which no character comes twice, so that no other place can hold the same words."""


@given(st.integers(5, 40), st.integers(1, 20), st.integers(-200, 200), st.integers(-200, 200))
def test_offsets_moved_by_anything_never_count(start: int, length: int, begin: int, end: int) -> None:
    words = DIFFERENT[start : start + length]
    moved = answers(Cites("text", words, start=begin, end=end, shown=words))
    got = scored({"evidence": [[at("text", words)]]}, moved, {"text": DIFFERENT})
    right = float(begin == end == 0)
    assert got.scores["quote_validity"].value == right
    assert got.scores["evidence_cited"].value == right
    assert got.verdict == ("right" if right else "wrong")


SENTENCES = [(path, line) for path, text in ARTICLES.items() for line in text.splitlines()]
_lines = st.sampled_from(SENTENCES)
_cites = st.builds(
    lambda line, shown, start: Cites(line[0], line[1], shown=shown, start=start),
    _lines,
    st.sampled_from([None, None, None, "Invented."]),
    st.sampled_from([0, 0, 0, 3]),
)
_claims = st.lists(
    st.one_of(_cites, st.builds(Says, st.sampled_from(["In May.", "It cost 50.", "CANARY-7"]), st.tuples(_cites))),
    max_size=4,
)
_came = st.builds(
    lambda claims, nearest, found: Came(tuple(claims), tuple(() if claims else nearest), tuple(found)),
    _claims,
    st.lists(_cites, max_size=2),
    st.lists(_lines, max_size=12, unique=True),
)
_row = st.builds(
    lambda known, facts, forbidden: {**known, **facts, **forbidden},
    st.one_of(
        st.sampled_from([GRADES, FALSE, TO_LABEL, {}]),
        st.lists(st.lists(_lines, min_size=1, max_size=2), min_size=1, max_size=3).map(
            lambda groups: {"evidence": [[at(*line) for line in group] for group in groups]}
        ),
    ),
    st.sampled_from([{}, fact("May"), fact("May", "50"), spelt("nine million")]),
    st.sampled_from([{}, CANARY]),
)


@given(_row, _came)
def test_whatever_comes_back_scores_are_shares_and_only_what_is_good_is_right(row: Row, came: Came) -> None:
    got = scored(row, came)
    values = {name: one.value for name, one in got.scores.items()}
    assert all(value is None or 0 <= value <= 1 for value in values.values())
    assert values["right"] is None or got.verdict != "unscored"
    assert values["right"] in (None, float(got.verdict == "right"))
    if got.verdict == "right" and came.claims:
        good = ("quote_validity", "evidence_cited", "facts_present", "forbidden_absent")
        assert {values[name] for name in good} <= {None, 1.0}
        assert values["evidence_cited"] == 1.0 or values["facts_present"] == 1.0
    found = [values[f"recall_{k}"] or 0.0 for k in (1, 4, 10)]
    assert found == sorted(found)


@given(_row, _came, _came)
def test_whether_a_question_counts_for_right_does_not_hang_on_the_answer(row: Row, one: Came, two: Came) -> None:
    counted = {scored(row, each).scores["right"].value is None for each in (one, two) if not each.failed}
    assert len(counted) <= 1


@given(_row, _came)
def test_the_order_of_what_is_right_is_no_matter(row: Row, came: Came) -> None:
    turned = {name: value[::-1] if isinstance(value, list) else value for name, value in row.items()}
    turned["evidence"] = [group[::-1] for group in turned.get("evidence", [])]
    if "evidence" not in row:
        del turned["evidence"]
    one, other = scored(row, came), scored(turned, came)
    assert other.verdict == one.verdict
    assert {n: told(each.value) for n, each in other.scores.items()} == {
        n: told(each.value) for n, each in one.scores.items()
    }


@given(_row, _came, _lines)
def test_one_more_quote_that_stands_there_never_makes_less_cited(row: Row, came: Came, more: tuple[str, str]) -> None:
    if not came.claims:
        return
    before, after = scored(row, came), scored(row, replace(came, claims=(*came.claims, Cites(*more))))
    for name in ("evidence_cited", "facts_present", "quote_validity"):
        was, now = before.scores[name].value, after.scores[name].value
        assert (was is None and now is None) or (was is not None and now is not None and now >= was)
    assert after.bears[: len(before.bears)] == before.bears


def test_a_key_without_evidence_scores_nothing_that_needs_it() -> None:
    case = case_of({"id": "t1", "question": "What?", "answerable": True})
    got = score(case, Key(), observation(answers(cites("bridge", OPENED)), ARTICLES), {})
    assert {n for n, one in got.scores.items() if one.value is not None} == {"quote_validity", "error_rate"}
    assert got.verdict == "wrong"  # the quote stands in no text
