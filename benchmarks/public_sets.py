"""Turn a public set of questions into a form that `footnote eval --questions` reads, articles and all.

    python -m benchmarks.public_sets --data DIR --set piaf_fr --to FOLDER [--documents N] [--questions N]
    footnote eval --questions FOLDER/piaf_fr.json

DIR/SET holds `documents.jsonl` ({id, title, source, date, text}) and `queries.jsonl` ({id, question, answers, type,
relevant: [document ids]}).

- PIAF (`piaf_fr`) and SQuAD 2.0 (`squad2_en`), whose queries have `about` and `answer_starts` too, become SQuAD's JSON,
  FOLDER/SET.json: paragraphs under their titles, every place of an answer kept that the paragraph bears out.
- RealTime QA's news of 2022 (`realtimeqa_2022`) becomes a folder as BEIR has it, FOLDER/SET: questions of the type
  "gold" alone, those whose article the authors named; articles with outlet, date and address.
- RGB's snippets that contradict each other (`rgb_counterfactual_en`) become such a folder too. Only the true versions
  are relevant; the falsified ones are in the archive, and citing one counts as a wrong article.

--questions keeps a seeded sample of the questions. --documents keeps what the kept questions are about, and others
drawn by a fixed seed up to N; all, where it isn't given. Nothing is fetched, and DIR is only read.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

SQUAD = ("piaf_fr", "squad2_en")
BEIR = ("realtimeqa_2022", "rgb_counterfactual_en")
TYPES = ("answerable", "unanswerable", "gold", "counterfactual")
SEED = 12

Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    """The rows of a JSON Lines file."""
    try:
        with path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except OSError as error:
        raise SystemExit(f"{path} cannot be read: {error.strerror}. Check --data and --set.") from error


def needed(query: Row) -> list[str]:
    """The ids of the documents that a question is about."""
    return [query["about"]] if "about" in query else [*query["relevant"], *query.get("contradicting", ())]


def kept(documents: Sequence[Row], queries: Iterable[Row], most: int | None) -> list[Row]:
    """In their order, the documents that the questions need, and others up to `most`; all for None."""
    if most is None:
        return list(documents)
    names = {name for query in queries for name in needed(query)}
    others = [row["id"] for row in documents if row["id"] not in names]
    names.update(random.Random(SEED).sample(others, min(len(others), max(0, most - len(names)))))
    return [row for row in documents if row["id"] in names]


def squad(documents: Sequence[Row], queries: Iterable[Row]) -> dict[str, Any]:
    """The set as SQuAD 2.0 writes it; titles in the order of their first paragraph."""
    asked: dict[str, list[Row]] = {row["id"]: [] for row in documents}
    texts = {row["id"]: row["text"] for row in documents}
    for query in queries:
        answers = places(texts[query["about"]], query["answers"], query["answer_starts"])
        impossible = query["type"] == "unanswerable"
        if bool(answers) != impossible:
            qa = {"id": query["id"], "question": query["question"], "is_impossible": impossible, "answers": answers}
            asked[query["about"]].append(qa)
        else:
            print(f"{query['id']} is left out: its answer does not stand where it should.")
    titles: dict[str, list[Row]] = {}
    for row in documents:
        titles.setdefault(row["title"], []).append({"context": row["text"], "qas": asked[row["id"]]})
    return {"version": "v2.0", "data": [{"title": title, "paragraphs": those} for title, those in titles.items()]}


def places(text: str, answers: Sequence[str], starts: Iterable[int]) -> list[Row]:
    """The answers that stand at these offsets, the longest that does at each; both lists are in no common order."""
    found = []
    for start in dict.fromkeys(starts):
        at = [answer for answer in answers if text.startswith(answer, start)]
        if at:
            found.append({"text": max(at, key=len), "answer_start": start})
    return found


def write_beir(folder: Path, documents: Sequence[Row], queries: Sequence[Row]) -> None:
    """The set as BEIR writes it: corpus.jsonl, queries.jsonl and qrels/test.tsv."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    corpus = (
        {
            "_id": row["id"],
            "title": row["title"],
            "text": row["text"],
            "metadata": {name: row[name] for name in ("source", "date", "url") if row.get(name)},
        }
        for row in documents
    )
    asked = (
        {
            "_id": query["id"],
            "text": query["question"],
            "metadata": {
                "answers": spellings(query["answers"]),
                **({"date": query["date"]} if "date" in query else {}),
            },
        }
        for query in queries
    )
    for name, those in (("corpus", corpus), ("queries", asked)):
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in those)
        (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    judged = [f"{query['id']}\t{document}\t1\n" for query in queries for document in query["relevant"]]
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(judged), "utf-8")


def spellings(answers: Iterable[str | list[str]]) -> list[str]:
    """Answers of which any will do; RGB has all ways of writing a date in a list inside the list."""
    return list(dict.fromkeys(one for each in answers for one in ([each] if isinstance(each, str) else each)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", dest="name", choices=(*SQUAD, *BEIR), required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--documents", type=int, help="what the questions need, and others up to this many")
    parser.add_argument("--questions", type=int, help="a seeded sample of this size")
    args = parser.parse_args()
    queries = [row for row in rows(args.data / args.name / "queries.jsonl") if row["type"] in TYPES]
    if args.questions is not None and args.questions < len(queries):
        drawn = set(random.Random(SEED).sample(range(len(queries)), args.questions))
        queries = [row for n, row in enumerate(queries) if n in drawn]
    documents = kept(rows(args.data / args.name / "documents.jsonl"), queries, args.documents)
    if args.name in BEIR:
        path = args.to / args.name
        write_beir(path, documents, queries)
    else:
        args.to.mkdir(parents=True, exist_ok=True)
        path = args.to / f"{args.name}.json"
        path.write_text(json.dumps(squad(documents, queries), ensure_ascii=False, indent=1), "utf-8")
    print(f"{len(queries)} questions chosen, on {len(documents)} documents: {path}")


if __name__ == "__main__":
    main()
