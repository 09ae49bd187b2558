"""The material the answerer is fitted on: archives with questions and the sentences that answer them.

Written here: `seeds` (the part of its questions marked "build"; the part marked "held" is never read), `newsroom`
(`benchmarks/newsroom`) and `reading` (`fitting/newsroom`). From `--data DIR`: SQuAD 2.0 (`squad2_en`) and PIAF
(`piaf_fr`), each a folder with `documents.jsonl` (rows with "id", "title", "text") and `queries.jsonl` (rows with
"question", "lang", "type", "about": the paragraph asked about, "answer_starts").
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import seeds

ROOT = Path(__file__).parent.parent
PUBLIC = {"squad2_en": "en", "piaf_fr": "fr"}
_TITLES = 30
"""Titles (articles) taken of a public set, with at most `_PER_TITLE` questions each."""
_PER_TITLE = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its evidence: groups of (article path, start, end), any one of a group will do; none: no
    answer.
    """

    id: str
    language: str
    kind: str
    question: str
    evidence: tuple[tuple[tuple[str, int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class Material:
    """An archive as files to ingest, and its questions."""

    name: str
    files: tuple[Path, ...]
    asked: tuple[Asked, ...]
    texts: dict[str, str] = field(repr=False, default_factory=dict)


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def seeds_material(part: str = "build") -> Material:
    """The bundled archive with one part of its questions."""
    folder = seeds.folder()
    texts = {path.name: path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*.txt"))}
    asked = tuple(_quoted(row, texts) for row in rows(folder / "questions.jsonl") if row["part"] == part)
    return Material("seeds", (folder,), asked, texts)


def newsroom_material(work: Path) -> Material:
    """The invented newsroom of `benchmarks/newsroom`; its articles are written to `work` as one file to ingest."""
    folder = ROOT / "benchmarks" / "newsroom"
    articles = rows(folder / "articles.jsonl")
    file = _write(work / "newsroom.jsonl", articles)
    texts = {f"newsroom.jsonl#{row['id']}": row["text"] for row in articles}
    asked = []
    for row in rows(folder / "questions.jsonl"):
        for group in row["evidence"]:
            for one in group:
                one["article"] = f"newsroom.jsonl#{one['article']}"
        asked.append(_quoted(row, texts))
    return Material("newsroom", (file,), tuple(asked), texts)


def reading_material(work: Path) -> Material:
    """The invented articles of `fitting/newsroom`, sentence by sentence."""
    folder = ROOT / "fitting" / "newsroom"
    written, texts, places = [], {}, {}
    for path in sorted(folder.glob("*-articles.jsonl")):
        for row in rows(path):
            text, spans = "", []
            for sentence in row["sentences"]:
                text += " " if text else ""
                spans.append((len(text), len(text) + len(sentence)))
                text += sentence
            written.append({"id": row["id"], "title": row["title"], "language": row["language"], "text": text})
            texts[f"reading.jsonl#{row['id']}"], places[row["id"]] = text, spans
    asked = []
    for path in sorted(folder.glob("*-questions.jsonl")):
        for row in rows(path):
            article = f"reading.jsonl#{row['article']}"
            group = tuple((article, *places[row["article"]][n]) for n in row["evidence"])
            asked.append(Asked(row["id"], row["lang"], row["kind"], row["question"], (group,) if group else ()))
    return Material("reading", (_write(work / "reading.jsonl", written),), tuple(asked), texts)


def public_material(data: Path, name: str, work: Path) -> Material:
    """A sample of a public set: some titles with all their paragraphs, some questions on each."""
    language = PUBLIC[name]
    documents = rows(data / name / "documents.jsonl")
    chance = random.Random(1605)
    known = sorted({row["title"] for row in documents})
    titles = chance.sample(known, min(_TITLES, len(known)))
    kept = {row["id"]: row for row in documents if row["title"] in titles}
    file = _write(
        work / f"{name}.jsonl",
        [{"id": i, "title": r["title"], "language": language, "text": r["text"]} for i, r in kept.items()],
    )
    by_title: dict[str, list[dict[str, Any]]] = {}
    for row in rows(data / name / "queries.jsonl"):
        if row["about"] in kept:
            by_title.setdefault(kept[row["about"]]["title"], []).append(row)
    asked = []
    for title in sorted(by_title):
        for row in chance.sample(by_title[title], min(_PER_TITLE, len(by_title[title]))):
            path = f"{name}.jsonl#{row['about']}"
            group = tuple((path, at, at + 1) for at in row["answer_starts"]) if row["type"] == "answerable" else ()
            kind = "answerable" if group else "unanswerable"
            asked.append(Asked(row["id"], language, kind, row["question"], (group,) if group else ()))
    texts = {f"{name}.jsonl#{i}": row["text"] for i, row in kept.items()}
    return Material(name, (file,), tuple(asked), texts)


def all_material(data: Path, work: Path) -> Iterator[Material]:
    """Everything the answerer is fitted on."""
    yield seeds_material()
    yield newsroom_material(work)
    yield reading_material(work)
    for name in PUBLIC:
        yield public_material(data, name, work)


def _quoted(row: dict[str, Any], texts: dict[str, str]) -> Asked:
    groups = []
    for group in row["evidence"]:
        found = []
        for one in group:
            start = texts[one["article"]].index(one["quote"])
            found.append((one["article"], start, start + len(one["quote"])))
        groups.append(tuple(found))
    return Asked(row["id"], row["lang"], row["kind"], row["question"], tuple(groups))


def _write(path: Path, written: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in written), encoding="utf-8")
    return path
