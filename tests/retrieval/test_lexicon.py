"""The lexicon: what its tables say, both ways."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from retrieval.analysis import content_stems
from retrieval.lexicon import Lexicon, lexicon, sources, stemmed

LIMIT_MS = 40


def test_the_stemmed_table_is_what_the_tables_give() -> None:
    stored = (files("retrieval") / "lexicon" / "stems.tsv").read_text("utf-8").splitlines()
    assert stored == stemmed(sources(), content_stems), "make it anew: python -m fitting.lexicon"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_line_is_a_headword_and_its_translations(language: str) -> None:
    lines = [line for line in sources()[language] if line.strip() and not line.startswith("#")]
    broken = [line for line in lines if line.count("\t") != 1 or not all(map(str.strip, line.split("\t")))]
    loose = [line for line in lines if any(part != part.strip() for part in line.replace("\t", "|").split("|"))]
    headwords = Counter(line.partition("\t")[0] for line in lines)
    assert (broken, loose) == ([], [])
    assert [headword for headword, times in headwords.items() if times > 1] == []


def test_what_translates_there_translates_back() -> None:
    table = lexicon()
    lost = []
    for line in (files("retrieval") / "lexicon" / "stems.tsv").read_text("utf-8").splitlines():
        language, phrase, targets = line.split("\t")
        other = "fr" if language == "en" else "en"
        source = tuple(phrase.split(" "))
        assert table.translations(source, language)
        lost += [
            (phrase, target)
            for target in targets.split("|")
            if source not in table.translations(tuple(target.split(" ")), other)
        ]
    assert lost == []


@pytest.mark.parametrize(
    ("word", "language", "translation"),
    [
        ("soldats", "fr", "soldier"),
        ("mer", "fr", "sea"),
        ("mère", "fr", "mother"),
        ("mere", "fr", "mother"),
        ("parti", "fr", "party"),
        ("partie", "fr", "part"),
        ("armée", "fr", "army"),
        ("armes", "fr", "weapons"),
        ("avions", "fr", "aircraft"),
        ("avions", "fr", "planes"),
        ("est", "fr", "east"),
        ("été", "fr", "summer"),
        ("May", "en", "mai"),
        ("countries", "en", "pays"),
        ("son", "en", "fils"),
        ("porte-parole", "fr", "spokesman"),
        ("airstrikes", "en", "frappes aériennes"),
    ],
)
def test_words_of_the_news_have_their_translation(word: str, language: str, translation: str) -> None:
    other = "fr" if language == "en" else "en"
    found = lexicon().translations(tuple(content_stems(word, language)), language)
    assert tuple(content_stems(translation, other)) in found[:4]


def test_the_most_usual_translation_comes_first() -> None:
    table = Lexicon(stemmed({"en": ["bank\tbanque|rive"], "fr": ["rive\tshore|bank"]}, lambda text, _: text.split()))
    assert table.translations(("bank",), "en") == [("banque",), ("rive",)]
    assert table.translations(("rive",), "fr") == [("shore",), ("bank",)]
    assert table.translations(("quai",), "fr") == []


def test_a_word_is_not_its_own_kin() -> None:
    table = Lexicon(stemmed({"fr": ["bateau\tship|boat", "navire\tship"]}, lambda text, _: text.split()))
    assert table.kin("bateau", "fr") == {"navire"}
    assert table.kin("navire", "fr") == {"bateau"}
    assert table.kin("quai", "fr") == set()


@pytest.mark.parametrize("line", ["soldier", "soldier\t", "\tsoldat", "soldier\tsoldat||militaire", "the of\tsoldat"])
def test_a_line_that_translates_nothing_is_a_fault(line: str) -> None:
    with pytest.raises(ValueError, match="without a stem"):
        stemmed({"en": [line]}, content_stems)


def test_it_loads_fast() -> None:
    code = (
        "import time, retrieval.analysis as a; from retrieval.lexicon import lexicon; a.stem('x', 'fr');"
        "b = time.process_time(); lexicon(); print((time.process_time() - b) * 1000)"
    )
    root = Path(__file__).parents[2]
    took = min(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True).stdout)
        for _ in range(3)
    )
    assert took < LIMIT_MS
