"""Sets of questions in the forms they come in: our own JSON Lines, SQuAD's JSON (1.1 and 2.0), a folder as BEIR has it.

The latter two bring their articles along, which are put into one JSON Lines file that can be ingested. Everything wrong
is named by its place and field, all at once. Does not index, and does not look for quotes (`places.py` does).
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.errors import UnreadableBatch
from bot.evaluation.cases import Case, Questions, case_of, read_file
from bot.evaluation.errors import BadQuestions
from retrieval.disk import disk_errors
from retrieval.languages import detect
from retrieval.reading import LARGEST, READERS, Unreadable
from retrieval.types import LANGUAGES

_HANDED_ON: Final = ("date", "published", "source", "outlet", "author", "url", "lang", "language")
"""What a corpus may say of an article, by the names that `retrieval/reading.py` knows."""
_BEIR: Final = "A folder of questions holds corpus.jsonl, queries.jsonl and qrels/*.tsv; check its path."
_QRELS: Final = ("query-id", "corpus-id", "score")


def load(path: Path, work: Path) -> tuple[Questions, Path | None]:
    """The questions of a file or folder, and the archive they bring along: a file in `work`, or None.

    The same set gives the same bytes. Raises BadQuestions, UnreadableBatch where a file can't be opened, and
    HomeNotWritable or DiskFull where the archive can't be written.
    """
    archive = None
    if path.is_dir():
        questions, archive = _read_beir(path, work)
    elif path.suffix.lower() == ".json":
        questions, archive = _read_squad(path, work)
    elif path.suffix.lower() == ".jsonl" or not path.exists():
        questions = read_file(path)
    else:
        raise BadQuestions(path.name, ["It is neither .jsonl, nor .json in SQuAD's form, nor a folder in BEIR's form."])
    if not questions.cases:
        raise BadQuestions(path.name, ["There is no question in it."])
    return questions, archive


@dataclass
class _Set:
    """What a set holds, as far as it was read: rows of articles and questions with the place where each stands."""

    name: str
    articles: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    questions: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def path_of(self, article: str) -> str:
        """The path that the article of this id has once it is indexed."""
        return f"{self.name}.jsonl#{article}"

    def finish(self, shown: str, work: Path) -> tuple[Questions, Path]:
        """The questions, and the articles written. Raises BadQuestions, which names the set as `shown`."""
        content = "".join(json.dumps(row) + "\n" for _, row in self.articles).encode()
        if not content:
            raise BadQuestions(shown, [*self.faults, "There is no article in it."])
        # Read as an ingest is going to read them, so that it can have nothing against any.
        for (place, _), found in zip(self.articles, READERS[".jsonl"](self.name, content), strict=True):
            if isinstance(found, Unreadable):
                self.faults.append(f"{place}: {found.reason}")
        if len(content) > LARGEST:
            self.faults.append(f"Its articles are {len(content) >> 20} MB together; at most {LARGEST >> 20} are read.")
        cases = self._cases()
        if self.faults:
            raise BadQuestions(shown, self.faults)
        with disk_errors(work):
            work.mkdir(parents=True, exist_ok=True)
            return Questions(shown, cases), _written(work / f"{self.name}.jsonl", content)

    def _cases(self) -> tuple[Case, ...]:
        whole = detect(" ".join(str(row["question"]) for _, row in self.questions))
        cases: dict[str, Case] = {}
        for place, row in self.questions:
            language = next((one for one in (detect(str(row["question"])), whole) if one in LANGUAGES), None)
            try:
                case = case_of({**row, "lang": language})
                if cases.setdefault(case.id, case) is not case:
                    raise ValueError(f"id: {case.id!r} is that of an earlier question already")
            except ValueError as fault:
                self.faults.append(f"{place}{fault}.")
        return tuple(cases.values())


# SQuAD (Rajpurkar et al., 2016; 2018)


def _read_squad(path: Path, work: Path) -> tuple[Questions, Path]:
    """Paragraphs are articles. What is_impossible was judged beside its own paragraph alone: another may answer it."""
    read = _Set(path.resolve().stem)
    try:
        top = json.loads(_bytes(path, "Check its path.").decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadQuestions(path.name, ["The whole file: it is not JSON in UTF-8."]) from error
    if not isinstance(top, dict) or not isinstance(top.get("data"), list):
        raise BadQuestions(path.name, ["data: should be a list of titles with paragraphs, as SQuAD has them."])
    for n, titled in _objects(top, "data", "", read):
        title = titled.get("title")
        for m, paragraph in _objects(titled, "paragraphs", f"data[{n}].", read):
            place = f"data[{n}].paragraphs[{m}]"
            article, text = f"{n}-{m}", paragraph.get("context")
            read.articles.append((place, {"id": article, "title": title, "text": text}))
            for k, qa in _objects(paragraph, "qas", f"{place}.", read):
                _read_qa(qa, f"{place}.qas[{k}].", read.path_of(article), text, read)
    return read.finish(path.name, work)


def _read_qa(qa: Mapping[str, Any], place: str, article: str, text: object, read: _Set) -> None:
    impossible = qa.get("is_impossible", False)
    if not isinstance(impossible, bool):
        read.faults.append(f"{place}is_impossible: should be true or false.")
        return
    places: list[dict[str, Any]] = []
    for n, answer in _objects({"answers": [], **qa}, "answers", place, read, least=0 if impossible else 1):
        words, start = answer.get("text"), answer.get("answer_start")
        if not isinstance(words, str) or not words.strip():
            read.faults.append(f"{place}answers[{n}].text: should be a string that isn't empty.")
        elif not isinstance(start, int) or isinstance(start, bool) or start < 0:
            read.faults.append(f"{place}answers[{n}].answer_start: should be the offset of the answer, from 0 on.")
        elif isinstance(text, str) and text[start : start + len(words)] != words:
            there = text[start : start + len(words)]
            read.faults.append(f"{place}answers[{n}].answer_start: at {start} stands {there!r}, not {words!r}.")
        else:
            places.append({"article": article, "quote": words, "start": start})
    if impossible and places:
        read.faults.append(f"{place}answers: there are some, but is_impossible is true.")
    row = {
        "id": qa.get("id"),
        "kind": "unanswerable" if impossible else "answerable",
        "question": qa.get("question"),
        "evidence": [[one for n, one in enumerate(places) if one not in places[:n]]]
        if places and not impossible
        else [],
        "answers": list(dict.fromkeys(one["quote"] for one in places)),
        "answerable": not impossible,
    }
    read.questions.append((place, row))


def _objects(
    parent: Mapping[str, Any], name: str, place: str, read: _Set, least: int = 0
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects of a list, numbered; what is none is noted as a fault."""
    found = parent.get(name)
    if not isinstance(found, list) or len(found) < least:
        read.faults.append(f"{place}{name}: should be a list" + (" that isn't empty." if least else "."))
        return
    for n, one in enumerate(found):
        if isinstance(one, dict):
            yield n, one
        else:
            read.faults.append(f"{place}{name}[{n}]: should be an object.")


# BEIR (Thakur et al., 2021)


def _read_beir(folder: Path, work: Path) -> tuple[Questions, Path]:
    """Articles with grades; `answers` are spellings, where a query has some, in its row or in its metadata.

    Queries that only another split judges are left out; those that none judges, and that have no answers, stay.
    """
    read = _Set(folder.resolve().name)
    shown = folder.resolve().name
    known = dict(_lines(folder / "corpus.jsonl", read))
    for place, row in known.values():
        text = row.get("text")
        if isinstance(text, str) and not text.strip():
            text = row.get("title")  # some corpora have articles that are a title alone
        told = {name: row["metadata"][name] for name in _HANDED_ON if name in row["metadata"]}
        read.articles.append((place, {"id": row["_id"], "title": row.get("title"), **told, "text": text}))
    queries = dict(_lines(folder / "queries.jsonl", read))
    judged, elsewhere = _judgements(folder / "qrels", known, queries, read)
    for name, (place, row) in queries.items():
        if name in elsewhere and name not in judged:
            continue
        answers = row.get("answers", row["metadata"].get("answers"))
        relevant = {read.path_of(article): score for article, score in judged.get(name, {}).items()}
        if isinstance(row.get("text"), str) and row["text"].strip():
            query = {"id": name, "question": row["text"], "relevant": relevant, "answers": answers}
            read.questions.append((f"{place}, ", query))
        else:
            read.faults.append(f"{place}, text: should be a string that isn't empty.")
    return read.finish(shown, work)


def _lines(path: Path, read: _Set) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
    """The rows of a file by their _id, each with its place; `metadata` is an object in all of them."""
    seen: dict[str, int] = {}
    for number, line in enumerate(_bytes(path).removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        place = f"{path.name}, line {number}"
        try:
            row = json.loads(line.decode())
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            read.faults.append(f"{place}: it is not a JSON object in UTF-8.")
            continue
        name, metadata = row.get("_id"), row.get("metadata") or {}
        if isinstance(name, bool) or not isinstance(name, str | int) or not str(name).strip():
            read.faults.append(f"{place}, _id: should be a name of the row's own.")
        elif str(name) in seen:
            read.faults.append(f"{place}, _id: {str(name)!r} is that of line {seen[str(name)]} already.")
        elif not isinstance(metadata, dict):
            read.faults.append(f"{place}, metadata: should be an object.")
        else:
            seen[str(name)] = number
            yield str(name), (place, {**row, "_id": str(name), "metadata": metadata})


def _judgements(
    folder: Path, articles: Mapping[str, Any], queries: Mapping[str, Any], read: _Set
) -> tuple[dict[str, dict[str, float]], set[str]]:
    """The articles that answer each query, with grades; and the queries that other splits judge."""
    splits = sorted(folder.glob("*.tsv"))
    chosen = splits[0] if len(splits) == 1 else next((one for one in splits if one.stem == "test"), None)
    if chosen is None:
        there = f"{', '.join(one.name for one in splits)}, but no test.tsv" if splits else "no .tsv file"
        raise BadQuestions(
            read.name, [f"qrels: there is {there}."], "Put the judgements to be used into qrels/test.tsv."
        )
    judged: dict[str, dict[str, float]] = {}
    for place, (query, article, score) in _table(chosen, read):
        if query not in queries:
            read.faults.append(f"{place}, query-id: queries.jsonl has no {query!r}.")
        if article not in articles:
            read.faults.append(f"{place}, corpus-id: corpus.jsonl has no {article!r}.")
        grade = _number(score)
        if grade is None:
            read.faults.append(f"{place}, score: should be a number, not {score!r}.")
        else:
            judged.setdefault(query, {})[article] = max(grade, 0.0)  # some say -1 for what is not relevant
    others = [split for split in splits if split != chosen]
    return judged, {row[0] for split in others for _, row in _table(split, read)}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _table(path: Path, read: _Set) -> Iterator[tuple[str, list[str]]]:
    """The rows of a table below its header, each with its place."""
    try:
        lines = _bytes(path).decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        read.faults.append(f"qrels/{path.name}: it is not UTF-8.")
        return
    if tuple(lines[0].split("\t")) != _QRELS:
        read.faults.append(f"qrels/{path.name}, line 1: should be {', '.join(_QRELS)}, with tabs between.")
        return
    for number, line in enumerate(lines[1:], start=2):
        row = line.split("\t")
        place = f"qrels/{path.name}, line {number}"
        if len(row) == len(_QRELS):
            yield place, row
        elif line.strip():
            read.faults.append(f"{place}: should have three columns, with tabs between.")


# Files


def _bytes(path: Path, next_step: str = _BEIR) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableBatch(f"{path} cannot be read: {error.strerror}.", next_step) from error


def _written(path: Path, content: bytes) -> Path:
    """Put a whole file in place, or none."""
    aside = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path
