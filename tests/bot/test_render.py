"""What a person and a program see: whole blocks, the JSON's keys in order, and texts that try to play tricks."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadQuestion
from bot.render import json as as_json
from bot.render import text
from bot.render.phrases import ENGLISH, FRENCH
from bot.types import Abstained, Answered, Check, Claim, Usage
from retrieval.types import Article, Span
from tests.support.outcomes import FERRY, HARBOUR, answered, cite, declined, hit

OPENED = cite(HARBOUR, "The new pier opened on Monday.")
BROKEN = cite(HARBOUR, "Mayor Ilse Brandt said that “it took\n\neleven years” to build.", 2)
FAULT = cite(FERRY, "La compagnie parle d'une panne.")


def test_an_answer_is_quotes_with_numbers_and_then_its_sources() -> None:
    assert text.outcome_text(answered(OPENED, BROKEN)) == (
        "“The new pier opened on Monday.” [1]\n"
        "“Mayor Ilse Brandt said that “it took eleven years” to build.” [2]\n"
        "Sources:\n"
        "[1] [2] The harbour of Port Elsin · Elsin Courier · 1 May 2019 · https://courier.example/harbour "
        "(“on Monday”: 29 April 2019)"
    )


def test_each_article_is_named_once_with_all_its_numbers() -> None:
    third = cite(HARBOUR, "The new pier opened on Monday.", 3)
    assert text.outcome_text(answered(OPENED, replace(FAULT, n=2), third)).splitlines()[-2:] == [
        "[1] [3] The harbour of Port Elsin · Elsin Courier · 1 May 2019 · https://courier.example/harbour "
        "(“on Monday”: 29 April 2019)",
        "[2] 2019/ferry.txt · date unknown",
    ]


def test_what_is_unknown_is_said_or_left_out_never_guessed() -> None:
    assert text.outcome_text(answered(FAULT, language="fr")) == (
        "«\N{NO-BREAK SPACE}La compagnie parle d'une panne.\N{NO-BREAK SPACE}» [1]\n"
        "Sources :\n"
        "[1] 2019/ferry.txt · date inconnue"
    )


def test_a_refusal_names_what_is_missing_and_quotes_the_closest_passages() -> None:
    assert text.outcome_text(declined(OPENED, missing=("submarines", "2031"))) == (
        "The articles don't say. Not found together with the rest of the question: “submarines”, “2031”.\n"
        "Closest passages:\n"
        "[1] “The new pier opened on Monday.” — The harbour of Port Elsin · Elsin Courier · 1 May 2019 · "
        "https://courier.example/harbour (“on Monday”: 29 April 2019)"
    )


def test_the_three_refusals_are_three_sentences_in_each_language() -> None:
    sentences = {
        text.answer_text(declined(reason=reason, language=language))
        for reason in ("nothing_found", "not_in_evidence", "not_grounded")
        for language in ("en", "fr")
    }
    assert len(sentences) == 6


def test_a_long_closest_passage_is_cut_between_words_and_says_so() -> None:
    article = replace(HARBOUR, text="word " * 200)
    block = text.outcome_text(declined(cite(article, article.text)))
    assert "word word […]”" in block
    assert len(block) < 600


def test_a_generated_answer_is_its_claims_with_their_numbers() -> None:
    outcome = replace(
        answered(OPENED, BROKEN), mode="generated", claims=(Claim("It took eleven years.", (OPENED, BROKEN)),)
    )
    assert text.answer_text(outcome) == "It took eleven years. [1][2]"


def test_notices_come_last() -> None:
    assert text.outcome_text(answered(OPENED, notices=("Mind the gap.",))).endswith("\nNote: Mind the gap.")


@pytest.mark.parametrize(
    ("iso", "english", "french"),
    [
        ("2016-03-09", "9 March 2016", "9 mars 2016"),
        ("2016-03-01", "1 March 2016", "1er mars 2016"),
        ("2016-12", "December 2016", "décembre 2016"),
        ("2016", "2016", "2016"),
        (None, "date unknown", "date inconnue"),
        ("9 mars", "9 mars", "9 mars"),
        ("2016-13-01", "2016-13-01", "2016-13-01"),
        ("2016-ab-01", "2016-ab-01", "2016-ab-01"),
    ],
)
def test_dates_are_written_out(iso: str | None, english: str, french: str) -> None:
    assert (ENGLISH.date(iso), FRENCH.date(iso)) == (english, french)


TRICKS = "a\x1b[2Jb\x07\x9b31mc\u202ed\u2066e\u200ff\u200bg\x00h\tj\u2028k\ud800"


def test_nothing_a_terminal_would_obey_or_hide_is_shown() -> None:
    assert text.visible(TRICKS) == "a[2Jb31mcdefgh j k\N{REPLACEMENT CHARACTER}"
    assert text.visible("déjà\nvu « bien »") == "déjà\nvu « bien »"


@given(st.text(st.characters(codec=None)))
def test_visible_text_is_printable_but_for_line_breaks_and_kept_spaces(typed: str) -> None:
    shown = text.visible(typed).replace("\n", "").replace("\u200c", "").replace("\u200d", "")
    assert all(character.isprintable() or character.isspace() or ord(character) > 0x377 for character in shown)
    assert not set(shown) & set("\x1b\x9b\u202a\u202e\u2066\u2069\u200f")


def test_tricks_in_an_article_reach_json_exactly_and_the_terminal_not_at_all() -> None:
    article = replace(HARBOUR, text=TRICKS, title=f"T\x1b{TRICKS}", outlet="O\u202eutlet", published=None)
    outcome = answered(cite(article, TRICKS))
    block = text.outcome_text(outcome)
    assert "\x1b" not in block and "\u202e" not in block and "\x9b" not in block
    line = as_json.line(as_json.outcome_object(outcome))
    assert line.encode("utf-8")
    assert not set(line) & set("\x1b\x9b\u202e\u2028\n")
    assert json.loads(line)["citations"][0]["quote"] == TRICKS


@given(st.text(st.characters(codec=None)))
def test_a_line_of_json_is_one_line_and_the_same_value(value: str) -> None:
    line = as_json.line({"quote": value})
    assert len(line.splitlines()) == 1
    assert json.loads(line) == {"quote": value}


def test_the_json_of_an_answer_key_by_key() -> None:
    outcome = replace(answered(OPENED, notices=("Mind.",)), usage=Usage(1, 2, None))
    assert list(as_json.outcome_object(outcome, id=7).items()) == [
        ("id", 7),
        ("question", "How long did it take?"),
        ("language", "en"),
        ("status", "answered"),
        ("reason", None),
        ("mode", "quotes"),
        ("answer", "“The new pier opened on Monday.” [1]"),
        ("claims", [{"text": "The new pier opened on Monday.", "citations": [1]}]),
        ("citations", [as_json.outcome_object(outcome)["citations"][0]]),
        ("nearest", []),
        ("differing", []),
        ("notices", ["Mind."]),
        ("archive", {"articles": 2, "newest": "2019-05-01", "fingerprint": "0123456789abcdef"}),
        ("timings_ms", {"total": 12.35}),
        ("usage", {"input_tokens": 1, "output_tokens": 2, "cost_usd": None}),
        ("standalone", None),
        ("model", None),
        ("filter", None),
    ]


def test_the_json_of_a_citation_key_by_key() -> None:
    (citation,) = as_json.outcome_object(answered(OPENED))["citations"]
    assert list(citation.items()) == [
        ("n", 1),
        ("article", "a1b2c3d4e5f6"),
        ("path", "harbour.txt"),
        ("title", "The harbour of Port Elsin"),
        ("outlet", "Elsin Courier"),
        ("author", "Jon Vale"),
        ("published", "2019-05-01"),
        ("url", "https://courier.example/harbour"),
        ("language", "en"),
        ("quote", "The new pier opened on Monday."),
        ("start", 27),
        ("end", 57),
        ("page", None),
        ("passage", {"start": 0, "end": len(HARBOUR.text)}),
        ("times", [{"words": "on Monday", "start": 47, "end": 56, "from": "2019-04-29", "to": "2019-04-29"}]),
        ("also", []),
    ]
    assert HARBOUR.text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_source_with_pages_names_those_of_its_quotes() -> None:
    paged = replace(HARBOUR, pages=(0, HARBOUR.text.index("The new pier"), HARBOUR.text.index("Fishing boats")))
    boats = cite(paged, "Fishing boats may use it from May.", 2)
    outcome = answered(cite(paged, "The new pier opened on Monday."), boats)
    (line,) = text.source_lines(outcome.citations, ENGLISH)
    assert "1 May 2019 · p. 2, 3 · https://" in line
    assert [one["page"] for one in as_json.outcome_object(outcome)["citations"]] == [2, 3]
    assert " · p. 3 · " in text.outcome_text(declined(boats))


def test_the_json_of_a_refusal_has_the_same_keys() -> None:
    refusal = as_json.outcome_object(declined(OPENED, reason="nothing_found"))
    assert list(refusal) == list(as_json.outcome_object(answered(OPENED)))
    assert (refusal["status"], refusal["reason"]) == ("declined", "nothing_found")
    assert (refusal["claims"], refusal["citations"]) == ([], [])
    assert refusal["nearest"][0]["quote"] == OPENED.quote


def test_a_row_keeps_its_id_whatever_it_is() -> None:
    assert as_json.outcome_object(answered(OPENED))["id"] == "q-1"
    assert as_json.outcome_object(answered(OPENED), id=0)["id"] == 0
    assert as_json.failed_object(BadQuestion("No.", "Ask."), id="x") == {
        "id": "x",
        "status": "failed",
        "error": {"code": "bad_question", "message": "No.", "next_step": "Ask."},
    }


def test_the_json_of_a_search_key_by_key() -> None:
    row = as_json.search_object("Why?", [hit(FERRY)], {FERRY.id: FERRY.path}, id="s1")
    assert list(row) == ["id", "question", "hits", "filter"]
    assert list(row["hits"][0].items()) == [
        ("rank", 1),
        ("score", 0.5),
        ("article", FERRY.id),
        ("path", "2019/ferry.txt"),
        ("start", 0),
        ("end", len(FERRY.text)),
        ("text", FERRY.text),
        ("found_by", ["words", "vectors"]),
    ]


def test_the_quote_is_marked_in_its_article() -> None:
    span = Span(FAULT.start, FAULT.end)
    assert text.article_text(FERRY, "fr", span) == (
        "2019/ferry.txt · date inconnue\n"
        "Le bac de Port Elsin ne circule plus. ⟦La compagnie parle d'une panne.⟧ Le maire attend des excuses."
    )


def test_the_surroundings_of_a_quote_are_cut_between_words() -> None:
    span = Span(FAULT.start, FAULT.end)
    block = text.article_text(FERRY, "fr", span, around=12)
    assert block.endswith("[…] plus. ⟦La compagnie parle d'une panne.⟧ Le maire […]")


def test_a_span_past_the_end_is_no_span_of_this_article() -> None:
    with pytest.raises(ValueError, match="characters"):
        text.article_text(FERRY, "fr", Span(5, 5000))


def test_why_tells_the_passages_the_sentences_and_the_decision() -> None:
    block = text.why_text(answered(OPENED), {HARBOUR.id: HARBOUR.path, FERRY.id: FERRY.path})
    assert "Decision: 90% sure that the articles answer, where 50% is needed." in block
    assert "1. harbour.txt:0-" in block and "2. 2019/ferry.txt:0-" in block
    assert "0.90 quoted: “The new pier opened on Monday.”" in block
    assert "total 12 ms" in block


def test_articles_are_a_line_each() -> None:
    listed = text.articles_text([HARBOUR, FERRY], "en").splitlines()
    assert listed[1] == "0f9e8d7c6b5a  2019/ferry.txt · date unknown  (news: 2019/ferry.txt, fr)"
    assert text.articles_text([], "fr") == "Aucun article n'est indexé."


def test_doctor_tells_right_wrong_and_not_set_up_apart() -> None:
    checks = [Check("a", True, "Fine."), Check("b", None, "Not set."), Check("c", False, "Bad.", "Mend it.")]
    assert text.checks_text(checks) == "ok  a: Fine.\n--  b: Not set.\n!!  c: Bad. Mend it."


def test_a_block_has_no_blank_line_inside() -> None:
    outcome: Answered | Abstained
    for outcome in (answered(OPENED, BROKEN, notices=("One\n\ntwo",)), declined(BROKEN, missing=("a\n\nb",))):
        assert "\n\n" not in text.outcome_text(outcome)
    article: Article = HARBOUR
    assert "\n\n" not in text.without_blank_lines(text.article_text(article, "en"))
