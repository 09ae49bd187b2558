"""Search over the five bundled articles, by words and vectors together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot import assembly, sharing
from bot.home import MODEL
from bot.settings import Settings
from retrieval.centring import Centring
from retrieval.embedding import Embedder
from retrieval.errors import EmbedderUnavailable, OutdatedIndex
from retrieval.search import Retriever, question_language
from retrieval.types import Hit
from tests.support.indexing import HashedEmbedder


@pytest.fixture(scope="module")
def retriever(bundled_home: Path) -> Iterator[Retriever]:
    """What searches the bundled articles."""
    opened = assembly.open_retriever(Settings(home=bundled_home))
    yield opened
    opened.index.close()


@pytest.fixture(scope="module")
def nameless(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    """What searches the bundled articles indexed without the table of names and the spelling key."""
    home = tmp_path_factory.mktemp("nameless")
    (home / MODEL).symlink_to(model_folder)
    settings = Settings(home=home, names=False)
    assembly.ingest(settings, [assembly.archive(settings)])
    opened = assembly.open_retriever(settings)
    yield opened
    opened.index.close()


def ids(hits: Sequence[Hit]) -> list[str]:
    """The passages found, in order."""
    return [hit.passage.id for hit in hits]


def by_words(retriever: Retriever, question: str, language: str = "en") -> set[str]:
    """All passages that hold a word of the question, or what stands for it."""
    return {hit.passage.id for hit in retriever.search(question, 1000, language) if "words" in hit.found_by}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did Jennifer Psaki say?", ["Psaki"]),
        ("Qui a renversé Gaddafi ?", ["Gaddafi", "Kadhafi"]),
        ("What is known of general Hifter?", ["Haftar", "Hifter"]),
        ("Que fait l'OTAN ?", ["NATO", "OTAN"]),
        ("Daech à Syrte", ["ISIS", "IS ", "État islamique", "EI"]),
        ("the un envoy", ["UN", "U.N.", "ONU", "Nations"]),
        ("How many fighters does ISIS have in Libya?", ["fighters", "combattants", "militants"]),
        ("le parlement de Tobrouk", ["Tobruk", "Tobrouk"]),
    ],
)
def test_the_best_passages_speak_of_what_is_asked(retriever: Retriever, question: str, words: list[str]) -> None:
    for hit in retriever.search(question, 3)[:2]:
        assert any(word in hit.passage.text for word in words), hit.passage.text


@pytest.mark.parametrize(
    "spellings",
    [
        ("Gaddafi", "Kadhafi", "Qadhafi", "gaddafi", "KADHAFI"),
        ("Haftar", "Hifter", "haftar"),
        ("Tobruk", "Tobrouk"),
        ("Sirte", "Syrte"),
        ("NATO", "OTAN", "nato"),
        ("European Union", "EU"),
        ("UN", "ONU", "U.N.", "Nations unies"),
        ("ISIS", "ISIL", "IS", "Daech", "EI", "État islamique", "Etat islamique", "Islamic State"),
    ],
    ids=lambda spellings: spellings[0],
)
def test_every_spelling_finds_the_same_passages_by_its_words(retriever: Retriever, spellings: tuple[str, ...]) -> None:
    found = {spelling: by_words(retriever, spelling) for spelling in spellings}
    named = set.intersection(*found.values())
    assert named
    for spelling, passages in found.items():
        assert passages == named or len(spelling.split()) > 1, spelling  # "Nations unies" meets "nations", too


@pytest.mark.parametrize("stranger", ["Moran", "Malte", "Nigeria", "Austria", "Merkel", "OMS", "ECB"])
def test_names_that_no_article_holds_are_found_by_no_word(retriever: Retriever, stranger: str) -> None:
    assert by_words(retriever, stranger) == set()


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Who is general Haftar?", "Qui est le général Haftar ?"),
        ("Why did Washington send marines to Sicily?", "Pourquoi Washington a-t-il envoyé des marines en Sicile ?"),
        ("Are British special forces in Misrata?", "Les forces spéciales britanniques sont-elles à Misrata ?"),
    ],
)
def test_a_question_finds_both_languages(retriever: Retriever, english: str, french: str) -> None:
    for question in (english, french):
        assert {hit.passage.language for hit in retriever.search(question, 10)} == {"en", "fr"}
    assert set(ids(retriever.search(english, 8))) & set(ids(retriever.search(french, 8)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Qu’a déclaré l’armée ?", "Qu'a déclaré l'armée ?"),
        ("opérations à Sabratha", "operations a Sabratha"),
        ("5,000 fighters", "5 000 fighters"),
        ("Who is Haftar?", "  who is haftar"),
    ],
)
def test_how_it_is_typed_does_not_change_the_words_found(retriever: Retriever, one: str, other: str) -> None:
    assert by_words(retriever, one, "fr") == by_words(retriever, other, "fr") != set()


def test_hits_come_best_first_with_a_cosine_for_each_sentence(retriever: Retriever) -> None:
    hits = retriever.search("Who is Khalifa Haftar?", 8)
    assert [hit.rank for hit in hits] == list(range(1, 9))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(set(ids(hits))) == 8
    for hit in hits:
        assert len(hit.similarities) == len(hit.passage.sentences)
        assert all(-1.001 <= similarity <= 1.001 for similarity in hit.similarities)
        assert set(hit.found_by) <= {"words", "vectors"}
        assert hit.found_by
    with retriever.index.snapshot() as catalogue:
        for hit in hits:
            article = catalogue.article(hit.passage.article_id)
            assert article.text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_the_first_few_are_the_first_of_more(retriever: Retriever) -> None:
    assert ids(retriever.search("drones in Sicily", 3)) == ids(retriever.search("drones in Sicily", 9))[:3]


def test_asking_for_more_than_there_is_gives_all_that_is_found(retriever: Retriever) -> None:
    with retriever.index.snapshot() as catalogue:
        count = catalogue.passage_count()
    assert len(retriever.search("Libya", 1000)) == count


def test_the_same_question_gives_the_same_hits(retriever: Retriever) -> None:
    assert retriever.search("Who bombed Sabratha?", 5) == retriever.search("Who bombed Sabratha?", 5)


@pytest.mark.parametrize("question", ["¿Quién es Haftar?", "من هو حفتر؟", "42", "the of and", "zzzz qqqq", "🙂 x"])
def test_what_has_no_words_to_find_is_searched_without_complaint(retriever: Retriever, question: str) -> None:
    assert len(retriever.search(question, 4)) == 4


@pytest.mark.parametrize(
    ("question", "language"),
    [("Who is he?", "en"), ("Qui est-il ?", "fr"), ("¿Quién es?", "en"), ("Haftar", "en"), ("", "en")],
)
def test_a_question_is_searched_in_a_language_we_read(question: str, language: str) -> None:
    assert question_language(question) == language


def test_an_index_of_another_embedder_is_not_searched(retriever: Retriever) -> None:
    with pytest.raises(OutdatedIndex, match="hashed-64") as raised:
        replace(retriever, embedder=HashedEmbedder()).search("Haftar", 1)
    assert raised.value.next_step


def test_an_index_with_other_terms_or_centring_is_not_searched(
    retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OutdatedIndex):
        replace(retriever, centring=Centring(retriever.embedder.name, on=False)).search("Haftar", 1)
    monkeypatch.setattr("retrieval.analysis.VERSION", 10_000)
    with pytest.raises(OutdatedIndex):
        retriever.search("Haftar", 1)


def test_by_words_alone_only_what_holds_a_word_is_found_and_the_words_order_it(retriever: Retriever) -> None:
    question = "Que pensent les badauds ?"
    worded = replace(retriever, lists="words")
    found = worded.search(question, 1000)
    assert {hit.passage.id for hit in found} == by_words(retriever, question, "fr") != set()
    assert len(found) < len(retriever.search(question, 1000))
    assert worded.search("zzzz qqqq", 4) == []
    first, *others = worded.search("French commandos in Benina", 1000)
    assert (first.found_by, first.score) == (("words",), 1.0)
    assert "commandos" in first.passage.text and "Benina" in first.passage.text
    assert others and all(0 < hit.score < 1 for hit in others)


def test_by_words_alone_sentences_still_say_how_near_they_are(retriever: Retriever) -> None:
    question = "Who commands the forces around Benina?"
    known = {hit.passage.id: hit.similarities for hit in retriever.search(question, 1000)}
    for hit in replace(retriever, lists="words").search(question, 1000):
        assert hit.similarities == known[hit.passage.id]


def test_by_vectors_alone_no_word_counts(retriever: Retriever) -> None:
    hits = replace(retriever, lists="vectors").search("Who commands the forces around Benina?", 1000)
    assert len(hits) == len(retriever.search("zzzz qqqq", 1000))
    assert {hit.found_by for hit in hits} == {("vectors",)}
    nearness = [max(hit.similarities) + sum(hit.similarities) / len(hit.similarities) / 2 for hit in hits]
    assert nearness == sorted(nearness, reverse=True)


@pytest.mark.parametrize(
    ("one", "other"), [("Kadhafi", "Gaddafi"), ("Hifter", "Haftar"), ("Tobrouk", "Tobruk"), ("Syrte", "Sirte")]
)
def test_without_names_a_word_finds_its_own_spelling_only(
    retriever: Retriever, nameless: Retriever, one: str, other: str
) -> None:
    def texts(searched: Retriever) -> list[str]:
        found = [hit for hit in searched.search(one, 1000, "fr") if "words" in hit.found_by]
        return [f"{searched.index.catalogue.article(hit.passage.article_id).title} {hit.passage.text}" for hit in found]

    assert any(other in text and one not in text for text in texts(retriever))
    assert all(one.lower() in text.lower() for text in texts(nameless))


def test_an_index_with_names_and_one_without_are_not_searched_as_each_other(
    retriever: Retriever, nameless: Retriever
) -> None:
    for searched in (replace(retriever, names=False), replace(nameless, names=True)):
        with pytest.raises(OutdatedIndex, match="other settings"):
            searched.search("Haftar", 1)


class Refusing:
    """The embedder of a server that answers questions, and is asked too much for passages."""

    def __init__(self, inner: Embedder) -> None:
        self.name, self.dimensions, self.max_tokens = inner.name, inner.dimensions, inner.max_tokens
        self.embed_query, self.count_tokens = inner.embed_query, inner.count_tokens

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:  # noqa: ARG002 - as every embedder's
        raise EmbedderUnavailable("The server is asked too much.", "Wait a minute.")


def test_a_question_does_without_passages_that_the_embedder_refuses_but_not_without_all(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.sync.AT_ONCE", 0)
    (tmp_path / MODEL).symlink_to(model_folder)
    settings = Settings(home=tmp_path)
    assembly.ingest(settings, [assembly.archive(settings)], vectors="later")
    question = "How many fighters does ISIS have in Libya?"
    retriever = assembly.open_retriever(settings)
    with closing(retriever.index) as index:
        assert index.catalogue.waiting_count() > 20
        refused = replace(retriever, embedder=Refusing(retriever.embedder))
        with pytest.raises(EmbedderUnavailable):  # not: nothing was found
            refused.search(question, 5, "en")
    monkeypatch.setattr("retrieval.vectoring.STEP", 20)
    sharing.catch_up(settings, assembly.recipe_of(settings, None), None, steps=1)
    retriever = assembly.open_retriever(settings)
    with closing(retriever.index):
        refused = replace(retriever, embedder=Refusing(retriever.embedder))
        assert 0 < len(refused.search(question, 50, "en")) < len(retriever.search(question, 50, "en"))
