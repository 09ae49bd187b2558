"""A record -> the numbers of its plots, drawn; None where the record has nothing to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.evaluation.page import plots
from bot.evaluation.page.wording import VERDICTS, named, pair

RECALLS: Final = ("recall_1", "recall_4", "recall_10")
_ROWS: Final = 11
"""Rows of the table beside a curve."""


def counts(kind: Mapping[str, Any]) -> dict[str, int]:
    """How often each verdict was given to questions of a kind; those that are left were not scored."""
    known = {verdict: kind[verdict] for verdict in VERDICTS if verdict in kind and verdict != "unscored"}
    return known | {"unscored": kind["n"] - sum(known.values())}


def verdicts(record: Mapping[str, Any]) -> str | None:
    """Right, partly right, wrong and declined, by kind."""
    stacks = [plots.Stack(named(kind["kind"]), counts(kind)) for kind in record["declining"]["kinds"] if kind["n"]]
    return plots.stacked(stacks, name="plot-verdicts", title="Verdicts by kind of question") if stacks else None


def pairs(record: Mapping[str, Any]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Recall at 1, 4 and 10 for each pair of languages, in the order of the record."""
    metrics = {metric["name"]: metric for metric in record["metrics"]}
    if any(name not in metrics for name in RECALLS):
        return []
    by = [metrics[name]["by"].get("pair", {}) for name in RECALLS]
    return [(each, [one[each] for one in by]) for each in by[0] if all(one.get(each, {}).get("n") for one in by)]


def recall(record: Mapping[str, Any]) -> str | None:
    """Recall at 1, 4 and 10 by pair of languages, with intervals."""
    groups = [
        plots.Group(
            f"{pair(each)} (n = {estimates[0]['n']})",
            [
                plots.Estimate(f"at {name.removeprefix('recall_')}", one["value"], one["low"], one["high"])
                for name, one in zip(RECALLS, estimates, strict=True)
            ],
        )
        for each, estimates in pairs(record)
    ]
    return plots.intervals(groups, name="plot-recall", title="Recall by pair of languages") if groups else None


def curve(record: Mapping[str, Any]) -> str | None:
    """Risk over coverage of declining, with the operating point."""
    drawn = record["declining"]["curve"]
    if not drawn or not drawn["points"]:
        return None
    return plots.curve(
        [plots.Point(each["threshold"], each["coverage"], each["risk"]) for each in drawn["points"]],
        None
        if drawn["coverage"] is None or drawn["risk"] is None
        else plots.Point(drawn["threshold"], drawn["coverage"], drawn["risk"]),
        name="plot-curve",
        title="Risk over coverage",
    )


def spread(points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Some of a curve's points, evenly over its length, with the first and the last."""
    last = len(points) - 1
    if last < _ROWS:
        return list(points)
    return [points[round(k * last / (_ROWS - 1))] for k in range(_ROWS)]


def latency(record: Mapping[str, Any]) -> str | None:
    """Median and 95th percentile of each stage."""
    stages = [
        plots.Stage(named(each["stage"]), each["p50"], each["p95"])
        for each in record["latency"]
        if each["p50"] is not None and each["p95"] is not None
    ]
    return plots.latency(stages, name="plot-latency", title="Time by stage") if stages else None
