"""Why says how an answer was found and what was left out, in one message, whatever was found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.render.telegram.why import why_message
from bot.telegram.texts import texts
from bot.types import Candidate, Decision, Disagreement, Drafting, Examined, Outcome, Question, Side, Statement, Usage
from retrieval.suspicion import Suspicion
from retrieval.types import Span
from tests.bot.render.chat import checked, keep, readable
from tests.support.outcomes import BUILT, FERRY, HARBOUR, answered, cite, declined, hit

EN, FR = texts("en"), texts("fr")
ARTICLES = {HARBOUR.id: HARBOUR, FERRY.id: FERRY}
OPENED = cite(HARBOUR, "The new pier opened on Monday.")
ELEVEN = cite(HARBOUR, BUILT, 2)
BOATS = Candidate(HARBOUR, Span(121, 155), Span(0, 155), 0.213, {}, "weaker")


def told(outcome: Outcome, language: str = "en") -> str:
    """The text of the message."""
    return checked(why_message(keep(outcome), texts(language), ARTICLES.get)).text


def test_why_of_an_answer_of_quotes() -> None:
    outcome = answered(OPENED)
    outcome = replace(
        outcome,
        timings_ms={"search": 20.4, "choose": 130.0, "total": 160.0},
        trace=replace(
            outcome.trace, candidates=(*outcome.trace.candidates, BOATS), standalone="How long did the pier?"
        ),
    )
    assert readable(why_message(keep(outcome), EN, ARTICLES.get)) == (
        "**How this was found**\n"
        "\n"
        "Question: How long did it take?\n"
        "Searched for: How long did the pier?\n"
        "Searched: 2 articles, the newest of 1 May 2019.\n"
        "Found and read: 2 passages.\n"
        "1. Elsin Courier · 1 May 2019 · [“The harbour of Port Elsin”](https://courier.example/harbour) "
        "(by words and meaning)\n"
        "2. date unknown · 2019/ferry.txt (by words and meaning)\n"
        "\n"
        "Decision: 90% sure that the articles answer, where 50% is needed.\n"
        "Weighed: 2 sentences (1 × quoted, 1 × left out, weaker).\n"
        "Likeliest of those left out:\n"
        "21%: “Fishing boats may use it from May.”\n"
        "\n"
        "Date of the articles cited: 1 May 2019.\n"
        "\n"
        "No language model had a part in it.\n"
        "Time: 0.16 s (searching 0.02, choosing 0.13)."
    )


def test_why_of_a_refusal_in_french() -> None:
    outcome = replace(
        declined(question="Combien de sous-marins ?", language="fr", missing=("sous-marins",)),
        timings_ms={"total": 1234.5},
    )
    decision = Decision(0.2, 0.5)
    outcome = replace(outcome, trace=replace(outcome.trace, decision=decision, hits=(hit(FERRY),)))
    assert told(outcome, "fr").replace("\N{NO-BREAK SPACE}", "~") == (
        "Comment cela a été trouvé\n"
        "\n"
        "Question~: Combien de sous-marins ?\n"
        "Archive~: 2 articles, le plus récent~: 1er mai 2019.\n"
        "Trouvé et lu~: 1 passage.\n"
        "1. date inconnue · 2019/ferry.txt (par les mots et le sens)\n"
        "\n"
        "Décision : sûr à 20% que les articles répondent ; il faut 50%.\n"
        "Introuvable avec le reste de la question : «~sous-marins~».\n"
        "\n"
        "Aucun modèle de langage n'y a pris part.\n"
        "Durée~: 1,23 s."
    )


def test_what_a_model_had_to_do_with_it() -> None:
    examined = (
        Examined(Statement("Confirmed.", ()), ("exact",), shown=True),
        Examined(Statement("Refused secret words.", ()), ("paraphrase",)),
    )
    drafting = Drafting("some-model", "0123456789ab", examined, failure="model_timeout")
    outcome = replace(answered(OPENED), usage=Usage(1200, 80, 0.00123))
    text = told(replace(outcome, trace=replace(outcome.trace, drafting=drafting)))
    assert "Language model: some-model, prompts 0123456789ab, 1280 tokens.\nCost: 0.0012 US dollars." in text
    assert "Statements drafted: 1 × confirmed, 1 × a quote that stands nowhere." in text
    assert "It gave no draft that could be used: model_timeout." in text
    assert "secret" not in text


def test_where_the_articles_differ() -> None:
    sides = (Side(OPENED, "on Monday"), Side(ELEVEN, "on Sunday"))
    text = told(replace(answered(OPENED, ELEVEN), differing=(Disagreement("date", sides),)))
    assert "The articles differ: “on Monday” [1]; “on Sunday” [2]." in text
    denied = (Side(OPENED, ""), Side(ELEVEN, ""))
    text = told(replace(answered(OPENED, ELEVEN), differing=(Disagreement("negation", denied),)))
    assert "The articles contradict each other: [1]; [2]." in text


def test_the_range_of_the_dates_of_the_sources() -> None:
    later = replace(cite(FERRY, "La compagnie parle d'une panne.", 2), article=replace(FERRY, published="2021-12"))
    assert "Dates of the articles cited: 1 May 2019 to December 2021." in told(answered(OPENED, later))
    assert "No article cited shows its date." in told(answered(cite(FERRY, "Le maire attend des excuses.")))


def test_what_addresses_a_machine_is_counted_and_placed_and_not_repeated() -> None:
    stretches = tuple((HARBOUR, Suspicion(Span(n, n + 5), "order")) for n in (0, 40))
    outcome = declined()
    text = told(replace(outcome, trace=replace(outcome.trace, suspicious=stretches)))
    assert "Left out because they address a machine: 2 stretches, in harbour.txt." in text


def test_an_article_that_is_gone_is_told_by_its_path_and_its_sentences_not_at_all() -> None:
    outcome = answered(OPENED)
    outcome = replace(outcome, trace=replace(outcome.trace, candidates=(*outcome.trace.candidates, BOATS)))
    text = checked(why_message(keep(outcome), EN)).text
    assert "1. harbour.txt (by words and meaning)" in text
    assert "Fishing" not in text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("character", ["w", "😀", "word ", "@all \u202e"])
def test_it_is_one_message_however_much_there_is_to_tell(language: str, character: str) -> None:
    long = (character * 2000).strip()
    article = replace(HARBOUR, path=long, title=long, outlet=long, text=long)
    span = Span(0, len(long) - 1)
    outcome = answered(cite(article, long[:100].strip()), notices=(long,) * 5)
    trace = replace(
        outcome.trace,
        hits=tuple(hit(replace(article, id=f"{n:012x}"), n) for n in range(50)),
        candidates=tuple(Candidate(article, span, span, 0.1, {}, "weaker") for _ in range(50)),
        missing=(long,) * 50,
        standalone=long,
        translation=long,
        suspicious=tuple((replace(article, path=f"{n}{long}"), Suspicion(span, "order")) for n in range(50)),
        drafting=Drafting(long, "0123456789ab"),
    )
    side = Side(outcome.citations[0], long)
    outcome = replace(
        outcome, question=Question(long), trace=trace, differing=(Disagreement("name", (side, side, side)),) * 3
    )
    checked(why_message(keep(outcome), texts(language), lambda _: article))
