"""The material the answerer is fitted on: archives with questions and the sentences that answer them.

Written here: `seeds` (the part of its questions marked "build"; the part marked "held" is never read), `newsroom`
(`benchmarks/newsroom`), `reading` (`fitting/newsroom`) and `deciding` (`fitting/deciding`). From `--data DIR`: SQuAD
2.0 (`squad2_en`) and PIAF (`piaf_fr`), each a folder with `documents.jsonl` (rows with "id", "title", "text") and
`queries.jsonl` (rows with "question", "lang", "type", "about": the paragraph asked about, "answer_starts").
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import seeds
from fitting.reader_material import MEASURED, held_out

ROOT = Path(__file__).parent.parent
PUBLIC = {"squad2_en": "en", "piaf_fr": "fr"}
_PER_TITLE = 6
"""Questions taken of a title at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its evidence: groups of (article path, start, end), any one of a group will do; none: no answer.

    `fresh`: the reader was not fitted on it, so that its scores here are what they are on anybody's questions.
    """

    id: str
    language: str
    kind: str
    question: str
    evidence: tuple[tuple[tuple[str, int, int], ...], ...]
    fresh: bool = True


KINDS = ("same_language", "cross_lingual", "several_articles", "not_in_articles", "false_premise")
"""Kinds of bundled questions that are fitted on; the others measure what was not fitted."""


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
    fitted_on = [row for row in rows(folder / "questions.jsonl") if row["part"] == part and row["kind"] in KINDS]
    asked = tuple(_quoted(row, texts) for row in fitted_on)
    return Material("seeds", (folder,), asked, texts)


def newsroom_material(work: Path) -> Material:
    """The invented newsroom of `benchmarks/newsroom`; its articles are written to `work` as one file to ingest."""
    folder = ROOT / "benchmarks" / "newsroom"
    articles = rows(folder / "articles.jsonl")
    file = _write(work / "newsroom.jsonl", articles)
    texts = {f"newsroom.jsonl#{row['id']}": row["text"] for row in articles}
    asked, fresh = [], True
    for row in rows(folder / "questions.jsonl"):
        names = {one["article"] for group in row["evidence"] for one in group}
        if names:  # a question without evidence stands behind those on the article it misses
            fresh = names <= set(MEASURED)
        for group in row["evidence"]:
            for one in group:
                one["article"] = f"newsroom.jsonl#{one['article']}"
        asked.append(replace(_quoted(row, texts), fresh=fresh))
    return Material("newsroom", (file,), tuple(asked), texts)


def written_material(name: str, folder: Path, work: Path, *, fresh: bool) -> Material:
    """Invented articles given sentence by sentence, as one file to ingest."""
    written, texts, places = [], {}, {}
    for path in sorted(folder.glob("*-articles.jsonl")):
        for row in rows(path):
            text, spans = "", []
            for sentence in row["sentences"]:
                text += " " if text else ""
                spans.append((len(text), len(text) + len(sentence)))
                text += sentence
            written.append({"id": row["id"], "title": row["title"], "language": row["language"], "text": text})
            texts[f"{name}.jsonl#{row['id']}"], places[row["id"]] = text, spans

    def group(article: str, pairs: list[Any]) -> tuple[tuple[str, int, int], ...]:
        named = [pair if isinstance(pair, list) else [article, pair] for pair in pairs]
        return tuple((f"{name}.jsonl#{one}", *places[one][place]) for one, place in named)

    asked = []
    for path in sorted(folder.glob("*-questions.jsonl")):
        for row in rows(path):
            groups = row["evidence"] if row["kind"] == "several" else [row["evidence"]] if row["evidence"] else []
            evidence = tuple(group(row["article"], pairs) for pairs in groups)
            asked.append(Asked(row["id"], row["lang"], row["kind"], row["question"], evidence, fresh))
    return Material(name, (_write(work / f"{name}.jsonl", written),), tuple(asked), texts)


def public_material(data: Path, name: str, work: Path) -> Material:
    """A sample of a public set: titles the reader wasn't fitted on, all their paragraphs, some questions on each."""
    language = PUBLIC[name]
    documents = rows(data / name / "documents.jsonl")
    chance = random.Random(1605)
    titles = {row["title"] for row in documents if held_out(row["title"])}
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
    """Everything the answerer is fitted on; the archives of news are also asked what other archives are asked."""
    every = [
        seeds_material(),
        newsroom_material(work),
        written_material("reading", ROOT / "fitting" / "newsroom", work, fresh=False),
        written_material("deciding", ROOT / "fitting" / "deciding", work, fresh=True),
        *(public_material(data, name, work) for name in PUBLIC),
    ]
    for material in every:
        yield _with_foreign(material, every) if material.name in _ASKED_FOREIGN else material


_ASKED_FOREIGN = ("seeds", "newsroom", "deciding")
_FOREIGN = 80


def _with_foreign(material: Material, every: Sequence[Material]) -> Material:
    """The material with questions on other archives besides, which this one doesn't answer."""
    others = [one for other in every if other.name != material.name for one in other.asked if one.fresh]
    chance = random.Random(f"foreign to {material.name}")
    foreign = [
        replace(one, id=f"foreign-{one.id}", kind="foreign", evidence=()) for one in chance.sample(others, _FOREIGN)
    ]
    return replace(material, asked=(*material.asked, *foreign))


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
