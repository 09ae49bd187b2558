"""Names written in several ways meet: Gaddafi and Kadhafi, ISIS and Daech, Syrte and Sirte.

Two means. `names.tsv` lists entities with their variants in both languages; variants that are also plain words ("IS",
"UN") are told from them by their capitals. For names that no list knows, `skeleton` gives a spelling key that survives
transliteration. Does not decide what in a text is a name: the caller hands it words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

_SPLIT = re.compile(r"[^\W_]+")
_ENDINGS = ("es", "s", "e")
_PLAIN = frozenset(("aids", "au", "eau", "eu", "fed", "holland", "is", "un", "us", "vienne", "who"))
"""Variants that mean something else in small letters or with an ending: aid, water, one; Hollande."""
_AFTER_THE = frozenset(("eu", "un", "us"))
"""Of these, those that nothing but the acronym can be after "the", however it is typed."""
_REACH = 3


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case without accents: "Égypte" -> "egypte". Ligatures come apart ("œuvre" -> "oeuvre")."""
    lowered = text.casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))


def shouted(words: Sequence[str], at: int) -> bool:
    """Whether the word at `at` stands among words all in capitals, so that its own say nothing ("WHO IS HE").

    Three words on each side are looked at; fewer than three words in all settle nothing ("US", "UN LIBYA").
    """
    near = words[max(0, at - _REACH) : at + _REACH + 1]
    return len(near) > 2 and not any(c.islower() for word in near for c in word)


class NameTable:
    """The entities of a `names.tsv`: finds them in a row of words."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Read entity lines (variants separated by "|", the first the label); blank and "#" lines are skipped."""
        self.labels: list[str] = []
        self._by_case: dict[str, str] = {}
        self._folded: dict[tuple[str, ...], str] = {}
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            variants = [variant.strip() for variant in line.split("|")]
            label = fold(variants[0]).replace(" ", "_")
            self.labels.append(variants[0])
            for variant in variants:
                words = tuple(_SPLIT.findall(variant.replace(".", "")))
                if len(words) == 1 and fold(words[0]) in _PLAIN:
                    self._by_case.setdefault(words[0], label)
                else:
                    self._folded.setdefault(tuple(map(fold, words)), label)
        self._reach: dict[str, int] = {}  # by its first word, the words of the longest variant
        for key in self._folded:
            self._reach[key[0]] = max(self._reach.get(key[0], 1), len(key))

    def find(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """The entities in `words` (as written), longest first at each place: (first word, past last word, label)."""
        folded = [fold(word) for word in words]
        found: list[tuple[int, int, str]] = []
        at = 0
        while at < len(words):
            for length in range(min(self._reach.get(folded[at], 1), len(words) - at), 0, -1):
                label = self._lookup(tuple(folded[at : at + length]))
                if label is None and length == 1 and folded[at] in _PLAIN:
                    label = self._by_capitals(words, at)
                if label is not None:
                    found.append((at, at + length, label))
                    at += length
                    break
            else:
                at += 1
        return found

    def _by_capitals(self, words: Sequence[str], at: int) -> str | None:
        if at and words[at - 1].lower() == "the" and words[at].lower() in _AFTER_THE:
            return self._by_case.get(words[at].upper())
        return None if shouted(words, at) else self._by_case.get(words[at])

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
_VOWEL_RUN = re.compile("[aeiouy]+")


@lru_cache(maxsize=65536)
def skeleton(name: str) -> str | None:
    """A key that transliterations of one name share: its consonants, alike-sounding ones merged, and how many vowels.

    "Haftar" and "Hifter" -> "ftr2"; neighbouring vowels count as one ("Tobruk", "Tobrouk"). None where fewer than three
    consonants remain, which would bring strangers together; vowels at the end keep "Marine" and "Moran" apart.
    """
    word = fold(name)
    for written, sound in _DIGRAPHS:
        word = word.replace(written, sound)
    word = re.sub(r"(.)\1", r"\1", word.translate(_LETTERS))
    bones = word.translate(_VOWELS)
    return f"{bones}{len(_VOWEL_RUN.findall(word))}" if len(bones) >= 3 else None
