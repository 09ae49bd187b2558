"""The messages that bring an answer: every statement with its number, the sources, and buttons that open them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.render.telegram.answer import answer_keyboard, answer_messages
from bot.render.telegram.message import Message
from bot.render.telegram.presses import Press, read_press
from bot.telegram.texts import texts
from bot.types import Abstained, Answered, Claim
from retrieval.types import Article
from tests.bot.render.chat import checked, covered, joined, keep, labels, readable
from tests.support.outcomes import BUILT, FERRY, HARBOUR, answered, cite, declined

EN, FR = texts("en"), texts("fr")
OPENED = cite(HARBOUR, "The new pier opened on Monday.")
ELEVEN = cite(HARBOUR, BUILT, 2)
FAULT = cite(FERRY, "La compagnie parle d'une panne.", 3)


def written(*claims: Claim, **changes: object) -> Answered:
    """An answer in a model's words."""
    cited = {citation.n: citation for claim in claims for citation in claim.citations}
    return replace(answered(*cited.values()), mode="generated", claims=claims, **changes)  # type: ignore[arg-type]


def only(outcome: Answered | Abstained, *suggested: str) -> Message:
    """The one message of an answer."""
    (message,) = answer_messages(keep(outcome, *suggested), EN)
    return checked(message)


def presses(message: Message) -> list[Press | None]:
    """What the buttons say to the bot."""
    return [read_press(button.press or "") for row in message.keyboard for button in row]


def many(count: int, words: int = 4, url: str | None = None) -> Answered:
    """An answer of this many quotes, each of an article of its own."""
    citations = []
    for n in range(1, count + 1):
        text = f"Report {n} says: " + " ".join(["yes"] * words) + "."
        citations.append(cite(Article(f"{n:012x}", "news", f"{n}.txt", text, title=f"Title {n}", url=url), text, n))
    return answered(*citations)


def test_an_answer_of_quotes() -> None:
    assert readable(only(answered(OPENED, ELEVEN, FAULT))) == (
        "“The new pier opened on Monday.” [[1]](https://courier.example/harbour)\n\n"
        "“Mayor Ilse Brandt said that “it took eleven years” to build.” [[2]](https://courier.example/harbour)\n\n"
        "“La compagnie parle d'une panne.” [3]\n\n"
        "**Sources:**\n"
        "<<+[1] [2] Elsin Courier · 1 May 2019 · [“The harbour of Port Elsin”](https://courier.example/harbour)"
        " (“on Monday”: 29 April 2019)\n"
        "[3] date unknown · 2019/ferry.txt>>\n"
        "([1]) | ([2]) | ([3])\n"
        "(Evidence) | (Why)\n"
        "(👍 Helpful) | (👎 Not helpful)"
    )


def test_a_written_answer_quotes_its_sources() -> None:
    claims = (Claim("It took eleven years.", (OPENED, ELEVEN)), Claim("The ferry broke down.", (FAULT,)))
    assert readable(only(written(*claims))) == (
        "It took eleven years. [[1]](https://courier.example/harbour)[[2]](https://courier.example/harbour)\n\n"
        "The ferry broke down. [3]\n\n"
        "**Sources:**\n"
        "<<+[1] “The new pier opened on Monday.” — "
        "Elsin Courier · 1 May 2019 · [“The harbour of Port Elsin”](https://courier.example/harbour)"
        " (“on Monday”: 29 April 2019)\n"
        "[2] “Mayor Ilse Brandt said that “it took eleven years” to build.” — "
        "Elsin Courier · 1 May 2019 · [“The harbour of Port Elsin”](https://courier.example/harbour)\n"
        "[3] “La compagnie parle d'une panne.” — date unknown · 2019/ferry.txt>>\n"
        "([1]) | ([2]) | ([3])\n"
        "(Evidence) | (Why)\n"
        "(👍 Helpful) | (👎 Not helpful)"
    )


def test_a_refusal_in_french_names_what_is_missing_and_offers_what_there_is() -> None:
    outcome = declined(FAULT, language="fr", missing=("sous-marins",))
    kept = keep(outcome, "Le bac circule-t-il\N{NO-BREAK SPACE}?", "Qui attend des excuses\N{NO-BREAK SPACE}?")
    (message,) = answer_messages(kept, FR)
    assert readable(message).replace("\N{NO-BREAK SPACE}", "~") == (
        "Les articles ne le disent pas. Introuvable avec le reste de la question : «~sous-marins~».\n\n"
        "**Passages les plus proches :**\n"
        "<<+[3] «~La compagnie parle d'une panne.~» — date inconnue · 2019/ferry.txt>>\n\n"
        "**Vous pourriez demander~:**\n"
        "• Le bac circule-t-il~?\n"
        "• Qui attend des excuses~?\n"
        "([3])\n"
        "(Le bac circule-t-il~?)\n"
        "(Qui attend des excuses~?)\n"
        "(Pourquoi)\n"
        "(👍 Utile) | (👎 Pas utile)"
    )


def test_the_answer_is_in_its_own_language_and_the_buttons_in_the_persons() -> None:
    (message,) = answer_messages(keep(answered(FAULT, language="fr")), EN)
    assert "«\N{NO-BREAK SPACE}La compagnie" in message.text
    assert "Sources :" in message.text
    assert ["Evidence", "Why"] in labels(message)
    (message,) = answer_messages(keep(declined(), "Where is the pier?"), FR)
    assert "You could ask:" in message.text
    assert ["Pourquoi"] in labels(message)


def test_a_refusal_where_nothing_was_found_has_nothing_to_open() -> None:
    message = only(declined(reason="nothing_found"))
    assert message.text == "The articles don't say: nothing in them comes near this question."
    assert labels(message) == [["Why"], ["👍 Helpful", "👎 Not helpful"]]


def test_the_buttons_say_which_answer_they_are_of() -> None:
    assert presses(only(answered(OPENED, ELEVEN))) == [
        Press("source", ("q-1", "1")),
        Press("source", ("q-1", "2")),
        Press("evidence", ("q-1", "0")),
        Press("why", ("q-1",)),
        Press("vote", ("q-1", "up")),
        Press("vote", ("q-1", "down")),
    ]


def test_the_choice_of_a_vote_is_marked_in_words_and_not_by_colour_alone() -> None:
    kept = keep(answered(OPENED))
    assert labels(answer_messages(kept, EN, voted="up")[0])[-1] == ["✓ 👍 Helpful", "👎 Not helpful"]
    assert labels(answer_messages(kept, EN, voted="down")[0])[-1] == ["👍 Helpful", "✓ 👎 Not helpful"]


def test_what_is_wrong_with_an_answer_can_be_said_with_one_more_tap() -> None:
    kept = keep(answered(OPENED))
    keyboard = answer_keyboard(kept, EN, voted="down", reasons=True)
    message = checked(replace(answer_messages(kept, EN)[0], keyboard=keyboard))
    assert presses(message)[-4:] == [
        Press("reason", ("q-1", reason)) for reason in ("wrong", "unsourced", "incomplete", "outdated")
    ]


def test_an_edited_answer_is_one_message_and_a_button_brings_the_rest() -> None:
    kept = keep(many(30, words=120))
    (message,) = answer_messages(kept, EN, most=1)
    assert Press("continue", ("q-1", "1")) in presses(checked(message))


@pytest.mark.parametrize(
    ("count", "rows"), [(1, [1]), (8, [8]), (9, [4, 5]), (16, [8, 8]), (20, [6, 7, 7]), (60, [8, 8, 8])]
)
def test_number_buttons_stand_in_even_rows(count: int, rows: list[int]) -> None:
    message = answer_messages(keep(many(count)), EN)[-1]
    assert [len(row) for row in labels(message) if row[0].startswith("[")] == rows


def test_two_questions_are_offered_at_most_and_a_long_one_is_whole_in_the_text() -> None:
    long = "Who was it that " + "really " * 20 + "opened the pier?"
    message = only(declined(), long, "When?", "Where?")
    offered = [button for row in message.keyboard for button in row if (button.press or "").startswith("q:")]
    assert [button.press for button in offered] == ["q:q-2:0", "q:q-2:1"]
    assert len(offered[0].label) <= 60
    assert offered[0].label.endswith("…")
    assert long in message.text


def test_notices_are_told_before_the_sources() -> None:
    text = only(answered(OPENED, notices=("The articles differ: “7” [1], “9” [2].",))).text
    assert text.index("Note: The articles differ: “7” [1], “9” [2].") < text.index("Sources:")


def test_a_long_answer_is_three_messages_and_a_button_brings_the_rest() -> None:
    kept = keep(many(30, words=120))
    seen: list[Message] = []
    while page := answer_messages(kept, EN, first=len(seen)):
        assert len(page) <= 3
        assert [bool(message.keyboard) for message in page] == [False] * (len(page) - 1) + [True]
        seen += map(checked, page)
        continues = [press for press in presses(page[-1]) if press and press.action == "continue"]
        if not continues:
            break
        assert continues == [Press("continue", ("q-1", str(len(seen))))]
    assert len(seen) > 3
    for n in range(1, 31):
        assert f"Report {n} says:" in joined(seen)
        assert f"[{n}] date unknown · “Title {n}”" in joined(seen)
    assert answer_messages(kept, EN, first=len(seen)) == []


def test_the_buttons_alone_can_be_had_to_mark_a_vote() -> None:
    kept = keep(answered(OPENED))
    assert answer_keyboard(kept, EN, voted="up") == answer_messages(kept, EN, voted="up")[0].keyboard


def test_more_links_than_a_message_may_have_go_on_in_the_next() -> None:
    messages = answer_messages(keep(many(40, url="https://courier.example/a")), EN)
    assert sum(len(covered(checked(message), "text_link")) for message in messages) == 80


def test_a_title_cannot_style_hide_or_link_anything() -> None:
    article = replace(
        HARBOUR, url="https://localhost", title="<b>@everyone</b> \u202eevil\x07 https://evil.example/ " + "a" * 500
    )
    message = only(answered(cite(article, BUILT)))
    assert covered(message, "text_link") == []
    assert (
        "“<b>@\N{ZERO WIDTH NON-JOINER}everyone</b> evil https:\N{ZERO WIDTH NON-JOINER}//evil.example" in message.text
    )
    assert len(message.text) < 400


def test_a_name_of_hidden_characters_is_no_name() -> None:
    article = replace(HARBOUR, url=None, title="\u202e", outlet="\u200b \x07")
    assert "[1] 1 May 2019 · harbour.txt" in only(answered(cite(article, BUILT))).text


def test_a_quote_stands_in_the_answer_as_it_stands_in_the_article() -> None:
    article = replace(HARBOUR, text="He wrote “@everyone: /stop *now* <i>please</i> 😀” to all.")
    message = only(answered(cite(article, article.text)))
    assert message.text.startswith("“He wrote “@everyone: /stop *now* <i>please</i> 😀” to all.” [1]")
