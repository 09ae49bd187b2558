"""Names written in several ways meet: Gaddafi and Kadhafi, ISIS and Daech, Syrte and Sirte.

Two means. `names.tsv` lists entities with their variants in both languages, acronyms matched by case. For names that no
list knows, `skeleton` gives a spelling key that survives transliteration, and `same_name` bounds it by edit distance.
Does not decide what in a text is a name: the caller hands it words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

_SPLIT = re.compile(r"[^\W_]+")
_ENDINGS = ("es", "s", "e")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case without accents: "Égypte" -> "egypte". Ligatures come apart ("œuvre" -> "oeuvre")."""
    lowered = text.casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))


class NameTable:
    """The entities of a `names.tsv`: finds them in a row of words."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Read entity lines (variants separated by "|", the first the label); blank and "#" lines are skipped."""
        self.labels: list[str] = []
        self._by_case: dict[tuple[str, ...], str] = {}
        self._folded: dict[tuple[str, ...], str] = {}
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            variants = [variant.strip() for variant in line.split("|")]
            label = fold(variants[0]).replace(" ", "_")
            self.labels.append(variants[0])
            for variant in variants:
                compact = variant.replace(".", "")
                words = tuple(_SPLIT.findall(compact))
                if len(words) == 1 and compact.isupper():
                    self._by_case.setdefault(words, label)
                else:
                    self._folded.setdefault(tuple(fold(word) for word in words), label)
        self._longest = max(map(len, self._folded), default=1)

    def find(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """The entities in `words` (as written), longest first at each place: (first word, past last word, label).

        Words all in capitals say nothing by their case, so acronyms are not looked for when there are several and none
        has a small letter ("WHO IS HE").
        """
        shouted = len(words) > 2 and not any(c.islower() for word in words for c in word)
        folded = [fold(word) for word in words]
        found: list[tuple[int, int, str]] = []
        at = 0
        while at < len(words):
            for length in range(min(self._longest, len(words) - at), 0, -1):
                label = self._lookup(tuple(folded[at : at + length]))
                if label is None and length == 1 and not shouted:
                    label = self._by_case.get((words[at],))
                if label is not None:
                    found.append((at, at + length, label))
                    at += length
                    break
            else:
                at += 1
        return found

    def _lookup(self, key: tuple[str, ...]) -> str | None:
        label = self._folded.get(key)
        if label is None:
            for ending in _ENDINGS:
                if key[-1].endswith(ending) and len(key[-1]) - len(ending) > 3:
                    label = self._folded.get((*key[:-1], key[-1][: -len(ending)]))
                    if label is not None:
                        break
        return label


@lru_cache(maxsize=1)
def name_table() -> NameTable:
    """The table that comes with Footnote."""
    return NameTable((files("retrieval") / "names.tsv").read_text("utf-8").splitlines())


_DIGRAPHS = (("kh", "k"), ("gh", "k"), ("dh", "d"), ("th", "t"), ("ph", "f"), ("sh", "s"), ("ch", "s"), ("sch", "s"))
_LETTERS = str.maketrans({"q": "k", "g": "k", "c": "k", "z": "s", "j": "s", "v": "f", "w": None, "h": None})
_VOWELS = str.maketrans(dict.fromkeys("aeiouy"))


@lru_cache(maxsize=65536)
def skeleton(name: str) -> str | None:
    """A key that transliterations of one name share: its consonants, alike-sounding ones merged.

    "Haftar" and "Hifter" -> "ftr"; None where fewer than three consonants remain, which would bring strangers together.
    """
    word = fold(name)
    for written, sound in _DIGRAPHS:
        word = word.replace(written, sound)
    word = re.sub(r"(.)\1", r"\1", word.translate(_LETTERS))
    bones = word.translate(_VOWELS)
    return bones if len(bones) >= 3 else None


def same_name(one: str, other: str) -> bool:
    """Whether two capitalised words are likely spellings of one name: same skeleton, few letters apart.

    The bound, one letter and one more for every three of the shorter name, holds Misrata/Misurata and Tobruk/Tobrouk
    together and Marine/Moran apart.
    """
    a, b = fold(one), fold(other)
    if a == b:
        return True
    if skeleton(a) is None or skeleton(a) != skeleton(b) or a[0] not in _alike(b[0]):
        return False
    return edit_distance(a, b) <= 1 + min(len(a), len(b)) // 3


def _alike(letter: str) -> str:
    return "gkqc" if letter in "gkqc" else "sz" if letter in "sz" else letter


def edit_distance(a: str, b: str) -> int:
    """The least number of letters inserted, dropped or changed that turns `a` into `b` (Levenshtein 1966)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]
