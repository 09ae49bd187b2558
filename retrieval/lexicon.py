"""Words of one language in the other: what lets a French question meet English text by its words.

The pairs stand in `lexicon/en.tsv` and `lexicon/fr.tsv` and serve both ways. Words are matched by stem, so an entry covers
its inflected forms. Does not translate sentences, and knows nothing of context: it gives alternatives, best first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

Phrase = tuple[str, ...]
"""A word or a phrase as its content stems."""


class Lexicon:
    """Translations between English and French, by stems."""

    def __init__(self, tables: Mapping[str, Sequence[str]], stems: Callable[[str, str], Sequence[str]]) -> None:
        """Read tables by language of the headword (lines "headword TAB translation|translation").

        `stems(text, language)` gives the content stems of a word or phrase; entries without any are skipped.
        """
        self._pairs: dict[str, dict[Phrase, dict[Phrase, int]]] = {"en": {}, "fr": {}}
        for language, lines in tables.items():
            other = "fr" if language == "en" else "en"
            for line in lines:
                headword, tab, translations = line.rstrip("\n").partition("\t")
                if not tab or line.startswith("#"):
                    continue
                source = tuple(stems(headword, language))
                for place, translation in enumerate(translations.split("|")):
                    target = tuple(stems(translation, other))
                    if source and target:
                        self._note(language, source, target, place)
                        self._note(other, target, source, place + 1)
        self.longest = {
            language: max((len(phrase) for phrase in entries), default=1) for language, entries in self._pairs.items()
        }

    def _note(self, language: str, source: Phrase, target: Phrase, place: int) -> None:
        targets = self._pairs[language].setdefault(source, {})
        targets[target] = min(place, targets.get(target, place))

    def translations(self, phrase: Phrase, language: str) -> list[Phrase]:
        """Renderings of a phrase of `language` in the other one, most usual first; empty when unknown."""
        targets = self._pairs[language].get(phrase, {})
        return sorted(targets, key=lambda target: (targets[target], target))

    def kin(self, stem: str, language: str) -> set[str]:
        """Words of the same language that share a usual translation with `stem`: near-synonyms."""
        other = "fr" if language == "en" else "en"
        found: set[str] = set()
        for target in self.translations((stem,), language)[:3]:
            found.update(back[0] for back in self.translations(target, other)[:3] if len(back) == 1)
        found.discard(stem)
        return found


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon that comes with Footnote."""
    from retrieval.analysis import content_stems

    folder = files("retrieval") / "lexicon"
    tables = {language: (folder / f"{language}.tsv").read_text("utf-8").splitlines() for language in ("en", "fr")}
    return Lexicon(tables, content_stems)
