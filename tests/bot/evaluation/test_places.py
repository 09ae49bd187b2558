"""Evidence found in the articles: where it stands, and what is said where it stands nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from bot.evaluation.cases import Case, case_of
from bot.evaluation.errors import QuoteNotFound
from bot.evaluation.places import Key, Spot, find, nearest
from retrieval.types import Article, Span
from tests.support.outcomes import BUILT, FERRY, HARBOUR

ECHO = Article("e0e0e0e0e0e0", "news", "echo.txt", "It is closed. Rain fell. It is closed.", language="en")
ARTICLES = (HARBOUR, FERRY, ECHO)


def case(name: str = "q1", **row: Any) -> Case:
    return case_of({"id": name, "question": "What happened?", **row})


def quotes(article: str, quote: str, **more: Any) -> Case:
    return case(evidence=[[{"article": article, "quote": quote, **more}]])


def told(*cases: Case, articles: tuple[Article, ...] = ARTICLES) -> list[str]:
    with pytest.raises(QuoteNotFound) as caught:
        find(cases, articles)
    return list(caught.value.faults)


def spans(found: Case) -> tuple[Span, ...]:
    (key,) = find([found], ARTICLES)
    return key.groups[0][0].spans


@pytest.mark.parametrize("name", [HARBOUR.path, HARBOUR.id])
def test_a_quote_is_found_by_the_path_or_the_id_of_its_article(name: str) -> None:
    start = HARBOUR.text.index(BUILT)
    (key,) = find([quotes(name, BUILT)], ARTICLES)
    assert key.groups == ((Spot(HARBOUR.id, HARBOUR.path, BUILT, (Span(start, start + len(BUILT)),)),),)
    assert key.articles == {HARBOUR.id}


def test_a_quote_that_stands_twice_has_two_places() -> None:
    assert spans(quotes("echo.txt", "It is closed.")) == (Span(0, 13), Span(25, 38))


@pytest.mark.parametrize("start", [0, 25])
def test_a_start_says_which_of_them_is_meant(start: int) -> None:
    assert spans(quotes("echo.txt", "It is closed.", start=start)) == (Span(start, start + 13),)


def test_signs_with_a_meaning_in_patterns_are_plain_signs() -> None:
    article = Article("x", "news", "x.txt", "Did (5.0) cost $3? It did.")
    (key,) = find([quotes("x.txt", "(5.0) cost $3?")], [article])
    assert key.groups[0][0].spans == (Span(4, 18),)


def test_a_wrong_start_is_told_apart_from_a_wrong_quote() -> None:
    assert told(quotes("echo.txt", "It is closed.", start=3)) == [
        "Question q1, evidence[0][0]: “It is closed.” does not stand in echo.txt at 3. "
        "The nearest there: “It is closed”."
    ]


@pytest.mark.parametrize(
    ("path", "quote", "near"),
    [
        ("harbour.txt", "The new pier was opened on Monday.", "The new pier opened on Monday.\n\nMayor"),
        ("harbour.txt", "Fishing boats can use it from May", "Fishing boats may use it from May"),
        ("harbour.txt", "“it took eleven years”", "it took\n\neleven years"),
        ("2019/ferry.txt", "La compagnie parle d’une panne.", "La compagnie parle d'une panne"),
        ("2019/ferry.txt", "LE MAIRE ATTEND", "Le maire attend"),
        ("echo.txt", "Rain had fallen", "Rain fell. It"),
    ],
)
def test_a_quote_that_stands_nowhere_is_told_with_the_words_nearest_to_it(path: str, quote: str, near: str) -> None:
    shown = " ".join(near.split())
    assert told(quotes(path, quote)) == [
        f"Question q1, evidence[0][0]: “{quote}” does not stand in {path}. The nearest there: “{shown}”."
    ]


def test_accents_written_otherwise_are_another_quote_but_near() -> None:
    article = Article("x", "news", "x.txt", "Hier, l'e\u0301te\u0301 est fini, dit-on.")
    (fault,) = told(quotes("x.txt", "l'été est fini"), articles=(article,))
    assert "e\u0301te\u0301 est fini”" in fault


def test_a_quote_of_another_article_is_told_with_its_path() -> None:
    assert told(quotes("echo.txt", "La compagnie parle d'une panne.")) == [
        "Question q1, evidence[0][0]: “La compagnie parle d'une panne.” does not stand in echo.txt, "
        "but in 2019/ferry.txt."
    ]


def test_an_article_that_is_not_there_is_told() -> None:
    assert told(quotes("gone.txt", "x"), case("q2", relevant=["ferry.txt"])) == [
        "Question q1, evidence[0][0]: the archive has no article gone.txt.",
        "Question q2, relevant: the archive has no article ferry.txt.",
    ]


def test_a_path_that_two_articles_have_is_told_with_their_ids() -> None:
    other = Article("f1f1f1f1f1f1", "uploads", "echo.txt", "It is open.")
    assert told(quotes("echo.txt", "It is open."), articles=(*ARTICLES, other)) == [
        "Question q1, evidence[0][0]: 2 articles have the path echo.txt; name one by its id: "
        "e0e0e0e0e0e0, f1f1f1f1f1f1."
    ]
    (key,) = find([quotes("f1f1f1f1f1f1", "It is open.")], (*ARTICLES, other))
    assert key.articles == {"f1f1f1f1f1f1"}


def test_an_article_whose_path_is_its_id_is_no_other_than_itself() -> None:
    (key,) = find([quotes("same", "Yes.")], [Article("same", "news", "same", "Yes.")])
    assert key.articles == {"same"}


def test_everything_that_stands_nowhere_is_told_at_once_by_question_group_and_place() -> None:
    right, wrong = {"article": "echo.txt", "quote": "Rain fell."}, {"article": "echo.txt", "quote": "Snow fell."}
    rows = [case("q1", evidence=[[right, wrong], [wrong]]), case("q2", evidence=[[right]]), quotes("gone.txt", "x")]
    assert [fault.split(":")[0] for fault in told(*rows)] == [
        "Question q1, evidence[0][1]", "Question q1, evidence[1][0]", "Question q1, evidence[0][0]",
    ]  # fmt: skip


def test_the_error_shows_ten_and_counts_the_rest() -> None:
    with pytest.raises(QuoteNotFound) as caught:
        find([quotes("gone.txt", "x")] * 12, ARTICLES)
    assert caught.value.message.splitlines()[-1] == "… and 2 more."
    assert (caught.value.exit_code, "footnote show" in caught.value.next_step) == (1, True)


def test_a_long_quote_is_cut_where_it_is_told() -> None:
    (fault,) = told(quotes("echo.txt", "nothing of it " * 60))
    assert len(fault) < 500
    assert " …” does not stand in echo.txt" in fault


def test_articles_with_grades_are_found_by_path_and_id() -> None:
    (key,) = find([case(relevant={"echo.txt": 2, FERRY.id: 1, "harbour.txt": 0})], ARTICLES)
    assert key == Key((), ((ECHO.id, 2.0), (FERRY.id, 1.0)))
    assert key.articles == {ECHO.id, FERRY.id}


def test_places_say_which_articles_are_right_where_both_are_given() -> None:
    given = case(evidence=[[{"article": "echo.txt", "quote": "Rain fell."}]], relevant=["harbour.txt"])
    (key,) = find([given], ARTICLES)
    assert key.articles == {ECHO.id}


def test_a_question_without_anything_known_has_an_empty_key() -> None:
    assert find([case(), case("q2", evidence=[])], ARTICLES) == [Key(), Key()]
    assert Key().articles == frozenset()


@pytest.mark.parametrize(("before", "after"), [(0, 90), (90, 0), (45, 45)])
def test_the_nearest_words_are_found_wherever_they_stand_in_a_long_text(before: int, after: int) -> None:
    text = f"{'Snow on the hills. ' * before}Rain fell on the pier at noon. {'Snow on the hills. ' * after}"
    article = Article("x", "news", "x.txt", text)
    assert nearest("Rain fell on the pier at night", [article]) == "Rain fell on the pier at noon"


def test_in_a_text_without_words_nothing_is_near() -> None:
    assert nearest("Rain fell.", [Article("x", "news", "x.txt", "* * *")]) == ""
    assert nearest("Rain fell.", []) == ""
