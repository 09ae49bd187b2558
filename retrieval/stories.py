"""Which articles carry the same story, and which is an older version of which: near-duplicates, told by their words.

Two articles carry one story when most of the shorter one's runs of five words stand in the longer, whatever their
headlines, cuts or added paragraphs; MinHash (rensa) finds the pairs worth comparing. Articles made from one template
are not one story: their figures and names differ. Nothing is hidden by that: a figure that two copies give differently
is evidence in both. Only an older version gives way, and only where it surely is one: of the same outlet or address,
under an alike title, and older.

Pure: what comes out depends on the articles alone, not on their ids or the order in which they came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from retrieval import repeated
from retrieval.likeness import Known, Stories, host_of, site
from retrieval.names import fold
from retrieval.outlets import is_agency
from retrieval.types import Article, Span

SHINGLE: Final = 5
"""Words in a run. Of four, set phrases of the news meet; of eight, a few edits part two copies."""
LEAST: Final = 40
"""Runs that an article must have to be compared: in fewer, chance decides."""
BANDS: Final = 42
ROWS: Final = 3
"""Signatures are of BANDS × ROWS minima; a pair is compared when one band is alike, at a Jaccard index J with
probability 1 - (1 - J^ROWS)^BANDS: .996 at .5, .79 at .33, .04 at .1 (Leskovec et al., Mining of Massive Datasets,
3.4)."""
SAME: Final = 0.6
"""The share of the shorter article's runs that must stand in the longer; lines that the outlet repeats aside."""
OLDER: Final = 0.7
"""The share of the older version's runs that must stand in the newer."""
WITHIN: Final = 31
"""Days from an older version to a newer one of another address; a later article of the same kind is no version."""
OTHERS: Final = 0.34
"""The share of the shorter article's figures and names, at most, that the longer lacks."""
TITLES: Final = 0.5
"""The share of the shorter title's words that must stand in the longer for the titles to be alike."""
_SEED: Final = 1
_CROWD: Final = 20  # articles of one band beyond which each is compared with the first and the next alone

_WORD = re.compile(r"\w+")
_TELLING = re.compile(r"(?<=[\w,;:»”\"’)] )[^\W\d_a-zß-öø-ÿ][\w-]+|\d+(?:[.,\s]\d+)*")
_UPDATED = re.compile(
    r"\b(?:updated?|corrected|correction|clarification|(?:was|has been) amended|"
    r"mis(?:e)? à jour|actualisée?|rectificatif|rectifiée?|erratum|corrigée?)\b",
    re.IGNORECASE,
)
_EDGE: Final = 300  # characters at either end where a mark of an update stands


def signature(text: str, furniture: Iterable[Span]) -> bytes:
    """BANDS × ROWS minima of the runs of a text without its furniture, as little-endian uint32; b"" for a short one."""
    from rensa import RMinHash

    runs = shingles(_prose(text, furniture))
    if len(runs) < LEAST:
        return b""
    hashed = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    hashed.update(sorted(runs))
    return np.array(hashed.digest(), dtype="<u4").tobytes()


def shingles(prose: str) -> frozenset[str]:
    """The runs of SHINGLE words, case aside."""
    words = _WORD.findall(prose.casefold())
    return frozenset(" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def stories(known: Sequence[Known], article: Callable[[str], Article]) -> Stories:
    """Group and order the articles of an archive. `article` gives the whole of one that has to be compared."""
    known = sorted(known, key=lambda one: (one.source, one.path))
    comparing = _Comparing(known, article, repeated.standing(known))
    groups = _Groups(len(known))
    for one, other in _candidates([each.likeness.signature for each in known]):
        if groups.of(one) != groups.of(other) and comparing.same(one, other):
            groups.join(one, other)
    told: list[tuple[str, ...]] = []
    replaced: dict[str, str] = {}
    for group in groups.several():
        older = _older(group, comparing)
        replaced |= {known[one].article: known[newest].article for one, newest in older.items()}
        left = [known[one] for one in group if one not in older]
        if len(left) > 1:
            told.append(tuple(one.article for one in sorted(left, key=_precedence)))
    return Stories(tuple(told), replaced)


class _Groups:
    """Disjoint sets of numbers."""

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def of(self, one: int) -> int:
        """The number that stands for its set."""
        while self._parent[one] != one:
            self._parent[one] = self._parent[self._parent[one]]
            one = self._parent[one]
        return one

    def join(self, one: int, other: int) -> None:
        """Make their sets one."""
        first, second = sorted((self.of(one), self.of(other)))
        self._parent[second] = first

    def several(self) -> list[list[int]]:
        """The sets of more than one, each in order."""
        sets: dict[int, list[int]] = {}
        for one in range(len(self._parent)):
            sets.setdefault(self.of(one), []).append(one)
        return [each for each in sets.values() if len(each) > 1]


class _Comparing:
    """Compares articles by their texts; what was taken from a text is kept while it is likely to be needed."""

    def __init__(
        self, known: Sequence[Known], article: Callable[[str], Article], standing: Mapping[str, frozenset[int]]
    ) -> None:
        self.known = known
        self._article = article
        self._standing = standing
        self._taken = lru_cache(maxsize=512)(self._take)

    def same(self, one: int, other: int) -> bool:
        """Whether two articles carry the same story."""
        if self.known[one].language != self.known[other].language:
            return False
        (runs, telling), (others, told) = sorted(map(self._taken, (one, other)), key=lambda taken: len(taken[0]))
        if len(runs) < LEAST or len(runs & others) < SAME * len(runs):
            return False
        return len(telling - told) <= max(1, OTHERS * len(telling))

    def holds(self, newer: int, older: int) -> bool:
        """Whether most of the older text stands in the newer."""
        now, before = self._taken(newer)[0], self._taken(older)[0]
        return len(now & before) >= OLDER * len(before)

    def updated(self, one: int) -> bool:
        """Whether the text says that it was updated or corrected."""
        text = self._article(self.known[one].article).text
        return bool(_UPDATED.search(text[:_EDGE]) or _UPDATED.search(text[-_EDGE:]))

    def _take(self, one: int) -> tuple[frozenset[str], frozenset[str]]:
        """Its runs, and its figures and names."""
        whole = self._article(self.known[one].article)
        it = self.known[one]
        lines = repeated.marked(it, self._standing)
        prose = _prose(whole.text, repeated.with_learnt(whole.text, it.likeness.furniture, lines))
        return shingles(prose), frozenset(fold(found) for found in _TELLING.findall(prose))


def _candidates(signatures: Sequence[bytes]) -> list[tuple[int, int]]:
    """The pairs that are alike in a band, in order."""
    able = [place for place, one in enumerate(signatures) if one]
    if not able:
        return []
    rows = np.frombuffer(b"".join(signatures[place] for place in able), dtype="<u4").reshape(len(able), BANDS, ROWS)
    pairs: set[tuple[int, int]] = set()
    for band in range(BANDS):
        pairs.update(_alike(np.ascontiguousarray(rows[:, band])))
    return sorted((able[one], able[other]) for one, other in pairs)


def _alike(band: NDArray[np.uint32]) -> Iterable[tuple[int, int]]:
    """The pairs of equal rows."""
    _, first, count = np.unique(band, axis=0, return_inverse=True, return_counts=True)
    crowds: dict[int, list[int]] = {}
    for place in np.flatnonzero(count[first.ravel()] > 1):
        crowds.setdefault(int(first.ravel()[place]), []).append(int(place))
    for crowd in crowds.values():
        if len(crowd) <= _CROWD:
            yield from combinations(crowd, 2)
        else:
            yield from pairwise(crowd)
            yield from ((crowd[0], other) for other in crowd[2:])


def _older(group: Sequence[int], comparing: _Comparing) -> dict[int, int]:
    """Of the articles of one story, those of which another is a newer version, each with the newest."""
    older: dict[int, int] = {}
    for one in group:
        newer = [other for other in group if other != one and _newer(other, one, comparing)]
        if newer:
            older[one] = max(newer, key=lambda other: (comparing.known[other].published or "", other))
    return {one: _last(newest, older) for one, newest in older.items()}


def _last(newest: int, older: Mapping[int, int]) -> int:
    while newest in older:
        newest = older[newest]
    return newest


def _newer(one: int, other: int, comparing: _Comparing) -> bool:
    """Whether `one` is surely a newer version of `other`."""
    mine, theirs = comparing.known[one], comparing.known[other]
    address = _address(mine.url)
    same_address = address is not None and address == _address(theirs.url)
    if not same_address and not (_site(mine) and _site(mine) == _site(theirs) and _titles(mine.title, theirs.title)):
        return False
    if not comparing.holds(one, other):
        return False
    now, before = (_day(each.published) for each in (mine, theirs))
    if now and before and now != before:
        return now > before and (same_address or (now - before).days <= WITHIN)
    if (mine.published or theirs.published) and mine.published != theirs.published:
        return False  # one shows less of its date than the other, or none
    return comparing.updated(one) and not comparing.updated(other)


def _titles(one: str | None, other: str | None) -> bool:
    words = [frozenset(_WORD.findall(fold(title))) for title in (one, other) if title]
    return len(words) == 2 and bool(words[0]) and len(words[0] & words[1]) >= TITLES * min(map(len, words))


def _site(one: Known) -> str | None:
    return site(one.outlet, one.url)


def _address(url: str | None) -> str | None:
    """An address without what doesn't tell articles apart; None for none, and for a site's own."""
    host = host_of(url)
    path = urlsplit(url or "").path.rstrip("/") if host else ""
    query = urlsplit(url or "").query if host else ""
    return f"{host.removeprefix('www.')}{path}?{query}" if host and (path or query) else None


def _precedence(one: Known) -> tuple[bool, str, str, str]:
    """Whose copy is named first: the agency's own, then the earliest, then by place."""
    return not (one.outlet and is_agency(one.outlet)), one.published or "9999", one.source, one.path


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published or "")
    except ValueError:
        return None


def _prose(text: str, furniture: Iterable[Span]) -> str:
    parts, position = [], 0
    for span in sorted(furniture):
        parts.append(text[position : span.start])
        position = span.end
    return "\n".join([*parts, text[position:]])
