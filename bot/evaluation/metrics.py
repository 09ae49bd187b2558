"""How good the answers are together: each score's mean with its interval, by kind, language and part. Pure.

Latency, tokens and cost are of the questions that were asked; where a score says nothing about a question, the question
is counted as unscored. The curve of declining shows what another threshold would have given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from bot.evaluation import chance
from bot.evaluation.cases import Case
from bot.evaluation.chance import Estimate
from bot.evaluation.observing import Observation
from bot.evaluation.places import Key
from bot.evaluation.scores import CUTS, Scored, Verdict

Better = Literal["higher", "lower"]
Unit = Literal["share", "ms", "tokens", "usd"]
DIGITS: Final[Mapping[str, int]] = {"share": 4, "ms": 4, "tokens": 4, "usd": 8}
"""Digits after the point that are kept, by unit: a question may cost a hundredth of a cent."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a run: what it is, in a sentence, and which way is better."""

    name: str
    title: str
    about: str
    group: str
    better: Better = "higher"
    unit: Unit = "share"


class Row(NamedTuple):
    """A question with all that became of it. `pair`: its language and that of its evidence, such as "fr→en"."""

    case: Case
    key: Key
    seen: Observation
    scored: Scored
    pair: str


def _found(k: int) -> tuple[Metric, Metric]:
    first = "in the first passage found" if k == 1 else f"among the first {k} passages found"
    return (
        Metric(f"recall_{k}", f"Recall at {k}", f"Share of the evidence that is {first}.", "retrieval"),
        Metric(f"ndcg_{k}", f"nDCG at {k}", f"How near the top the evidence stands {first}.", "retrieval"),
    )


_FOUND: Final = tuple(_found(k) for k in CUTS)
METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        "right",
        "Right",
        "Share of questions answered with all the evidence and facts and nothing forbidden, or rightly declined.",
        "headline",
    ),
    *(recall for recall, _ in _FOUND),
    Metric("rr_10", "Reciprocal rank", "1 / the rank of the first passage with evidence, of ten.", "retrieval"),
    *(ndcg for _, ndcg in _FOUND),
    Metric(
        "quote_validity", "Quotes valid", "Share of quotes shown that stand in the file word for word.", "citations"
    ),
    Metric(
        "evidence_cited",
        "Evidence cited",
        "Share of the needed places that quotes cover; none if declined.",
        "citations",
    ),
    Metric("evidence_of_answered", "… of the answered", "The same, of the questions that were answered.", "citations"),
    Metric(
        "citation_precision",
        "Citations that bear",
        "Share of the quotes that touch known evidence; others may still be to the point.",
        "citations",
    ),
    Metric(
        "wrong_article", "Wrong article", "Share of the quotes of an article without evidence.", "citations", "lower"
    ),
    Metric("facts_present", "Facts said", "Share of the facts asked for that the answer says.", "answers"),
    Metric("forbidden_absent", "Nothing forbidden", "Share of answers without what they must not say.", "answers"),
    Metric(
        "hallucination",
        "Hallucination rate",
        "Share of the questions that the articles don't answer, answered all the same.",
        "declining",
        "lower",
    ),
    Metric(
        "error_rate", "Error rate", "Share of the questions that the articles answer, declined.", "declining", "lower"
    ),
    Metric(
        "model_failed", "Model gave way", "Share of questions to a model that quotes had to answer.", "cost", "lower"
    ),
    Metric("latency_p50", "Latency, median", "Milliseconds to the whole answer.", "cost", "lower", "ms"),
    Metric("latency_p95", "Latency, 95th percentile", "Milliseconds to the whole answer.", "cost", "lower", "ms"),
    Metric("tokens_mean", "Tokens", "Tokens in and out for a question.", "cost", "lower", "tokens"),
    Metric("cost_mean", "Cost", "US dollars for a question, where a price is known.", "cost", "lower", "usd"),
)
BY_NAME: Final[Mapping[str, Metric]] = {metric.name: metric for metric in METRICS}
DIMENSIONS: Final[Mapping[str, Callable[[Row], str]]] = {
    "kind": lambda row: row.case.kind,
    "lang": lambda row: row.case.lang or "–",
    "pair": lambda row: row.pair,
    "part": lambda row: row.case.part,
}
_QUANTILES: Final = {"latency_p50": 0.5, "latency_p95": 0.95}


def value(metric: str, row: Row) -> float | None:
    """What one question adds to a metric; None where it says nothing about it."""
    seen = row.seen
    if metric in _QUANTILES:
        return seen.timings_ms.get("total")
    match metric:
        case "evidence_of_answered":
            return row.scored.scores["evidence_cited"].value if seen.status == "answered" else None
        case "model_failed":
            return float(seen.mode == "quotes") if seen.model is not None else None
        case "tokens_mean":
            tokens = seen.input_tokens + seen.output_tokens
            return float(tokens) if tokens else None
        case "cost_mean":
            return seen.cost_usd if seen.input_tokens + seen.output_tokens else None
        case _:
            return row.scored.scores[metric].value


def estimate(metric: str, rows: Iterable[Row]) -> Estimate | None:
    """The metric over these questions; None where none of them says anything about it."""
    values = [each for row in rows if (each := value(metric, row)) is not None]
    if metric in _QUANTILES:
        return chance.quantile(values, _QUANTILES[metric])
    return chance.mean(values, share=BY_NAME[metric].unit == "share")


def by(dimension: str, rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The questions by what they have in common, the largest group first."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[DIMENSIONS[dimension](row)].append(row)
    return dict(sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])))


def verdicts(rows: Iterable[Row]) -> Counter[Verdict]:
    """How many questions got which verdict."""
    return Counter(row.scored.verdict for row in rows)


def reasons(rows: Iterable[Row]) -> Counter[str]:
    """Why it declined, how often."""
    return Counter(row.seen.reason or "none given" for row in rows if row.seen.status == "declined")


class Point(NamedTuple):
    """What a threshold gives: the share of questions answered, and the share of these that go wrong."""

    threshold: float
    coverage: float
    risk: float


def curve(rows: Iterable[Row]) -> list[Point]:
    """Risk against coverage over all thresholds (El-Yaniv and Wiener, 2010), the surest question first.

    Of questions of which it is known whether the articles answer them, and of which a fitted decision was made. To
    answer is wrong where the articles don't, or where the likeliest sentence is no evidence: what that sentence is does
    not hang on the threshold, so the questions declined can be judged too.
    """
    judged = sorted(
        (
            (row.seen.confidence, _best_is_wrong(row))
            for row in rows
            if row.seen.confidence is not None and (row.case.expects == "decline" or row.key.articles)
        ),
        key=lambda one: -one[0],
    )
    points: list[Point] = []
    wrong = 0
    for count, (confidence, errs) in enumerate(judged, 1):
        wrong += errs
        if count == len(judged) or judged[count][0] < confidence:
            points.append(Point(confidence, count / len(judged), wrong / count))
    return points


def _best_is_wrong(row: Row) -> bool:
    if row.case.expects == "decline" or row.seen.best is None:
        return True
    article, start, end = row.seen.best
    spots = [spot for group in row.key.groups for spot in group]
    if not spots:
        return article not in row.key.articles
    return not any(
        spot.article == article and span.start < end and start < span.end for spot in spots for span in spot.spans
    )


def operating(points: Sequence[Point], threshold: float) -> Point | None:
    """The point of the curve at a threshold: the last that is at least as sure."""
    return next((point for point in reversed(points) if point.threshold >= threshold), None)


class Stage(NamedTuple):
    """Milliseconds that a stage took: of `n` questions the median, the 95th percentile, the most."""

    stage: str
    n: int
    p50: float
    p95: float
    most: float


def stages(rows: Iterable[Row]) -> list[Stage]:
    """The stages of an answer, the whole of it first."""
    import numpy as np

    spent: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for stage, milliseconds in row.seen.timings_ms.items():
            spent[stage].append(milliseconds)
    return [
        Stage(stage, len(each), float(np.quantile(each, 0.5)), float(np.quantile(each, 0.95)), max(each))
        for stage, each in sorted(spent.items(), key=lambda one: (one[0] != "total", -sum(one[1])))
    ]
