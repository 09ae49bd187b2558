"""Two runs on the same questions: what got better, what worse, by how much, and whether chance alone would do that.

A baseline is a record of an earlier run. It must have been measured on the same articles, and hold each question as it
is now; further questions it holds are left aside. Pure: records come in, objects go out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, median
from typing import Any, Final

from bot.evaluation import chance
from bot.evaluation.errors import BaselineChanged
from bot.evaluation.metrics import BY_NAME, DIGITS

SIGNIFICANT: Final = 0.05
"""Of the differences called more than chance, at most this share is chance, over all metrics together."""
_ORDER: Final = ("failed", "wrong", "declined", "partly", "right")
"""Verdicts from worst to best: an honest refusal is better than a wrong answer."""
_MEASURED_BY_MACHINE: Final = ("ms",)
"""Units of metrics that hang on what else the machine does: medians are compared, for a person; never called worse."""

Object = dict[str, Any]


def check(baseline: Mapping[str, Any], fingerprint: str, digests: Mapping[str, str], parts: Sequence[str]) -> None:
    """Raise BaselineChanged unless the baseline is of the same articles and holds these questions as they are.

    `digests`: of the questions to ask, by id; `parts`: those they are of, for a question that is no longer asked.
    """
    before = baseline["run"]["archive"]
    if before["fingerprint"] != fingerprint:
        raise BaselineChanged(
            f"The baseline was measured on other articles ({before['fingerprint'][:12]}, now {fingerprint[:12]}).",
            "Measure a new baseline on the articles as they are: footnote eval --json FILE.",
        )
    known = {row["id"]: row["digest"] for row in baseline["questions"]}
    new = [name for name in digests if name not in known]
    changed = [name for name, digest in digests.items() if known.get(name, digest) != digest]
    gone = [row["id"] for row in baseline["questions"] if row["part"] in parts and row["id"] not in digests]
    told = [
        f"{len(names)} {what} ({', '.join(names[:3])}{', …' if len(names) > 3 else ''})"
        for names, what in ((new, "new"), (changed, "changed"), (gone, "gone"))
        if names
    ]
    if told:
        raise BaselineChanged(
            f"The questions are not those of the baseline: {', '.join(told)}.",
            "Measure a new baseline with the questions as they are: footnote eval --json FILE.",
        )


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> Object:
    """The comparison of a record with its baseline, for the questions of the record."""
    known = {row["id"]: row for row in before["questions"]}
    pairs = [(known[row["id"]], row) for row in after["questions"]]
    found: list[Object] = []
    for name, metric in BY_NAME.items():
        both = [
            (old, new)
            for was, now in pairs
            if (old := was["metrics"].get(name)) is not None and (new := now["metrics"].get(name)) is not None
        ]
        if name == "latency_p95" or not both:  # a question's part in it is the same as in the median
            continue
        olds, news = [old for old, _ in both], [new for _, new in both]
        difference, digits = chance.paired(olds, news), DIGITS[metric.unit]
        middle = metric.unit in _MEASURED_BY_MACHINE
        of_each = median if middle else fmean
        change = chance.quantile([new - old for old, new in both], 0.5) if middle else difference
        assert difference is not None
        assert change is not None
        found.append(
            {
                "name": name,
                "before": round(of_each(olds), digits),
                "after": round(of_each(news), digits),
                "difference": round(change.value, digits),
                "low": round(change.low, digits),
                "high": round(change.high, digits),
                "p": round(difference.p, 5),
                "n": difference.n,
                "unit": metric.unit,
                "better": metric.better,
            }
        )
    tested = [one for one in found if one["unit"] not in _MEASURED_BY_MACHINE]
    for one, p in zip(tested, chance.adjusted([one["p"] for one in tested]), strict=True):
        one["adjusted"] = round(p, 5)
    for one in found:
        by_chance = one.get("adjusted", 1.0) >= SIGNIFICANT
        up = (one["difference"] > 0) == (one["better"] == "higher")
        one["by_chance"] = by_chance
        one["verdict"] = "same" if by_chance else "better" if up else "worse"
    return {
        "began": before["run"]["began"],
        "commit": before["run"]["commit"],
        "dirty": before["run"]["dirty"],
        "n": len(pairs),
        "metrics": found,
        "flipped": [flip for was, now in pairs if (flip := _flip(was, now)) is not None],
    }


def _flip(before: Mapping[str, Any], after: Mapping[str, Any]) -> Object | None:
    was, now = before["verdict"], after["verdict"]
    if was == now or was not in _ORDER or now not in _ORDER:
        return None
    direction = "better" if _ORDER.index(now) > _ORDER.index(was) else "worse"
    return {"id": after["id"], "before": was, "after": now, "direction": direction}
