"""Follow-ups by rules: how many stand-alone questions are altered, and what the rewriting is worth to the answers.

    python -m benchmarks.followups [--show] [--seed 0]

First every question of `seeds/questions.jsonl`, `benchmarks/newsroom/` and `fitting/` is asked after a random other
one: it should stand alone and stay as it is. (Some of `fitting/` do not, such as "why did he quit the army?": --show
prints what was altered.) Then the follow-ups of `followups.jsonl` are asked of the bundled articles, as typed and as
rewritten, beside the question they are short for ("of", a row of `seeds/questions.jsonl`): how often an answer holds
that question's evidence.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import seeds
from benchmarks.asking import holds, run
from bot.rewriting import Rewritten, by_rules
from bot.types import Question

ROOT = Path(__file__).parents[1]
Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    """The rows of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def sets() -> Iterator[tuple[str, list[Row]]]:
    """The sets of stand-alone questions, by name."""
    for folder in ("seeds", "benchmarks", "fitting"):
        for path in sorted((ROOT / folder).rglob("*questions.jsonl")):
            yield str(path.relative_to(ROOT)), [row for row in rows(path) if "history" not in row]


def altered(asked: Sequence[Row], chance: random.Random) -> list[tuple[Row, Rewritten]]:
    """The questions that are not left as they are after another one of the set, in either language."""
    found = []
    for row in asked:
        before = chance.choice([other for other in asked if other is not row])["question"]
        rewritten = by_rules(Question(row["question"], history=(before,)), "en")
        if rewritten.how != "typed" or not rewritten.resolved:
            found.append((row, rewritten))
    return found


def answers(asked: Sequence[Row], text: Callable[[Row], str], home: Path) -> list[Row]:
    """The answers to one wording of each row."""
    batch = "".join(json.dumps({"id": str(at), "question": text(row)}) + "\n" for at, row in enumerate(asked))
    return [json.loads(line) for line in run(["ask", "--batch", "-"], home, batch).splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    for name, asked in sets():
        found = altered(asked, chance)
        print(f"{name}: {len(found)} of {len(asked)} altered ({len(found) / len(asked):.1%})")
        for row, rewritten in found if given.show else ():
            print(f"    {row['question']}\n        {rewritten.text if rewritten.resolved else '(unresolved)'}")
    folder = seeds.folder()
    texts = {path.name: path.read_bytes().decode("utf-8") for path in folder.glob("*.txt")}
    meant = {row["id"]: row for row in rows(folder / "questions.jsonl")}
    asked = rows(Path(__file__).with_suffix(".jsonl"))

    def by_the_rules(row: Row) -> str:
        return by_rules(Question(row["question"], history=tuple(row["history"])), "en").text

    wordings: dict[str, Callable[[Row], str]] = {
        "as typed": lambda row: str(row["question"]),
        "rewritten by rules": by_the_rules,
        "as a person would put it": lambda row: str(meant[row["of"]]["question"]),
    }
    with tempfile.TemporaryDirectory() as home:
        run(["ingest", str(folder)], Path(home))
        for name, text in wordings.items():
            found_answers = answers(asked, text, Path(home))
            held = [
                holds(one, meant[row["of"]]["evidence"], texts) for row, one in zip(asked, found_answers, strict=True)
            ]
            declined = sum(one["status"] == "declined" for one in found_answers)
            share = sum(held) / len(asked)
            print(f"{name}: evidence in {sum(held)} of {len(asked)} answers ({share:.0%}), {declined} declined")
            for row, one, good in zip(asked, found_answers, held, strict=True):
                if given.show and not good:
                    print(f"    {' / '.join(row['history'])} / {row['question']} -> {text(row)} ({one['status']})")


if __name__ == "__main__":
    main()
