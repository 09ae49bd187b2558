"""Figures of many answers: means with intervals, what is not scored, groups, the curve of declining, stages."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from bot.evaluation.cases import case_of
from bot.evaluation.metrics import (
    BY_NAME,
    DIMENSIONS,
    METRICS,
    Point,
    Row,
    Stage,
    by,
    curve,
    estimate,
    operating,
    reasons,
    stages,
    value,
    verdicts,
)
from bot.evaluation.observing import Observation, Quoted, Said
from bot.evaluation.places import find
from bot.evaluation.scores import score
from retrieval.types import Article

TEXT = "The bridge was opened in May.\nIt cost nine million crowns."
OPENED, COST = TEXT.splitlines()
ARTICLES = [Article("b1", "news", "bridge", TEXT, language="en"), Article("c1", "news", "copy", TEXT, language="en")]
KNOWN: dict[str, Any] = {"evidence": [[{"article": "bridge", "quote": COST}]]}
ABSENT: dict[str, Any] = {"kind": "not_in_articles", "evidence": []}


def row(known: dict[str, Any], seen: Observation, pair: str = "en→en", **more: Any) -> Row:
    case = case_of({"id": "q1", "question": "How dear?", **known, **more})
    (key,) = find([case], ARTICLES)
    return Row(case, key, seen, score(case, key, seen, {one.id: one.text for one in ARTICLES}), pair)


def cited(quote: str, article: str = "b1", **more: Any) -> Observation:
    """An answer of one quote."""
    start = TEXT.index(quote)
    place = (start, start + len(quote))
    one = Quoted(1, article, article, None, None, None, "en", quote, *place, passage=(0, len(TEXT)), sentence=place)
    return Observation("answered", mode="quotes", claims=(Said(quote, (1,)),), citations=(one,), **more)


def declined(**more: Any) -> Observation:
    return Observation("declined", **{"reason": "not_in_evidence", **more})


RIGHT, WRONG = row(KNOWN, cited(COST)), row(KNOWN, cited(OPENED))
DECLINED, HALLUCINATED = row(KNOWN, declined()), row(ABSENT, cited(COST))
REFUSED = row(ABSENT, declined(reason="nothing_found"))
FAILED = row(KNOWN, Observation("failed", error=("model_gone", "It is gone.")))


def mean(name: str, *rows: Row) -> tuple[float, int] | None:
    """The value with the number of questions that it is of."""
    found = estimate(name, rows)
    return None if found is None else (round(found.value, 4), found.n)


def test_every_figure_has_a_name_of_its_own_and_says_what_it_is() -> None:
    assert len(BY_NAME) == len(METRICS)
    assert {name for row in (RIGHT, REFUSED) for name in row.scored.scores} <= set(BY_NAME)
    assert all(metric.about.endswith(".") and metric.title for metric in METRICS)
    for metric in METRICS:  # none asks for a score that there isn't
        estimate(metric.name, [RIGHT, FAILED])


def test_a_question_that_a_figure_says_nothing_about_is_left_out_not_counted_as_nothing() -> None:
    rows = (RIGHT, WRONG, DECLINED, HALLUCINATED, REFUSED, FAILED)
    assert mean("right", *rows) == (0.4, 5)
    assert mean("evidence_cited", *rows) == (0.3333, 3)
    assert mean("hallucination", *rows) == (0.5, 2)
    assert mean("error_rate", *rows) == (0.3333, 3)
    assert mean("facts_present", *rows) is None


def test_evidence_of_the_answered_leaves_the_declined_out() -> None:
    assert mean("evidence_of_answered", RIGHT, WRONG, DECLINED, HALLUCINATED, FAILED) == (0.5, 2)
    assert mean("evidence_of_answered", DECLINED) is None


def test_a_figure_of_no_question_is_none() -> None:
    assert all(estimate(name, []) is None for name in BY_NAME)


def test_a_figure_has_an_interval_around_it() -> None:
    found = estimate("right", [RIGHT, WRONG] * 20)
    assert found is not None
    assert 0.3 < found.low < found.value == 0.5 < found.high < 0.7


def test_latency_is_of_the_middle_and_of_the_slow_in_milliseconds() -> None:
    rows = [row(KNOWN, cited(COST, timings_ms={"total": float(ms), "search": 1.0})) for ms in range(1, 102)]
    assert mean("latency_p50", *rows, FAILED) == (51.0, 101)
    assert mean("latency_p95", *rows, FAILED) == (96.0, 101)


def test_tokens_and_cost_are_of_the_questions_that_a_model_was_asked() -> None:
    asked = row(KNOWN, cited(COST, input_tokens=100, output_tokens=20, cost_usd=0.25))
    dear = row(KNOWN, cited(COST, input_tokens=300, output_tokens=0, cost_usd=0.75))
    unpriced = row(KNOWN, cited(COST, input_tokens=1, output_tokens=0, cost_usd=None))
    assert mean("tokens_mean", RIGHT, asked, dear) == (210.0, 2)
    assert mean("cost_mean", RIGHT, asked, dear, unpriced) == (0.5, 2)
    assert mean("cost_mean", RIGHT, unpriced) is None


def test_answers_that_cost_nothing_cannot_cost_a_share_of_a_dollar() -> None:
    free = row(KNOWN, cited(COST, input_tokens=100, output_tokens=20, cost_usd=0.0))
    assert estimate("cost_mean", [free] * 5) == (0.0, 0.0, 0.0, 5)


def test_a_model_gave_way_only_where_one_was_asked() -> None:
    wrote = row(KNOWN, Observation("answered", mode="generated", model="scripted"))
    gave_way = row(KNOWN, cited(COST, model="scripted"))
    assert mean("model_failed", RIGHT, wrote, gave_way) == (0.5, 2)
    assert value("model_failed", RIGHT) is None


def test_questions_are_grouped_the_most_first() -> None:
    rows = [
        row(KNOWN, cited(COST), "fr→en", lang="fr", part="held", kind="b"),
        row(KNOWN, cited(COST), "en→en", lang="en", part="build", kind="b"),
        row(KNOWN, cited(COST), "en→en", part="build", kind="a"),
        row(KNOWN, cited(COST), "en→en", lang="en", part="build", kind="c"),
    ]
    assert {name: {group: len(each) for group, each in by(name, rows).items()} for name in DIMENSIONS} == {
        "kind": {"b": 2, "a": 1, "c": 1},
        "lang": {"en": 2, "fr": 1, "–": 1},
        "pair": {"en→en": 3, "fr→en": 1},
        "part": {"build": 3, "held": 1},
    }
    assert list(by("kind", rows)) == ["b", "a", "c"]
    assert list(by("lang", rows)) == ["en", "fr", "–"]


def test_groups_together_are_all_the_questions() -> None:
    rows = [RIGHT, WRONG, DECLINED, HALLUCINATED, REFUSED, FAILED]
    for name in DIMENSIONS:
        assert sorted(map(id, (one for group in by(name, rows).values() for one in group))) == sorted(map(id, rows))


def test_verdicts_and_reasons_are_counted() -> None:
    rows = [RIGHT, WRONG, DECLINED, DECLINED, HALLUCINATED, REFUSED, FAILED]
    assert verdicts(rows) == {"right": 2, "wrong": 2, "declined": 2, "failed": 1}
    assert reasons([*rows, row(ABSENT, declined(reason=None))]) == {
        "not_in_evidence": 2, "nothing_found": 1, "none given": 1,
    }  # fmt: skip


def sure(confidence: float | None, quote: str | None, known: dict[str, Any] | None = None, article: str = "b1") -> Row:
    """A question decided with this confidence, the likeliest sentence being this one."""
    best = None
    if quote is not None:
        start = TEXT.index(quote)
        best = (article, start, start + len(quote))
    return row(KNOWN if known is None else known, declined(confidence=confidence, threshold=0.5, best=best))


def test_the_curve_of_declining_by_hand() -> None:
    rows = [
        sure(0.2, COST, ABSENT),  # to answer is wrong: the articles don't
        sure(0.9, COST),
        sure(0.6, OPENED),  # to answer is wrong: that is no evidence
        sure(0.7, COST),
        sure(None, COST),  # a model decided
        sure(0.95, COST, {"kind": "to_label"}),  # nobody knows
    ]
    assert curve(rows) == [Point(0.9, 0.25, 0), Point(0.7, 0.5, 0), Point(0.6, 0.75, 1 / 3), Point(0.2, 1, 0.5)]


def test_questions_of_the_same_confidence_are_answered_together() -> None:
    rows = [sure(0.5, COST), sure(0.5, OPENED), sure(0.4, COST)]
    assert curve(rows) == [Point(0.5, 2 / 3, 0.5), Point(0.4, 1, 1 / 3)]


def test_to_answer_with_no_sentence_is_wrong() -> None:
    assert curve([sure(0.5, None)]) == [Point(0.5, 1, 1)]


def test_the_sentence_must_be_of_the_article_with_the_evidence() -> None:
    assert curve([sure(0.5, COST, article="c1")]) == [Point(0.5, 1, 1)]


def test_a_sentence_that_touches_the_evidence_is_right_one_that_ends_before_it_is_wrong() -> None:
    assert curve([sure(0.5, "nine million")])[0].risk == 0
    assert curve([sure(0.5, f"{OPENED}\n")])[0].risk == 1


def test_where_only_articles_are_known_a_sentence_of_one_is_right() -> None:
    relevant = {"relevant": ["bridge"]}
    assert [point.risk for point in curve([sure(0.5, OPENED, relevant), sure(0.4, OPENED, relevant, "c1")])] == [0, 0.5]


def test_without_a_decision_there_is_no_curve() -> None:
    assert curve([RIGHT, FAILED, DECLINED]) == []


@pytest.mark.parametrize("seed", range(5))
def test_the_curve_always_rises_to_all_questions_and_ends_at_the_share_that_is_wrong(seed: int) -> None:
    draw = random.Random(seed)
    rows = [sure(round(draw.random(), 1), draw.choice((COST, OPENED)), draw.choice((KNOWN, ABSENT))) for _ in range(40)]
    wrong = [one for one in rows if one.case.expects == "decline" or one.seen.best == ("b1", 0, len(OPENED))]
    points = curve(rows)
    assert [point.coverage for point in points] == sorted({point.coverage for point in points})
    assert [point.threshold for point in points] == sorted({point.threshold for point in points}, reverse=True)
    assert points[-1][1:] == (1, len(wrong) / 40)
    shuffled = rows[:]
    draw.shuffle(shuffled)
    assert curve(shuffled) == points


@pytest.mark.parametrize(
    ("threshold", "at"), [(0.95, None), (0.9, 0), (0.8, 0), (0.6, 1), (0.59, 1), (0.3, 2), (0.0, 2)]
)
def test_a_threshold_works_at_the_last_point_that_is_as_sure(threshold: float, at: int | None) -> None:
    points = [Point(0.9, 0.2, 0.0), Point(0.6, 0.6, 0.1), Point(0.3, 1.0, 0.3)]
    assert operating(points, threshold) == (None if at is None else points[at])


def timed(*spent: dict[str, float]) -> Sequence[Row]:
    return [row(KNOWN, cited(COST, timings_ms=each)) for each in spent]


def test_stages_are_told_the_whole_first_then_the_longest() -> None:
    rows = timed(
        {"search": 10.0, "choose": 5.0, "total": 20.0},
        {"search": 30.0, "choose": 1.0, "total": 40.0},
        {"search": 20.0, "write": 500.0, "total": 530.0},
    )
    assert [stage._replace(p95=round(stage.p95, 6)) for stage in stages(rows)] == [
        Stage("total", 3, 40.0, 481.0, 530.0),
        Stage("write", 1, 500.0, 500.0, 500.0),
        Stage("search", 3, 20.0, 29.0, 30.0),
        Stage("choose", 2, 3.0, 4.8, 5.0),
    ]
    assert stages([FAILED]) == []


def test_the_whole_comes_first_though_a_stage_was_measured_more_often() -> None:
    rows = timed({"search": 30.0, "total": 40.0}, {"search": 30.0})
    assert [stage.stage for stage in stages(rows)] == ["total", "search"]
