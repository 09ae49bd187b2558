"""Find the words of a quote in a text: exactly, or up to how white space, quotation marks, dashes and ligatures look.

What is found is a place in the text; the words proposed are done with then, and what is shown are the text's own
characters. Letters, digits and all other signs must be the same, in the same order, with nothing left out. Does not
know of articles, passages or claims.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from retrieval.suspicion import INVISIBLE
from retrieval.types import Span

How = Literal["exact", "normalised"]
Miss = Literal["empty", "too_short", "inside_word", "ellipsis", "stitched", "paraphrase"]
"""Why words were not found: none were given; too few to prove anything; they stand there only as part of a longer word
or number; something is left out between them; they are put together from two places; they don't stand there.
"""

LEAST: Final = 8
"""Characters a quote has at least, unless it is a whole sentence of its own: "the war" stands everywhere."""
_PIECE: Final = 3
"""Words from which a piece of a stitched quote is recognised."""

_SINGLE = dict.fromkeys("“”„‟«»‹›\"″‘’‚‛'`´′", "'")
_DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "…": "...",
}  # fmt: skip
_SAME = {**_SINGLE, **_DASHES, **_LIGATURES}
_OPENS_WIDE, _CLOSES_WIDE = frozenset("«‹"), frozenset("»›")
_LEFT_OUT = re.compile(r"\[\s*\.\.\.\s*\]|\(\s*\.\.\.\s*\)|\.\.\.")
_OUTER = " '"
_STOPS = ".,;: "


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text as it is compared, and for each of its characters where the one it comes from begins and ends."""

    text: str
    starts: array[int]
    ends: array[int]

    def span(self, start: int, end: int) -> Span:
        """Where `text[start:end]` stands in the text it was made of."""
        return Span(self.starts[start], self.ends[end - 1])


@lru_cache(maxsize=512)
def normalised(text: str) -> Normalised:
    """White space runs as one space; quotation marks, dashes and ligatures as one of their kind; Unicode NFC.

    Characters nobody sees (as a soft hyphen) are left out; so is white space inside French quotation marks.
    """
    out: list[str] = []
    starts, ends = array("l"), array("l")

    def put(piece: str, start: int, end: int) -> None:
        for character in piece:
            out.append(character)
            starts.append(start)
            ends.append(end)

    at = 0
    after_opening = False
    while at < len(text):
        past = at + 1
        while past < len(text) and unicodedata.combining(text[past]):
            past += 1
        cluster = text[at:past]
        first = cluster[0]
        if INVISIBLE.fullmatch(first):
            pass
        elif first.isspace():
            if out and out[-1] != " " and not after_opening:
                put(" ", at, past)
        else:
            if first in _CLOSES_WIDE and out and out[-1] == " ":
                for row in (out, starts, ends):
                    row.pop()
            piece = _SAME.get(first, first) + cluster[1:]
            if not (piece == "-" and out and out[-1] == "-"):
                put(unicodedata.normalize("NFC", piece), at, past)
            after_opening = first in _OPENS_WIDE
        at = past
    return Normalised("".join(out), starts, ends)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote was found, and how."""

    span: Span
    how: How


def locate(words: str, text: str) -> Place | Miss:
    """The first place in `text` where these words stand, or why there is none.

    Quotation marks around the whole quote, and full stops or commas before and behind it, may be missing in the text.
    """
    wanted = normalised(words).text.strip()
    bare = wanted.strip(_OUTER)
    if not any(character.isalnum() for character in bare):
        return "empty"
    held = normalised(text)
    refused: Miss | None = None
    for form in dict.fromkeys((wanted, bare, bare.strip(_STOPS), bare.strip(_STOPS).strip(_OUTER))):
        found = _whole(form, held, text)
        if isinstance(found, Span):
            if len(form) < LEAST and not _is_sentence(found, text):
                return "too_short"
            exact = text[found.start : found.end] == words.strip()
            return Place(found, "exact" if exact else "normalised")
        refused = refused or found
    return refused or _why_not(bare, held.text)


def occurrences(words: str, text: str) -> int:
    """How often these words stand in `text` as whole words."""
    held = normalised(text)
    form = normalised(words).text.strip(_OUTER)
    return sum(1 for start in _starts(form, held.text) if _is_whole(held.span(start, start + len(form)), text))


def places(words: str, text: str) -> list[Span]:
    """Where these words stand in `text` as whole words, with the quotation marks around them."""
    held, form = normalised(text), normalised(words).text.strip()
    found = [held.span(start, start + len(form)) for start in _starts(form, held.text)]
    return [place for place in found if _is_whole(place, text)]


def _starts(form: str, text: str) -> list[int]:
    found, at = [], text.find(form) if form else -1
    while at >= 0:
        found.append(at)
        at = text.find(form, at + 1)
    return found


def _whole(form: str, held: Normalised, text: str) -> Span | Miss | None:
    places = [held.span(start, start + len(form)) for start in _starts(form, held.text)]
    whole = [place for place in places if _is_whole(place, text)]
    if whole:
        return whole[0]
    return "inside_word" if places else None


def _is_whole(place: Span, text: str) -> bool:
    """Whether no word and no number goes on beyond the place: 25 does not stand in 250, nor 5 in 5,000 or 2.5."""
    return not (_goes_on(text, place.start) or _goes_on(text, place.end))


_HYPHENS = frozenset("-‐‑")


def _goes_on(text: str, at: int) -> bool:
    """Whether what stands before `at` and what stands behind are parts of one word or number."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    second = text[at - 2] if at > 1 else " "
    behind = text[at + 1] if at + 1 < len(text) else " "
    if before.isalnum() and (after.isalnum() or unicodedata.combining(after)):
        return True
    if before in _HYPHENS and second.isalnum() and after.isalpha():  # "government" of "anti-government"
        return True
    if after in _HYPHENS and before.isalpha() and behind.isalpha():
        return True
    if before == "n" and after in "'’" and behind == "t":  # "can" of "can't"
        return True
    if second.isdigit() and after.isdigit() and (before in ".," or (before.isspace() and _thousands(text, at))):
        return True
    return before.isdigit() and ((after in ".," and behind.isdigit()) or (after.isspace() and _thousands(text, at + 1)))


def _thousands(text: str, at: int) -> bool:
    """Whether the three digits of a thousand stand here and no fourth, as in "5 000"."""
    group = text[at : at + 4]
    return len(group) >= 3 and group[:3].isdigit() and not group[3:].isdigit()


def _is_sentence(place: Span, text: str) -> bool:
    before, after = text[: place.start].rstrip(), text[place.end :].lstrip()
    return (not before or before[-1] in '.!?…"”»:') and (
        not after or text[place.end - 1] in ".!?…" or after[0] in ".!?…"
    )


def _why_not(form: str, held: str) -> Miss:
    """Which of its faults keeps a quote from being found."""
    gap = _LEFT_OUT.split(form)
    if len([piece for piece in gap if any(map(str.isalnum, piece))]) > 1 or _LEFT_OUT.search(form):
        return "ellipsis"
    words = form.split()
    at = pieces = 0
    while at < len(words):
        past = _longest(words, at, held)
        if past - at < min(_PIECE, len(words)):
            return "paraphrase"
        at, pieces = past, pieces + 1
    return "stitched" if pieces > 1 else "paraphrase"


def _longest(words: list[str], at: int, held: str) -> int:
    """Past the longest run of these words from `at` that stands in the text."""
    low, high = at, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if " ".join(words[at:middle]) in held:
            low = middle
        else:
            high = middle - 1
    return low
