"""The words that may say in one language what a word says in the other, and which words of a text do.

Own spelling and stem, the lexicon's translations, near-synonyms where they are asked for, and the entity of the name
table. Knows nothing of context: a rendering is possible, not certain.
"""

from __future__ import annotations

from functools import lru_cache

from retrieval.analysis import stem
from retrieval.lexicon import lexicon
from retrieval.names import fold, name_table
from retrieval.types import LANGUAGES


def known(language: str, otherwise: str) -> str:
    """The language as whose words a text is read: its own if we know it, else the one given."""
    return language if language in LANGUAGES else otherwise


@lru_cache(maxsize=65536)
def keys(word: str, language: str) -> frozenset[str]:
    """By what a word of a text is recognised: its spelling, its stem, its entity ("@libya")."""
    labels = [f"@{label}" for _, _, label in name_table().find([word])]
    return frozenset((fold(word), stem(word, language), *labels))


@lru_cache(maxsize=65536)
def renderings(word: str, language: str, target: str, *, near: bool = False) -> frozenset[str]:
    """The keys of words of `target` that may say what this word says; with `near` those of near-synonyms too."""
    found = set(keys(word, language))
    own = stem(word, language)
    if language == target:
        return frozenset(found | lexicon().kin(own, language) if near else found)
    found.add(stem(word, target))
    phrases = lexicon().translations((own,), language)
    found.update(phrase[0] for phrase in phrases if len(phrase) == 1)
    if near:
        found.update(kin for phrase in phrases[:2] if len(phrase) == 1 for kin in lexicon().kin(phrase[0], target))
    return frozenset(found)
