"""Settings compared: the same questions asked under each, side by side, with what differs from the first by more than
chance.

A variant is written as in a shell: "FOOTNOTE_SEARCH=words FOOTNOTE_NAMES=off", or --no-model.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.errors import WrongUse
from bot.evaluation.text import figure, table
from bot.settings import VARIABLES

_NO_MODEL: Final = "--no-model"
_OTHERS: Final = ("FOOTNOTE_HOME", "FOOTNOTE_ARCHIVE", "CHROMA_URL")
"""Variables that say where things are, not how answers are made."""
_CREDENTIALS: Final = re.compile(r"//[^/]*@")
_WRITTEN: Final = (
    'Write it as --compare "FOOTNOTE_SEARCH=words FOOTNOTE_NAMES=off", or --compare --no-model; docs/evaluation.md '
    "lists what there is."
)


@dataclass(frozen=True, slots=True)
class Variant:
    """Settings that differ from those of the run, by variable; and whether no model is to write."""

    name: str
    changes: Mapping[str, str]
    no_model: bool = False


def variant(written: str) -> Variant:
    """What was written as a variant. Raises WrongUse for what names no setting that answers hang on."""
    changes: dict[str, str] = {}
    no_model = False
    try:
        words = shlex.split(written)
    except ValueError as error:
        raise WrongUse("--compare has a quotation mark that is not closed.", _WRITTEN) from error
    for word in words:
        name, given, value = word.partition("=")
        if word == _NO_MODEL:
            no_model = True
        elif given and name in VARIABLES and name not in _OTHERS and not name.startswith("TELEGRAM_"):
            changes[name] = value
        else:
            raise _wrong(words)
    if not words:
        raise _wrong(words)
    return Variant(_without_secrets(words), changes, no_model)


def _without_secrets(words: Iterable[str]) -> str:
    """As it was written, but for a key, and for what an address has before its host."""
    return " ".join(
        "OPENAI_API_KEY=…" if word.startswith("OPENAI_API_KEY=") else _CREDENTIALS.sub("//…@", word) for word in words
    )


def _wrong(words: Iterable[str]) -> WrongUse:
    return WrongUse(f"--compare “{_without_secrets(words)}” names no settings to compare.", _WRITTEN)


def side_by_side(records: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """A table: a column for each variant, behind the first what differs from it; `*` where by more than chance."""
    names = [name for name, _ in records]
    heads = [chr(ord("A") + at) for at in range(len(records))]
    legend = [f"{head}: {name}" for head, name in zip(heads, names, strict=True)]
    metrics = [{one["name"]: one for one in record["metrics"]} for _, record in records]
    rows = [("", *heads)]
    for name, first in metrics[0].items():
        if not any(each[name]["n"] for each in metrics):
            continue
        cells = [figure(first["value"], first["unit"])]
        for each, (_, record) in zip(metrics[1:], records[1:], strict=True):
            changed = next((one for one in record["baseline"]["metrics"] if one["name"] == name), None)
            cell = figure(each[name]["value"], first["unit"])
            if changed is not None:
                mark = "" if changed["by_chance"] else "*"
                cell += f" ({figure(changed['difference'], first['unit'], signed=True)}{mark})"
            cells.append(cell)
        rows.append((first["title"], *cells))
    seconds = [f"{record['run']['seconds']:.1f} s" for _, record in records]
    rows.append(("Time for all", *seconds))
    flips = [
        f"{head} against A: {_count(record, 'better')} questions better, {_count(record, 'worse')} worse"
        for head, (_, record) in list(zip(heads, records, strict=True))[1:]
    ]
    n = records[0][1]["run"]["questions"]["n"]
    note = (
        f"n={n}; in brackets the difference from A, over the questions scored in both; "
        "* more than chance (5% over all metrics of a column)."
    )
    return "\n".join([*legend, "", table(rows), "", note, *flips])


def _count(record: Mapping[str, Any], direction: str) -> int:
    return sum(one["direction"] == direction for one in record["baseline"]["flipped"])
