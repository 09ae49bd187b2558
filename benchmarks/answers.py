"""How good the answers to the bundled questions are: evidence cited, declines, false premises; every quote checked.

    python -m benchmarks.answers [--part build|held] [--home DIR] [--show]

Asks the questions of one part of `seeds/questions.jsonl` through `footnote ask --batch`, on an index of the bundled
articles made for it. An answer holds its evidence when its quotes cover, character for character, one of the listed
places of each group. --show prints the questions that went wrong (not for the held part: it is looked at once).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import seeds

Row = dict[str, Any]


def run(arguments: list[str], home: Path, given: str = "") -> str:
    """What `footnote` prints for these arguments."""
    environment = {**os.environ, "FOOTNOTE_HOME": str(home)}
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "FOOTNOTE_EMBEDDINGS"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True, env=environment).stdout


def misquotes(answer: Row, texts: dict[str, str]) -> int:
    """How many quotes of an answer, shown in declining too, are not their place in the text, word for word."""
    shown = [*answer["citations"], *answer["nearest"]]
    return sum(one["quote"] != texts[one["path"]][one["start"] : one["end"]] for one in shown)


def holds(answer: Row, evidence: list[list[Row]], texts: dict[str, str]) -> bool:
    """Whether the cited quotes cover one place of each group."""
    cited = {(one["path"], at) for one in answer["citations"] for at in range(one["start"], one["end"])}

    def covered(place: Row) -> bool:
        text = texts[place["article"]]
        start = text.index(place["quote"])
        return all(
            (place["article"], at) in cited
            for at in range(start, start + len(place["quote"]))
            if not text[at].isspace()
        )

    return all(any(map(covered, group)) for group in evidence)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=("build", "held"), default="build")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    folder = seeds.folder()
    texts = {path.name: path.read_bytes().decode("utf-8") for path in folder.glob("*.txt")}
    lines = (folder / "questions.jsonl").read_text("utf-8").splitlines()
    asked = [row for row in map(json.loads, lines) if row["part"] == given.part]
    batch = "".join(json.dumps({"id": row["id"], "question": row["question"]}) + "\n" for row in asked)
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch)
        run(["ingest", str(folder)], home)
        answers = [json.loads(line) for line in run(["ask", "--batch", "-"], home, batch).splitlines()]
    report(given.part, asked, answers, texts, show=given.show)


def report(part: str, asked: list[Row], answers: list[Row], texts: dict[str, str], *, show: bool) -> None:
    """Print the figures."""
    by_kind: dict[str, list[tuple[Row, Row, bool]]] = defaultdict(list)
    for row, answer in zip(asked, answers, strict=True):
        by_kind[row["kind"]].append((row, answer, bool(row["evidence"]) and holds(answer, row["evidence"], texts)))
    quotes = sum(len(answer["citations"]) + len(answer["nearest"]) for answer in answers)
    wrong = sum(misquotes(answer, texts) for answer in answers)
    print(f"part {part}, n={len(asked)}: {quotes} quotes shown, {wrong} of them not word for word in their article")
    for kind, rows in by_kind.items():
        answered = [held for _, answer, held in rows if answer["status"] == "answered"]
        line = f"{kind:<17} n={len(rows):<3} answered {len(answered):<3} declined {len(rows) - len(answered):<3}"
        if kind != "not_in_articles" and answered:
            held = sum(answered)
            line += f" evidence in {held / len(answered):.0%} of answered, {held / len(rows):.0%} of all"
        print(line)
    kinds = ("same_language", "cross_lingual", "several_articles")
    answerable = [answer for kind in kinds for _, answer, _ in by_kind[kind]]
    absent = [answer for _, answer, _ in by_kind["not_in_articles"]]
    for name, some in (("answerable", answerable), ("unanswerable", absent)):
        share = sum(answer["status"] == "declined" for answer in some) / len(some)
        print(f"declined of the {name}: {share:.0%} (n={len(some)})")
    cited = [len(answer["citations"]) for answer in answers if answer["status"] == "answered"]
    print(f"quotes in an answer: {sum(cited) / len(cited):.1f} on average")
    if show:
        for kind, rows in by_kind.items():
            for row, answer, held in rows:
                good = answer["status"] == "declined" if kind == "not_in_articles" else held
                if not good:
                    print(f"\n{kind}: {row['question']} -> {answer['status']}")
                    for one in answer["citations"]:
                        print(f"    {one['quote'][:150]!r}")


if __name__ == "__main__":
    main()
