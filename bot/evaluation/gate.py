"""Whether a run is good enough: each metric against what was asked for, and against the baseline. Pure.

That every quote stands word for word is asked for always.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from bot.errors import WrongUse
from bot.evaluation.metrics import BY_NAME

ALWAYS: Final = "quote_validity"


class Bound(NamedTuple):
    """The least a metric may be, or the most where lower is better."""

    metric: str
    value: float

    def __str__(self) -> str:
        return f"{self.metric} {'≥' if BY_NAME[self.metric].better == 'higher' else '≤'} {self.value:g}"


def bound(written: str) -> Bound:
    """What `--fail-under METRIC=VALUE` asks for. Raises WrongUse."""
    name, _, number = written.partition("=")
    if name not in BY_NAME:
        raise WrongUse(f"There is no metric “{name}”.", f"The metrics are: {', '.join(BY_NAME)}.")
    share = BY_NAME[name].unit == "share"
    percent = share and number.endswith("%")
    try:
        value = float(number.removesuffix("%") if percent else number) / (100 if percent else 1)
    except ValueError as error:
        raise WrongUse(f"--fail-under {written} names no value.", f"Write it as {name}=0.8.") from error
    if not 0 <= value < math.inf:
        raise WrongUse(f"--fail-under {written}: a metric is 0 or more.", f"Write it as {name}=0.8.")
    if share and value > 1:  # 30 for 30% would hold always, or never
        raise WrongUse(f"--fail-under {written}: a share is from 0 to 1.", f"Write it as {name}=0.8 or {name}=80%.")
    return Bound(name, value)


def gated(record: Mapping[str, Any], bounds: Sequence[Bound], *, none_worse: bool) -> dict[str, Any]:
    """The rules, each with whether it holds and why. `none_worse`: no metric may be worse than the baseline's."""
    metrics = {one["name"]: one for one in record["metrics"]}
    rules = []
    for each in (Bound(ALWAYS, 1.0), *bounds):
        found = metrics[each.metric]
        higher = found["better"] == "higher"
        value = found["value"]
        holds = value is None if each.metric == ALWAYS and value is None else _holds(value, each.value, higher=higher)
        rules.append({"rule": str(each), "metric": each.metric, "passed": holds, "why": _said(found)})
    if none_worse and record["baseline"] is not None:
        for one in record["baseline"]["metrics"]:
            if one["name"] in metrics and one["unit"] != "ms":
                why = (
                    f"{one['before']:.3f} before, {one['after']:.3f} now: {one['difference']:+.3f} "
                    f"({one['low']:+.3f} to {one['high']:+.3f}), p {one['p']:.4f}, n={one['n']}"
                )
                rule = f"{one['name']} no worse than the baseline"
                rules.append({"rule": rule, "metric": one["name"], "passed": one["verdict"] != "worse", "why": why})
    return {"passed": all(rule["passed"] for rule in rules), "rules": rules}


def _holds(value: float | None, wanted: float, *, higher: bool) -> bool:
    return value is not None and (value >= wanted if higher else value <= wanted)


def _said(metric: Mapping[str, Any]) -> str:
    if metric["value"] is None:
        return "no question was scored"
    return f"{metric['value']:.3f} ({metric['low']:.3f} to {metric['high']:.3f}), n={metric['n']}"
