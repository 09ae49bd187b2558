"""A text's words as names are compared in it: folded, with the entities of both name tables found.

`entities.tsv` adds to the table that retrieval uses; it is for checking claims only. Judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from retrieval.analysis import Token, tokens
from retrieval.names import NameTable, fold

_FRENCH = "golfe manche pacifique tresor saxe car occident said"
_COMMON = frozenset(_FRENCH.split())
"""French words that mean something else in small letters."""
_ENGLISH = "western westerner westerners islamist islamists taliban coronavirus"
_SMALL_TOO = frozenset(_ENGLISH.split())
"""English words of the tables that are often written without a capital."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """The words of a text; `entities` by the place of each of their words: (first word, past last word, label)."""

    text: str
    language: str
    row: tuple[Token, ...]
    folded: tuple[str, ...]
    entities: dict[int, tuple[int, int, str]]

    def alone(self, at: int) -> bool:
        """Whether a word is by itself an entity, as a country or its adjective is."""
        return at in self.entities and self.entities[at][:2] == (at, at + 1)

    def said(self, first: int, past: int) -> str:
        """The words from one place up to another, as written."""
        return self.text[self.row[first].start : self.row[past - 1].end]


@lru_cache(maxsize=1)
def table() -> NameTable:
    """The name table of retrieval with the entities that are only for checking claims."""
    tables = (files("retrieval") / "names.tsv", files("bot.support") / "entities.tsv")
    return NameTable([line for each in tables for line in each.read_text("utf-8").splitlines()])


@lru_cache(maxsize=2048)
def written(text: str, language: str) -> Text:
    """The words of a text. An entity of one word in small letters counts in French only, where adjectives have them."""
    row = tuple(tokens(text))
    surfaces = [token.surface.replace(".", "") for token in row]
    entities: dict[int, tuple[int, int, str]] = {}
    for first, past, label in table().find(surfaces):
        word = fold(surfaces[first])
        small = past - first == 1 and surfaces[first].islower()
        if not small or (word not in _COMMON if language == "fr" else word in _SMALL_TOO):
            entities.update(dict.fromkeys(range(first, past), (first, past, label)))
    return Text(text, language, row, tuple(map(fold, surfaces)), entities)


def key(one: Text, at: int) -> str:
    """By what a word is the same in two texts: its entity ("@libya"), else its folded letters."""
    return "@" + one.entities[at][2] if at in one.entities else one.folded[at]
