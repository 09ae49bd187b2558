"""What an article's text shows of where it comes from, and what a person supplies."""

from __future__ import annotations

from pathlib import Path

import pytest

import seeds
from retrieval.articles import FIELDS, article_id, describe, load_sidecar, unknown_paths
from retrieval.errors import BadSidecar
from retrieval.reading import Document, read_source
from retrieval.types import Article

BODY = "Forces loyal to the general entered the city on Sunday, officials said. Nobody was hurt in the fighting."
CORPS = "Les forces du général sont entrées dans la ville dimanche. Selon des responsables, il n'y a pas de blessés."


def described(text: str, **metadata: str) -> Article:
    return describe(Document("one.txt", text, metadata, ""), "here", {})


def shown(article: Article) -> dict[str, str]:
    values = {name: getattr(article, name) for name in FIELDS if name != "language"}
    return {name: value for name, value in values.items() if value is not None}


SEEDS = {
    "000": {
        "title": "Western Powers Prepare Military Operations in Libya",
        "outlet": "World Socialist Web Site",
        "author": "Niles Williamson",
        "published": "2016-03-09",
    },
    "001": {
        "title": "France warns of IS crossing the Med to Europe, US mulls military action in Libya",
        "outlet": "Libya Channel",
    },
    "002": {"title": "Intervention in Libya has already begun"},
    "003": {},
    "004": {
        "title": "Libye: Washington prend ses distances avec l'offensive d'un général dissident",
        "outlet": "HuffPost Québec",
    },
}


@pytest.mark.parametrize("number", SEEDS)
def test_the_seeds_show_this_and_no_more(number: str) -> None:
    (article,) = (
        describe(found, "seeds", load_sidecar(seeds.folder()))
        for found in read_source(seeds.folder())
        if isinstance(found, Document) and found.path.startswith(number)
    )
    assert shown(article) == SEEDS[number]
    assert article.language == ("fr" if number in ("003", "004") else "en")
    assert article.supplied == frozenset()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("By Jane Doe", {"author": "Jane Doe"}),
        ("By JANE DOE", {"author": "JANE DOE"}),
        ("by Jane Doe", {"author": "Jane Doe"}),
        ("By Jane Doe and John A. Smith", {"author": "Jane Doe and John A. Smith"}),
        ("By Jane Doe, John Smith and Ann Reed", {"author": "Jane Doe, John Smith and Ann Reed"}),
        ("By Jane Doe in Tripoli", {"author": "Jane Doe"}),
        ("By Jane Doe, Defence Correspondent", {"author": "Jane Doe"}),
        ("By Jane Doe for The Guardian", {"author": "Jane Doe", "outlet": "The Guardian"}),
        ("By Jane Doe | Example Times", {"author": "Jane Doe", "outlet": "Example Times"}),
        ("By Reuters", {"outlet": "Reuters"}),
        ("By The Associated Press", {"outlet": "The Associated Press"}),
        ("By Staff Writers", {}),
        ("Par Jean Dupont", {"author": "Jean Dupont"}),
        ("Par Jean Dupont | AFP", {"author": "Jean Dupont", "outlet": "AFP"}),
        ("Par Jean-Pierre de la Tour, à Tripoli", {"author": "Jean-Pierre de la Tour"}),
        ("Par Le Monde avec AFP", {"outlet": "Le Monde"}),
        ("Par la rédaction", {}),
        ("By Jane Doe, March 3, 2016", {"author": "Jane Doe", "published": "2016-03-03"}),
        ("Publié le 3 mars 2016 à 14h", {"published": "2016-03-03"}),
        ("Publié le 3 mars 2016 à 14h30, mis à jour le 4 avril 2017 à 9h", {"published": "2016-03-03"}),
        ("Mis à jour le 4 avril 2017", {}),
        ("Published: 3 March 2016", {"published": "2016-03-03"}),
        ("Thursday, March 3, 2016 2:15 PM EST", {"published": "2016-03-03"}),
        ("Posted on 2016-03-03T14:00:00Z", {"published": "2016-03-03"}),
        ("1er mars 2016", {"published": "2016-03-01"}),
        ("March 2016", {"published": "2016-03"}),
        ("31 February 2016", {}),
        ("03/04/2016", {"published": "2016"}),
        ("25/04/2016", {"published": "2016-04-25"}),
        ("Exemple.fr, 9 mars 2016", {"outlet": "Exemple.fr", "published": "2016-03-09"}),
        ("Example Herald - 9 March 2016", {"outlet": "Example Herald", "published": "2016-03-09"}),
        ("Tripoli, 9 March 2016", {"published": "2016-03-09"}),
        ("Source: Reuters", {"outlet": "Reuters"}),
        ("Source: https://example.org/a/1", {"url": "https://example.org/a/1"}),
        ("Le Figaro", {"outlet": "Le Figaro"}),
        ("Radio Okapi", {"outlet": "Radio Okapi"}),
        ("Jane Doe", {}),
        ("Tripoli", {}),
    ],
)
def test_a_line_under_the_headline_shows(header: str, expected: dict[str, str]) -> None:
    title = "Army Takes the Port of the City"
    found = shown(described(f"{title}\n\n{header}\n\n{BODY}\n\n{BODY}"))
    assert found == {"title": title} | expected


def test_figures_are_read_day_first_in_a_french_text() -> None:
    assert described(f"L'armée prend le port\n\n03/04/2016\n\n{CORPS}").published == "2016-04-03"


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY} The attack of 11 September 2012 killed four.",
        f"On 3 March 2016 the parliament voted.\n\n{BODY}",
        f"Published in 2011, the report named him.\n\n{BODY}",
        f"Copyright © 2016 Example Person\n\n{BODY}",
        f"{BODY}\n\n© 2014 Example Person. All rights reserved.",
        f"PARIS, March 3 (Example) – {BODY}",
        "L'attaque du 11 septembre 2012 à Benghazi\n\n" + CORPS,
        f"{BODY} Le Monde revealed it, and Reuters confirmed it. By Jane Doe’s account it was worse.",
        f"Le Monde newspaper revealed it on Wednesday.\n\n{BODY}",
    ],
)
def test_what_is_only_spoken_of_is_not_taken(text: str) -> None:
    found = shown(described(text))
    found.pop("title", None)
    assert found == {}


@pytest.mark.parametrize(
    ("dateline", "expected"),
    [
        ("PARIS, March 3 (Reuters) – ", {"outlet": "Reuters"}),
        ("PARIS, March 3, 2016 (Reuters) - ", {"outlet": "Reuters", "published": "2016-03-03"}),
        ("WASHINGTON (AP) — ", {"outlet": "AP"}),
        ("Tripoli (AFP) – ", {"outlet": "AFP"}),
        ("TRIPOLI, 3 mars 2016 (AFP) — ", {"outlet": "AFP", "published": "2016-03-03"}),
        ("The general (a rival) - ", {}),
    ],
)
def test_a_dateline_shows_the_agency_and_a_date_with_its_year(dateline: str, expected: dict[str, str]) -> None:
    assert shown(described(f"{dateline}{BODY}")) == expected


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        (f"Exemple.fr, 9 mars 2016\n\n{BODY}\n\nThe original source of this article is [Slate](#)", "Slate"),
        (f"{BODY}\n\nThis article was originally published by The Conversation.", "The Conversation"),
        (f"Par Jean Dupont | AFP\n\n{BODY}\n\n© 2016 Le Figaro. Tous droits réservés.", "Le Figaro"),
        (f"Army Takes the Port\n\nExample Herald\n\n{BODY}\n\n(AFP)", "Example Herald"),
        (f"Cet article fait partie des archives du Journal Exemple, qui a fermé.\n\n{CORPS}", "Journal Exemple"),
        (f"This article is part of the online archives of Example Daily.\n\n{BODY}", "Example Daily"),
        (f"{BODY}\n\n© Reuters", None),
        (f"{BODY}\n\nAFP", "AFP"),
    ],
)  # fmt: skip
def test_the_outlet_is_the_one_that_answers_for_the_text(text: str, outlet: str | None) -> None:
    assert described(text).outlet == outlet


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"Army Takes the Port\n\n{BODY}", "Army Takes the Port"),
        (f"# Army Takes the Port\n\n{BODY}", "Army Takes the Port"),
        (f"Who commands in Libya?\n\n{BODY}", "Who commands in Libya?"),
        (f"“We are ready,” says general\n\n{BODY}", "“We are ready,” says general"),
        (f"2016, a year of war\n\n{BODY}", "2016, a year of war"),
        (f"It fell in a day. Nobody fought.\n\nThe city is lost\n\n{BODY}", "The city is lost"),
        (f"Close\n\nHome > News\n\nArmy Takes the Port\n\n{BODY}", "Army Takes the Port"),
        (f"The Guardian\n\nArmy Takes the Port\n\n{BODY}", "Army Takes the Port"),
        (f"By Jane Doe\n\nArmy Takes the Port\n\n{BODY}", "Army Takes the Port"),
        (f"\ufeffArmy Takes the Port\r\n\r\n{BODY}", "Army Takes the Port"),
        (BODY, None),
        (f"{BODY}\n\n{BODY}\n\nA long history\n\n{BODY}", None),
        ("Army Takes the Port", None),
        (f"the army which took the port\n\n{BODY}", None),
        (f"Port\n\n{BODY}", None),
        (f"She favors the\n\nexpansion of operations. {BODY}", None),
    ],
)
def test_the_title_is_the_line_that_can_only_be_one(text: str, title: str | None) -> None:
    assert described(text).title == title


def test_front_matter_is_read() -> None:
    rows = (
        'title: "A Week"\nauthor: Ann Reed\nsource: Example Daily\ndate: 2017-05-02\nlang: en-GB\nurl: https://a.org/b'
    )
    article = described(f"---\n{rows}\n---\n\n{BODY}")
    assert shown(article) == {
        "title": "A Week",
        "author": "Ann Reed",
        "outlet": "Example Daily",
        "published": "2017-05-02",
        "url": "https://a.org/b",
    }
    assert article.language == "en"


def test_what_a_file_says_comes_before_what_its_text_shows() -> None:
    text = f"Army Takes the Port\n\nBy Jane Doe\n\n{BODY}"
    article = described(text, title="Given", published="2016-03-09T10:00:00Z", language="EN-us", outlet="Slate")
    assert shown(article) == {"title": "Given", "author": "Jane Doe", "published": "2016-03-09", "outlet": "Slate"}
    assert article.language == "en"


def test_a_given_date_that_is_none_is_not_kept() -> None:
    assert described(BODY, published="last Tuesday").published is None


def test_the_language_is_that_of_the_article_not_of_its_site() -> None:
    notice = "Les opinions exprimées dans cet article n'engagent que leur auteur."
    assert described(f"{BODY}\n\n{notice}\n\n{notice}\n\n{notice}").language == "en"


def test_the_id_is_that_of_source_and_path_alone() -> None:
    one = described(BODY)
    assert one.id == article_id("here", "one.txt") == described(CORPS).id
    assert len({article_id("a", "b"), article_id("a", "c"), article_id("b", "b"), article_id("ab", "")}) == 4
    assert article_id("seeds", "000_b46a59c87ed48ed5.txt") == "142e70a9de73"


# --- The sidecar -------------------------------------------------------------------------------------------------


def sidecar(tmp_path: Path, content: str | bytes) -> dict[str, dict[str, str]]:
    raw = content.encode() if isinstance(content, str) else content
    (tmp_path / "articles.yaml").write_bytes(raw)
    return load_sidecar(tmp_path)


def test_the_bundled_sidecar_names_all_five_and_supplies_nothing() -> None:
    found = load_sidecar(seeds.folder())
    assert sorted(found) == sorted(path.name for path in seeds.folder().glob("*.txt"))
    assert all(values == {} for values in found.values())


def test_supplied_values_stand_in_place_of_what_the_text_shows_and_are_marked(tmp_path: Path) -> None:
    given = sidecar(
        tmp_path,
        "one.txt:\n  title: A Better Title\n  published: 2016-03\n  language: fr-CA\n  author:\n  url: https://example.org\n",
    )
    text = f"Army Takes the Port\n\nBy Jane Doe\n\n{BODY}"
    article = describe(Document("one.txt", text, {}, ""), "here", given)
    assert (article.title, article.published, article.language) == ("A Better Title", "2016-03", "fr")
    assert article.author == "Jane Doe"
    assert article.supplied == {"title", "published", "language", "url"}


def test_a_sidecar_is_found_beside_a_single_file(tmp_path: Path) -> None:
    sidecar(tmp_path, "one.txt:\n  author: Jane Doe\n")
    (tmp_path / "one.txt").write_text(BODY, encoding="utf-8")
    assert load_sidecar(tmp_path / "one.txt") == {"one.txt": {"author": "Jane Doe"}}


@pytest.mark.parametrize("content", ["", "# nothing\n", "one.txt:\n", "one.txt: ''\n"])
def test_an_empty_sidecar_supplies_nothing(tmp_path: Path, content: str) -> None:
    assert not any(sidecar(tmp_path, content).values())


def test_no_sidecar_is_no_error(tmp_path: Path) -> None:
    assert load_sidecar(tmp_path) == {}


def test_values_are_kept_as_written(tmp_path: Path) -> None:
    """YAML would make a number, a truth and a language of Norway of these."""
    found = sidecar(tmp_path, "one.txt:\n  title: 1984\n  author: Yes\n  published: 2016\n  language: no\n")
    assert found["one.txt"] == {"title": "1984", "author": "Yes", "published": "2016", "language": "no"}


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        ("one.txt:\n  titel: X\n", 2, "titel"),
        ("one.txt:\n  title: X\n  title: Y\n", 3, "title"),
        ("one.txt:\n  title: X\none.txt:\n  title: Y\n", 3, "one.txt"),
        ("one.txt:\n  published: soon\n", 2, "published"),
        ("one.txt:\n  published: 2016-02-31\n", 2, "published"),
        ("one.txt:\n  language: Klingonese\n", 2, "language"),
        ("one.txt:\n  url: example.org\n", 2, "url"),
        ("one.txt:\n  author: [Jane, John]\n", 2, "author"),
        ("one.txt:\n  title: [X\n", 3, "YAML"),
        ("one.txt:\n\ttitle: X\n", 2, "YAML"),
        ("- one.txt\n", 1, "name: value"),
        ("one.txt: X\n", 1, "one.txt"),
        ("? [a, b]\n: c\n", 1, "name"),
    ],
)
def test_a_wrong_sidecar_is_an_error_that_names_line_and_field(
    tmp_path: Path, content: str, line: int, word: str
) -> None:
    with pytest.raises(BadSidecar) as raised:
        sidecar(tmp_path, content)
    assert f"line {line}:" in raised.value.message
    assert word in raised.value.message
    assert raised.value.next_step


@pytest.mark.parametrize("content", [b"one.txt:\n  title: caf\xe9\n", b"one.txt:\n  title: \x00\n"])
def test_a_sidecar_that_is_no_text_is_an_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadSidecar):
        sidecar(tmp_path, content)


def test_a_sidecar_runs_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadSidecar):
        sidecar(tmp_path, "one.txt:\n  title: !!python/object/apply:os.getcwd []\n")


def test_paths_that_no_document_has_are_reported(tmp_path: Path) -> None:
    found = sidecar(tmp_path, "two.txt:\none.txt:\nnews.jsonl#7:\n")
    assert unknown_paths(found, ["one.txt", "news.jsonl#7"]) == ("two.txt",)
