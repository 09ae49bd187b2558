"""A question of the record -> what its row shows beyond the record itself: anchors, marked quotes, grouped scores.

Pure; the words are cut into pieces here and escaped by the template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_MARKER: Final = re.compile(r"\[(\d{1,4})\]")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_TAKEN: Final = frozenset(
    {"main", "gate", "baseline", "figures", "plots", "judge", "questions", "passages", "record"}
    | {"filters", "count", "sorting", "list", "download", "embedded", "scriptless"}
)
"""The ids that elements of the page have already, beside those that begin with `fill-` or `plot-`."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A quote in its passage: what stands before it, the quote, what stands after it."""

    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an answer; with `n`, the marker of that citation."""

    text: str
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was found, once in the page: its number there, its text, and its language where it is known."""

    n: int
    key: str
    text: str
    language: str | None


def anchors(questions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """An element's id for each question's: its own where that is a plain word and free, else one by its place."""
    made: dict[str, str] = {}
    for place, question in enumerate(questions, start=1):
        name = question["id"]
        plain = _PLAIN.fullmatch(name) and name not in _TAKEN and not name.startswith(("fill-", "plot-"))
        made[name] = name if plain else f"question/{place}"
    return made


def key(place: Mapping[str, Any]) -> str:
    """What a passage's text is kept under: `path:start-end`."""
    span = place.get("passage", place)
    return f"{place['path']}:{span['start']}-{span['end']}"


def marked(citation: Mapping[str, Any], passages: Mapping[str, str]) -> Marked:
    """The quote in its passage; alone, where the passage's text is missing or the quote does not stand in it."""
    text = passages.get(key(citation), "")
    start, end = (citation[side] - citation["passage"]["start"] for side in ("start", "end"))
    if not 0 <= start < end <= len(text):
        return Marked("", citation["quote"], "")
    return Marked(text[:start], text[start:end], text[end:])


def pieces(answer: str, citations: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """The answer cut at the markers of its citations; what only looks like a marker stays text."""
    known = {citation["n"] for citation in citations}
    cut: list[Piece] = []
    done = 0
    for found in _MARKER.finditer(answer):
        if int(found[1]) in known:
            cut += [Piece(answer[done : found.start()]), Piece(found[0], int(found[1]))]
            done = found.end()
    cut.append(Piece(answer[done:]))
    return [piece for piece in cut if piece.text]


def unscored(scores: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """The names of what was not scored, by the reason why."""
    reasons: dict[str, list[str]] = {}
    for name, score in scores.items():
        if score["value"] is None:
            reasons.setdefault(score["why"], []).append(name)
    return reasons


def languages(questions: Sequence[Mapping[str, Any]]) -> dict[str, str | None]:
    """The language of each article that was cited, by its path; a record tells no other's."""
    return {
        citation["path"]: citation["language"]
        for question in questions
        for citation in (*question["citations"], *question["nearest"])
    }


def found(questions: Sequence[Mapping[str, Any]], passages: Mapping[str, str]) -> dict[str, Passage]:
    """The passages that searches found, each once, in the order in which questions found them."""
    written_in = languages(questions)
    hits = {key(hit): hit["path"] for question in questions for hit in question["hits"]}
    known = [(name, path) for name, path in hits.items() if name in passages]
    return {
        name: Passage(n, name, passages[name], written_in.get(path)) for n, (name, path) in enumerate(known, start=1)
    }


def tag(language: str | None) -> str | None:
    """A language as `lang` takes it; None for what is no language tag."""
    return language if language and _LANGUAGE.fullmatch(language) else None
