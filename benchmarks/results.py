"""The README's figures on the bundled questions, from the record of a run.

    footnote eval --json docs/evaluation/record.json
    python -m benchmarks.results

puts them between the marks in README.md; a test holds that they are there as the record has them. Asks nothing itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bot.evaluation.chance import mean
from bot.evaluation.metrics import BY_NAME

ROOT: Final = Path(__file__).parents[1]
RECORD: Final = ROOT / "docs" / "evaluation" / "record.json"
BEGIN: Final = "<!-- results: python -m benchmarks.results -->"
END: Final = "<!-- end of results -->"
KINDS: Final = {
    "same_language": "in the article's language",
    "cross_lingual": "in the other language",
    "several_articles": "about several articles",
    "sources_differ": "where articles differ",
    "dated": "about a date",
    "follow_up": "leaning on earlier questions",
    "false_premise": "with a false premise",
    "not_in_articles": "not answered by the articles, mostly near misses",
    "injection": "with orders to the machine",
}
_SHOWN: Final = (
    "right", "recall_1", "recall_4", "recall_10", "evidence_cited", "facts_present", "hallucination", "error_rate",
)  # fmt: skip

Row = Mapping[str, Any]


def block(record: Mapping[str, Any]) -> str:
    """What stands between the marks."""
    rows: Sequence[Row] = record["questions"]
    held = [row for row in rows if row["part"] == "held"]
    build = [row for row in rows if row["part"] == "build"]
    run = record["run"]
    quotes = sum(len(row["citations"]) + len(row["nearest"]) for row in rows)
    wrong = sum(not one["valid"] for row in rows for one in (*row["citations"], *row["nearest"]))
    assert wrong == 0
    return "\n".join(
        [
            f"{len(rows)} questions were written on the bundled articles, with the evidence each needs and the facts "
            f"its answer must state; {len(build)} were built with, {len(held)} are held back. The held ones, without a "
            f"model (`footnote eval`, {run['began'][:10]}, {run['seconds']:.0f} s for all):",
            "",
            *_kinds(held),
            "",
            "*Right* is all of the evidence quoted and all facts said, or declined where the articles don't answer.",
            "",
            *_figures(held, build),
            "",
            f"All {quotes:,} quotes shown stand in the articles word for word. Two failures, the surest of their kind:",
            "",
            *_failures(rows),
        ]
    )


def _kinds(rows: Sequence[Row]) -> list[str]:
    verdicts = ("right", "partly", "wrong", "declined")
    lines = ["| questions | n | right | partly | wrong | declined |", "|---|---|---|---|---|---|"]
    for kind, name in KINDS.items():
        group = [row for row in rows if row["kind"] == kind]
        counts = [sum(row["verdict"] == verdict for row in group) for verdict in verdicts]
        lines.append(f"| {name} | {len(group)} | {' | '.join(str(count or '–') for count in counts)} |")
    total = [sum(row["verdict"] == verdict for row in rows) for verdict in verdicts]
    lines.append(f"| all | {len(rows)} | {' | '.join(map(str, total))} |")
    return lines


def _figures(held: Sequence[Row], build: Sequence[Row]) -> list[str]:
    head = ["| figure (95% interval) | held | built with |", "|---|---|---|"]
    return head + [f"| {BY_NAME[name].title} | {_share(held, name)} | {_share(build, name)} |" for name in _SHOWN]


def _share(rows: Iterable[Row], metric: str) -> str:
    found = mean([row["metrics"][metric] for row in rows if metric in row["metrics"]])
    return "–" if found is None else f"{found.value:.0%} ({found.low:.0%}–{found.high:.0%}, n={found.n})"


def _failures(rows: Iterable[Row]) -> list[str]:
    """The surest answer that quotes nothing of the evidence, and the surest where the articles don't answer."""
    wrong = [row for row in rows if row["verdict"] == "wrong" and not row["metrics"].get("evidence_cited")]
    lines = []
    for answerable in (True, False):
        worst = max((row for row in wrong if row["answerable"] is answerable), key=lambda row: row["confidence"])
        quote = " ".join(worst["citations"][0]["quote"].split())
        if answerable:
            needed = " ".join(worst["evidence"][0][0]["quote"].split())
            instead = f"It needed “{needed}”."
        else:
            instead = "The articles don't say."
        lines.append(f"- “{worst['question']}” ({worst['id']}) got “{quote}” {instead}")
    return lines


def main() -> None:
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    record = json.loads(RECORD.read_text("utf-8"))
    readme.write_text(f"{before}{BEGIN}\n{block(record)}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
