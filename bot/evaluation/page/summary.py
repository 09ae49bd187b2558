"""A record -> the sentences at the top of its page: what was evaluated, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.evaluation.page.wording import DASH, amount, commit, counted, day, interval, moment

_CLAUSES: Final = {
    "right": "{value} of the questions were answered rightly, or declined where the articles don’t answer{interval}.",
    "evidence_cited": "Of the evidence that the questions needed, {value} was quoted{interval}.",
    "hallucination": "Where the articles don’t answer, it answered all the same {value} of the time{interval}.",
    "error_rate": "Where they do, it declined {value} of the time{interval}.",
    "latency_p50": "Half of the answers took less than {value}.",
}
"""The headline figures and how a sentence says them, in this order."""


def evaluated(record: Mapping[str, Any]) -> list[str]:
    """What was asked of what, how, when and with which code; one entry a fact."""
    run = record["run"]
    archive, questions = run["archive"], run["questions"]
    of = questions.get("of", questions["n"])
    sample = f" (of {of:,})" if of != questions["n"] else ""
    asked = f"{counted(questions['n'], 'question')}{sample} asked of {counted(archive['articles'], 'article')}"
    if questions.get("drafts"):
        asked += f", {counted(questions['drafts'], 'of them a draft', 'of them drafts')}"
    if archive.get("newest"):
        asked += f", the newest of {day(archive['newest'])}"
    how = "answered in quotes, without a language model" if run["mode"] == "quotes" else f"answered by {run['model']}"
    failures = sum(row.get("model_failure") is not None for row in record["questions"])
    if failures:
        how += f", which failed for {counted(failures, 'question')}: quotes had to do"
    return [asked, how, moment(run["began"]), f"Footnote {record['footnote']}, {commit(run)}"]


def sentences(record: Mapping[str, Any]) -> list[str]:
    """The headline numbers with their 95% intervals; what was not scored is not mentioned."""
    metrics = {metric["name"]: metric for metric in record["metrics"]}
    said: list[str] = []
    for name, clause in _CLAUSES.items():
        metric = metrics.get(name)
        if metric is None or metric["value"] is None:
            continue
        known = metric["low"] is not None and metric["high"] is not None
        ends = interval(metric["low"], metric["high"], metric["unit"], 0)
        told = "95% interval " if not any("interval" in earlier for earlier in said) else ""
        bounds = f" ({told}{ends}; {counted(metric['n'], 'question')})" if known else ""
        said.append(clause.format(value=amount(metric["value"], metric["unit"], 0), interval=bounds))
    return said or ["None of the questions could be scored."]


def facts(record: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a run was made from, in groups, each fact with its name."""
    run = record["run"]
    groups = {
        "The run": {
            "began": moment(run["began"]),
            "took": f"{run['seconds']:,.1f} s" if run["seconds"] is not None else None,
            "workers": run["workers"],
            "answers kept from an earlier run": run["reused"],
            "tokens": run["tokens"],
            "cost": amount(run["cost_usd"], "usd") if run["cost_usd"] is not None else f"{DASH} (no price is known)",
            "mode": run["mode"],
            "model": run["model"],
            "prompts": run["prompts"],
        },
        "Code and machine": {
            "footnote": record["footnote"],
            "commit": run["commit"],
            "uncommitted changes": run["dirty"],
            "python": run["python"],
            "platform": run["platform"],
            "processors": run["processors"],
        },
        "Archive": run["archive"],
        "Questions": run["questions"],
        "Index": run["index"],
        "Settings": run["settings"],
        "Packages": run["packages"],
    }
    return [(label, [(name, _said(value)) for name, value in of.items()]) for label, of in groups.items() if of]


def _said(value: object) -> str:
    """A value of the record on one line."""
    match value:
        case None:
            return DASH
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ", ".join(f"{name} {_said(each)}" for name, each in value.items()) or DASH
        case list() | tuple():
            return ", ".join(map(_said, value)) or DASH
        case _:
            return str(value)
