"""The words that turn a statement into something else, from `cues.tsv`: negations, hedges, verbs of saying, and more.

The table is made to be edited. Its cues are regular expressions over the line of a `Reading`: small letters, a space
between words, apostrophes and hyphens apart ("didn t", "a t elle"). Finds nothing by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

Reach = Literal["-", "ahead", "through", "behind", "clause", "phrase", "noun", "condition", "sentence"]
"""How far a cue governs. ahead: to the end of the clause. through: the same, from the first word of the cue ("ne vient
pas"). behind: from the beginning of the clause ("… was cancelled"). clause: both. phrase: the next few words ("alleged
…"). noun: the few words before ("… présumé"). condition: the clause of "if", and the one that hangs on it. sentence:
from stop to stop. "-": nothing, it is only found.
"""

_FRENCH_ENDS = "(?:e|es|ent|é|ée|és|ées|er|ait|aient|a|èrent|ant|era|eront)"


@dataclass(frozen=True, slots=True)
class Cue:
    """What to look for in a line, of what kind it is, and how far it reaches."""

    kind: str
    reach: Reach
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, str], list[tuple[str, Reach, list[str]]]]:
    """Rows (kind, reach, cues) by check and language, neighbours of one kind and reach joined."""
    found: dict[tuple[str, str], list[tuple[str, Reach, list[str]]]] = {}
    for line in (files("bot.support") / "cues.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        check, language, kind, reach, listed = line.split("\t")
        rows = found.setdefault((check, language), [])
        each = [_spelt_out(one, language) for one in listed.split()]
        if rows and rows[-1][:2] == (kind, reach):
            rows[-1][2].extend(each)
        else:
            rows.append((kind, cast("Reach", reach), each))
    return found


def expressions(check: str, language: str, kind: str) -> list[str]:
    """The cues of one kind as regular expressions without their edges; none for a language that has no rows."""
    return [one for known, _, listed in _table().get((check, language), ()) if known == kind for one in listed]


@lru_cache(maxsize=64)
def cues(check: str, language: str) -> tuple[Cue, ...]:
    """The cues of a check that govern words, in the order in which they count."""
    rows = _table().get((check, language), ())
    return tuple(Cue(kind, reach, pattern(listed)) for kind, reach, listed in rows if reach != "-")


@lru_cache(maxsize=64)
def cue(check: str, language: str, *kinds: str) -> re.Pattern[str]:
    """One pattern for all cues of these kinds; it matches nothing for a language that has none."""
    return pattern([one for kind in kinds for one in expressions(check, language, kind)])


def pattern(alternatives: list[str]) -> re.Pattern[str]:
    """A pattern for whole words of a line."""
    return re.compile(rf"(?<= )(?:{'|'.join(alternatives)})(?= )" if alternatives else r"(?!)")


def _spelt_out(listed: str, language: str) -> str:
    """A cue of the table as a regular expression: spaces for "_", "deny~" as the forms of the verb."""
    plain = listed.replace("_", " ")
    return re.sub(r"(\w+)~", lambda verb: _forms(verb[1], language), plain)


def _forms(verb: str, language: str) -> str:
    """The forms of a regular verb: an English one by its infinitive, a French one in -er by its own."""
    if language == "fr":
        stem = verb.removesuffix("er")
        changing = re.sub(r"[eé](?=[^aeiouyéè]$)", "[eéè]", stem)
        double = f"{stem[-1]}?" if stem[-1] in "lt" and stem[-2] == "e" else ""
        return f"{changing}{double}{_FRENCH_ENDS}"
    if verb.endswith("e"):
        return f"{verb[:-1]}(?:es?|ed|ing)"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}(?:y|ies|ied|ying)"
    if re.search(r"(?:s|sh|ch|x)$", verb):
        return f"{verb}(?:es|ed|ing)?"
    double = f"{verb[-1]}?" if re.search(r"[aeiou][bdglmnprt]$", verb) else ""
    return f"{verb}(?:s|{double}ed|{double}ing)?"
