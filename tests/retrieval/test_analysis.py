"""Terms: what a passage is found by, and what a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.analysis import (
    content_stems,
    is_stopword,
    number,
    numbers,
    passage_terms,
    question_groups,
    stem,
    tokens,
)


def figures(text: str, language: str) -> list[str]:
    """The numbers of a text."""
    return list(numbers(list(tokens(text)), language).values())


def meets(question: str, passage: str, language: str = "en", target: str = "en") -> set[str]:
    """The words of the question, as typed, that the passage satisfies."""
    terms = set(passage_terms(passage, target))
    groups = question_groups(question, language, target)
    return {group.surface for group in groups if any(term in terms for term, _ in group.terms)}


@pytest.mark.parametrize("written", ["5,000", "5 000", "5\u00a0000", "5\u202f000", "5000", "5.000", "five thousand"])
def test_a_number_is_one_however_it_is_written(written: str) -> None:
    assert figures(f"some {written} men", "en") == ["5000"]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("2.5 km", "en", ["2.5"]),
        ("2,5 km", "fr", ["2.5"]),
        ("2.50", "en", ["2.5"]),
        ("0.125", "en", ["0.125"]),
        ("1,234.5", "en", ["1234.5"]),
        ("1 234,5", "fr", ["1234.5"]),
        ("1.000.000", "fr", ["1000000"]),
        ("le 05 mars 2016", "fr", ["5", "2016"]),
        ("In 2016, 500 men", "en", ["2016", "500"]),
        ("the 20th and the 21e", "en", ["20", "21"]),
        ("30km", "en", ["30"]),
        ("vingt", "fr", ["20"]),
        ("trois", "fr", ["3"]),
        ("six", "fr", ["6"]),
        ("vingt-cinq", "fr", ["25"]),
        ("twenty-five", "en", ["25"]),
        ("twenty-one", "en", ["21"]),
        ("vingt et un", "fr", ["21"]),
        ("dix-sept", "fr", ["17"]),
        ("soixante-dix-huit", "fr", ["78"]),
        ("quatre-vingts", "fr", ["80"]),
        ("quatre-vingt-onze", "fr", ["91"]),
        ("cinq cents, trois mille deux cents", "fr", ["500", "3200"]),
        ("two hundred and fifty", "en", ["250"]),
        ("mille neuf cent quatre-vingt-quatre", "fr", ["1984"]),
        ("30 mille", "fr", ["30000"]),
        ("deux ou trois", "fr", ["2", "3"]),
        ("six, seven", "en", ["6", "7"]),
        ("ten and three", "en", ["13"]),  # the price of "two hundred and fifty"
        ("20 pour cent", "fr", ["20"]),
        ("20 per cent", "en", ["20"]),
        ("thousands of men, hundreds of cars, dozens", "en", []),
        ("des milliers, des centaines", "fr", []),
        ("une centaine", "fr", ["100"]),
        ("in Sept", "en", []),
        ("one man, un homme", "fr", []),
    ],
)
def test_numbers_of_a_text(text: str, language: str, expected: list[str]) -> None:
    assert figures(text, language) == expected


@pytest.mark.parametrize("other", ["25", "2.5 km", "250", "52", "twenty", "thousands"])
def test_a_number_is_not_another(other: str) -> None:
    assert meets("the 5 camps", f"{other} huts") == set()


def test_a_word_alone_is_a_number_of_its_language() -> None:
    assert (number("sept", "fr"), number("sept", "en"), number("sept")) == ("7", None, "7")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("egypte", "Égypte"),
        ("Égypte", "Egypte"),
        ("l'Italie", "l’Italie"),
        ("l’Italie", "Italie"),
        ("opérations", "operation"),
        ("operation", "opérations"),
        ("porte-parole", "porte parole"),
        ("aujourd’hui l'armée", "armées"),
        ("coup d’État", "coup d'Etat"),
        ("ÉLECTIONS", "élection"),
    ],
)
def test_accents_apostrophes_and_hyphens_do_not_part(typed: str, written: str) -> None:
    wanted = {group.surface for group in question_groups(f"que dire de {typed}", "fr", "fr")}
    assert meets(f"que dire de {typed}", written, "fr", "fr") == wanted != set()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("à l'est de Benghazi", "fr", {"est", "benghaz"}),
        ("le nord-est du pays", "fr", {"nord", "est", "pays"}),
        ("dans l’Est libyen", "fr", {"est", "libyen"}),
        ("Est-ce que Haftar est mort", "fr", {"haftar", "mort"}),
        ("il est parti", "fr", {"parti"}),
        ("cet été", "fr", {"ete"}),
        ("l'été 2014", "fr", {"ete", "2014"}),
        ("il a été tué", "fr", {"tu"}),
        ("des avions français", "fr", {"avion", "franc"}),
        ("nous n'avions rien", "fr", {"rien"}),
        ("un lieu sûr", "fr", {"lieu", "sur"}),
        ("sur le lieu", "fr", {"lieu"}),
        ("il est né", "fr", {"ne"}),
        ("il ne veut", "fr", {"veut"}),
        ("du maïs", "fr", {"mai"}),
        ("où est-il", "fr", set()),
        ("ou est-il", "fr", set()),
        ("on 5 May he may leave", "en", {"5", "may", "leav"}),
        ("US troops told us", "en", {"us", "troop", "told"}),
        ("WHO IS HE", "en", set()),
    ],
)
def test_words_that_are_sometimes_stop_words_keep_their_meaning(text: str, language: str, expected: set[str]) -> None:
    assert set(content_stems(text, language)) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("mer", "mère"), ("mer", "mere"), ("parti", "partie"), ("arme", "armée"), ("paie", "pays")]
)
def test_french_homographs_keep_their_own_stem(one: str, other: str) -> None:
    assert stem(one, "fr") != stem(other, "fr")


def test_a_french_mother_is_not_the_sea_in_english() -> None:
    assert meets("traverser la mer", "she is a mother", "fr", "en") == set()
    assert meets("traverser la mer", "across the sea", "fr", "en") == {"mer"}
    assert meets("voir sa mère", "his mother", "fr", "en") == {"mère"}


def test_acronyms_in_capitals_are_no_stop_words() -> None:
    assert not is_stopword("US", "en")
    assert is_stopword("us", "en")
    assert not is_stopword("sûr", "fr")
    assert is_stopword("À", "fr")
    assert not is_stopword("the", "de"), "nothing is known of other languages"


@pytest.mark.parametrize(
    ("question", "language", "passage", "target", "met"),
    [
        ("Qui est Kadhafi ?", "fr", "Colonel Gaddafi fell.", "en", {"Kadhafi"}),
        ("Who is Hifter?", "en", "le général Haftar", "fr", {"Hifter"}),
        ("What did NATO bomb?", "en", "l'OTAN a bombardé", "fr", {"NATO", "bomb"}),
        ("Que veut l'EI ?", "fr", "IS fighters", "en", {"EI"}),
        ("Combien de soldats ?", "fr", "troops and soldiers", "en", {"soldats"}),
        ("le porte-parole", "fr", "a spokesman", "en", {"porte parole"}),
        ("the spokeswoman", "en", "la porte-parole", "fr", {"spokeswoman"}),
        ("Where is Moran?", "en", "Marine Le Pen", "fr", set()),
        ("Is Malta near?", "en", "Mali", "en", set()),
        ("IS HE IN NIGERIA", "en", "Niger", "en", set()),
    ],
)
def test_a_question_meets_a_passage(question: str, language: str, passage: str, target: str, met: set[str]) -> None:
    assert meets(question, passage, language, target) == met


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What do the articles say about Sirte?", "en"),
        ("Please explain Sirte.", "en"),
        ("Pouvez-vous me dire ce qu'on sait de Syrte ?", "fr"),
        ("J'aimerais savoir ce que les articles disent au sujet de Syrte.", "fr"),
    ],
)
def test_the_way_of_asking_is_not_asked_for(question: str, language: str) -> None:
    groups = question_groups(question, language, language)
    assert [group.kind for group in groups] == ["name"]


def test_a_shouted_question_has_no_more_names_than_a_quiet_one() -> None:
    quiet = question_groups("who bombed the camp near sabratha", "en", "en")
    loud = question_groups("WHO BOMBED THE CAMP NEAR SABRATHA", "en", "en")
    assert [(g.surface.lower(), g.kind, g.terms) for g in loud] == [(g.surface, g.kind, g.terms) for g in quiet]


def test_numbers_in_words_are_found_by_figures_in_the_other_language() -> None:
    assert meets("the 25 camps", "vingt-cinq camps", "en", "fr") == {"25", "camps"}
    assert meets("vingt-cinq camps", "25 camps", "fr", "en") == {"cinq", "camps"}


def test_terms_hold_no_white_space_and_come_as_often_as_they_stand_there() -> None:
    terms = passage_terms("5 000 men. The men of Côte d'Ivoire, 5\u202f000 of them.", "en")
    assert terms.count("#5000") == 2
    assert terms.count("men") == 2
    assert "@ivory_coast" in terms
    assert not [term for term in terms if not term or " " in term]


@pytest.mark.parametrize("text", ["", " ", "?!", "…", "🙂", "ÀÉ", "’"])
def test_a_text_without_words_has_no_terms_to_break_on(text: str) -> None:
    assert all(passage_terms(text, language) == passage_terms(text, language) for language in ("en", "fr", "und"))
    assert all(group.terms for group in question_groups(text, "fr", "en"))


def test_a_language_without_rules_is_matched_by_its_folded_words() -> None:
    assert passage_terms("Der Löwe", "de") == ["der", "lowe"]
    assert meets("where is the Löwe", "Der Lowe", "en", "und") == {"Löwe"}


def test_without_names_they_are_words_like_others() -> None:
    assert passage_terms("Gaddafi left the Islamic State", "en", names=False) == ["gaddafi", "left", "islam", "state"]
    groups = question_groups("Que veut Kadhafi à Syrte ?", "fr", "en", names=False)
    assert {group.surface: group.terms for group in groups if group.kind == "name"} == {
        "Kadhafi": (("kadhafi", 1.0),),
        "Syrte": (("syrt", 1.0),),
    }


@given(
    st.one_of(st.text(st.sampled_from(" 0123456789.,-'’%\u00a0\u202fabAZé½\n"), max_size=30), st.text(max_size=20)),
    st.sampled_from(["en", "fr", "de"]),
)
@example("Call 0 866-468-3399.", "en")
def test_no_term_is_empty_or_holds_white_space(text: str, language: str) -> None:
    """The word index joins them by it."""
    assert all(term.split() == [term] for term in passage_terms(text, language))
