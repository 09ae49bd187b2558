"""Questions to outcomes through the real parts: over the bundled articles, and over invented ones that can change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot import assembly
from bot.assistant import Assistant
from bot.home import MODEL
from bot.judging import judgement
from bot.quoting import NO_STORIES, Choice, Quoter, Read
from bot.render.text import outcome_text
from bot.settings import Settings
from bot.types import Abstained, Answered, Citation, Outcome, Question
from retrieval import sync
from retrieval.index import Index
from retrieval.types import Article, Hit, Span
from tests.support.indexing import alter, write_articles

ARTICLES = {
    "pier.txt": (
        "A pier for Port Elsin\n\n"
        "The new pier of Port Elsin opened on Monday 6 May 2019. Mayor Ilse Brandt cut a ribbon before three hundred "
        "guests. The pier cost 40 million crowns, twice what the council had planned.\n\n"
        "Subscribe to our newsletter\n\nClose\n"
    ),
    "bac.txt": (
        "Le bac de Port Elsin\n\n"
        "Le bac de Port Elsin ne circule plus depuis mardi. La compagnie Nordfahrt parle d'une panne de moteur. "
        "Le capitaine Henrik Sol attend une pièce qui vient de Bergen.\n"
    ),
    "wire-one.txt": (
        "Storm over the islands\n\n"
        "The storm tore the roof off the school of Vardo on Thursday. Nobody was hurt, the police said.\n"
    ),
    "wire-two.txt": (
        "Weather in brief\n\n"
        "The storm tore the roof off the school of Vardo on Thursday. Snow is expected in the mountains.\n"
    ),
}
ROOF = "The storm tore the roof off the school of Vardo on Thursday."

ABOUT_THE_BUNDLED = [
    ("Where were the French commandos stationed?", "Benina"),
    ("Combien de Marines y a-t-il en Sicile ?", "250 Marines"),
    ("How many Marines are there in Sicily?", "250 Marines"),
    ("Où étaient stationnés les commandos français ?", "Benina"),
]
"""Asked in the article's language, twice, and in the other one, both ways; with words of the sentence that says it."""

ABSENT = [
    ("What did Angela Merkel say?", "Merkel"),
    ("Qui est Angela Merkel ?", "Merkel"),
    ("What did Vladimir Putin say about Sicily?", "Putin"),
    ("Who won the chess championship in Reykjavik in 1972?", "Reykjavik"),
    ("Quelle est la recette de la ratatouille ?", "ratatouille"),
    ("What is the price of bitcoin?", "bitcoin"),
    ("What happened in Sirte in 1987?", "1987"),
]
"""Of a person, a year or a subject that no bundled article holds, and the word that says so."""

FALSE = [
    "When did Khalifa Haftar become president of the United States?",
    "Why did Norway invade Libya?",
    "Pourquoi le Japon a-t-il bombardé Tripoli ?",
    "How many policemen did Jennifer Psaki behead?",
]
"""What no article says, asked as if one did."""


@pytest.fixture(scope="module")
def bundled(bundled_home: Path) -> Iterator[Assistant]:
    """Answers about the bundled articles."""
    opened = assembly.open_assistant(Settings(home=bundled_home))
    yield opened
    opened.close()


@pytest.fixture
def home(tmp_path: Path, model_folder: Path) -> Path:
    """A home with the invented articles indexed, to be changed at will."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / MODEL).symlink_to(model_folder)
    assembly.ingest(Settings(home=folder), [write_articles(tmp_path / "news", ARTICLES)])
    return folder


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    """Answers about the invented articles."""
    opened = assembly.open_assistant(Settings(home=home))
    yield opened
    opened.close()


class Even:
    """A reader to whom every sentence is as good."""

    def scores(self, question: str, sentences: Sequence[Read]) -> list[float]:  # noqa: ARG002 - a Reader's signature
        """The same for all."""
        return [0.0] * len(sentences)


@dataclass(frozen=True, slots=True)
class Misreading(Quoter):
    """Chooses as any does, and hands on something else."""

    change: Callable[[Choice], Choice]

    def choose(
        self,
        question: str,
        language: str,
        hits: Sequence[Hit],
        article: Callable[[str], Article],
        stories: Mapping[str, str] = NO_STORIES,
    ) -> Choice:
        """The choice, changed."""
        return self.change(Quoter.choose(self, question, language, hits, article, stories))


EAGER = replace(judgement(), threshold=0.0)
"""Models that never decline."""


def quotes(outcome: Outcome) -> list[str]:
    """The quotes of an answer, each on one line. Raises AssertionError for a refusal."""
    assert isinstance(outcome, Answered), outcome.trace.decision
    return [" ".join(citation.quote.split()) for citation in outcome.citations]


def shown(outcome: Outcome) -> tuple[Citation, ...]:
    """Every citation a person sees."""
    return outcome.citations if isinstance(outcome, Answered) else outcome.nearest


@pytest.mark.parametrize(("question", "words"), ABOUT_THE_BUNDLED)
def test_an_answer_holds_the_sentence_that_says_it(bundled: Assistant, question: str, words: str) -> None:
    assert any(words in quote for quote in quotes(bundled.answer(Question(question))))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When did the new pier of Port Elsin open?", "6 May 2019"),
        ("Qui est le maire de Port Elsin ?", "Ilse Brandt"),
        ("What does the company Nordfahrt say?", "panne de moteur"),
        ("Depuis quand le bac de Port Elsin ne circule-t-il plus ?", "depuis mardi"),
    ],
)
def test_articles_of_a_person_s_own_answer_in_both_languages(assistant: Assistant, question: str, words: str) -> None:
    assert any(words in quote for quote in quotes(assistant.answer(Question(question))))


@pytest.mark.parametrize("question", ["What do the articles say about Haftar?", "Que disent les articles sur Haftar ?"])
def test_what_several_articles_say_is_quoted_from_several(bundled: Assistant, question: str) -> None:
    outcome = bundled.answer(Question(question))
    by_article = Counter(citation.article.id for citation in shown(outcome))
    assert isinstance(outcome, Answered)
    assert len(by_article) >= 2
    assert max(by_article.values()) <= 2


@pytest.mark.parametrize(("question", "absent"), ABSENT)
def test_what_no_article_holds_is_declined_and_named(bundled: Assistant, question: str, absent: str) -> None:
    outcome = bundled.answer(Question(question))
    assert isinstance(outcome, Abstained)
    assert outcome.reason == "not_in_evidence"
    assert absent in outcome.trace.missing
    assert outcome.nearest
    said = outcome_text(outcome)
    assert absent in said
    assert outcome.nearest[0].quote.split()[0] in said


@pytest.mark.parametrize("question", FALSE)
def test_a_false_premise_is_never_confirmed(bundled: Assistant, question: str) -> None:
    outcome = bundled.answer(Question(question))
    assert outcome.mode == "quotes"
    if isinstance(outcome, Answered):  # then by the articles' words alone
        assert [claim.text for claim in outcome.claims] == [citation.quote for citation in outcome.citations]
        assert {candidate.fate for candidate in outcome.trace.candidates} >= {"chosen"}
    else:
        assert outcome.reason == "not_in_evidence"


@pytest.mark.parametrize(
    "question", [question for question, _ in ABOUT_THE_BUNDLED + ABSENT] + ["What do the articles say about Haftar?"]
)
def test_what_is_shown_are_whole_sentences_no_furniture_and_none_twice(
    bundled: Assistant, bundled_home: Path, question: str
) -> None:
    cited = shown(bundled.answer(Question(question)))
    with closing(Index(bundled_home)) as index:
        for citation in cited:
            span = Span(citation.start, citation.end)
            passages = index.catalogue.passages_of(citation.article.id)
            assert any(span in passage.sentences for passage in passages), citation.quote
            assert citation.quote == index.catalogue.article(citation.article.id).text[span.start : span.end]
            assert not any(one.start < span.end and span.start < one.end for one in citation.article.furniture)
    assert len({" ".join(citation.quote.split()) for citation in cited}) == len(cited)
    assert [citation.n for citation in cited] == list(range(1, len(cited) + 1))


def test_the_site_s_own_words_are_not_even_weighed(assistant: Assistant) -> None:
    outcome = assistant.answer(Question("How do I subscribe to the newsletter?"))
    weighed = [one.article.text[one.span.start : one.span.end] for one in outcome.trace.candidates]
    assert weighed
    assert not any("newsletter" in sentence for sentence in weighed)


def test_a_wire_story_in_two_articles_is_quoted_once(assistant: Assistant) -> None:
    assert quotes(assistant.answer(Question("What did the storm do to the school of Vardo?"))).count(ROOF) == 1


def test_the_trace_tells_what_became_of_each_sentence(bundled: Assistant) -> None:
    answered = bundled.answer(Question("Where were the French commandos stationed?"))
    chosen = [one for one in answered.trace.candidates if one.fate == "chosen"]
    places = {(one.article.id, one.span) for one in chosen}
    assert places == {(c.article.id, Span(c.start, c.end)) for c in shown(answered)}
    assert len(answered.trace.candidates) > len(chosen)
    declined = bundled.answer(Question("What did Angela Merkel say?"))
    for outcome in (answered, declined):
        assert outcome.trace.hits and outcome.trace.decision
        for one in outcome.trace.candidates:
            assert one.fate and one.features
            assert 0 <= one.probability <= 1
    assert not any(one.fate == "chosen" for one in declined.trace.candidates)


def test_an_outcome_tells_its_question_language_archive_and_timings(assistant: Assistant) -> None:
    outcome = assistant.answer(Question("When did the new pier of Port Elsin open?", language="fr"))
    assert (outcome.question.text, outcome.language) == ("When did the new pier of Port Elsin open?", "fr")
    assert (outcome.archive.articles, len(outcome.archive.fingerprint) > 0) == (4, True)
    assert {"total", "search", "choose", "ground"} <= set(outcome.timings_ms)
    assert outcome.id != assistant.answer(Question("When did the new pier of Port Elsin open?")).id


@pytest.mark.parametrize("question", ["¿Cuándo se abrió el nuevo muelle de Port Elsin?", "42", "🙂", "the of and"])
def test_whatever_is_asked_has_an_outcome(assistant: Assistant, question: str) -> None:
    for citation in shown(assistant.answer(Question(question))):
        assert citation.quote in ARTICLES[citation.article.path]


def test_an_emptied_index_finds_nothing(assistant: Assistant, home: Path) -> None:
    assembly.remove(Settings(home=home), "news")
    outcome = assistant.answer(Question("When did the new pier of Port Elsin open?"))
    assert isinstance(outcome, Abstained)
    assert (outcome.reason, outcome.nearest, outcome.archive.articles) == ("nothing_found", (), 0)


def test_an_answer_is_of_one_state_while_another_process_writes(home: Path) -> None:
    class Meanwhile(Even):
        """While it reads, the sources are dropped."""

        def scores(self, question: str, sentences: Sequence[Read]) -> list[float]:
            assembly.remove(Settings(home=home), "news")
            return super().scores(question, sentences)

    with closing(Assistant(assembly.open_retriever(Settings(home=home)), Quoter(EAGER, Meanwhile()))) as assistant:
        outcome = assistant.answer(Question("When did the new pier open?"))
        assert assistant.answer(Question("When did the new pier open?")).archive.articles == 0
    assert outcome.archive.articles == 4
    assert all(citation.quote in ARTICLES[citation.article.path] for citation in shown(outcome))
    assert isinstance(outcome, Answered)


def test_a_text_cut_off_beneath_the_index_shows_nothing_unverified(home: Path) -> None:
    retriever = assembly.open_retriever(Settings(home=home))
    alter(home, "UPDATE articles SET text = 'Gone.'")
    with closing(Assistant(retriever, Quoter(EAGER, Even()))) as assistant:
        outcome = assistant.answer(Question("When did the new pier of Port Elsin open?"))
    assert isinstance(outcome, Abstained)
    assert (outcome.reason, outcome.nearest) == ("not_grounded", ())


def test_words_that_are_not_the_article_s_are_not_shown(home: Path) -> None:
    def misquote(choice: Choice) -> Choice:
        wrong = tuple(
            replace(one, article=replace(one.article, text=one.article.text.replace("2019", "1999").upper()))
            for one in choice.quotes
        )
        return replace(choice, quotes=wrong, nearest=wrong)

    quoter = Misreading(EAGER, Even(), misquote)
    with closing(Assistant(assembly.open_retriever(Settings(home=home)), quoter)) as assistant:
        outcome = assistant.answer(Question("When did the new pier of Port Elsin open?"))
    assert outcome.trace.candidates
    assert isinstance(outcome, Abstained)
    assert (outcome.reason, outcome.nearest) == ("not_grounded", ())


def test_search_and_articles_speak_of_the_same_archive(assistant: Assistant) -> None:
    assert [article.path for article in assistant.articles()] == sorted(ARTICLES)
    for hit in assistant.search("pier", 3):
        assert hit.passage.text in assistant.article(hit.passage.article_id).text


def test_while_vectors_are_still_to_come_words_find_what_is_answered_from_and_the_answer_says_so(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same sentence is quoted with the same certainty, once a passage is found."""
    monkeypatch.setattr(sync, "AT_ONCE", 0)
    settings = Settings(home=tmp_path / "home")
    settings.home.mkdir()
    (settings.home / MODEL).symlink_to(model_folder)
    folder = write_articles(tmp_path / "news", ARTICLES)
    question = Question("How much did the pier of Port Elsin cost?")
    assembly.ingest(settings, [folder], vectors="later")
    with closing(assembly.open_assistant(settings)) as assistant:
        early = assistant.answer(question)
        french = assistant.answer(replace(question, language="fr"))
        assembly.ingest(settings, [folder])
        late = assistant.answer(question)
    assert isinstance(early, Answered) and isinstance(late, Answered)
    assert quotes(early) == quotes(late)
    assert [hit.found_by for hit in early.trace.hits][:1] == [("words",)]
    assert early.trace.hits[0].similarities == pytest.approx(late.trace.hits[0].similarities, abs=0.002)
    assert len(late.trace.hits) >= len(early.trace.hits)
    passages = sum(1 for note in early.notices if note.startswith("Of ") and "by their words alone" in note)
    assert (passages, late.notices) == (1, ())
    assert any(note.startswith("Sur ") for note in french.notices)
