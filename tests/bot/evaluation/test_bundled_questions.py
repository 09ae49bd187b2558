"""The bundled test questions: what they rest on stands in the articles, and what they ask of an answer can be met."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from typing import Any

import pytest

import seeds
from bot.evaluation.cases import Case, Fact, Questions, read_file

FILE = seeds.folder() / "questions.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
KINDS = {
    "same_language", "cross_lingual", "several_articles", "sources_differ", "dated", "follow_up", "not_in_articles",
    "false_premise", "injection",
}  # fmt: skip


@lru_cache(maxsize=1)
def _questions() -> Questions:
    return read_file(FILE)


@lru_cache(maxsize=8)
def _text(article: str) -> str:
    return (seeds.folder() / article).read_bytes().decode("utf-8")


def test_there_are_enough_of_each_kind_in_both_languages_and_both_parts() -> None:
    assert len(ROWS) >= 160
    assert {row["kind"] for row in ROWS} == KINDS
    for kind in KINDS:
        for lang in ("en", "fr"):
            for part in ("build", "held"):
                found = [row for row in ROWS if (row["kind"], row["lang"], row["part"]) == (kind, lang, part)]
                assert len(found) >= 2, (kind, lang, part)
    languages = Counter(row["lang"] for row in ROWS)
    assert abs(languages["en"] - languages["fr"]) <= 2


def test_no_question_is_asked_twice() -> None:
    asked = Counter((row["question"].casefold(), tuple(row.get("history", ()))) for row in ROWS)
    assert [question for question, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_quote_stands_in_its_article_word_for_word(row: dict[str, Any]) -> None:
    for group in row["evidence"]:
        for place in group:
            assert _text(place["article"]).count(place["quote"]) == 1, place["quote"]


@pytest.mark.parametrize("case", _questions().cases, ids=lambda case: case.id)
def test_an_answer_that_quotes_the_evidence_says_the_facts_and_nothing_forbidden(case: Case) -> None:
    quotes = [place.quote for group in case.evidence for place in group]
    for fact in case.facts:
        assert any(fact.find(quote) for quote in quotes), fact
    for words in case.forbidden:
        assert not any(words.find(quote) for quote in quotes), words


@pytest.mark.parametrize("case", _questions().cases, ids=lambda case: case.id)
def test_facts_can_be_said_in_either_language(case: Case) -> None:
    facts: tuple[Fact, ...] = (*case.facts, *case.forbidden)
    assert all(dict(fact.patterns).keys() == {"en", "fr"} for fact in facts)


def test_what_the_articles_answer_has_evidence_and_facts_and_the_rest_has_neither() -> None:
    for case in _questions().cases:
        if case.kind == "not_in_articles":
            assert case.expects == "decline"
        if case.expects == "decline":
            assert not case.evidence
            assert not case.facts
        else:
            assert case.evidence
            assert case.facts
        assert bool(case.history) == (case.kind == "follow_up")


def test_several_articles_and_sources_that_differ_need_more_than_one_article() -> None:
    for case in _questions().cases:
        if case.kind in ("several_articles", "sources_differ"):
            assert len({place.article for group in case.evidence for place in group}) > 1, case.id
