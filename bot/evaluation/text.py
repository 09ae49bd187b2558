"""A record as text for a terminal: the figures with their intervals, by kind and pair of languages; the comparison; the
gate. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.render.text import visible

Object = Mapping[str, Any]


def summary(record: Object) -> str:
    """All that a person reads after a run."""
    blocks = [_asked(record), _metrics(record), _kinds(record), _pairs(record), _latency(record)]
    if record["judge"]:
        blocks.append(_judge(record["judge"]))
    if record["baseline"]:
        blocks.append(comparison(record["baseline"]))
    if record["gate"]:
        blocks.append(gate(record["gate"]))
    return visible("\n\n".join(block for block in blocks if block))


def _asked(record: Object) -> str:
    run = record["run"]
    archive, asked = run["archive"], run["questions"]
    by = f"answered by {run['model']}" if run["model"] else "answered in quotes"
    parts = ", ".join(f"{name} {n}" for name, n in asked["parts"].items())
    of = asked.get("of", asked["n"])  # a record from before it was told
    many = f"{asked['n']}" if asked["n"] == of else f"{asked['n']} of the {of}"
    lines = [
        f"{many} questions of {asked['name']} ({parts}) asked of {archive['name']} "
        f"({archive['articles']} articles), {by} in {run['seconds']:.1f} s."
    ]
    if run["reused"]:
        lines.append(f"{run['reused']} answers of a run that did not get to its end were used again.")
    failures = Counter(row["model_failure"] for row in record["questions"] if row["model_failure"] is not None)
    if failures:
        named = ", ".join(f"{code} {n}" for code, n in failures.most_common())
        lines.append(f"{failures.total()} of them were not written by the model, which failed: {named}.")
    if asked["drafts"]:
        lines.append(f"{asked['drafts']} of the questions are drafts that nobody has looked at.")
    failed = sum(kind["failed"] for kind in record["declining"]["kinds"])
    if failed:
        first = next(row for row in record["questions"] if row["verdict"] == "failed")
        lines.append(f"{failed} questions failed, the first with: {first['error']['message']}")
    return "\n".join(lines)


def _metrics(record: Object) -> str:
    rows = [("", "value", "95% interval", "n", "unscored")]
    rows += [
        (
            one["title"],
            figure(one["value"], one["unit"]),
            f"{figure(one['low'], one['unit'])} – {figure(one['high'], one['unit'])}",
            str(one["n"]),
            str(one["unscored"]),
        )
        for one in record["metrics"]
        if one["n"]
    ]
    return table(rows)


def _kinds(record: Object) -> str:
    names = ("right", "partly", "wrong", "declined", "failed", "unscored")
    kinds = record["declining"]["kinds"]
    used = [name for name in names if any(kind[name] for kind in kinds)]
    rows = [("kind", "n", *used)]
    rows += [(kind["kind"].replace("_", " "), str(kind["n"]), *(str(kind[name]) for name in used)) for kind in kinds]
    reasons = record["declining"]["reasons"]
    if not reasons:
        return table(rows)
    told = ", ".join(f"{reason.replace('_', ' ')} {n}" for reason, n in reasons.items())
    return f"{table(rows)}\nDeclined, rightly or not: {sum(reasons.values())} ({told})."


def _pairs(record: Object) -> str:
    metrics = {one["name"]: one for one in record["metrics"]}
    shown = ("recall_1", "recall_4", "recall_10", "evidence_cited", "error_rate")
    pairs = metrics["recall_1"]["by"]["pair"]
    if not pairs:
        return ""
    rows = [("question→evidence", "n", *(metrics[name]["title"] for name in shown))]
    for pair, found in pairs.items():
        figures = (metrics[name]["by"]["pair"].get(pair, {"value": None})["value"] for name in shown)
        rows.append((pair, str(found["n"]), *(figure(each, "share") for each in figures)))
    return table(rows)


def _latency(record: Object) -> str:
    rows = [("ms", "n", "median", "95%", "most")]
    rows += [
        (one["stage"], str(one["n"]), f"{one['p50']:.0f}", f"{one['p95']:.0f}", f"{one['most']:.0f}")
        for one in record["latency"]
    ]
    return table(rows) if len(rows) > 1 else ""


def _judge(judge: Object) -> str:
    kappa = "–" if judge["agreement"]["kappa"] is None else f"{judge['agreement']['kappa']:.2f}"
    agreement = judge["agreement"]
    return (
        f"In the opinion of {judge['model']} (n={judge['n']}; it gates nothing): answers the question "
        f"{_interval(judge['answers'])}; follows from its quotes {_interval(judge['supported'])}. It agrees with the "
        f"scores on what is right in {_interval(agreement)} (kappa {kappa})."
    )


def _interval(one: Object) -> str:
    if one["value"] is None:
        return "–"
    return f"{figure(one['value'], 'share')} ({figure(one['low'], 'share')} to {figure(one['high'], 'share')})"


def comparison(baseline: Object) -> str:
    """What changed since the baseline."""
    commit = f", commit {baseline['commit'][:10]}" if baseline["commit"] else ""
    rows = [("against the baseline", "before", "now", "difference", "95% interval", "p", "n", "")]
    for one in baseline["metrics"]:
        if one["difference"]:
            verdict = "" if one["unit"] == "ms" else "by chance, maybe" if one["by_chance"] else one["verdict"].upper()
            rows.append(
                (
                    one["name"],
                    figure(one["before"], one["unit"]),
                    figure(one["after"], one["unit"]),
                    figure(one["difference"], one["unit"], signed=True),
                    f"{figure(one['low'], one['unit'], signed=True)} – {figure(one['high'], one['unit'], signed=True)}",
                    f"{one['p']:.4f}",
                    str(one["n"]),
                    verdict,
                )
            )
    lines = [f"Compared with the run of {baseline['began']}{commit}, on {baseline['n']} questions."]
    lines.append(table(rows) if len(rows) > 1 else "No metric changed.")
    for direction in ("worse", "better"):
        flips = [one for one in baseline["flipped"] if one["direction"] == direction]
        if flips:
            named = ", ".join(f"{one['id']} ({one['before']} → {one['after']})" for one in flips)
            lines.append(f"{len(flips)} questions got {direction}: {named}")
    return "\n".join(lines)


def gate(found: Object) -> str:
    """How many rules hold; those that don't, with why."""
    broken = [f"broken: {rule['rule']}: {rule['why']}" for rule in found["rules"] if not rule["passed"]]
    return "\n".join([*broken, f"{len(found['rules']) - len(broken)} of {len(found['rules'])} rules hold."])


def figure(value: float | None, unit: str, *, signed: bool = False) -> str:
    """A value in its unit: a share in percent."""
    if value is None:
        return "–"
    sign = "+" if signed else ""
    match unit:
        case "share":
            return f"{value * 100:{sign}.1f}%"
        case "usd":
            return f"{'−' if value < 0 else sign}${abs(value):.6f}"
        case _:
            return f"{value:{sign}.0f}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows under their heads, in columns; the first column to the left, the others to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Iterable[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(width) if at == 0 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
