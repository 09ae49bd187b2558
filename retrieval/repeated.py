"""Site furniture that only the archive shows: lines that stand in many stories of one outlet.

"Read more on Libya", a box for a newsletter, the paragraph about the site: what is no reporting is told by its coming
again and again. A sentence that an outlet repeats in its reporting is evidence, so a line counts only when it is no
sentence and holds no figure, or when it addresses the reader or speaks of the site. Counted are stories, not articles:
five prints of one wire story are no repetition. What stands in many articles, evidence or not, says nothing of whether
two of them are the same (`standing`).

Pure: what is learnt depends on the articles alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.likeness import Known, Stories, site
from retrieval.types import Span

LEAST_STORIES: Final = 5
"""Stories of an outlet below which nothing is learnt of it."""
LEAST: Final = 4
SHARE: Final = 0.1
ENOUGH: Final = 25
"""A line is the site's when it stands in a tenth of its stories, at least LEAST; ENOUGH are enough in any archive."""
LONGEST: Final = 600
"""Characters of a line that is looked at."""
_WORDS: Final = 12
"""Words of a line that is no sentence, at most."""

_LINE = re.compile(r"[^\n]+")
_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*\s*$|[«“\"].{20,}[»”\"]")
_FIGURE = re.compile(r"\d")
_ADDRESSES = re.compile(
    r"\b(?:you|your|our newsletters?|newsletters?|subscrib\w*|sign up|cookies?|copyright|all rights reserved|follow us|"
    r"read more|click here|donat\w+|terms of (?:use|service)|privacy policy|contact us|"
    r"vous|votre|vos|newsletters?|abonn\w+|inscri\w+|droits réservés|suivez-nous|lire aussi|lire la suite|cliquez|"
    r"faire un don|mentions légales|politique de confidentialité|contactez-nous)\b|©|https?://|www\.",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"[«“\"]|\b(?:said|says|told|a dit|a déclaré|selon|according to)\b", re.IGNORECASE)


def lines(text: str, furniture: Sequence[Span]) -> Iterator[tuple[Span, int]]:
    """The lines that are not marked yet, each with its digest (uint64), odd where it may be furniture."""
    for match in _LINE.finditer(text):
        shown = match.group().strip()
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        if shown and len(shown) <= LONGEST:
            span = Span(start, start + len(shown))
            if not any(one.start < span.end and span.start < one.end for one in furniture):
                yield span, _digest(shown) & ~1 | eligible(shown)


def eligible(line: str) -> bool:
    """Whether a line can be the site's at all, however often it stands there."""
    if _ADDRESSES.search(line):
        return not _SPOKEN.search(line)
    return not (_SENTENCE.search(line) or _FIGURE.search(line)) and len(line.split()) <= _WORDS


def digests(text: str, furniture: Sequence[Span]) -> bytes:
    """The digests of `lines`, each once, as little-endian uint64."""
    return np.unique(np.array([digest for _, digest in lines(text, furniture)], dtype="<u8")).tobytes()


def standing(known: Iterable[Known]) -> dict[str, frozenset[int]]:
    """For each outlet (`site`) the digests of the lines that stand in LEAST of its articles or more."""
    by_site: dict[str, list[bytes]] = {}
    for one in known:
        if (where := site(one.outlet, one.url)) is not None:
            by_site.setdefault(where, []).append(one.likeness.lines)
    return {where: found for where, those in by_site.items() if (found := _repeated(those, LEAST))}


def learnt(known: Iterable[Known], stories: Stories) -> dict[str, frozenset[int]]:
    """For each outlet (`site`) the digests of the lines that are its furniture."""
    story = {article: number for number, told in enumerate(stories.told) for article in told}
    by_site: dict[str, dict[object, list[bytes]]] = {}
    for one in known:
        if (where := site(one.outlet, one.url)) is not None and one.article not in stories.replaced:
            told = by_site.setdefault(where, {})
            told.setdefault(story.get(one.article, one.article), []).append(one.likeness.lines)
    found: dict[str, frozenset[int]] = {}
    for where, told in by_site.items():
        if len(told) >= LEAST_STORIES:
            once = [np.unique(_read(b"".join(copies))).tobytes() for copies in told.values()]
            least = max(LEAST, min(ENOUGH, SHARE * len(told)))
            if furniture := frozenset(line for line in _repeated(once, least) if line & 1):
                found[where] = furniture
    return found


def _repeated(those: Sequence[bytes], least: float) -> frozenset[int]:
    """The digests that are in so many of these, in each of which a digest is once."""
    digest, count = np.unique(_read(b"".join(those)), return_counts=True)
    return frozenset(int(one) for one in digest[count >= least])


def marked(one: Known, of: Mapping[str, frozenset[int]]) -> frozenset[int]:
    """The lines of an article that its outlet repeats, by their digests."""
    where = site(one.outlet, one.url)
    repeated = of.get(where) if where is not None else None
    return repeated.intersection(int(digest) for digest in _read(one.likeness.lines)) if repeated else frozenset()


def with_learnt(text: str, furniture: Sequence[Span], repeated: frozenset[int]) -> tuple[Span, ...]:
    """The furniture of a text with the lines that its outlet repeats."""
    if not repeated:
        return tuple(furniture)
    return tuple(sorted([*furniture, *(span for span, digest in lines(text, furniture) if digest in repeated)]))


def _read(stored: bytes) -> NDArray[np.uint64]:
    return np.frombuffer(stored, dtype="<u8")


def _digest(line: str) -> int:
    same = " ".join(line.casefold().split())
    return int.from_bytes(blake2b(same.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
