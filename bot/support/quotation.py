"""Quotation marks of a claim: what stands between them must stand so in a quote, or be marked as our translation.

Finds the stretches between quotation marks, single or double, straight, curly or angled, and tells them from
apostrophes. Words are compared letter by letter; only white space, the shape of marks and dashes, ligatures, and the
case of the first letter may differ. Does not judge who said it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.support.types import Fault
from bot.types import Backing

OURS: Final = {"en": "(our translation)", "fr": "(notre\u00a0traduction)"}
"""What stands behind words that the source says in another language."""

_DOUBLE = '“”„«»"‟'
_SINGLE = "‘’'`‚‛"
_MARK = re.compile(rf"``|''|[{_DOUBLE}{_SINGLE}]")
_DECADE = re.compile(r"\d0s\b")
_SPACES = "\u00a0\u202f "
_APOSTROPHE = re.compile(rf"(?<=\w)[{_SINGLE}](?=\w)")
_NO_APOSTROPHE = re.compile(rf"(?<!\w)[{_SINGLE}]|[{_SINGLE}](?!\w)|[{_DOUBLE}\[\]]")
_DASHES = re.compile("[‐‑‒–—−]")
_END = re.compile(rf"[{_SPACES}]*[.,;:!?…]+$")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands between quotation marks: `text[start:end]`, and with the marks `text[before:after]`.

    `double`: by the shape of the marks. A quotation that is not closed goes on to the end of the text; one that was
    opened before it, from its beginning: `whole` is then false.
    """

    before: int
    start: int
    end: int
    after: int
    double: bool
    whole: bool = True


@lru_cache(maxsize=2048)
def stretches(text: str) -> tuple[Stretch, ...]:
    """The quoted stretches of a text by where they begin, those within others too."""
    found: list[Stretch] = []
    opened: list[tuple[int, int, bool]] = []
    for first, past, double in _marks(text):
        level = max((n for n, one in enumerate(opened) if one[2] == double), default=None)
        if _opens(text, first, past, double, level is not None):
            opened.append((first, past, double))
        elif level is not None:
            before, start, _ = opened[level]
            del opened[level:]
            found.append(_inner(text, before, start, first, past, double, whole=True))
        elif text[first] in "”»" and not found:
            found.append(_inner(text, 0, 0, first, past, double, whole=False))
    found += [
        _inner(text, before, start, len(text), len(text), double, whole=False)
        for before, start, double in opened
        if double
    ]
    return tuple(sorted((one for one in found if one.start < one.end), key=lambda one: (one.before, -one.after)))


def _marks(text: str) -> Iterator[tuple[int, int, bool]]:
    for match in _MARK.finditer(text):
        first, past = match.span()
        double = past - first == 2 or match.group() in _DOUBLE
        before, after = text[first - 1 : first], text[past : past + 1]
        if double or not (before.isalnum() and after.isalnum()):
            yield first, past, double


def _opens(text: str, first: int, past: int, double: bool, inside: bool) -> bool:
    """Whether a mark opens a quotation; `inside`: one of its kind is open."""
    before, after = text[first - 1 : first], text[past : past + 1]
    free = not before or before.isspace() or before in "([—–-/’'" or before in _DOUBLE + _SINGLE
    match text[first]:
        case "«" | "„" | "‟" | "‚" | "‛":
            return True
        case "»" | "”":
            return False
        case "“":
            return not (inside and (after.isspace() or not after))
        case "‘" | "`":
            return free or not inside
        case "’":
            return False
        case "'" if not double:
            return free and after.isalnum() and not _DECADE.match(text, past)
    return (free and not after.isspace()) or (not inside and after.isalnum() and not before.isdigit())


def _inner(text: str, before: int, start: int, end: int, after: int, double: bool, *, whole: bool) -> Stretch:
    while start < end and text[start] in _SPACES:
        start += 1
    while start < end and text[end - 1] in _SPACES:
        end -= 1
    return Stretch(before, start, end, after, double, whole)


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:
    """The quoted stretches of a claim that stand in none of its quotes.

    A claim with a quote of another language is for `untranslated`, which leaves no such stretch in it.
    """
    if _foreign(language, backing):
        return []
    return [Fault("quotation", claim[one.start : one.end]) for one in _absent(claim, backing)]


def untranslated(claim: str, language: str, backing: Sequence[Backing]) -> str | None:
    """The claim with words that no quote holds as they are taken out of their marks, and marked as our translation.

    None where nothing changes: all that it quotes stands in its quotes, or all of them are in its own language.
    """
    absent = _absent(claim, backing) if _foreign(language, backing) else []
    outer = [
        one for one in absent if not any(o.before <= one.before and one.after <= o.after for o in absent if o != one)
    ]
    rewritten = claim
    for one in reversed(outer):
        words = claim[one.start : one.end]
        close = _END.search(words)
        stop = words[close.start() :].lstrip(_SPACES) if close else ""
        following = claim[one.after :]
        if stop and (following[:1] in tuple(".,;:!?…") or not _keeps(stop, following)):
            stop = ""
        words = words[: close.start()] if close else words
        rewritten = f"{rewritten[: one.before]}{words} {OURS.get(language, OURS['en'])}{stop}{rewritten[one.after :]}"
    return rewritten if outer else None


def _keeps(stop: str, following: str) -> bool:
    """Whether a stop within the marks ends something outside of them too: the sentence, or the clause before a verb."""
    rest = following.lstrip(_SPACES)
    return not rest or stop[0] == "," or rest[0].isupper()


def _foreign(language: str, backing: Sequence[Backing]) -> bool:
    return any(one.article.language != language for one in backing)


def _absent(claim: str, backing: Sequence[Backing]) -> list[Stretch]:
    texts = [f" {_plain(one.quote)} " for one in backing]
    names = {_plain(name) for one in backing for name in (one.article.title, one.article.outlet) if name}
    return [
        one
        for one in stretches(claim)
        if not any(_stands(_plain(claim[one.start : one.end]), text) for text in texts)
        and _plain(claim[one.start : one.end]) not in names
    ]


def _stands(words: str, text: str) -> bool:
    """Whether words stand whole in a text, both plain; the case of their first letter does not matter."""
    if not words:
        return True
    for first in {words[0].lower(), words[0].upper()}:
        if re.search(rf"(?<!\w){re.escape(first + words[1:])}(?!\w)", text):
            return True
    return False


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    """A text with its spaces and dashes made alike, without quotation marks, brackets and a stop at its end."""
    text = unicodedata.normalize("NFKC", text).replace("œ", "oe").replace("Œ", "Oe").replace("\u00ad", "")
    text = _DASHES.sub("-", _NO_APOSTROPHE.sub(" ", _APOSTROPHE.sub("'", text)))
    return _END.sub("", " ".join(text.split())).strip()
