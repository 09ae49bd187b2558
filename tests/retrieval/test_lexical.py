"""Word search in real tantivy: terms as they are, groups, languages, damage."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from retrieval.errors import DamagedIndex, HomeNotWritable, IndexBusy
from retrieval.lexical import Row, WordIndex

ROWS: list[Row] = [
    ("p1", "a1", "en", ["harbour", "close", "@libya"]),
    ("p2", "a1", "en", ["harbour", "harbour", "ship"]),
    ("p3", "a2", "fr", ["port", "ferm", "@libya"]),
    ("p4", "a3", "de", ["hafen"]),
]


@pytest.fixture
def index(tmp_path: Path) -> WordIndex:
    words = WordIndex.create(tmp_path / "w")
    assert words.add(ROWS) == 4
    return words


def ids(found: list[tuple[str, float]]) -> list[str]:
    return [passage for passage, _ in found]


def test_more_of_a_word_scores_higher(index: WordIndex) -> None:
    found = index.search({"en": [[("harbour", 1.0)]]}, 5)
    assert ids(found) == ["p2", "p1"]
    assert found[0][1] > found[1][1] > 0


def test_a_language_asks_only_its_own_passages(index: WordIndex) -> None:
    assert ids(index.search({"fr": [[("@libya", 1.0)]]}, 5)) == ["p3"]
    assert sorted(ids(index.search({"fr": [[("@libya", 1.0)]], "en": [[("@libya", 1.0)]]}, 5))) == ["p1", "p3"]


def test_other_languages_share_one_field(index: WordIndex) -> None:
    assert (
        ids(index.search({"und": [[("hafen", 1.0)]]}, 5)) == ids(index.search({"nl": [[("hafen", 1.0)]]}, 5)) == ["p4"]
    )


def test_of_a_group_only_the_best_counts_and_groups_are_summed(index: WordIndex) -> None:
    def score(query: list[list[tuple[str, float]]]) -> float:
        return dict(index.search({"en": query}, 5))["p1"]

    harbour, close = score([[("harbour", 1.0)]]), score([[("close", 1.0)]])
    assert score([[("harbour", 1.0), ("close", 1.0)]]) == pytest.approx(max(harbour, close))
    assert score([[("harbour", 1.0)], [("close", 1.0)]]) == pytest.approx(harbour + close)


def test_a_weight_multiplies_and_none_leaves_out(index: WordIndex) -> None:
    plain = dict(index.search({"en": [[("close", 1.0)]]}, 5))["p1"]
    assert dict(index.search({"en": [[("close", 0.5)]]}, 5))["p1"] == pytest.approx(plain / 2)
    assert index.search({"en": [[("close", 0.0)]]}, 5) == []


def test_nothing_asked_finds_nothing(index: WordIndex) -> None:
    assert index.search({}, 5) == index.search({"en": []}, 5) == index.search({"en": [[]]}, 5) == []
    assert index.search({"en": [[("harbour", 1.0)]]}, 0) == []


@pytest.mark.parametrize(
    "term", ["@état", "#5000", "~ftr", "C++", "a:b", "(x", "ÉTÉ", "it's", "a" * 300, "日本", "OR", "\u0000"]
)
def test_a_term_is_indexed_as_it_is(tmp_path: Path, term: str) -> None:
    words = WordIndex.create(tmp_path / "w")
    words.add([("p", "a", "en", [term, "other"])])
    assert ids(words.search({"en": [[(term, 1.0)]]}, 5)) == ["p"]
    assert words.document_frequency(term, "en") == 1
    assert words.search({"en": [[(term.swapcase() + "x", 1.0)]]}, 5) == []


@pytest.mark.parametrize("term", ["two words", "", "tab\tbed", "no\u00a0break"])
def test_a_term_that_would_be_split_is_refused_and_nothing_is_written(index: WordIndex, term: str) -> None:
    with pytest.raises(ValueError, match="p9"):
        index.add([("p8", "a", "en", ["fine"]), ("p9", "a", "en", ["fine", term])])
    assert index.passage_count() == 4


def test_scores_are_bm25(index: WordIndex) -> None:
    """k1 1.2, b 0.75; lengths 3, 3 in English; the mean is over all four passages."""
    idf = math.log(1 + (4 - 1 + 0.5) / (1 + 0.5))
    mean = (3 + 3) / 4
    expected = idf * 2.2 * 1 / (1 + 1.2 * (0.25 + 0.75 * 3 / mean))
    assert dict(index.search({"en": [[("close", 1.0)]]}, 5))["p1"] == pytest.approx(expected, rel=1e-4)


def test_frequencies_and_counts_by_language(index: WordIndex) -> None:
    assert index.document_frequency("harbour", "en") == 2
    assert index.document_frequency("harbour", "fr") == 0
    assert (index.passage_count("en"), index.passage_count("fr"), index.passage_count("de")) == (2, 1, 1)
    assert index.passage_count() == 4


def test_adding_again_replaces(index: WordIndex) -> None:
    index.add([("p1", "a1", "fr", ["quai"])])
    assert index.passage_count() == 4
    assert ids(index.search({"en": [[("harbour", 1.0)]]}, 5)) == ["p2"]
    assert ids(index.search({"fr": [[("quai", 1.0)]]}, 5)) == ["p1"]


def test_deleting_by_passage_and_by_article(index: WordIndex) -> None:
    index.delete_passages(["p3", "unknown"])
    assert index.passage_count() == 3
    index.delete_articles(["a1"])
    assert index.passage_count() == 1


def test_a_reader_sees_a_commit_after_reload(index: WordIndex, tmp_path: Path) -> None:
    reader = WordIndex.open(tmp_path / "w")
    index.add([("p5", "a5", "en", ["anchor"])])
    reader.reload()
    assert ids(reader.search({"en": [[("anchor", 1.0)]]}, 5)) == ["p5"]


def test_a_second_writer_is_refused(index: WordIndex, tmp_path: Path) -> None:
    other = WordIndex.open(tmp_path / "w")
    with index._writing(), pytest.raises(IndexBusy):
        other.add(ROWS)


def test_a_missing_folder_is_damage(tmp_path: Path) -> None:
    with pytest.raises(DamagedIndex):
        WordIndex.open(tmp_path / "w")


@pytest.mark.parametrize("pattern", ["meta.json", "*.term", "*.idx", "*.store", "*.fieldnorm"])
@pytest.mark.parametrize("how", ["missing", "cut"])
def test_a_damaged_file_is_named(index: WordIndex, tmp_path: Path, pattern: str, how: str) -> None:
    assert index.passage_count() == 4
    for file in (tmp_path / "w").glob(pattern):
        if how == "missing":
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:10])
    with pytest.raises(DamagedIndex):
        WordIndex.open(tmp_path / "w")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeNotWritable):
        WordIndex.create(tmp_path / "file" / "w")
