"""Evidence goes statement by statement: each quote in its sentences, with how strong it is, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.render.telegram.evidence import evidence_message
from bot.render.telegram.presses import read_press
from bot.telegram.texts import texts
from bot.types import Answered, Claim, Drafting, Examined, Pointed, Statement
from retrieval.types import Article
from tests.bot.render.chat import checked, covered, keep, labels, readable
from tests.support.outcomes import BUILT, FERRY, HARBOUR, answered, cite, declined

EN, FR = texts("en"), texts("fr")
ARTICLES = {HARBOUR.id: HARBOUR, FERRY.id: FERRY}
OPENED = cite(HARBOUR, "The new pier opened on Monday.")
ELEVEN = cite(HARBOUR, BUILT, 2)
FAULT = cite(FERRY, "La compagnie parle d'une panne.", 3)


def drafted(*outcomes: str, widened: bool = False) -> Answered:
    """An answer of one statement, whose quotes were found like this."""
    claim = Claim("It took eleven years.", (OPENED, ELEVEN)[: len(outcomes)])
    examined = Examined(
        Statement(claim.text, (Pointed("A", "words"),) * len(outcomes)), outcomes, shown=True, widened=widened
    )
    outcome = replace(answered(*claim.citations), mode="generated", claims=(claim,))
    drafting = Drafting("some-model", "0123456789ab", (examined,))
    return replace(outcome, trace=replace(outcome.trace, candidates=(), drafting=drafting))


def test_a_quote_of_an_answer_of_quotes_in_its_sentences() -> None:
    kept = keep(answered(OPENED, ELEVEN, FAULT))
    assert readable(evidence_message(kept, 2, ARTICLES.get, FR)).replace("\N{NO-BREAK SPACE}", "~") == (
        "**Affirmation 3 sur 3**\n"
        "\n"
        "[3] date inconnue · 2019/ferry.txt\n"
        "<<Le bac de Port Elsin ne circule plus. **La compagnie parle d'une panne.** Le maire attend des excuses.>>\n"
        "_Mot pour mot dans l'article, probabilité de répondre à la question~: 90~%._\n"
        "([3])\n"
        "(‹ 2)"
    )


def test_a_statement_of_a_model_and_the_quotes_it_rests_on() -> None:
    assert readable(evidence_message(keep(drafted("exact", "normalised")), 0, ARTICLES.get, EN)) == (
        "**Statement 1 of 1**\n"
        "\n"
        "It took eleven years.\n"
        "\n"
        "[1] Elsin Courier · 1 May 2019 · [“The harbour of Port Elsin”](https://courier.example/harbour)\n"
        "<<The harbour of Port Elsin\n\n**The new pier opened on Monday.**\n\n"
        "Mayor Ilse Brandt said that “it took\n\neleven years” to build.>>\n"
        "_The model quoted this word for word._\n"
        "\n"
        "[2] Elsin Courier · 1 May 2019 · [“The harbour of Port Elsin”](https://courier.example/harbour)\n"
        "<<The new pier opened on Monday.\n\n"
        "**Mayor Ilse Brandt said that “it took\n\neleven years” to build.** Fishing boats may use it from May.>>\n"
        "_The model quoted this word for word, apart from spaces or punctuation marks._\n"
        "([1]) | ([2])"
    )


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (drafted("reattributed"), "The model quoted this word for word, but named another passage; it stands here."),
        (drafted("exact", widened=True), "The model quoted this word for word, shown with the whole sentence"),
        (answered(OPENED), "Word for word from the article, 90% sure that it answers the question."),
    ],
)
def test_the_strength_is_told_in_words(outcome: Answered, told: str) -> None:
    assert told in evidence_message(keep(outcome), 0, ARTICLES.get, EN).text


def test_where_nothing_is_known_of_its_strength_none_is_claimed() -> None:
    outcome = answered(OPENED)
    kept = keep(replace(outcome, trace=replace(outcome.trace, candidates=())))
    assert covered(evidence_message(kept, 0, ARTICLES.get, EN), "italic") == ["Word for word from the article."]


def test_the_arrows_go_from_statement_to_statement() -> None:
    kept = keep(answered(OPENED, ELEVEN, FAULT))
    seen = [labels(checked(evidence_message(kept, at, ARTICLES.get, EN)))[-1] for at in range(3)]
    assert seen == [["2 ›"], ["‹ 1", "3 ›"], ["‹ 2"]]
    back, on = evidence_message(kept, 1, ARTICLES.get, EN).keyboard[-1]
    pressed = [read_press(button.press or "") for button in (back, on)]
    assert [one and (one.action, *one.arguments) for one in pressed] == [
        ("evidence", "q-1", "0"),
        ("evidence", "q-1", "2"),
    ]


@pytest.mark.parametrize("at", [-1, 1])
def test_a_statement_that_is_not_there_is_an_error(at: int) -> None:
    with pytest.raises(IndexError):
        evidence_message(keep(answered(OPENED)), at, ARTICLES.get, EN)


@pytest.mark.parametrize("article", [None, replace(HARBOUR, text=HARBOUR.text.replace("Monday", "Sunday"))])
def test_a_quote_that_no_longer_stands_is_not_shown(article: Article | None) -> None:
    message = checked(evidence_message(keep(answered(OPENED)), 0, lambda _: article, EN))
    assert "cannot be shown" in message.text
    assert "Monday" not in message.text
    assert "Word for word" not in message.text


def test_the_evidence_of_a_refusal_is_none() -> None:
    assert (
        "no statement rests on anything" in checked(evidence_message(keep(declined(OPENED)), 0, ARTICLES.get, EN)).text
    )


@pytest.mark.parametrize("character", ["w", "😀", "word "])
def test_a_statement_on_many_long_quotes_fits_into_one_message(character: str) -> None:
    text = (character * 3000).strip()
    article = replace(HARBOUR, text=text, title=text, outlet=text)
    citations = tuple(
        replace(cite(article, text[start : start + 1500].strip(), n + 1)) for n, start in enumerate(range(0, 1200, 200))
    )
    outcome = replace(answered(*citations), mode="generated", claims=(Claim(text, citations),))
    message = checked(evidence_message(keep(outcome), 0, {article.id: article}.get, EN))
    assert labels(message)[0] == [f"[{n}]" for n in range(1, 7)]
