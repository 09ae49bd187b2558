"""Grounding: a quote stands where it is said to stand, or it is not shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.grounding import Proposed, Refusal, ground
from retrieval.errors import UnknownArticle
from retrieval.types import Article, Span
from tests.support.outcomes import BUILT, FERRY, HARBOUR, MemoryAssistant

WHOLE = Span(0, len(HARBOUR.text))


def proposed(words: str, *, article: Article = HARBOUR, passage: Span | None = None) -> Proposed:
    """These words of an article, proposed as a quote."""
    start = article.text.index(words)
    return Proposed(article.id, Span(start, start + len(words)), passage or Span(0, len(article.text)), words)


def refusals(proposal: Proposed, *, now: Article = HARBOUR) -> list[Refusal]:
    """Why it was refused, by a catalogue that holds this article now."""
    held, refused = ground([proposal], lambda _: now)
    assert not held or not refused
    return [one.why for one in refused]


def test_a_quote_that_stands_there_is_let_through_letter_by_letter() -> None:
    held, refused = ground([proposed(BUILT)], MemoryAssistant().article)
    assert [citation.quote for citation in held] == [BUILT]
    assert refused == []


def test_quotes_are_numbered_in_order_without_gaps_where_some_are_refused() -> None:
    good, bad, french = (
        proposed(BUILT),
        replace(proposed(BUILT), words="it took six"),
        proposed("Le bac", article=FERRY),
    )
    held, refused = ground([good, bad, french], MemoryAssistant().article, first=4)
    assert [(citation.n, citation.article.id) for citation in held] == [(4, HARBOUR.id), (5, FERRY.id)]
    assert [one.proposed for one in refused] == [bad]


@pytest.mark.parametrize(
    "words",
    [
        BUILT.replace("eleven", "twelve"),
        BUILT.replace("“", '"').replace("”", '"'),
        BUILT.replace("\n\n", " "),
        BUILT.lower(),
        BUILT + " ",
        BUILT[:-1],
        "",
    ],
)
def test_words_that_differ_in_one_character_are_refused(words: str) -> None:
    assert refusals(replace(proposed(BUILT), words=words)) == ["text_changed"]


def test_a_text_that_changed_since_is_noticed() -> None:
    assert refusals(proposed(BUILT), now=replace(HARBOUR, text="News. " + HARBOUR.text)) == ["text_changed"]


def test_a_text_that_shrank_since_is_noticed() -> None:
    assert refusals(proposed(BUILT), now=replace(HARBOUR, text="The harbour.")) == ["text_changed"]


def test_an_article_that_went_is_named_so() -> None:
    gone = Proposed("000000000000", Span(0, 3), Span(0, 10), "The")
    held, refused = ground([gone, proposed(BUILT)], MemoryAssistant().article)
    assert [one.why for one in refused] == ["article_gone"]
    assert [citation.n for citation in held] == [1]


def test_a_quote_across_two_passages_is_not_let_through() -> None:
    end = proposed(BUILT).span.end
    assert refusals(proposed(BUILT, passage=Span(0, end - 1))) == ["outside_passage"]
    assert refusals(proposed(BUILT, passage=Span(end - 5, end))) == ["outside_passage"]
    assert refusals(proposed(BUILT, passage=Span(0, len(HARBOUR.text) + 1))) == ["outside_passage"]
    assert refusals(proposed(BUILT, passage=proposed(BUILT).span)) == []


@pytest.mark.parametrize(("start", "end", "refused"), [(-3, 0, False), (-3, 1, True), (2, 4, True), (0, 0, None)])
def test_a_notice_of_the_site_is_no_evidence(start: int, end: int, refused: bool | None) -> None:
    span = proposed(BUILT).span
    notice = Span(span.end - 1, span.end + 3) if refused is None else Span(span.start + start, span.start + end)
    now = replace(HARBOUR, furniture=(notice,))
    assert refusals(proposed(BUILT), now=now) == ([] if refused is False else ["furniture"])


def test_a_notice_right_behind_the_quote_does_not_touch_it() -> None:
    end = proposed(BUILT).span.end
    assert refusals(proposed(BUILT), now=replace(HARBOUR, furniture=(Span(end, end + 4),))) == []


def test_only_a_missing_article_is_a_refusal_other_errors_pass_through() -> None:
    def broken(_id: str) -> Article:
        raise OSError("disk")

    def unknown(article_id: str) -> Article:
        raise UnknownArticle(f"There is no article {article_id}.")

    with pytest.raises(OSError, match="disk"):
        ground([proposed(BUILT)], broken)
    assert [one.why for one in ground([proposed(BUILT)], unknown)[1]] == ["article_gone"]


def test_nothing_proposed_is_nothing_held() -> None:
    assert ground([], MemoryAssistant().article) == ([], [])
