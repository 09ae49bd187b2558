"""The language of one-line questions and of articles."""

from __future__ import annotations

import subprocess
import sys

import pytest

import seeds
from retrieval.languages import detect

QUESTIONS = {
    "fr": [
        "Qui commande ?", "Qui est Haftar ?", "Combien de soldats ?", "Que dit Renzi ?", "Quand ?", "Et l'Italie ?",
        "Et l’Italie ?", "Pourquoi l'Italie hésite-t-elle ?", "Haftar est-il américain ?", "qui est haftar",
        "Syrte, c'est où ?", "Résume l'article du HuffPost", "La position de Washington ?", "Que dit l'ONU ?",
        "Nombre de marines déployés en Sicile", "QUI EST HAFTAR ?", "A-t-on trouvé des armes ?",
        "champs pétroliers", "attentat Tunis morts", "soldats français Benghazi", "chute Kadhafi conséquences",
        "Que dit le New York Times de l'opération ?", "Mme Psaki a-t-elle condamné l'offensive ?",
    ],
    "en": [
        "Who is Haftar?", "How many troops?", "And Italy?", "why", "When did it start?", "Who's Haftar",
        "Did the UN approve?", "Tell me about Sirte", "role of Italy", "WHO IS HAFTAR", "What does Le Monde say?",
        "What did Jean-Yves Le Drian say about IS?", "summarize the article", "Is Khalifa Haftar a general?",
        "US troops in Libya?", "oil fields Libya", "weapons smuggling", "airstrike Sabratha dead",
        "Pentagon spokesman statement", "British special forces Misrata", "arms embargo lifted?",
    ],
    "es": ["¿Quién es Haftar?", "¿Cuántos soldados hay en Libia?", "Quien manda en Tripoli?"],
    "de": ["Wer ist Haftar?", "Wie viele Soldaten sind in Libyen?", "Was ist in Sirte passiert?"],
    "it": ["Chi è Haftar?", "Quanti soldati ci sono in Libia?", "Dove si trova Sirte?"],
    "pt": ["Quem é Haftar?", "Quantos soldados estão na Líbia?"],
    "nl": ["Wie is Haftar?", "Hoeveel soldaten zijn er in Libië?"],
    "ar": ["من هو حفتر؟", "من هو Haftar؟"],
    "fa": ["حفتر چه کسی است؟ او چگونه آمد؟"],
    "ru": ["Кто такой Хафтар?"],
    "uk": ["Хто такий Хафтар і де він є?"],
    "el": ["Ποιος είναι ο Χαφτάρ;"],
    "he": ["מי זה חפתר?"],
    "ja": ["ハフタルとは誰ですか？"],
    "ko": ["하프타르는 누구입니까?"],
    "zh": ["谁是哈夫塔尔？"],
    "und": [
        "drones Sigonella", "drones forces embargo",
        "Haftar Tobrouk", "Khalifa Haftar", "Obama NATO Libya", "Sirte Misrata 2016", "Libya?", "UN", "IS",
        "Western Powers Prepare Military Operations", "", " \n", "2016", "?!", "🙂",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "question"), [(language, question) for language, asked in QUESTIONS.items() for question in asked]
)
def test_a_question_is_told(language: str, question: str) -> None:
    assert detect(question) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Libijski generał rozpoczął ofensywę przeciwko islamistom w Bengazi, poinformował rzecznik rządu."),
        ("sv", "Den libyske generalen har inlett en offensiv mot islamisterna i Benghazi, sade regeringens talesman."),
        ("tr", "Libyalı general, Bingazi'deki İslamcılara karşı bir saldırı başlattı ve hükümet bunu kınadı."),
    ],
)
def test_a_language_without_a_word_list_is_told_by_the_library(language: str, text: str) -> None:
    assert detect(text) == language


def test_an_acronym_is_no_small_word() -> None:
    assert detect("UN Libya") == "und"
    assert detect("EI Syrte") == "und"
    assert detect("Le rôle de IS") == "fr"


@pytest.mark.parametrize("path", sorted(seeds.folder().glob("*.txt")), ids=lambda path: path.name[:3])
def test_every_paragraph_of_the_seeds_is_in_a_language_of_its_article(path: object) -> None:
    name = str(path).rsplit("/", 1)[-1]
    text = (seeds.folder() / name).read_bytes().decode("utf-8")
    expected = {"fr"} if name[:3] in ("003", "004") else {"en", "fr"} if name[:3] == "000" else {"en"}
    paragraphs = [paragraph for paragraph in text.split("\n") if paragraph.endswith((".", "”"))]
    assert {detect(paragraph) for paragraph in paragraphs} == expected


def test_french_and_english_load_no_library() -> None:
    asked = {question: language for language in ("fr", "en") for question in QUESTIONS[language]}
    code = (
        "import sys; from retrieval.languages import detect; "
        f"assert {{asked: detect(asked) for asked in {list(asked)}}} == {asked}; "
        "assert detect('Khalifa Haftar') == 'und'; "
        "assert not {'py3langid', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "question",
    [
        "tropas estadounidenses Libia", "papel Italia guerra Libia", "amerikanische Truppen Libyen",
        "truppe americane Libia", "forze speciali britanniche Misrata", "tropas americanas Líbia",
        "wojska amerykańskie Libia", "amerikanska trupper Libyen", "Libya Amerikan askerleri",
    ],
)  # fmt: skip
def test_a_word_that_resembles_one_of_ours_makes_no_text_of_a_third_language_ours(question: str) -> None:
    assert detect(question) not in ("en", "fr")
