"""Words of one language in the other: what lets a French question meet English text by its words.

The pairs stand in `lexicon/en.tsv` and `lexicon/fr.tsv` and serve both ways. Words are matched by stem, so an entry
covers its inflected forms; `lexicon/stems.tsv` holds the pairs ready stemmed, which loads ten times as fast, and a test
holds it equal to what `stemmed` makes of the other two. Does not translate sentences, and knows nothing of context: it
gives alternatives, best first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

Phrase = tuple[str, ...]
"""A word or a phrase as its content stems."""

_OTHER = {"en": "fr", "fr": "en"}


class Lexicon:
    """Translations between English and French, by stems."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read lines as `stemmed` makes them: "language TAB stems TAB translation|translation", stems spaced."""
        self._pairs: dict[str, dict[str, str]] = {"en": {}, "fr": {}}
        for line in lines:
            language, phrase, targets = line.split("\t")
            self._pairs[language][phrase] = targets
        self.longest = {
            language: max((phrase.count(" ") + 1 for phrase in entries), default=1)
            for language, entries in self._pairs.items()
        }

    def translations(self, phrase: Phrase, language: str) -> list[Phrase]:
        """Renderings of a phrase of `language` in the other one, most usual first; empty when unknown."""
        targets = self._pairs[language].get(" ".join(phrase))
        return [tuple(target.split(" ")) for target in targets.split("|")] if targets else []

    def knows(self, stem: str, language: str) -> bool:
        """Whether a word stands in it by itself, on the side of `language`."""
        return stem in self._pairs[language]

    def kin(self, stem: str, language: str) -> set[str]:
        """Words of the same language that share a usual translation with `stem`: near-synonyms."""
        found: set[str] = set()
        for target in self.translations((stem,), language)[:3]:
            found.update(back[0] for back in self.translations(target, _OTHER[language])[:3] if len(back) == 1)
        found.discard(stem)
        return found


def stemmed(tables: Mapping[str, Iterable[str]], stems: Callable[[str, str], Iterable[str]]) -> list[str]:
    """The lines of `stems.tsv`, for tables by language of the headword ("headword TAB translation|translation").

    `stems(text, language)` gives the content stems of a word or phrase. Blank and "#" lines are skipped; a line
    without a tab, or with a side that has no stem, raises ValueError.
    """
    ranks: dict[tuple[str, str], dict[str, int]] = {}
    for language, lines in tables.items():
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            headword, _, translations = line.rstrip("\n").partition("\t")
            source = " ".join(stems(headword, language))
            for place, translation in enumerate(translations.split("|")):
                target = " ".join(stems(translation, _OTHER[language]))
                if not source or not target:
                    raise ValueError(
                        f"lexicon, {language}: {line!r} leaves {headword!r} or {translation!r} without a stem"
                    )
                for key, found, rank in (
                    ((language, source), target, place),
                    ((_OTHER[language], target), source, place + 1),
                ):
                    targets = ranks.setdefault(key, {})
                    targets[found] = min(rank, targets.get(found, rank))
    return [
        "\t".join((*key, "|".join(sorted(targets, key=lambda target: (targets[target], target)))))
        for key, targets in sorted(ranks.items())
    ]


def sources() -> dict[str, list[str]]:
    """The lines of the tables that a person edits, by language of the headword."""
    folder = files("retrieval") / "lexicon"
    return {language: (folder / f"{language}.tsv").read_text("utf-8").splitlines() for language in _OTHER}


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon that comes with Footnote."""
    return Lexicon((files("retrieval") / "lexicon" / "stems.tsv").read_text("utf-8").splitlines())
