"""Quotation marks: what stands between them is in the quote, or is called our translation."""

from __future__ import annotations

import pytest

from bot.support.quotation import OURS, faults, stretches, untranslated
from tests.support.backing import backed, bundled

CALM = "en: “The harbour is calm,” the captain said; his mate called it “a mill-pond”."
CALME = "fr: « Le port est calme », a dit le capitaine, qui parle d'une « mer d'huile »."


def unquoted(claim: str, *quotes: str) -> list[str]:
    """The stretches between marks that no quote holds; each text with its language before it."""
    found = faults(claim[4:], claim[:2], [backed(quote[4:], quote[:2]) for quote in quotes])
    assert {fault.kind for fault in found} <= {"quotation"}
    return [fault.words for fault in found]


def marked(claim: str, *quotes: str) -> str | None:
    """The claim with what the quotes say in another language marked as our translation."""
    return untranslated(claim[4:], claim[:2], [backed(quote[4:], quote[:2]) for quote in quotes])


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: The captain said: “The harbour is calm.”", CALM),
        ('en: The captain said: "The harbour is calm".', CALM),
        ("en: The captain said that the harbour “is calm”.", CALM),
        ("en: For the captain 'the harbour is calm'.", CALM),
        ("en: For his mate it was a 'mill-pond'.", CALM),
        ("en: For his mate it was a “mill‑pond”.", CALM),
        ("en: The captain's harbour was calm, his mates' too.", CALM),
        ("en: It was the '90s, the captains' years.", CALM),
        ("fr: Pour le capitaine, « le port est calme ».", CALME),
        ('fr: Pour le capitaine, "le port est calme".', CALME),
        ("fr: Il parle d'une « mer d’huile ».", CALME),
        ("fr: L'eau d'huile n'est pas d'ici.", CALME),
        ("en: The « harbour » is calm.", CALM),
        ("en: It 'is calm', he said.", "en: It ``is calm'', he said."),
        ("en: “Œuvre” is the word.", "en: The word is oeuvre."),
    ],
)
def test_words_of_the_quote_may_stand_in_marks_of_any_shape(claim: str, quote: str) -> None:
    assert unquoted(claim, quote) == []


@pytest.mark.parametrize(
    ("claim", "quote", "words"),
    [
        ("en: The captain said: “The harbour was calm.”", CALM, "The harbour was calm."),
        ("en: The captain said: “The harbour is safe.”", CALM, "The harbour is safe."),
        ("en: It was “calm, a mill-pond”.", CALM, "calm, a mill-pond"),
        ("en: It was “almost” a mill-pond.", CALM, "almost"),
        ("en: The ‘harbours’ are calm.", CALM, "harbours"),
        ("en: The captain said: “The Harbour is calm.”", CALM, "The Harbour is calm."),
        ("en: He said “the harbour is calm", "en: The harbour was calm.", "the harbour is calm"),
        ("fr: Pour lui, « le port était calme ».", CALME, "le port était calme"),
        ("fr: Il parle d'une « mer calme ».", CALME, "mer calme"),
        ("fr: Il parle d'un \"port d'huile\".", CALME, "port d'huile"),
    ],
)
def test_words_of_nobody_are_not_put_into_marks(claim: str, quote: str, words: str) -> None:
    assert unquoted(claim, quote) == [words]


def test_what_is_quoted_stands_in_one_quote_and_not_half_in_each() -> None:
    quotes = ("en: The harbour is calm.", "en: The sea is rough.")
    assert unquoted("en: “The harbour is calm” and “the sea is rough”.", *quotes) == []
    assert unquoted("en: “The harbour is rough.”", *quotes) == ["The harbour is rough."]


def test_the_title_of_the_article_and_its_outlet_may_stand_in_marks() -> None:
    quote = backed("The harbour is calm.", title="A quiet day", outlet="Elsin Courier")
    assert faults("“A quiet day”, an article of the “Elsin Courier”, calls it calm.", "en", [quote]) == []
    assert faults("“A quiet night”, an article, calls it calm.", "en", [quote])


@pytest.mark.parametrize(
    ("claim", "quote", "shown"),
    [
        (
            "en: The captain said: “The harbour is calm.”",
            CALME,
            "The captain said: The harbour is calm (our translation).",
        ),
        ("en: The captain spoke of an “oily sea” on Monday.", CALME,
         "The captain spoke of an oily sea (our translation) on Monday."),
        ("fr: Le capitaine parle d'un port « calme ».", CALM,
         "Le capitaine parle d'un port calme (notre\u00a0traduction)."),
        ("fr: « Le port est calme », dit-il.", CALM, "Le port est calme (notre\u00a0traduction), dit-il."),
        ("en: “The harbour is calm,” the captain said.", CALME,
         "The harbour is calm (our translation), the captain said."),
    ],
)  # fmt: skip
def test_a_translation_stands_outside_marks_and_is_called_one(claim: str, quote: str, shown: str) -> None:
    assert marked(claim, quote) == shown
    assert unquoted(f"{claim[:4]}{shown}", quote) == []
    assert marked(f"{claim[:4]}{shown}", quote) is None, "once is enough"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: The captain spoke of a « mer d'huile ».", CALME),
        ("en: The captain said: “The harbour is calm.”", CALM),
        ("en: The captain said: “The harbour is rough.”", CALM),
        ("en: The captain calls it calm.", CALME),
    ],
)
def test_words_left_in_their_language_and_quotes_in_the_same_one_are_not_marked(claim: str, quote: str) -> None:
    assert marked(claim, quote) is None
    assert OURS["en"] not in claim


def test_of_marks_within_marks_the_outer_ones_are_taken_out() -> None:
    shown = marked("en: He said: “The ‘port’ is calm.”", CALME)
    assert shown is not None
    assert "“" not in shown
    assert shown.count(OURS["en"]) == 1


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("He said “yes” and 'no'.", ["yes", "no"]),
        ("He said “it was ‘fine’ then”.", ["it was ‘fine’ then", "fine"]),
        ("« Oui », dit-il.", ["Oui"]),
        ("l'an, d'ici, qu’il", []),
        ("the dogs' bowls and the cats' beds", []),
        ('so he went" and left', []),
        ("it was” and then", ["it was"]),
        ("he began “and never", ["and never"]),
    ],
)
def test_quotations_are_told_from_apostrophes(text: str, inner: list[str]) -> None:
    assert [text[one.start : one.end] for one in stretches(text)] == inner


def test_no_sentence_of_the_archive_misquotes_itself() -> None:
    for support in bundled():
        assert faults(support.quote, support.article.language, [support]) == []
