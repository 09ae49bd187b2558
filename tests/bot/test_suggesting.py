"""What is offered beside a refusal, and to begin with: questions that are answered, in the language of who asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import seeds
from bot import assembly
from bot.assistant import Assistant
from bot.home import MODEL
from bot.settings import Settings
from bot.subjects import Subject, subjects
from bot.suggesting import Suggesting, questions
from bot.types import Abstained, Answered, Question
from retrieval.languages import detect
from retrieval.types import Article, Filter, Passage
from tests.support.indexing import write_articles
from tests.support.model_server import ModelServer

pytestmark = pytest.mark.timeout(280)
UNHURRIED = 100.0
"""Seconds, where a test is not about time."""
HARBOUR = {
    "pier.txt": (
        "A pier for Port Elsin\n\n6 May 2019\n\n"
        "The new pier of Port Elsin opened on Monday. Mayor Ilse Brandt cut a ribbon before three hundred guests. "
        "Ilse Brandt, who leads the Harbour Party, said that the pier had taken eleven years to build. "
        "The pier cost 40 million crowns, twice what the council had planned, and the opposition wants to know why.\n"
    ),
    "bac.txt": (
        "Le bac de Port Elsin\n\n"
        "Le bac de Port Elsin ne circule plus depuis mardi. La compagnie Nordfahrt parle d'une panne de moteur. "
        "« Le bac reviendra avant Noël », a déclaré Henrik Sol, le directeur de Nordfahrt. "
        "À Vardo, où les écoles sont fermées, les habitants attendent le médecin qui devait venir par le bac.\n"
    ),
}
NAMES = ("Port Elsin", "Brandt", "Sol", "Nordfahrt", "Vardo", "Harbour Party")
ABSENT = {
    "en": ("Who won the chess championship in Reykjavik?", "How old is Ilse Brandt's brother?"),
    "fr": ("Qui a gagné le championnat d'échecs de Reykjavik ?", "Combien de passagers le bac a-t-il noyés en 1912 ?"),
}


@pytest.fixture(scope="module")
def bundled(bundled_home: Path) -> Iterator[Assistant]:
    with closing(assembly.open_assistant(Settings(home=bundled_home))) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Path:
    """A home with the invented articles."""
    folder = tmp_path_factory.mktemp("suggesting")
    (folder / MODEL).symlink_to(model_folder)
    assembly.ingest(Settings(home=folder), [write_articles(folder / "news", HARBOUR)])
    return folder


@pytest.fixture(scope="module")
def harbour(home: Path) -> Iterator[Assistant]:
    with closing(assembly.open_assistant(Settings(home=home))) as assistant:
        yield assistant


def unanswerable(count: int) -> list[str]:
    """Questions that the bundled articles do not answer."""
    rows = map(json.loads, (seeds.folder() / "questions.jsonl").read_text("utf-8").splitlines())
    return [row["question"] for row in rows if not row["evidence"] and "history" not in row][:count]


# --- What is offered --------------------------------------------------------------------------------------------------


def test_what_is_offered_beside_a_refusal_is_answered_in_the_language_of_the_question(bundled: Assistant) -> None:
    suggesting = Suggesting()
    offered: list[str] = []
    for question in unanswerable(20):
        outcome = bundled.quote(Question(question))
        if not isinstance(outcome, Abstained):
            continue  # taken for answerable: how often is for the evaluation to say
        found = suggesting.suggested(bundled, outcome, outcome.language, seconds=UNHURRIED)
        assert len(found) == len(set(found)) == 2, question
        assert question not in found
        assert {detect(text) for text in found} == {outcome.language}
        offered += found
    assert len(set(offered)) > 4, "always the same"
    answers = [bundled.quote(Question(text)) for text in sorted(set(offered))]
    assert all(isinstance(one, Answered) for one in answers), [one.question for one in answers]


@pytest.mark.parametrize("language", ABSENT)
def test_an_archive_of_another_kind_has_offers_of_its_own(harbour: Assistant, language: str) -> None:
    suggesting = Suggesting()
    for question in ABSENT[language]:
        outcome = harbour.quote(Question(question))
        assert isinstance(outcome, Abstained)
        found = suggesting.suggested(harbour, outcome, language, seconds=UNHURRIED)
        assert found
        assert all(any(name in text for name in NAMES) for text in found)
        assert all(isinstance(harbour.quote(Question(text)), Answered) for text in found)


def test_what_is_offered_under_a_filter_is_answered_under_it(harbour: Assistant) -> None:
    only = Filter(language="fr")
    outcome = harbour.answer(Question(ABSENT["en"][0], filter=only))
    offered = Suggesting().suggested(harbour, outcome, "en", most=5, seconds=UNHURRIED)
    assert offered
    for text in offered:
        assert isinstance(harbour.answer(Question(text, filter=only)), Answered), text


def test_what_was_asked_about_is_offered_first(harbour: Assistant) -> None:
    outcome = harbour.quote(Question("How old is Ilse Brandt's brother?"))
    first, *_ = Suggesting().suggested(harbour, outcome, "en", seconds=UNHURRIED)
    assert "Ilse Brandt" in first


def test_what_was_asked_is_not_offered_again(harbour: Assistant) -> None:
    suggesting = Suggesting()
    (text, *_) = suggesting.examples(harbour, "en", seconds=UNHURRIED)
    outcome = harbour.quote(Question(text.lower()))
    assert text not in suggesting.suggested(harbour, outcome, "en", seconds=UNHURRIED)
    follow_up = harbour.quote(Question("And in 1912?", history=(text,)))
    assert text not in suggesting.suggested(harbour, follow_up, "en", seconds=UNHURRIED)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_examples_are_about_different_things_and_answered(bundled: Assistant, language: str) -> None:
    found = Suggesting().examples(bundled, language, seconds=UNHURRIED)
    assert len(found) == 3
    assert {detect(text) for text in found} == {language}
    answers = [bundled.quote(Question(text)) for text in found]
    assert all(isinstance(one, Answered) for one in answers)
    names = [name for text in found for name in ("Libya", "Libye", "Haftar", "Carter") if name in text]
    assert len(names) == len(set(names))


def test_an_empty_archive_has_nothing_to_offer(tmp_path: Path, model_folder: Path) -> None:
    (tmp_path / MODEL).symlink_to(model_folder)
    settings = Settings(home=tmp_path)
    assembly.ingest(settings, [write_articles(tmp_path / "news", HARBOUR)])
    assembly.remove(settings, "news")
    with closing(assembly.open_assistant(settings)) as nothing:
        suggesting = Suggesting()
        refused = nothing.quote(Question("Who is Ilse Brandt?"))
        assert suggesting.suggested(nothing, refused, "en", seconds=UNHURRIED) == ()
        assert suggesting.examples(nothing, "fr", seconds=UNHURRIED) == ()
        assert not suggesting.work(nothing)


# --- What it takes ----------------------------------------------------------------------------------------------------


def test_without_time_only_what_is_known_is_offered_and_work_makes_it_known(harbour: Assistant) -> None:
    suggesting = Suggesting()
    outcome = harbour.quote(Question(ABSENT["en"][0]))
    assert suggesting.suggested(harbour, outcome, "en", seconds=0) == ()
    while suggesting.work(harbour):
        pass
    known = suggesting.suggested(harbour, outcome, "en", seconds=0)
    assert known
    assert set(suggesting.examples(harbour, "en", seconds=0)) <= {*known, *suggesting.examples(harbour, "en", 9, 0)}


def test_a_changed_archive_is_asked_anew(tmp_path: Path, model_folder: Path) -> None:
    (tmp_path / MODEL).symlink_to(model_folder)
    settings = Settings(home=tmp_path)
    assembly.ingest(settings, [write_articles(tmp_path / "news", HARBOUR)])
    with closing(assembly.open_assistant(settings)) as assistant:
        suggesting = Suggesting()
        assert "Henrik Sol" in " ".join(suggesting.examples(assistant, "fr", 9, UNHURRIED))
        renamed = {name: text.replace("Henrik Sol", "Magda Krol") for name, text in HARBOUR.items()}
        assembly.ingest(settings, [write_articles(tmp_path / "news", renamed)])
        found = " ".join(suggesting.examples(assistant, "fr", 9, UNHURRIED))
        assert "Magda Krol" in found
        assert "Henrik Sol" not in found


def test_no_language_model_is_asked(home: Path) -> None:
    with ModelServer() as server:
        settings = Settings(home=home, openai_base_url=server.url)
        with closing(assembly.open_assistant(settings)) as assistant:
            assert Suggesting().examples(assistant, "en", seconds=UNHURRIED)
        assert server.requests == []


# --- Names and how they are asked about -------------------------------------------------------------------------------


def about(*sentences: str, language: str = "en", asked_in: str | None = None) -> dict[str, Subject]:
    """The subjects of a text, by name."""
    text = "\n".join(sentences)
    whole = Article("a1b2c3d4e5f6", "news", "a.txt", text, language=language)
    from retrieval.sentences import sentences as spans

    passage = Passage("p1", whole.id, 0, len(text), language, text, tuple(spans(text)))
    return {one.name: one for one in subjects([passage], asked_in or language)}


def asked(*sentences: str, language: str = "en", asked_in: str | None = None, title: str | None = None) -> list[str]:
    """The questions that are made of a text; no-break spaces as plain ones."""
    known = list(about(*sentences, language=language, asked_in=asked_in).values())
    article = Article("a1b2c3d4e5f6", "news", "a.txt", "\n".join(sentences), title=title, language=language)
    return [offer.text.replace("\u00a0", " ") for offer in questions(article, known, asked_in or language)]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "President Marta Olin met the ministers.", "Who is Marta Olin?"),
        ("en", "The bridge is safe, Marta Olin said on Friday.", "What did Marta Olin say?"),
        ("en", "The roof of the school fell in, and nobody in Vardo was hurt.", "What happened in Vardo?"),
        ("en", "A spokesman for the Harbour Party was not to be reached.", "What is said about the Harbour Party?"),
        ("en", "He spoke of Italy, and of nothing else.", "What is said about Italy?"),
        ("en", "They were ships of NATO.", "What is said about NATO?"),
        ("fr", "Le président Marta Olin a reçu les ministres.", "Qui est Marta Olin ?"),
        ("fr", "Le pont est sûr, Marta Olin a déclaré hier.", "Qu'a dit Marta Olin ?"),
        ("fr", "Le toit est tombé, et à Vardo personne n'est blessé.", "Que s'est-il passé à Vardo ?"),
        ("fr", "La guerre continue en Libye depuis deux ans.", "Que s'est-il passé en Libye ?"),
        ("fr", "La guerre continue en Libye depuis deux ans.", "Que dit-on de la Libye ?"),
        ("fr", "Des soldats sont arrivés au Mali ce matin.", "Que s'est-il passé au Mali ?"),
        ("fr", "Des soldats sont arrivés au Mali ce matin.", "Que dit-on du Mali ?"),
        ("fr", "Il est parti aux États-Unis ce matin.", "Que dit-on des États-Unis ?"),
        ("fr", "La police de l'Italie a fouillé le bateau.", "Que dit-on de l'Italie ?"),
        ("fr", "Le président Ove Lund a reçu les ministres.", "Que dit-on d'Ove Lund ?"),
    ],
)
def test_a_name_is_asked_about_as_it_takes_its_article(language: str, sentence: str, expected: str) -> None:
    assert expected in asked(sentence, language=language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Italian troops crossed the border."),  # the adjective of a country
        ("en", "They sailed in Sicilian waters."),  # nor is this a place
        ("en", "On Tuesday the talks began in March."),  # dates
        ("en", "President and Prime Minister met."),  # offices without a name
        ("en", "Nobody came."),  # the first word of a sentence
        ("en", "POLICE SEARCH HOUSE IN VARDO"),  # a headline
        ("fr", "Les Libyens attendent."),  # a people
        ("fr", "Mardi, la Chambre a voté."),  # a word that only has a capital
    ],
)
def test_what_is_no_name_is_not_asked_about(language: str, sentence: str) -> None:
    assert asked(sentence, language=language) == []


@pytest.mark.parametrize(
    ("language", "sentence", "other", "expected"),
    [
        ("fr", "La guerre continue en Libye depuis deux ans.", "en", "What happened in Libya?"),
        ("fr", "Il est parti aux États-Unis ce matin.", "en", "What is said about the United States?"),
        ("fr", "Le toit est tombé, et à Vardo personne n'est blessé.", "en", "What happened in Vardo?"),
        ("fr", "Le président Ove Lund a reçu les ministres.", "en", "Who is Ove Lund?"),
        ("en", "President Ove Lund met the ministers.", "fr", "Qui est Ove Lund ?"),
    ],
)
def test_a_name_is_put_into_the_language_of_who_asks(language: str, sentence: str, other: str, expected: str) -> None:
    assert expected in asked(sentence, language=language, asked_in=other)


def test_a_name_that_the_other_language_may_write_otherwise_is_left_out() -> None:
    sentence = "The fighting in Cyrenaica goes on, and the Harbour Party is divided."
    assert asked(sentence, language="en", asked_in="fr") == []


def test_only_a_title_in_the_language_of_who_asks_is_asked_about() -> None:
    assert asked(language="fr", title="Le bac  de\nPort Elsin") == [
        "De quoi parle l'article « Le bac de Port Elsin » ?"
    ]
    assert asked(language="en", title="A pier") == ["What is the article “A pier” about?"]
    assert asked(language="fr", asked_in="en", title="Le bac de Port Elsin") == []
    assert asked(language="en", title="A pier " * 12) == []


def test_who_is_known_in_full_is_not_asked_about_by_surname() -> None:
    found = about("President Marta Olin spoke.", "The ministers of Olin left.", "They went to see Olin in Vardo.")
    assert set(found) == {"Marta Olin", "Vardo"}
