"""How often an answer shows both versions where articles contradict each other, and how often it tells of none.

    python -m benchmarks.differing --data DIR [--set rgb_counterfactual_en] [--home DIR] [--show]

DIR/SET holds `documents.jsonl` ({id, title, text, …}) and `queries.jsonl` ({question, answers, fake_answer, relevant,
contradicting: ids}): for each question snippets with the true answer, the same with another value put in its place, and
noise (the counterfactual part of RGB; Chen et al., 2024). All are ingested as articles into a home made for it, and
asked through `footnote ask --batch`. A quote holds an answer that stands in it, letter case and accents aside, or the
same date written otherwise; both versions are shown when two *different* quotes hold one each. Shares stand with
Wilson's 95% interval. A contradiction told is one when it is between a true and a falsified snippet of a question.
On the bundled articles, asked the questions marked "build", all that is told is printed, for a person to judge.
--show prints the answers that miss a version.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import seeds
from benchmarks.asking import run
from bot.assembly import open_retriever
from bot.assistant import PASSAGES
from bot.differing import Differing
from bot.home import MODEL
from bot.judging import judgement
from bot.quoting import Quoter
from bot.reader import load_reader
from bot.settings import Settings
from retrieval.dates import DATE, iso
from retrieval.names import fold
from retrieval.search import question_language

Row = dict[str, Any]
_Z = 1.96


def wilson(found: int, n: int) -> str:
    """A share with its 95% score interval (Wilson, 1927), in percent."""
    share = found / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return f"{found} of {n} ({share:.0%}, {max(0.0, middle - reach):.0%} to {min(1.0, middle + reach):.0%})"


def plain(text: str) -> str:
    """A text as it is compared: its folded words and numbers, a space between and around them."""
    words = " ".join(re.findall(r"[^\W_]+", fold(text)))
    return f" {words} "


def holds(quote: str, answers: Sequence[str | Sequence[str]]) -> bool:
    """Whether a quote holds one of the answers, each given as one spelling or as several."""
    spellings = [each for one in answers for each in ([one] if isinstance(one, str) else one)]
    if any(plain(one) in plain(quote) for one in spellings):
        return True
    wanted = {iso(match) for one in spellings if (match := DATE.fullmatch(one))} - {None}
    return any(iso(match) in wanted for match in DATE.finditer(quote))


def shown(row: Row, quotes: Sequence[str]) -> tuple[bool, bool, bool]:
    """Whether quotes hold the true answer, the other one, and both in two of them."""
    true = {at for at, quote in enumerate(quotes) if holds(quote, row["answers"])}
    false = {at for at, quote in enumerate(quotes) if holds(quote, [row["fake_answer"]])}
    return bool(true), bool(false), any(one != other for one in true for other in false)


def told(home: Path, questions: Sequence[str]) -> list[tuple[Differing, ...]]:
    """The contradictions that the answer to each question tells of."""
    retriever = open_retriever(Settings(home=home))
    quoter = Quoter(judgement(), load_reader(home / MODEL))
    found = []
    with retriever.index.snapshot() as catalogue:
        for question in questions:
            language = question_language(question)
            hits = retriever.find(catalogue, question, PASSAGES, language)
            found.append(quoter.choose(question, language, hits, catalogue.article).differing)
    retriever.index.close()
    return found


def right(one: Differing, asked: Sequence[Row]) -> bool:
    """Whether a contradiction is between a true snippet and a falsified one of the same question."""
    names = {version.sentence.article.path.rpartition("#")[2] for version in one.versions}
    return any(names & set(row["relevant"]) and names & set(row["contradicting"]) for row in asked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", dest="name", default="rgb_counterfactual_en")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    folder: Path = given.data / given.name
    asked = [json.loads(line) for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()]
    batch = "".join(json.dumps({"id": row["id"], "question": row["question"]}) + "\n" for row in asked)
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch) / "set"
        run(["ingest", str(folder / "documents.jsonl")], home)
        answers = [json.loads(line) for line in run(["ask", "--batch", "-"], home, batch).splitlines()]
        report(asked, answers, show=given.show)
        report_told(asked, told(home, [row["question"] for row in asked]))
        report_bundled(Path(scratch) / "bundled")


def report(asked: Sequence[Row], answers: Sequence[Row], *, show: bool) -> None:
    """Print which versions are quoted."""
    quotes = [[one["quote"] for one in answer["citations"]] for answer in answers]
    found = [shown(row, each) for row, each in zip(asked, quotes, strict=True)]
    n, answered = len(asked), sum(map(bool, quotes))
    print(f"n={n}: answered {wilson(answered, n)}; {sum(map(len, quotes)) / answered:.1f} quotes in an answer")
    for name, held in zip(
        ("the true version", "the false version", "both versions"), zip(*found, strict=True), strict=True
    ):
        print(f"{name} quoted: of all {wilson(sum(held), n)}; of the answered {wilson(sum(held), answered)}")
    if show:
        for row, each, (_, _, both) in zip(asked, quotes, found, strict=True):
            if not both:
                print(f"\n{row['question']} {row['answers'][0]!r} or {row['fake_answer']!r}?")
                print(*(f"    {quote!r}" for quote in each), sep="\n")


def report_told(asked: Sequence[Row], groups: Sequence[Sequence[Differing]]) -> None:
    """Print how often a contradiction is told of, whether it is one, and whether it is about what was asked."""
    every = [one for group in groups for one in group]
    own = [
        any(holds(version.words, [*row["answers"], row["fake_answer"]]) for one in group for version in one.versions)
        for row, group in zip(asked, groups, strict=True)
    ]
    print(f"told that articles differ: {wilson(sum(map(bool, groups)), len(asked))}")
    print(f"    on what was asked: {wilson(sum(own), len(asked))}")
    print(f"    rightly, of the contradictions told: {wilson(sum(right(one, asked) for one in every), len(every))}")


def report_bundled(home: Path) -> None:
    """Print the contradictions told of in the bundled articles."""
    run(["ingest", str(seeds.folder())], home)
    rows = map(json.loads, (seeds.folder() / "questions.jsonl").read_text("utf-8").splitlines())
    questions = [row["question"] for row in rows if row["part"] == "build" and "history" not in row]
    groups = told(home, questions)
    print(f"bundled articles, told that articles differ: {wilson(sum(map(bool, groups)), len(questions))}")
    for question, group in zip(questions, groups, strict=True):
        for one in group:
            print(f"    {question} {one.kind}: {[version.words for version in one.versions]}")


if __name__ == "__main__":
    main()
