"""Names in several spellings meet, and strangers don't."""

from __future__ import annotations

from importlib.resources import files
from itertools import pairwise

import pytest

from retrieval.analysis import passage_terms, tokens
from retrieval.names import NameTable, fold, name_table, shouted, skeleton

LINES = [
    line
    for line in (files("retrieval") / "names.tsv").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def entities(text: str) -> list[str]:
    """The labels found in a text, in order."""
    return [label for _, _, label in name_table().find([token.surface.replace(".", "") for token in tokens(text)])]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.partition("|")[0])
def test_every_variant_finds_its_entity_and_no_other(line: str) -> None:
    variants = line.split("|")
    label = fold(variants[0]).replace(" ", "_")
    assert {variant: entities(variant) for variant in variants} == {variant: [label] for variant in variants}


def test_no_variant_is_listed_twice() -> None:
    listed = [variant for line in LINES for variant in line.split("|")]
    assert sorted(listed) == sorted(set(listed))
    assert len({fold(line.partition("|")[0]) for line in LINES}) == len(LINES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gaddafi", "Kadhafi"),
        ("Kadhafi", "Qadhafi"),
        ("Haftar", "Hifter"),
        ("Tobruk", "Tobrouk"),
        ("Sirte", "Syrte"),
        ("IS", "l'État islamique"),
        ("ISIS", "Daech"),
        ("ISIL", "EI"),
        ("NATO", "OTAN"),
        ("EU", "UE"),
        ("the U.N.", "l'ONU"),
        ("U.S.", "États-Unis"),
        ("Libyan", "libyennes"),
        ("Americans", "américains"),
        ("Côte d’Ivoire", "Ivory Coast"),
        ("Cote d'Ivoire", "Ivory Coast"),
        ("the White House", "la Maison-Blanche"),
        ("uk", "Royaume-Uni"),
        ("fbi", "FBI"),
    ],
)
def test_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert entities(one) == entities(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Malta", "Mali"),
        ("Niger", "Nigeria"),
        ("Iran", "Iraq"),
        ("Austria", "Australia"),
        ("Sudan", "South Sudan"),
        ("North Korea", "South Korea"),
        ("Security Council", "National Security Council"),
        ("Latin America", "America"),
        ("Amérique du Sud", "Amérique"),
        ("Northern Ireland", "Ireland"),
        ("George Washington", "United States"),
    ],
)
def test_strangers_do_not_meet(one: str, other: str) -> None:
    assert not set(entities(one)) & set(entities(other))


@pytest.mark.parametrize(
    "text",
    [
        "where it is",
        "un homme",
        "tell us",
        "the man who left",
        "il va au marché",
        "elle a eu peur",
        "de l'eau",
        "he aids them",
        "fed up",
        "il faut qu'il vienne",
        "le président François Hollande",
        "WHO IS HE",
        "QUI VA AU MARCHÉ",
        "TELL US MORE",
    ],
)
def test_plain_words_are_no_acronyms(text: str) -> None:
    assert entities(text) == []


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("what does IS want", "islamic_state"),
        ("the UN envoy", "united_nations"),
        ("the un envoy", "united_nations"),
        ("US jets over the coast", "united_states"),
        ("why did the us leave", "united_states"),
        ("what the WHO said", "world_health_organization"),
        ("l'EAU et l'Iran", "united_arab_emirates"),
        ("WHY DID NATO LEAVE", "nato"),
        ("The envoy spoke. WHO LEADS NATO?", "nato"),
        ("US", "united_states"),
    ],
)
def test_acronyms_are_told_from_words_by_their_case(text: str, label: str) -> None:
    assert label in entities(text)


def test_the_longest_name_is_taken() -> None:
    assert entities("Islamic State group in Libya Dawn") == ["islamic_state", "libya_dawn"]
    assert name_table().find(["Islamic", "State", "in", "Iraq", "and", "Syria"]) == [(0, 6, "islamic_state")]


def test_a_shouted_word_says_nothing_by_its_case() -> None:
    words = ["Libya", "THE", "US", "IS", "IN", "and", "more"]
    assert shouted(["WHO", "IS", "HE"], 1)
    assert not shouted(["US", "UN"], 0)
    assert not shouted(words, 2), "small letters stand near"


@pytest.mark.parametrize(
    "spellings",
    [
        ("Haftar", "Hifter", "Heftar"),
        ("Tobruk", "Tobrouk"),
        ("Ghannouchi", "Gannushi"),
        ("Mohammed", "Muhammad", "Mohamed"),
        ("Mahmoud", "Mahmud"),
        ("Zintani", "Zentani"),
        ("Gaddafi", "Kadhafi", "Qaddafi"),
    ],
)
def test_a_name_that_no_list_knows_has_one_key_however_it_is_transliterated(spellings: tuple[str, ...]) -> None:
    for one, other in pairwise(spellings):
        assert skeleton(one) == skeleton(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [("Marine", "Moran"), ("Niger", "Nigeria"), ("Press", "Paris"), ("Malta", "Mali"), ("Carter", "Cartoonist")],
)
def test_the_keys_of_strangers_differ(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_short_names_have_no_key() -> None:
    assert skeleton("Mali") is None
    assert not [term for term in passage_terms("Mali and Malu", "en") if term.startswith("~")]


def test_accents_ligatures_and_case_fold() -> None:
    assert [fold(word) for word in ("Égypte", "œuvre", "AÇORES", "Straße")] == ["egypte", "oeuvre", "acores", "strasse"]


def test_a_table_of_ones_own() -> None:
    table = NameTable(["# comment", "", "Port Elsin|Porto Elsin", "PE"])
    assert table.find(["in", "porto", "ELSIN"]) == [(1, 3, "port_elsin")]
    assert NameTable([]).find(["Port"]) == []
