"""Written answers through the real parts: an index, the real clients, and a server that drafts what a test scripts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import assembly
from bot.assistant import Assistant
from bot.home import MODEL
from bot.progress import Checking, Progress, Reading, Searching, Verified
from bot.render.json import outcome_object
from bot.render.text import outcome_text, why_text
from bot.settings import DEFAULT_MODEL, Settings
from bot.types import Abstained, Answered, Outcome, Question
from retrieval.types import Filter
from tests.support.drafts import Says, draft, drafting, is_rewriting, passages, says
from tests.support.indexing import write_articles
from tests.support.model_server import (
    ModelServer,
    Received,
    Reply,
    cut_short,
    fail,
    page,
    refusal,
    say,
    silent,
    unfinished,
    waiting,
)

ARTICLES = {
    "pier.txt": (
        "A pier for Port Elsin\n\nElsin Courier\n\n6 May 2019\n\n"
        "The new pier of Port Elsin opened on Monday. Mayor Ilse Brandt cut a ribbon before three hundred guests. "
        "The pier cost 40 million crowns, twice what the council had planned. "
        "A second pier may follow, according to the harbour master, Jon Vale.\n\n"
        "Subscribe to our newsletter\n\nClose\n"
    ),
    "bac.txt": (
        "Le bac de Port Elsin\n\n"
        "Le bac de Port Elsin ne circule plus depuis mardi. La compagnie Nordfahrt parle d'une panne de moteur. "
        "Le capitaine Henrik Sol attend une pièce qui vient de Bergen.\n"
    ),
    "storm.txt": (
        "Storm over the islands\n\n"
        "The storm tore the roof off the school of Vardo on Thursday. Nobody was hurt, the police said.\n"
    ),
}
COST = "The pier cost 40 million crowns, twice what the council had planned."
SECOND = "A second pier may follow, according to the harbour master, Jon Vale."
FAULT = "La compagnie Nordfahrt parle d'une panne de moteur."
ASKED = "What did the new pier of Port Elsin cost?"


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """A language model's server, to be scripted."""
    with ModelServer() as running:
        yield running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Path:
    """A home with the invented articles."""
    folder = tmp_path_factory.mktemp("written")
    (folder / MODEL).symlink_to(model_folder)
    assembly.ingest(Settings(home=folder), [write_articles(folder / "news", ARTICLES)])
    return folder


@pytest.fixture(scope="module")
def opened(home: Path, server: ModelServer) -> Iterator[Assistant]:
    settings = Settings(
        home=home,
        openai_base_url=server.url,
        openai_api_key="sk-not-to-be-seen",
        first_token_seconds=0.7,
        answer_seconds=6,
    )
    with closing(assembly.open_assistant(settings)) as assistant:
        yield assistant


@pytest.fixture
def assistant(opened: Assistant, server: ModelServer) -> Assistant:
    """Answers about the invented articles, by a model that has not been scripted yet."""
    server.play()
    return opened


def ask(assistant: Assistant, server: ModelServer, *rounds: list[Says] | None, question: str = ASKED) -> Outcome:
    """The outcome where the model drafts these rounds of claims."""
    server.respond = drafting(*rounds)
    return assistant.answer(Question(question))


def texts(outcome: Outcome) -> list[str]:
    """The claims of a written answer."""
    assert isinstance(outcome, Answered) and outcome.mode == "generated", outcome
    return [claim.text for claim in outcome.claims]


def kinds(outcome: Outcome) -> list[str]:
    """What was found of each statement of the draft."""
    assert outcome.trace.drafting is not None
    return [
        "shown" if one.shown else ",".join((*one.outcomes, *(fault.kind for fault in one.faults)))
        for one in outcome.trace.drafting.examined
    ]


# --- What is shown ----------------------------------------------------------------------------------------------------


def test_a_claim_is_shown_with_its_quote_its_outlet_and_its_date(assistant: Assistant, server: ModelServer) -> None:
    outcome = ask(assistant, server, [says("The pier cost 40 million crowns.", COST)])
    assert texts(outcome) == ["The pier cost 40 million crowns (Elsin Courier, 6 May 2019)."]
    assert isinstance(outcome, Answered)
    assert [citation.quote for citation in outcome.citations] == [COST]
    assert outcome_text(outcome).splitlines() == [
        "The pier cost 40 million crowns (Elsin Courier, 6 May 2019). [1]",
        "Sources:",
        f"[1] “{COST}” — A pier for Port Elsin · Elsin Courier · 6 May 2019",
    ]


def test_a_filter_decides_what_the_model_is_shown_and_what_is_quoted_when_it_fails(
    assistant: Assistant, server: ModelServer
) -> None:
    only = Filter(language="fr")
    server.respond = drafting([says("Nordfahrt speaks of a fault of the engine.", FAULT)])
    written = assistant.answer(Question(ASKED, filter=only))
    shown = [text for request in server.requests for text in passages(request).values()]
    assert shown and all("pier" not in text for text in shown)
    server.respond = None
    quoted = assistant.answer(Question(ASKED, filter=only))
    for outcome in (written, quoted):
        assert {hit.passage.language for hit in outcome.trace.hits} == {"fr"}
        assert outcome_object(outcome)["filter"] == {"language": "fr"}
        assert "Filter: language fr. It leaves 1 of 3 articles." in outcome.notices
        assert outcome.notices.count("Filter: language fr. It leaves 1 of 3 articles.") == 1


def test_the_json_tells_the_model_what_it_used_and_what_was_confirmed(
    assistant: Assistant, server: ModelServer
) -> None:
    outcome = ask(assistant, server, [says("The pier cost 40 million crowns.", COST), says("It rained.")], [])
    shown = outcome_object(outcome)
    assert shown["status"] == "answered" and shown["mode"] == "generated"
    assert shown["claims"] == [
        {"text": "The pier cost 40 million crowns (Elsin Courier, 6 May 2019).", "citations": [1]}
    ]
    assert shown["model"] | {"prompts": None} == {
        "name": DEFAULT_MODEL,
        "prompts": None,
        "drafted": 2,
        "confirmed": 1,
        "left_out": 1,
        "failure": None,
    }
    assert shown["usage"]["input_tokens"] == 100 * len(server.requests)
    assert shown["usage"]["cost_usd"] > 0


def test_an_answer_in_french_rests_on_english_quotes(assistant: Assistant, server: ModelServer) -> None:
    claims = [says("La jetée a coûté 40 millions de couronnes.", COST)]
    outcome = ask(assistant, server, claims, question="Combien a coûté la nouvelle jetée de Port Elsin ?")
    assert texts(outcome) == ["La jetée a coûté 40 millions de couronnes (Elsin Courier, 6 mai 2019)."]
    assert isinstance(outcome, Answered)
    assert outcome.citations[0].quote == COST


def test_a_quotation_that_the_model_translated_stands_outside_quotation_marks(
    assistant: Assistant, server: ModelServer
) -> None:
    claims = [says("Nordfahrt speaks of “an engine failure”.", FAULT)]
    (text,) = texts(ask(assistant, server, claims, question="Why has the ferry of Port Elsin stopped?"))
    assert "“" not in text and '"' not in text
    assert "(our translation)" in text


def test_several_claims_number_each_place_once(assistant: Assistant, server: ModelServer) -> None:
    cost, dear = (
        says("The pier cost 40 million crowns.", COST),
        says("It cost twice what the council had planned.", COST),
    )
    outcome = ask(assistant, server, [cost, says("A second pier may follow, according to Jon Vale.", SECOND), dear])
    assert isinstance(outcome, Answered)
    assert [[citation.n for citation in claim.citations] for claim in outcome.claims] == [[1], [2], [1]]


def test_what_is_asked_of_the_present_gets_the_archives_horizon(assistant: Assistant, server: ModelServer) -> None:
    claims = [says("A second pier may follow, according to Jon Vale.", SECOND)]
    outcome = ask(assistant, server, claims, question="Is a second pier planned at Port Elsin now?")
    assert any("6 May 2019" in notice for notice in outcome.notices)
    assert "6 May 2019" not in " ".join(ask(assistant, server, claims, question=ASKED).notices)


# --- What is not ------------------------------------------------------------------------------------------------------

FORGED = [
    ("paraphrase", says("The pier cost 40 million crowns.", "The pier costed 40 million crowns")),
    ("ellipsis", says("The pier cost 40 million crowns.", "The pier cost … what the council had planned.")),
    ("stitched", says("The pier cost what they planned.", "The pier cost 40 million A second pier may follow")),
    ("inside_word", says("The pier cost 4 crowns.", "pier cost 4")),
    ("too_short", says("The pier cost 40 crowns.", "pier")),
    ("paraphrase", says("The pier cost 50 million crowns.", COST.replace("40", "50"))),
    ("exact,number", says("The pier cost 50 million crowns.", COST)),
    ("exact,number", says("The pier cost 40 crowns.", COST)),
    ("exact,name", says("Ilse Brandt paid 40 million crowns.", COST)),
    ("exact,hedge", says("A second pier follows, according to Jon Vale.", SECOND)),
    ("exact,negation", says("The pier did not cost 40 million crowns.", COST)),
    ("", Says("The pier cost 40 million crowns.")),
    ("furniture", says("There is a newsletter.", "Subscribe to our newsletter")),
]


@pytest.mark.parametrize(("found", "forged"), FORGED, ids=[f"{n}-{found}" for n, (found, _) in enumerate(FORGED)])
def test_what_its_quotes_do_not_bear_is_asked_for_again_and_then_left_out(
    assistant: Assistant, server: ModelServer, found: str, forged: Says
) -> None:
    true = says("Mayor Ilse Brandt cut a ribbon before three hundred guests.")
    outcome = ask(assistant, server, [forged, true], [forged])
    assert len(texts(outcome)) == 1 and texts(outcome)[0].startswith("Mayor Ilse Brandt")
    assert forged.text.rstrip(".") not in outcome_text(outcome)
    assert any("1 of the statements" in notice for notice in outcome.notices)
    drafts = [request for request in server.requests if not is_rewriting(request)]
    assert len(drafts) == 2
    assert forged.text in drafts[1].body["messages"][-1]["content"]
    if found not in ("", "furniture"):
        assert kinds(outcome)[0] == found


def test_what_is_corrected_is_shown_and_nothing_is_said_to_be_left_out(
    assistant: Assistant, server: ModelServer
) -> None:
    bad, good = says("The pier cost 50 million crowns.", COST), says("The pier cost 40 million crowns.", COST)
    outcome = ask(assistant, server, [bad], [good])
    assert texts(outcome) == ["The pier cost 40 million crowns (Elsin Courier, 6 May 2019)."]
    assert outcome.notices == ()


def test_a_quote_of_another_passage_than_the_one_named_is_put_right_where_it_is_the_only_one(
    assistant: Assistant, server: ModelServer
) -> None:
    server.respond = lambda request: (
        say({"question": "", "translation": ""})
        if is_rewriting(request)
        else say(
            {
                "answers": True,
                "claims": [
                    {
                        "text": "The pier cost 40 million crowns.",
                        "quotes": [
                            {"passage": next(k for k, v in passages(request).items() if COST not in v), "quote": COST}
                        ],
                    }
                ],
            }
        )
    )
    outcome = assistant.answer(Question(ASKED))
    assert isinstance(outcome, Answered)
    assert outcome.citations[0].article.path == "pier.txt"
    assert outcome.trace.drafting is not None
    assert outcome.trace.drafting.examined[0].outcomes == ("reattributed",)


def test_where_nothing_can_be_confirmed_the_quotes_are_shown_and_it_is_said(
    assistant: Assistant, server: ModelServer
) -> None:
    outcome = ask(assistant, server, [says("The pier cost 50 million crowns.", COST)])
    assert isinstance(outcome, Answered) and outcome.mode == "quotes"
    assert COST in [citation.quote for citation in outcome.citations]
    assert any("could not be confirmed" in notice for notice in outcome.notices)


def test_where_nothing_can_be_confirmed_and_no_quote_answers_the_reason_is_not_grounded(
    assistant: Assistant, server: ModelServer
) -> None:
    forged = says("Angela Merkel opened a chess club.", COST)
    outcome = ask(assistant, server, [forged], question="Which chess club did Angela Merkel open in Reykjavik in 1972?")
    assert isinstance(outcome, Abstained)
    assert outcome.reason == "not_grounded"
    assert "chess club" not in outcome_text(outcome)


def test_where_the_model_says_that_the_evidence_does_not_answer_footnote_declines(
    assistant: Assistant, server: ModelServer
) -> None:
    outcome = ask(assistant, server, None)
    assert isinstance(outcome, Abstained)
    assert (outcome.reason, outcome.mode) == ("not_in_evidence", "generated")
    assert outcome.nearest
    assert outcome.notices == ()


def test_why_counts_what_was_refused_and_shows_none_of_it(assistant: Assistant, server: ModelServer) -> None:
    forged = says("The pier cost 50 million crowns.", COST)
    outcome = ask(assistant, server, [says("The pier cost 40 million crowns.", COST), forged], [forged])
    why = why_text(outcome, {hit.passage.article_id: "x" for hit in outcome.trace.hits})
    assert "1 × confirmed, 2 × a number not in its quotes" in why
    assert "50 million" not in why


# --- While it comes in ------------------------------------------------------------------------------------------------


def test_stages_are_told_and_claims_as_they_are_verified_and_never_a_refused_word(
    assistant: Assistant, server: ModelServer
) -> None:
    told: list[Progress] = []
    claims = [says("The pier cost 40 million crowns.", COST), says("It cost 50 million crowns.", COST), says(SECOND)]
    server.respond = drafting(claims, [])
    outcome = assistant.answer(Question(ASKED), told.append)
    assert isinstance(outcome, Answered)
    assert told[0] == Searching()
    assert isinstance(told[1], Reading) and told[1].passages > 0
    assert [one.claim for one in told if isinstance(one, Verified)] == list(outcome.claims)
    assert "50 million" not in repr([one for one in told if not isinstance(one, Reading | Checking)]).replace(COST, "")


def test_a_claim_is_told_before_the_reply_is_whole(assistant: Assistant, server: ModelServer) -> None:
    claims = [says("The pier cost 40 million crowns.", COST), says("It opened on Monday.", "opened on Monday")]
    asked_for_the_rest: list[int] = []

    def tell(progress: Progress) -> None:
        if isinstance(progress, Verified):
            asked_for_the_rest.append(server.connections)
            raise KeyboardInterrupt  # as a person does who has seen enough

    server.respond = drafting(claims, size=4, pause=0.02)
    with pytest.raises(KeyboardInterrupt):
        assistant.answer(Question(ASKED), tell)
    assert asked_for_the_rest == [1]


# --- When the model fails ---------------------------------------------------------------------------------------------

FAILURES = {
    "model_wrong_key": fail(401, "invalid_api_key"),
    "model_no_quota": fail(429, "insufficient_quota"),
    "model_unknown": fail(404, "model_not_found", "The model `x` does not exist"),
    "model_context_overflow": fail(400, "context_length_exceeded"),
    "model_content_filtered": fail(400, "content_filter"),
    "model_not_an_api": page(),
    "model_no_first_token": waiting(),
    "model_refused": refusal(),
    "model_cut_short": cut_short('{"answers": true, "claims": [{"quotes"'),
    "model_cut_off": unfinished('{"answers": true, "claims": []}'),
    "model_no_object": say("The pier cost 40 million crowns."),
    "model_empty_reply": say(""),
}


@pytest.mark.parametrize("code", FAILURES)
def test_whatever_the_model_does_the_person_gets_the_quotes_and_the_log_the_cause(
    assistant: Assistant, server: ModelServer, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.respond = lambda _: FAILURES[code]
    with caplog.at_level(logging.INFO):
        outcome = assistant.answer(Question(ASKED))
    assert isinstance(outcome, Answered) and outcome.mode == "quotes"
    assert COST in [citation.quote for citation in outcome.citations]
    assert "The language model did not answer; these are the passages." in outcome.notices
    assert outcome_object(outcome)["model"]["failure"] == code
    assert code in caplog.text
    assert "sk-not-to-be-seen" not in caplog.text + outcome_text(outcome)


def test_a_server_that_accepts_and_never_answers_costs_the_time_set_and_no_more(
    assistant: Assistant, server: ModelServer
) -> None:
    server.respond = lambda _: silent()
    outcome = assistant.answer(Question(ASKED))
    assert isinstance(outcome, Answered) and outcome.mode == "quotes"
    assert len(server.requests) == 1  # what does not answer is not asked again


def test_a_reply_of_another_form_is_no_draft(assistant: Assistant, server: ModelServer) -> None:
    server.respond = lambda _: say({"claims": "forty million"})
    assert outcome_object(assistant.answer(Question(ASKED)))["model"]["failure"] == "model_no_object"


def test_what_was_verified_before_the_model_broke_off_stays(assistant: Assistant, server: ModelServer) -> None:
    whole = drafting(
        [says("The pier cost 40 million crowns.", COST), says(SECOND), says("It opened.", "opened on Monday")]
    )

    def respond(request: Received) -> Reply:
        reply = whole(request)
        return reply if is_rewriting(request) else unfinished(reply.text[:-40])

    server.respond = respond
    outcome = assistant.answer(Question(ASKED))
    assert texts(outcome)[0].startswith("The pier cost 40 million crowns")
    assert any("broke off" in notice for notice in outcome.notices)


# --- Follow-ups, two languages ----------------------------------------------------------------------------------------


def test_a_follow_up_is_searched_and_answered_as_it_was_rewritten(assistant: Assistant, server: ModelServer) -> None:
    server.respond = drafting([says(FAULT)], standalone="Why has the ferry of Port Elsin stopped?")
    outcome = assistant.answer(Question("And why has it stopped?", history=("Where is the ferry of Port Elsin?",)))
    assert outcome.trace.standalone == "Why has the ferry of Port Elsin stopped?"
    assert outcome.question.text == "And why has it stopped?"
    assert '"Why has the ferry of Port Elsin stopped?"' in server.requests[-1].text


def test_the_question_is_searched_for_in_the_other_language_too(assistant: Assistant, server: ModelServer) -> None:
    asked = "Who is the skipper waiting for a spare part?"
    server.respond = drafting(None, standalone=asked, translation="Quel capitaine attend une pièce ?")
    with_translation = assistant.answer(Question(asked))
    assert with_translation.trace.translation == "Quel capitaine attend une pièce ?"
    best = with_translation.trace.hits[0].passage
    assert "Le capitaine Henrik Sol" in best.text
    server.respond = drafting(None, standalone=asked)
    without = {hit.passage.id: hit for hit in assistant.answer(Question(asked)).trace.hits}
    assert with_translation.trace.hits[0].score > without[best.id].score


def test_a_window_too_small_for_any_passage_is_a_notice_on_the_quotes(home: Path, server: ModelServer) -> None:
    server.play()
    server.respond = drafting([says("The pier cost 40 million crowns.", COST)])
    with closing(assembly.open_assistant(Settings(home=home, openai_base_url=server.url, model_window=1200))) as small:
        outcome = small.answer(Question(ASKED))
    assert outcome_object(outcome)["model"]["failure"] == "model_context_overflow"
    assert isinstance(outcome, Answered) and outcome.mode == "quotes"
    assert any("did not answer" in notice for notice in outcome.notices)


def test_a_claim_beside_the_word_that_nothing_answers_is_not_shown(assistant: Assistant, server: ModelServer) -> None:
    claims = [says("The pier cost 40 million crowns.", COST)]

    def respond(request: Received) -> Reply:
        return say({"question": ""}) if is_rewriting(request) else say(draft(request, claims, answers=False))

    server.respond = respond
    assert isinstance(assistant.answer(Question(ASKED)), Abstained)


def test_a_denial_in_whatever_words_is_not_what_a_plain_sentence_says(
    assistant: Assistant, server: ModelServer
) -> None:
    true = says("Mayor Ilse Brandt cut a ribbon before three hundred guests.")
    for denial in ("It is false that", "It is a myth that", "It is untrue that"):
        outcome = ask(assistant, server, [says(f"{denial} the pier cost 40 million crowns.", COST), true], [])
        assert "million" not in " ".join(texts(outcome))
