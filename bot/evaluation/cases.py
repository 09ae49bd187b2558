"""Questions with what is known of their answers, and the JSON Lines file they are kept in (`seeds/questions.jsonl`).

Reads and checks rows; whether their quotes stand in an archive is for `places.py`. docs/evaluation.md has the format.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from bot.errors import UnreadableBatch
from bot.evaluation.errors import BadQuestions
from retrieval.names import fold
from retrieval.types import LANGUAGES

Expects = Literal["answer", "decline", "either", "unknown"]
"""What is right: an answer; to decline; either (a false premise: decline, or cite what contradicts it); not known."""

TO_LABEL: Final = "to_label"
"""The kind of a row whose right answer nobody has said yet."""
FALSE_PREMISE: Final = "false_premise"
_OWN: Final = (
    "id", "part", "lang", "kind", "question", "history", "evidence", "relevant", "facts", "answers", "forbidden",
    "answerable", "draft",
)  # fmt: skip
"""The fields that say what is asked and what is right; others (a note, a verdict, a remark) are left alone."""
_SPACE: Final = re.compile(r"\s+")
_NUMBER: Final = r"\d{1,3}(?:[., ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_NUMBERS: Final = re.compile(_NUMBER)
_WORDS: Final = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>[^\W_]*)|[^\W_]+")
_GROUPS: Final = re.compile(r"[., ](?=\d{3}(?!\d))")
_BEST: Final = 100
"""The highest grade of an article; a bound, so that none is infinite."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where evidence stands: `quote`, word for word, in the article named by its path or id.

    `start`: the offset of the quote, for a text that has it several times; None: any of them will do.
    """

    article: str
    quote: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something an answer says: a regular expression by language (of `spoken` text, letter case aside), or spellings.

    One match is enough, whatever the language: a quote stays in that of its article. Numbers are found whole: 50 is not
    in 500, 50,000 or 1,50.
    """

    patterns: tuple[tuple[str, str], ...] = ()
    spellings: tuple[str, ...] = ()

    def find(self, text: str) -> str | None:
        """The words of a text that say it, None where nothing does."""
        said = spoken(text)
        numbers = [number.span() for number in _NUMBERS.finditer(said)]
        for _, pattern in self.patterns:
            for match in re.finditer(pattern, said, re.IGNORECASE):
                if not any(start < at < end for start, end in numbers for at in match.span()):
                    return match.group() or "…"  # a pattern of looks ahead alone takes no words
        plain = _plain(text)
        for spelling in self.spellings:
            words = _plain(spelling)
            if words in plain if words.strip() else spoken(spelling) in said:  # a sign alone is no word
                return spelling
        return None

    @property
    def shown(self) -> dict[str, str]:
        """The patterns, for a person to read."""
        return dict(self.patterns) if self.patterns else {"any of": " | ".join(self.spellings)}


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is known of its answer.

    `evidence`: all groups are needed, any place of a group will do. `relevant`: articles that answer, with grades,
    where places aren't known. `facts` are all to be said, `forbidden` none. `digest` is of all that stands in its row.
    """

    id: str
    part: str
    lang: str | None
    kind: str
    question: str
    expects: Expects
    digest: str
    history: tuple[str, ...] = ()
    evidence: tuple[tuple[Place, ...], ...] = ()
    relevant: Mapping[str, float] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    forbidden: tuple[Fact, ...] = ()
    draft: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Questions:
    """A set of questions under a name. `of`: how many there are, where these are some of them."""

    name: str
    cases: tuple[Case, ...]
    of: int | None = None

    @property
    def digest(self) -> str:
        """Of all rows, whatever their order."""
        return hashlib.sha256("".join(sorted(case.digest for case in self.cases)).encode()).hexdigest()[:16]


def spoken(text: str) -> str:
    """A text as patterns see it: NFC, white space of any kind one space, curly apostrophes straight."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).replace("\u2019", "'")


def _plain(text: str) -> str:
    """A text as spellings are looked for in it: its folded words and numbers, a space between and around them.

    A number is written without what parts its thousands, which differs by language: "5 000" and "5,000" are "5000".
    """
    words = _WORDS.finditer(spoken(fold(text)))
    return f" {' '.join(_number(word['number']) + word['unit'] if word['number'] else word.group() for word in words)} "


def _number(written: str) -> str:
    return _GROUPS.sub("", written).replace(",", ".")


def read_rows(lines: Iterable[bytes], name: str) -> tuple[Case, ...]:
    """The questions of a JSON Lines file. Raises BadQuestions, which names every wrong row by line and field."""
    cases: list[Case] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = case_of(_object(line))
            if case.id in seen:
                raise ValueError(f"id: {case.id!r} is that of line {seen[case.id]} already")
            seen[case.id] = number
            cases.append(case)
        except ValueError as fault:
            faults.append(f"Line {number}, {fault}.")
    if faults:
        raise BadQuestions(name, faults)
    return tuple(cases)


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
        json.dumps(row, ensure_ascii=False).encode()  # half a surrogate pair is JSON, and nothing that can be written
    except (ValueError, RecursionError) as error:
        raise ValueError("the whole row: it is not JSON in UTF-8") from error
    if not isinstance(row, dict):
        raise ValueError("the whole row: it is not a JSON object")
    return row


def case_of(row: Mapping[str, Any]) -> Case:
    """A row as a question. Raises ValueError with the field and what it should be."""
    evidence = tuple(
        tuple(_place(one, f"evidence[{n}][{m}]") for m, one in enumerate(_list(group, f"evidence[{n}]", least=1)))
        for n, group in enumerate(_list(row.get("evidence"), "evidence"))
    )
    facts = tuple(_fact(one, f"facts[{n}]") for n, one in enumerate(_list(row.get("facts"), "facts")))
    answers = _strings(row.get("answers"), "answers")
    relevant = _relevant(row.get("relevant"))
    lang = row.get("lang")
    if lang is not None and lang not in LANGUAGES:
        raise ValueError(f"lang: should be one of {', '.join(LANGUAGES)}, or left out")
    kind = _name(row, "kind", "question")
    case = Case(
        id=_id(row),
        part=_name(row, "part", "all"),
        lang=lang,
        kind=kind,
        question=_text(row, "question"),
        history=_strings(row.get("history"), "history"),
        evidence=evidence,
        relevant=relevant,
        facts=(*facts, Fact(spellings=answers)) if answers else facts,
        forbidden=tuple(
            _fact(one, f"forbidden[{n}]") for n, one in enumerate(_list(row.get("forbidden"), "forbidden"))
        ),
        expects=_expects(row, kind, known=bool(evidence or relevant or facts or answers)),
        draft=_boolean(row, "draft") is True,
        note=_text(row, "note", "") or None,
        digest=digest_of(row),
    )
    if case.expects == "decline" and (evidence or relevant or case.facts):
        raise ValueError("answerable: it is false, but there is evidence, or a fact to be said")
    return case


def digest_of(row: Mapping[str, Any]) -> str:
    """Changes with what is asked and what is right, not with remarks or the order of fields."""
    own = {name: row[name] for name in _OWN if name in row}
    return hashlib.sha256(json.dumps(own, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _expects(row: Mapping[str, Any], kind: str, *, known: bool) -> Expects:
    answerable = _boolean(row, "answerable")
    if kind == TO_LABEL:
        return "unknown"
    if kind == FALSE_PREMISE:
        return "either"
    if answerable is not None:
        return "answer" if answerable else "decline"
    if known:
        return "answer"
    return "decline" if row.get("evidence") == [] else "unknown"


def _boolean(row: Mapping[str, Any], name: str) -> bool | None:
    value = row.get(name)
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{name}: should be true or false")
    return value


def _id(row: Mapping[str, Any]) -> str:
    value = row.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("id: should be a name of the row's own, in one line")
    return value


def _name(row: Mapping[str, Any], name: str, default: str) -> str:
    value = _text(row, name, default)
    if not value.isprintable():
        raise ValueError(f"{name}: should be a name in one line")
    return value


def _text(row: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = row.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ValueError(f"{name}: should be a string" + ("" if default is not None else " that isn't empty"))
    return value


def _list(value: object, name: str, least: int = 0) -> Sequence[Any]:
    if value is None and not least:
        return ()
    if not isinstance(value, list) or len(value) < least:
        raise ValueError(f"{name}: should be a list" + (" that isn't empty" if least else ""))
    return value


def _strings(value: object, name: str) -> tuple[str, ...]:
    found = _list(value, name)
    for n, one in enumerate(found):
        if not isinstance(one, str) or not one.strip():
            raise ValueError(f"{name}[{n}]: should be a string that isn't empty")
    return tuple(found)


def _place(value: object, name: str) -> Place:
    if not isinstance(value, dict):
        raise ValueError(f'{name}: should be {{"article": …, "quote": …}}')
    article, quote, start = (value.get(key) for key in ("article", "quote", "start"))
    if not isinstance(article, str) or not article:
        raise ValueError(f"{name}.article: should be the path of an article, as footnote articles shows it")
    if not isinstance(quote, str) or not quote.strip():
        raise ValueError(f"{name}.quote: should be words of the article")
    if start is not None and (not isinstance(start, int) or isinstance(start, bool) or start < 0):
        raise ValueError(f"{name}.start: should be the offset of the quote, from 0 on, or left out")
    return Place(article, quote, start)


def _fact(value: object, name: str) -> Fact:
    if not isinstance(value, dict) or not value:
        raise ValueError(f'{name}: should be {{"en": pattern, "fr": pattern}}')
    patterns = []
    for language, pattern in value.items():
        if language not in LANGUAGES:
            raise ValueError(f"{name}.{language}: the languages are {', '.join(LANGUAGES)}")
        if not isinstance(pattern, str) or not pattern:
            raise ValueError(f"{name}.{language}: should be a regular expression")
        try:
            nothing = re.search(spoken(pattern), "")
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"{name}.{language}: is no regular expression ({error})") from error
        if nothing:
            raise ValueError(f"{name}.{language}: even an answer that says nothing would match it")
        patterns.append((language, spoken(pattern)))
    return Fact(tuple(patterns))


def _relevant(value: object) -> dict[str, float]:
    if value is None:
        return {}
    if isinstance(value, list):
        value = dict.fromkeys(_strings(value, "relevant"), 1.0)
    if not isinstance(value, dict) or not all(
        isinstance(grade, int | float) and not isinstance(grade, bool) and 0 <= grade <= _BEST
        for grade in value.values()
    ):
        raise ValueError(f"relevant: should be a list of articles, or an object of articles with grades, 0 to {_BEST}")
    return {article: float(grade) for article, grade in value.items() if grade > 0}


def read_file(path: Path) -> Questions:
    """The questions of a JSON Lines file. Raises BadQuestions, or UnreadableBatch where it can't be opened."""
    try:
        with path.open("rb") as lines:
            return Questions(path.name, read_rows(lines, path.name))
    except OSError as error:
        raise UnreadableBatch(f"{path} cannot be read: {error.strerror}.", "Check its path.") from error
