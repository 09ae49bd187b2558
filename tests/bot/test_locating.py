"""Locating: a quote is found letter by letter, or up to the look of its marks; where it isn't, the fault is named."""

from __future__ import annotations

import pytest

from bot.locating import Place, locate, normalised, occurrences

TEXT = (
    "The minister said “it took eleven years” to build\u00a0– and cost 5,000 men their work. "
    "Le préfet parle d'«\u00a0une œuvre\u00a0» ; 5\u202f000 hommes, dit-il, l’ont\u00ad bâtie. "
    "They can't swim, and anti-government protests go on. The ofﬁce closes at 250 metres, 2.5 km away.\n\n"
    "Nobody was hurt. The rain went on for three more days, and the river rose."
)


@pytest.mark.parametrize(
    ("words", "stands"),
    [
        ("cost 5,000 men their work", "cost 5,000 men their work"),
        ('said "it took eleven years" to build', "said “it took eleven years” to build"),
        ("said 'it took eleven years' to build", "said “it took eleven years” to build"),
        ("“cost 5,000 men their work”", "cost 5,000 men their work"),
        ("« cost 5,000 men their work. »", "cost 5,000 men their work."),
        ("to build - and   cost", "to build\u00a0– and cost"),
        ("to build — and\ncost", "to build\u00a0– and cost"),
        ('parle d\'"une oeuvre"', "parle d'«\u00a0une œuvre\u00a0»"),
        ("5 000 hommes, dit-il, l'ont bâtie", "5\u202f000 hommes, dit-il, l’ont\u00ad bâtie"),
        ("Le pre\u0301fet parle", "Le préfet parle"),
        ("The office closes", "The ofﬁce closes"),
        (
            "closes at 250 metres, 2.5 km away. Nobody was hurt.",
            "closes at 250 metres, 2.5 km away.\n\nNobody was hurt.",
        ),
        ("Nobody was hurt", "Nobody was hurt"),
        ("They can’t swim", "They can't swim"),
        (
            "The rain went on for three more days...",
            "The rain went on for three more days",
        ),  # nothing is left out within
        ("…it took eleven years", "it took eleven years"),
    ],
)
def test_a_quote_is_found_and_the_texts_own_characters_are_what_stands_there(words: str, stands: str) -> None:
    found = locate(words, TEXT)
    assert isinstance(found, Place), found
    assert TEXT[found.span.start : found.span.end] == stands
    assert found.how == ("exact" if words == stands else "normalised")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "empty"),
        (" “…” ", "empty"),
        ("— . —", "empty"),
        ("hurt", "too_short"),
        ("5,000", "too_short"),
        ("closes at 25", "inside_word"),
        ("closes at 250 metres, 2", "inside_word"),
        ("and cost 5", "inside_word"),
        ("000 men their work", "inside_word"),
        ("000 hommes, dit-il", "inside_word"),
        ("They can", "inside_word"),
        ("government protests go on", "inside_word"),
        ("he minister said", "inside_word"),
        ("The minister said … to build", "ellipsis"),
        ("The minister said [...] to build", "ellipsis"),
        ("Nobody was hurt. The river rose and fell.", "paraphrase"),
        ("Nobody was hurt. They can't swim", "stitched"),
        ("cost 5,000 men their work. The rain went on for three", "stitched"),
        ("cost 6,000 men their work", "paraphrase"),
        ("cost 5,000 women their work", "paraphrase"),
        ("COST 5,000 MEN THEIR WORK", "paraphrase"),
        ("it took twelve years", "paraphrase"),
        ("cost 5000 men their work", "paraphrase"),
        ("Le prefet parle", "paraphrase"),
        ("Nоbody was hurt", "paraphrase"),  # the о is Cyrillic
        ("cost ５,000 men their work", "paraphrase"),  # a full-width figure
        ("the river rose for three more days", "stitched"),
        ("for three days more the river rose", "paraphrase"),
    ],
)
def test_what_does_not_stand_there_is_not_found_and_the_fault_is_named(words: str, why: str) -> None:
    assert locate(words, TEXT) == why


def test_a_hidden_character_within_a_word_does_not_hide_the_word() -> None:
    found = locate("the mayor resigned", "So the ma\u200byor\u2060 resigned.")
    assert isinstance(found, Place)
    assert "So the ma\u200byor\u2060 resigned."[found.span.start : found.span.end] == "the ma\u200byor\u2060 resigned"


def test_the_first_place_counts_and_all_are_counted() -> None:
    text = "He left at noon. She stayed. He left at noon."
    found = locate("He left at noon.", text)
    assert isinstance(found, Place)
    assert found.span.start == 0
    assert occurrences("He left at noon.", text) == 2
    assert occurrences("he left at dawn", text) == 0


@pytest.mark.parametrize("text", [TEXT, "", "e\u0301 ﬃ …", "\u00ad\u200b", "a\u00a0«\u202fb\u202f»\u00a0c"])
def test_every_character_of_the_normal_form_knows_where_it_comes_from(text: str) -> None:
    form = normalised(text)
    assert len(form.text) == len(form.starts) == len(form.ends)
    assert list(form.starts) == sorted(form.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(form.starts, form.ends, strict=True))
