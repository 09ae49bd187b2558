"""What is kept of an answer is enough for every view of it, is JSON, and is read with suspicion."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.conversations import IN_MEMORY, Conversations, Key, Turn
from bot.render.json import outcome_object
from bot.render.kept import Kept, kept_object
from bot.types import Candidate, Claim, Drafting, Examined, Pointed, Statement
from retrieval.suspicion import Suspicion
from retrieval.types import Span
from tests.bot.render.chat import keep
from tests.support.outcomes import BUILT, FERRY, HARBOUR, answered, cite, declined

OPENED = cite(HARBOUR, "The new pier opened on Monday.")
ELEVEN = cite(HARBOUR, BUILT, 2)
FAULT = cite(FERRY, "La compagnie parle d'une panne.", 3)


def draft(text: str, *outcomes: str, shown: bool = True, widened: bool = False) -> Examined:
    """A statement of a draft that was examined."""
    return Examined(Statement(text, (Pointed("A", "words"),) * len(outcomes)), outcomes, shown=shown, widened=widened)


def test_it_is_what_programs_get_and_more() -> None:
    outcome = answered(OPENED, ELEVEN)
    kept = kept_object(outcome)
    assert {key: kept[key] for key in outcome_object(outcome)} == outcome_object(outcome)
    assert set(kept) - set(outcome_object(outcome)) == {"how", "suggested"}


def test_it_comes_back_from_the_store_as_it_was() -> None:
    kept = kept_object(answered(OPENED, ELEVEN, FAULT, notices=("Something.",)), ("Who is the mayor?",))
    conversations = Conversations(IN_MEMORY)
    conversations.add(Key("telegram:1"), Turn("q-1", "Q?", "Q?", "en", kept))
    turn = conversations.find("q-1")
    conversations.close()
    assert turn is not None
    assert Kept.read(turn.outcome) == Kept.read(kept)
    assert Kept.read(turn.outcome, turn.at).at == turn.at


def test_no_words_of_articles_are_kept_but_quotes() -> None:
    beside = Candidate(HARBOUR, Span(121, 155), Span(0, 155), 0.2, {}, "weaker")
    outcome = answered(OPENED)
    outcome = replace(outcome, trace=replace(outcome.trace, candidates=(*outcome.trace.candidates, beside)))
    assert "Fishing boats" in HARBOUR.text[121:155]
    assert "Fishing" not in json.dumps(kept_object(outcome))


def test_a_sentence_left_out_is_known_again_unless_its_article_changed() -> None:
    beside = Candidate(HARBOUR, Span(121, 155), Span(0, 155), 0.2, {}, "weaker")
    outcome = answered(OPENED)
    outcome = replace(outcome, trace=replace(outcome.trace, candidates=(*outcome.trace.candidates, beside)))
    (left_out,) = keep(outcome).how.left_out
    assert left_out.words(HARBOUR) == "Fishing boats may use it from May."
    assert left_out.words(replace(HARBOUR, text="x" + HARBOUR.text)) is None
    assert left_out.words(None) is None


def test_the_likeliest_sentences_left_out_are_kept_and_all_are_counted() -> None:
    others = [Candidate(HARBOUR, Span(n, n + 5), Span(0, 155), n / 100, {}, "weaker") for n in range(20)]
    outcome = answered(OPENED)
    outcome = replace(outcome, trace=replace(outcome.trace, candidates=(*outcome.trace.candidates, *others)))
    how = keep(outcome).how
    assert [one.probability for one in how.left_out] == [0.19, 0.18, 0.17]
    assert how.fates == {"chosen": 1, "weaker": 20}


def test_an_article_full_of_orders_to_machines_does_not_fill_the_store() -> None:
    outcome = declined()
    stretches = tuple((HARBOUR, Suspicion(Span(n, n + 1), "order")) for n in range(1000))
    outcome = replace(outcome, trace=replace(outcome.trace, suspicious=stretches))
    assert len(kept_object(outcome)["how"]["suspicious"]) == 20


def test_a_quote_chosen_by_its_probability_keeps_it() -> None:
    assert keep(answered(OPENED)).strength(1).probability == 0.9
    assert keep(answered(OPENED)).strength(7).probability is None


def test_how_the_quotes_of_a_draft_were_found_is_kept_by_citation() -> None:
    drafting = Drafting(
        "some-model",
        "0123456789ab",
        (
            draft("Refused.", "paraphrase", shown=False),
            draft("It took eleven years.", "paraphrase", "exact", "normalised", widened=True),
            draft("It took eleven years.", "reattributed"),  # said again: no claim of its own
            draft("The ferry broke down.", "exact", "exact"),  # two quotes of one place
        ),
    )
    outcome = replace(
        answered(OPENED, ELEVEN, FAULT),
        mode="generated",
        claims=(
            Claim("It took eleven years (Elsin Courier, 1 May 2019).", (OPENED, ELEVEN)),
            Claim("The ferry broke down.", (FAULT,)),
            Claim("Another article says otherwise.", (replace(FAULT, n=4),)),
        ),
    )
    outcome = replace(outcome, trace=replace(outcome.trace, candidates=(), drafting=drafting))
    kept = keep(outcome)
    assert [(kept.strength(n).found, kept.strength(n).widened) for n in (1, 2, 3, 4)] == [
        (("exact",), True),
        (("normalised",), True),
        (("exact",), False),
        ((), False),
    ]
    assert kept.how.drafted == {"paraphrase": 1, "shown": 3}


def test_a_turn_of_an_older_version_can_still_be_shown() -> None:
    old = outcome_object(answered(OPENED))
    for key in ("differing", "model", "standalone"):
        del old[key]
    kept = Kept.read(old)
    assert kept.cited(1) is not None
    assert kept.how.hits == ()
    assert kept.suggested == ()


@pytest.mark.parametrize(
    "change",
    [
        {"status": "failed"},
        {"citations": []},
        {"claims": [{"text": "It opened.", "citations": []}]},
        {"claims": [{"text": "It opened.", "citations": [2]}]},
        {"claims": []},
        {"answer": None},
        {"id": 3},
        {"how": {"hits": "none"}},
    ],
)
def test_what_is_no_answer_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Kept"):
        Kept.read({**kept_object(answered(OPENED)), **change})


@pytest.mark.parametrize(
    "change", [{"quote": "It opened."}, {"start": 200}, {"end": 900}, {"passage": None}, {"n": "a"}]
)
def test_a_citation_whose_quote_cannot_stand_there_is_refused(change: dict[str, Any]) -> None:
    kept = kept_object(answered(OPENED))
    with pytest.raises(ValueError, match="Kept"):
        Kept.read({**kept, "citations": [{**kept["citations"][0], **change}]})


def test_what_can_be_opened_of_a_refusal_are_its_nearest_passages() -> None:
    kept = keep(declined(OPENED))
    assert [cited.n for cited in kept.shown] == [1]
    assert kept.cited(2) is None


def test_a_quote_stands_in_its_own_article_only_and_only_in_its_place() -> None:
    cited = keep(answered(OPENED)).citations[0]
    assert cited.stands_in(HARBOUR)
    assert not cited.stands_in(replace(HARBOUR, id="another"))
    assert not cited.stands_in(replace(HARBOUR, text=" " + HARBOUR.text))
    assert not cited.stands_in(None)
