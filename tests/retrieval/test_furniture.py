"""Site furniture: what belongs to the page is marked, what belongs to the article never is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import seeds
from retrieval.furniture import furniture
from retrieval.notices import is_notice
from retrieval.sentences import sentences

BODY = "Forces loyal to the general entered the city on Sunday, officials said. Nobody was hurt."
CORPS = "Les forces du général sont entrées dans la ville dimanche, selon des responsables. Il n'y a pas de blessés."


def marked(text: str) -> list[str]:
    return [text[span.start : span.end] for span in furniture(text)]


def evidence(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text, furniture(text))]


def seed(number: str) -> str:
    (path,) = seeds.folder().glob(f"{number}_*.txt")
    return path.read_bytes().decode("utf-8")


NOTICES = [
    # rights
    "© 2016 The Daily Courier. All rights reserved.",
    "Copyright © [Jane Doe](#), [Some Site](#), 2016",
    "Copyright 2019 Example Media Ltd",
    "Tous droits réservés.",
    "© Agence Exemple – Tous droits de reproduction et de représentation réservés.",
    "Toute reproduction, même partielle, est interdite sans autorisation.",
    "This material may not be published, broadcast, rewritten or redistributed.",
    "This work is licensed under a Creative Commons Attribution 4.0 licence.",
    "Republished with permission.",
    "Disclaimer: the content of this page is for information only.",
    "The views expressed in this article are the author's own and do not reflect the site's policy.",
    "Les opinions exprimées dans cet article n'engagent que leur auteur.",
    "Avis de non-responsabilité : le site ne répond pas des contenus.",
    # source
    "La source originale de cet article est [Some Site](#)",
    "The original source of this article is [Some Site](#)",
    "This article was originally published by The Conversation.",
    "Cet article a été initialement publié sur Exemple.fr.",
    # newsletters
    "Subscribe to our newsletter",
    "Sign up for our daily briefing and get the news in your inbox.",
    "Inscrivez-vous à notre newsletter",
    "Recevez chaque matin notre lettre d’information dans votre boîte mail",
    "You have Successfully Subscribed!",
    "Merci de votre inscription !",
    # buttons and menus
    "Close",
    "Fermer",
    "In this article",
    "Share",
    "Partager",
    "Facebook Twitter WhatsApp",
    "Share on Facebook",
    "Partager sur Twitter",
    "12 Comments",
    "Laisser un commentaire",
    "Home > News > Africa",
    "Accueil » Monde » Afrique",
    "ADVERTISEMENT",
    "Publicité",
    "La suite après la publicité",
    "Article continues below",
    "5 min read",
    "Temps de lecture : 4 min",
    "Cet article est réservé aux abonnés",
    "Il vous reste 75 % de cet article à lire",
    # prompts
    "Read more: What we know of the raid",
    "Lire aussi : La bataille de Syrte",
    "LIRE AUSSI | La bataille de Syrte",
    "À lire aussi La bataille de Syrte",
    "See also: Ten questions on Libya",
    "Related Articles",
    "Sur le même sujet",
    "[Ten questions on Libya](https://example.org/ten)",
    # cookies
    "This website uses cookies to improve your experience.",
    "Ce site utilise des cookies pour améliorer votre expérience.",
    "En poursuivant votre navigation, vous acceptez l'utilisation de cookies.",
    "By clicking Accept you agree to our terms and the use of cookies.",
    "Tout accepter",
    # archives
    "Cet article fait partie des archives en ligne du Journal Exemple, qui a fermé ses portes en 2021.",
    "This article is more than 5 years old",
    "This article is part of the online archives of Example Daily.",
    # signatures, credits, contact
    "nr-mra/bdx",
    "(ab/cde)",
    "abc-de/fg/hi",
    "Photo: Jane Doe/AFP",
    "Crédit photo : Agence Exemple",
    "(Photo : AFP)",
    "Contact: press@example.org",
    "Pour toute question, contactez la rédaction : redaction@example.org",
    "Suivez-nous sur Twitter",
    "Tags: Libya, Haftar, Sirte",
    "https://example.org/articles/12",
    "-----",
    "<div class='box'></div>",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_below_the_article_is_furniture_and_the_article_is_not(notice: str) -> None:
    for body in (BODY, CORPS):
        text = f"{body}\n\n{notice}"
        assert marked(text) == [notice]
        assert " ".join(evidence(text)) == body


ANYWHERE = [notice for notice in NOTICES if not notice.startswith(("Pour toute question",))]


@pytest.mark.parametrize("notice", ANYWHERE)
def test_a_notice_between_two_paragraphs_is_furniture_and_they_are_not(notice: str) -> None:
    text = f"{BODY}\n\n{notice}\n\n{CORPS}"
    assert marked(text) == [notice]
    assert " ".join(evidence(text)) == f"{BODY} {CORPS}"


STATEMENTS = [
    # Sentences of articles that speak of what notices speak of.
    "The company said all rights reserved for indigenous groups were being ignored by the ministry.",
    "Copyright law is to be reformed next year, the minister said, after a long dispute with publishers and artists.",
    "The newspaper asked readers to subscribe to its newsletter and to share the petition with their friends.",
    "Cookies placed by the site tracked visitors for months, the regulator found, and it fined the owner.",
    "Nous avons demandé la permission de reproduire ces documents, a dit l'historien devant le tribunal.",
    "Le droit d'auteur sera réformé l'an prochain, a annoncé la ministre de la Culture devant les députés.",
    "Selon les opinions exprimées lors du vote, la majorité refuse l'intervention étrangère en Libye.",
    "Follow the money, the prosecutor told the jury, and you will find the general.",
    "Get out of our country, protesters shouted at the French embassy on Friday.",
    "Sign up or leave was the choice that recruits were given, three of them told the court.",
    "Photographs of the base were published on Tuesday by the air force.",
    "He was asked to contact the embassy at info@example.org, according to the letter.",
    "Close allies of the general denied it.",
    "Share prices fell by 4 percent on Monday in Tripoli.",
    "Home to 80,000 people, Sirte fell in June.",
    "Read out in court, the letter caused a stir among the families of the dead.",
    "In this article of the treaty, the parties renounce the use of force.",
    "Lire ces lettres fut pour elle une épreuve, dit-elle à la cour.",
    "By Friday the army had taken the port, and the ships had left.",
    "Par ailleurs, le général a refusé de rencontrer l'envoyé de l'ONU.",
    "Published in 2011, the report named him twice.",
    "Publié le 3 mars 2016 par le ministère, le décret interdit la vente d'armes.",
    "On 3 March 2016 the parliament voted again.",
    "Disclaimer: like any soldier, I am but one of many, and my war is not theirs.",
    "According to the general, “Love is war!”",
    "Reuters reported the strike first.",
    "L'AFP n'a pas pu joindre le porte-parole.",
    "This article of faith, he said, was first published by the monks in 1712 and is not up for debate.",
    "The author of this article was arrested in Tripoli in May, his family says.",
]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize(
    "frame",
    [
        "{0}",
        "{1}\n\n{0}\n\n{1}",
        "A Quiet Week in the City\n\n{0}\n\n{1}",
        "A Quiet Week in the City\n\nBy Jane Doe\n\n{1}\n\n{0}\n\n© 2016 Example Daily. All rights reserved.",
        "{1}\n\n{0}\n\nSubscribe to our newsletter\n\nClose",
        "{1}\n\nRead more: Ten questions\n\n{0}\n\n© 2016 Example Daily",
    ],
    ids=["alone", "between", "first", "last", "before a box", "among notices"],
)
def test_a_statement_is_never_furniture(statement: str, frame: str) -> None:
    assert statement in evidence(frame.format(statement, BODY))


def test_a_paragraph_that_ends_in_a_quotation_is_no_headline() -> None:
    text = (
        f"“So ridiculous,” he said on Sunday. “Work on it, then go to a good old film with a friend! Chill!”\n\n{BODY}"
    )
    assert furniture(text) == ()


def test_what_follows_an_update_on_its_line_is_evidence() -> None:
    text = f"Updated 9:25 AM EDT, Tue August 24, 2021. The general became head of the army.\n\n{BODY}"
    assert "The general became head of the army." in evidence(text)


def test_small_print_is_furniture_only_below_a_closing_notice() -> None:
    small = "You may write to our readers' desk about copyright and permissions."
    assert small in marked(f"{BODY}\n\nDisclaimer: this page is old.\n\n{small}")
    assert small in evidence(f"{BODY}\n\n{small}")
    assert small in evidence(f"{BODY}\n\nDisclaimer: this page is old.\n\n{small}\n\n{CORPS}")


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Doe",
        "By Jane Doe and John Smith",
        "By JANE DOE, Special Correspondent",
        "Par Jean Dupont | AFP",
        "Par [Jean Dupont](#)",
        "Published March 3, 2016 at 2 p.m.",
        "Publié le 3 mars 2016 à 14h",
        "Mis à jour le 4 mars 2016 à 9h30",
        "3 March 2016",
        "mercredi 9 mars 2016",
        "Exemple.fr, 9 mars 2016",
        "Libya Channel",
        "Région : [Middle East & North Africa](#)",
        "Thème: [War Agenda](#)",
        "Source: Reuters",
    ],
)
def test_header_lines_under_the_headline_are_furniture(line: str) -> None:
    text = f"Army Takes the Port of the City\n\n{line}\n\n{BODY}"
    assert marked(text) == ["Army Takes the Port of the City", line]
    assert " ".join(evidence(text)) == BODY


def test_a_headline_is_furniture_each_time_it_stands_alone() -> None:
    title = "Libye: le général lance une offensive"
    text = f"{title}\n\n{title}\n\n{CORPS}\n\n{title.upper()}\n\n{CORPS}"
    assert marked(text) == [title, title, title.upper()]


def test_a_headline_with_a_figure_the_article_does_not_repeat_is_evidence() -> None:
    told = "Twelve Die as 40 Rockets Hit the City"
    assert told in evidence(f"{told}\n\n{BODY}")
    assert told in marked(f"{told}\n\n{BODY} In all 40 rockets were counted.")


def test_a_line_over_no_article_is_no_headline() -> None:
    assert furniture("Haftar takes the port of Benghazi") == ()
    assert furniture("Haftar takes the port\nMinister resigns\nPrices rise") == ()


def test_a_standfirst_is_evidence_without_its_label() -> None:
    text = f"Analysis. Le Monde has revealed that commandos fought there.\n\nThe war has already begun\n\n{BODY}"
    assert marked(text) == ["Analysis.", "The war has already begun"]
    assert evidence(text)[0] == "Le Monde has revealed that commandos fought there."
    under = f"The war has already begun\n\nCommandos fought in two cities, a newspaper says\n\nBy Jane Doe\n\n{BODY}"
    assert marked(under) == ["The war has already begun", "By Jane Doe"]


def test_a_subheading_in_the_body_is_not_taken_for_the_headline() -> None:
    text = f"{BODY}\n\n{CORPS}\n\nA long history of war\n\n{BODY}"
    assert marked(text) == []


def test_front_matter_is_furniture() -> None:
    text = f"---\ntitle: A Week\ndate: 2017-05-02\n---\n# A Week\n\n{BODY}"
    assert marked(text) == ["---\ntitle: A Week\ndate: 2017-05-02\n---", "# A Week"]


def test_a_link_inside_a_sentence_stays_in_it_and_an_image_does_not() -> None:
    linked = "The [army](https://example.org/army) took the port, and nobody was hurt there."
    assert evidence(linked) == [linked]
    assert evidence(f"![A tank](tank.jpg) {BODY}") == evidence(BODY)


def test_a_link_over_two_lines_is_one_piece() -> None:
    text = f"{BODY}\n\nArticles Par : [Jane\nDoe](#)"
    assert marked(text) == ["Articles Par : [Jane\nDoe](#)"]


# --- The five seeds ----------------------------------------------------------------------------------------------

SEED_FURNITURE = {
    "000": [
        "Western Powers Prepare Military Operations in Libya", "Par [Niles Williamson](#)",
        "Mondialisation.ca, 09 mars 2016", "[World Socialist Web Site](#)",
        "Région : [Middle East & North Africa](#)", "Thème: [US NATO War Agenda](#)", "Analyses: [NATO'S WAR",
        "La source originale", "Copyright ©", "Articles Par : [Niles\nWilliamson](#)", "Avis de non-responsabilité",
        "Le Centre de recherche", "Pour publier des articles", "[Mondialisation.ca](#) contient", "Contact média",
    ],
    "001": ["France warns of IS crossing", "Libya Channel", "In this article"],
    "002": ["Analysis.", "Intervention in Libya has already begun", "Subscribe to", "Your weekly briefing", "You have"],
    "003": [],
    "004": [
        "Cet article fait partie", "Libye: Washington prend", "Libye: Washington prend", "nr-mra/bdx", "Close",
        "Cet article fait partie",
    ],
}  # fmt: skip


@pytest.mark.parametrize("number", SEED_FURNITURE)
def test_the_furniture_of_the_seeds_is_exactly_this(number: str) -> None:
    found = marked(seed(number))
    assert len(found) == len(SEED_FURNITURE[number])
    for shown, expected in zip(found, SEED_FURNITURE[number], strict=True):
        assert shown.startswith(expected)


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [
        ("000", "The New York Times reported Tuesday", "seeking to reach Greece by boat from Turkey."),
        ("001", "US President Barack Obama has instructed", "and the resources necessary for victory.”"),
        ("002", "Le Monde has revealed that French commandos", "his main sponsor, Egypt’s Abdel Fattah el-Sisi."),
        ("003", "Forces spéciales britanniques", "plus immédiates pour apaiser État islamique."),
        ("004", "La diplomatie américaine a nettement", "au cas où une évacuation devrait être conduite."),
    ],
)
def test_the_body_of_the_seeds_is_whole(number: str, first: str, last: str) -> None:
    found = evidence(seed(number))
    assert found[0].startswith(first)
    assert found[-1].endswith(last)


_LINES = st.lists(
    st.sampled_from([*NOTICES[:30], BODY, CORPS, "By Jane Doe", "A Quiet Week", "", "…", "é"]), max_size=12
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(_LINES.map("\n".join), st.text(max_size=120)))
def test_spans_are_in_order_trimmed_and_never_overlap(text: str) -> None:
    spans = furniture(text)
    assert list(spans) == sorted(spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] for span in spans)


def test_prose_holds_no_notices() -> None:
    """Every sentence of the seeds' bodies, taken as a line of its own."""
    for number in SEED_FURNITURE:
        assert [sentence for sentence in evidence(seed(number)) if is_notice(sentence)] == []
