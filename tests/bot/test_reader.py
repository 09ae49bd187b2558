"""The reader tells an answering sentence from a near one, in both languages and across, whatever else it reads."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.reader import CHANGES, LOGITS, Adapted, Read, Reader, build_reader, lay_out, load_reader, read_changes
from retrieval.e5 import session
from retrieval.e5_graph import INPUT
from retrieval.e5_weights import Weights, find_weights
from retrieval.errors import EmbedderUnavailable

TITLES = {
    "en": "Ferry company fined after harbour collision",
    "fr": "Une compagnie de ferries condamnée après une collision",
}
ANSWERING = {
    "en": "The court in Ostrel ordered Nordline to pay 2.4 million euros on Friday.",
    "fr": "Le tribunal d'Ostrel a condamné vendredi Nordline à verser 2,4 millions d'euros.",
}
NEAR = {
    "en": "Nordline said its lawyers would study the ruling of the Ostrel court before deciding on an appeal.",
    "fr": "Nordline a indiqué que ses avocats étudieraient le jugement du tribunal d'Ostrel avant tout appel.",
}
QUESTIONS = {
    "en": "How much does Nordline have to pay?",
    "fr": "Quelle somme Nordline doit-elle payer ?",
}


@pytest.fixture(scope="module")
def folder(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedder's files with the reader's graph beside them."""
    return Path(shutil.copytree(model_folder, tmp_path_factory.mktemp("reading") / "model"))


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return load_reader(folder)


@pytest.mark.parametrize("asked", ["en", "fr"])
@pytest.mark.parametrize("written", ["en", "fr"])
def test_the_answering_sentence_scores_above_a_near_one(reader: Reader, asked: str, written: str) -> None:
    sentences: list[Read] = [(TITLES[written], None, ANSWERING[written]), (TITLES[written], None, NEAR[written])]
    answering, near = reader.scores(QUESTIONS[asked], sentences)
    assert answering > near


@pytest.mark.parametrize("asked", ["en", "fr"])
def test_a_question_the_sentence_does_not_answer_scores_lower(reader: Reader, asked: str) -> None:
    missing = {"en": "Who is the captain of the Nordline ferry?", "fr": "Qui commande le ferry de Nordline ?"}
    for written in ("en", "fr"):
        shown: list[Read] = [(TITLES[written], None, ANSWERING[written])]
        assert reader.scores(QUESTIONS[asked], shown) > reader.scores(missing[asked], shown)


def test_a_score_is_the_same_alone_and_among_others(reader: Reader) -> None:
    sentences: list[Read] = [
        (TITLES["en"], NEAR["en"], ANSWERING["en"]),
        (None, None, "Oui."),
        (TITLES["fr"], None, NEAR["fr"] * 8),
    ]
    together = reader.scores(QUESTIONS["fr"], sentences)
    alone = [reader.scores(QUESTIONS["fr"], [one])[0] for one in sentences]
    assert together == alone
    assert reader.scores(QUESTIONS["fr"], sentences[::-1]) == together[::-1]


def test_nothing_to_read_gives_nothing(reader: Reader) -> None:
    assert reader.scores(QUESTIONS["en"], []) == []


def test_empty_and_endless_texts_have_a_score(reader: Reader) -> None:
    long = "word " * 2000
    scores = reader.scores(long, [(long, long, long), (None, None, ""), ("", "", " ")])
    assert np.isfinite(scores).all()


def test_the_sentence_stands_whole_in_the_pair_whatever_surrounds_it() -> None:
    weights = Weights(find_weights())
    ids, start, end = lay_out(weights, [7] * 500, [8] * 60, [9] * 500, [10] * 400 + [11] * 32)
    assert ids[start:end] == [8] * 60
    assert ids.count(weights.eos) == 4
    assert 10 not in ids  # of the sentence before, the end is what matters
    assert ids.count(11) == 32


def test_a_damaged_graph_is_built_again(folder: Path, tmp_path: Path, reader: Reader) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "model"))
    (graph,) = copy.glob("reader-*.onnx")
    whole = graph.read_bytes()
    graph.write_bytes(whole[: len(whole) // 2] + b"\xff" * 8 + whole[len(whole) // 2 + 8 :])
    said: list[str] = []
    again = load_reader(copy, announce=said.append)
    assert len(said) == 1
    assert graph.read_bytes() == whole
    shown: list[Read] = [(None, None, ANSWERING["en"])]
    assert again.scores(QUESTIONS["en"], shown) == reader.scores(QUESTIONS["en"], shown)


def test_a_graph_made_of_other_changes_is_built_again(
    folder: Path, tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "model"))
    package = tmp_path / "package"
    package.mkdir()
    fitted = read_changes((Path(__file__).parents[2] / "bot" / CHANGES).read_bytes())
    np.savez(package / CHANGES, **{name: array * 0.5 for name, array in fitted.items()})  # type: ignore[arg-type]
    monkeypatch.setattr("bot.reader.package_files", lambda _: package)
    said: list[str] = []
    other = load_reader(copy, announce=said.append)
    assert len(said) == 1
    shown: list[Read] = [(None, None, ANSWERING["en"])]
    assert other.scores(QUESTIONS["en"], shown) != reader.scores(QUESTIONS["en"], shown)


def test_missing_changes_are_named_with_a_next_step(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reader.package_files", lambda _: tmp_path)
    with pytest.raises(EmbedderUnavailable, match="missing") as caught:
        load_reader(folder)
    assert caught.value.next_step


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 and no more", b"no archive at all"])
def test_damaged_changes_are_named_with_a_next_step(damage: bytes) -> None:
    with pytest.raises(EmbedderUnavailable, match=CHANGES) as caught:
        read_changes(damage)
    assert caught.value.next_step


def test_eight_bits_say_what_full_precision_says(reader: Reader) -> None:
    fitted = (Path(__file__).parents[2] / "bot" / CHANGES).read_bytes()
    weights = Adapted(find_weights(), read_changes(fitted))
    exact = session(build_reader(weights, "f32"))
    asked = reader._ids("query: ") + reader._ids(QUESTIONS["fr"])
    ids, start, end = lay_out(weights, asked, reader._ids(NEAR["en"]), [], [])
    logits = exact.run([LOGITS], {INPUT: weights.embedded(ids)[None]})[0][0]
    expected = logits[0, 0] + np.logaddexp.reduce(logits[start:end, 1])
    assert reader.scores(QUESTIONS["fr"], [(None, None, NEAR["en"])])[0] == pytest.approx(expected, abs=0.7)
