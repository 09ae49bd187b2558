"""Follow-ups by rules: what leans on the last question is completed from it, and what stands alone stays as it is."""

from __future__ import annotations

import re

import pytest

from bot.followups.slots import Slot, slots
from bot.followups.wording import agreeing
from bot.rewriting import by_rules
from bot.types import Question

MARINES = "How many Marines are in Sicily?"
AMERICANS = "How many American Marines were sent to Sicily in 2014?"
BENGHAZI = "What happened in Benghazi in 2012?"
HAFTAR = "Who is Khalifa Haftar?"
FORCES = "Who commands the forces around Benina?"
TROOPS = "Did Italy send troops to Libya?"
CABINET = "Why did the House of Representatives reject the cabinet?"
MINISTER = "What did the French defence minister say about Lampedusa?"
RENZI = "What did Renzi say about the invasion?"
FRANCE = "Que fait la France en Libye ?"
GENERAL = "Qui est le général Haftar ?"
COMMANDOS = "Combien de commandos français se trouvent à Benina ?"
SABRATHA = "Quand la France a-t-elle bombardé Sabratha ?"
SOLDATS = "Combien de soldats l'Italie a-t-elle envoyés en Libye en 2015 ?"
RAPPORT = "Que dit le rapport de la commission sur Syrte ?"
FERRY = "Where does the harbour company of Elsin build its new ferries?"


def rewritten(history: tuple[str, ...], question: str) -> str:
    """The question as the rules complete it; it must be one they have a hand in."""
    found = by_rules(Question(question, history=history), "en")
    assert (found.how, found.resolved, found.translation) == ("rules", True, None)
    return found.text


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        # A fragment in the place of its like.
        ((MARINES,), "and the French?", "How many French are in Sicily?"),
        ((MARINES,), "and in Malta?", "How many Marines are in Malta?"),
        ((MARINES,), "What about Sigonella?", "How many Marines are in Sigonella?"),
        ((MARINES,), "and drones?", "How many drones are in Sicily?"),
        ((MARINES,), "and how many drones?", "How many drones are in Sicily?"),
        ((MARINES,), "and Sicily in 2014?", "How many Marines are in Sicily in 2014?"),
        ((AMERICANS,), "and the French?", "How many French Marines were sent to Sicily in 2014?"),
        ((AMERICANS,), "The Italians?", "How many Italian Marines were sent to Sicily in 2014?"),
        ((AMERICANS,), "and in 2016?", "How many American Marines were sent to Sicily in 2016?"),
        ((AMERICANS,), "and to Malta?", "How many American Marines were sent to Malta in 2014?"),
        ((AMERICANS,), "and in March?", "How many American Marines were sent to Sicily in March 2014?"),
        ((BENGHAZI,), "and in 2014?", "What happened in Benghazi in 2014?"),
        ((BENGHAZI,), "but in Tripoli?", "What happened in Tripoli in 2012?"),
        ((BENGHAZI,), "And Tripoli?", "What happened in Tripoli in 2012?"),
        ((TROOPS,), "and France?", "Did France send troops to Libya?"),
        ((TROOPS,), "and to Syria?", "Did Italy send troops to Syria?"),
        ((RENZI,), "and Obama?", "What did Obama say about the invasion?"),
        ((HAFTAR,), "what about Sarraj?", "Who is Sarraj?"),
        ((FORCES,), "And in Sirte, then?", "Who commands the forces in Sirte?"),
        ((FRANCE,), "et l'Italie ?", "Que fait l'Italie en Libye ?"),
        ((FRANCE,), "Et le Niger ?", "Que fait le Niger en Libye ?"),
        ((FRANCE,), "et au Niger ?", "Que fait la France au Niger ?"),
        ((FRANCE,), "quid de l'Italie ?", "Que fait l'Italie en Libye ?"),
        ((FRANCE,), "et en 2014 ?", "Que fait la France en Libye en 2014 ?"),
        ((FRANCE,), "Et pour l’Italie ?", "Que fait l'Italie en Libye ?"),
        ((GENERAL,), "Et Kadhafi ?", "Qui est le général Kadhafi ?"),
        ((COMMANDOS,), "et les Américains ?", "Combien de commandos américains se trouvent à Benina ?"),
        ((COMMANDOS,), "Et combien d'Italiens ?", "Combien de commandos italiens se trouvent à Benina ?"),
        ((COMMANDOS,), "et de drones ?", "Combien de drones se trouvent à Benina ?"),
        ((COMMANDOS,), "Et en Sicile ?", "Combien de commandos français se trouvent en Sicile ?"),
        ((COMMANDOS,), "et Syrte ?", "Combien de commandos français se trouvent à Syrte ?"),
        ((SABRATHA,), "et l'Italie ?", "Quand l'Italie a-t-elle bombardé Sabratha ?"),
        ((SOLDATS,), "et la France ?", "Combien de soldats la France a-t-elle envoyés en Libye en 2015 ?"),
        ((SOLDATS,), "et en 2016 ?", "Combien de soldats l'Italie a-t-elle envoyés en Libye en 2016 ?"),
        ((SOLDATS,), "et aux États-Unis ?", "Combien de soldats l'Italie a-t-elle envoyés aux États-Unis en 2015 ?"),
        ((SOLDATS,), "Et l'Égypte et en 2011 ?", "Combien de soldats l'Égypte a-t-elle envoyés en Libye en 2011 ?"),
        # Another thing asked of the same.
        ((MARINES,), "Why?", "Why are Marines in Sicily?"),
        ((MARINES,), "since when?", "Since when are Marines in Sicily?"),
        ((AMERICANS,), "and from where?", "From where were American Marines sent to Sicily in 2014?"),
        ((TROOPS,), "when?", "When did Italy send troops to Libya?"),
        ((CABINET,), "when did that happen?", "When did the House of Representatives reject the cabinet?"),
        ((SABRATHA,), "Pourquoi ?", "Pourquoi la France a-t-elle bombardé Sabratha ?"),
        ((COMMANDOS,), "depuis quand ?", "Depuis quand des commandos français se trouvent à Benina ?"),
        (
            ("Est-ce que la France a bombardé Sabratha ?",),
            "quand ?",
            "Quand est-ce que la France a bombardé Sabratha ?",
        ),
        ((MARINES,), "how many of them?", MARINES),
        ((BENGHAZI,), "more details please", BENGHAZI),
        ((FRANCE,), "Dites-m'en plus", FRANCE),
        ((HAFTAR, BENGHAZI), "And then?", BENGHAZI),
        # A pronoun, and what it points at.
        ((HAFTAR,), "When was he born?", "When was Khalifa Haftar born?"),
        ((HAFTAR,), "Where is his base?", "Where is Khalifa Haftar's base?"),
        ((HAFTAR,), "Who supports him?", "Who supports Khalifa Haftar?"),
        ((MARINES,), "Where are they based?", "Where are the Marines based?"),
        ((MARINES,), "What are they doing there?", "What are the Marines doing in Sicily?"),
        ((BENGHAZI,), "who was killed there?", "Who was killed in Benghazi?"),
        ((FORCES,), "What weapons do they have?", "What weapons do the forces have?"),
        ((TROOPS,), "What did its prime minister say?", "What did Italy's prime minister say?"),
        ((MINISTER,), "Who is he?", "Who is the French defence minister?"),
        ((GENERAL,), "Quand est-il né ?", "Quand Haftar est-il né ?"),
        ((GENERAL,), "Que veut-il ?", "Qu'est-ce que Haftar veut ?"),
        ((GENERAL,), "Pourquoi s'est-il retiré ?", "Pourquoi Haftar s'est-il retiré ?"),
        ((GENERAL,), "Où se trouve sa base ?", "Où se trouve la base de Haftar ?"),
        ((GENERAL,), "Est-ce qu'il soutient la France ?", "Est-ce que Haftar soutient la France ?"),
        ((GENERAL,), "Que pense Obama de lui ?", "Que pense Obama de Haftar ?"),
        ((FRANCE,), "Pourquoi refuse-t-elle ?", "Pourquoi la France refuse-t-elle ?"),
        ((FRANCE,), "Quels sont ses alliés ?", "Quels sont les alliés de la France ?"),
        ((COMMANDOS,), "Que font-ils ?", "Qu'est-ce que les commandos français font ?"),
        (
            ("Où est la représentation américaine ?",),
            "A-t-elle fermé ?",
            "La représentation américaine a-t-elle fermé ?",
        ),
        ((RAPPORT,), "Quand a-t-il été publié ?", "Quand le rapport a-t-il été publié ?"),
        # The question that a pronoun points to lies further back.
        ((HAFTAR, BENGHAZI), "When was he born?", "When was Khalifa Haftar born?"),
        ((GENERAL, SABRATHA, FRANCE), "Où est-il né ?", "Où Haftar est-il né ?"),
    ],
)
def test_a_follow_up_becomes_a_question_that_stands_alone(
    history: tuple[str, ...], question: str, expected: str
) -> None:
    assert rewritten(history, question) == expected


@pytest.mark.parametrize(
    ("history", "question", "held", "not_held"),
    [
        # What no sentence can be made of is set beside the last question, or its names in brackets.
        ((BENGHAZI,), "and the Americans?", "Americans Benghazi 2012 happened", ""),
        ((BENGHAZI,), "why?", "Why Benghazi 2012", ""),
        ((BENGHAZI,), "Why did that happen?", "Benghazi 2012", ""),
        ((BENGHAZI,), "When did it begin?", "begin Benghazi 2012", ""),
        ((BENGHAZI,), "Was it an attack?", "attack Benghazi 2012", ""),
        ((BENGHAZI,), "and how many people were killed?", "many people killed Benghazi 2012", ""),
        ((BENGHAZI,), "How many were killed?", "many killed Benghazi 2012", ""),
        ((BENGHAZI,), "Who ordered this attack?", "ordered attack Benghazi 2012", ""),
        ((FORCES,), "since when?", "Since when commands forces Benina", ""),
        ((FORCES,), "how many?", "How many forces Benina", ""),
        ((AMERICANS,), "by whom?", "By whom Marines Sicily 2014", ""),
        ((CABINET,), "and the peace deal?", "peace deal House Representatives", ""),
        ((CABINET,), "When was it formed?", "formed House of Representatives", ""),
        ((RENZI,), "Why did he deny it?", "Renzi deny invasion", "he"),
        ((MINISTER,), "When did he say that?", "French defence minister Lampedusa", "he"),
        ((MINISTER,), "and Obama?", "Obama Lampedusa", ""),
        ((TROOPS,), "Did France do the same?", "France Italy troops Libya", ""),
        ((FERRY,), "and the old ones?", "Elsin ferries", ""),
        ((FRANCE,), "Pourquoi ?", "Pourquoi France Libye", ""),
        ((FRANCE,), "Qu'en pense l'Italie ?", "Italie France Libye", ""),
        ((FRANCE,), "Que s'y passe-t-il ?", "passe Libye", ""),
        ((FRANCE,), "Et combien de soldats ?", "soldats France Libye", ""),
        ((GENERAL,), "Qui lui a succédé ?", "succédé Haftar", ""),
        ((GENERAL,), "Qui le soutient ?", "soutient Haftar", ""),
        ((GENERAL,), "quand ?", "Quand Haftar", ""),
        ((COMMANDOS,), "Quelle est leur mission ?", "mission commandos français", ""),
        ((COMMANDOS,), "Combien y en a-t-il à Syrte ?", "commandos français Syrte", ""),
        ((COMMANDOS,), "Qui les commande ?", "commande commandos français", ""),
        ((SABRATHA,), "et combien de morts ?", "Combien morts Sabratha", ""),
        ((SABRATHA,), "Pourquoi a-t-elle fait cela ?", "Pourquoi France bombardé Sabratha", ""),
        ((SABRATHA,), "Qui a ordonné cette attaque ?", "ordonné attaque France Sabratha", ""),
        # From one language to the other: the names of the one in a question of the other.
        ((MARINES,), "et les Français ?", "Combien Français Sicily", "Marines"),
        ((MARINES,), "Où sont-ils basés ?", "Où Marines basés", ""),
        ((MARINES,), "pourquoi ?", "Pourquoi Marines Sicily", ""),
        ((BENGHAZI,), "et en 2014 ?", "2014 Benghazi", "2012"),
        ((HAFTAR,), "Que veut-il ?", "Khalifa Haftar veut", ""),
        ((HAFTAR,), "Quel est son rôle ?", "rôle Khalifa Haftar", "son"),
        ((FRANCE,), "and Italy?", "Italy Libye", "France"),
        ((COMMANDOS,), "why?", "Why commandos Benina", ""),
        ((GENERAL,), "Where was he born?", "Where Haftar born", "he"),
        ((SOLDATS,), "and in 2016?", "How many soldats Italie Libye 2016", "2015"),
    ],
)
def test_a_follow_up_brings_what_the_search_needs_and_no_more(
    history: tuple[str, ...], question: str, held: str, not_held: str
) -> None:
    text = rewritten(history, question)
    words = set(re.findall(r"\w+", text.lower()))
    assert set(held.lower().split()) <= words, text
    assert words.isdisjoint(not_held.lower().split()), text


ALONE = [
    "How many Marines were there in Sicily altogether?",
    "Is it true that Italy refused to send troops?",
    "Is it possible that the embassy was closed?",
    "How long did it take to evacuate the embassy?",
    "How much does it cost to build a ferry?",
    "Was it Haftar who attacked the parliament?",
    "Are there French soldiers in Benina?",
    "What is there to see in Tobruk?",
    "Where did Renzi say his soldiers would go?",
    "What did the general say about his aims?",
    "How did the militias respond when the general attacked them?",
    "Which countries have soldiers in Misrata and what are they doing there?",
    "Who was the ambassador who lost his life in Benghazi?",
    "Did Italy change its position on the invasion?",
    "What happened in Libya this year?",
    "What do these articles say about Benghazi?",
    "Who said that the base was closed?",
    "Did the spokesman say that it was a coup?",
    "How many peacekeepers lost their lives?",
    "And the pilots of the harbour company, did they go on strike too?",
    "But did France and Italy agree on Libya?",
    "budget of the harbour?",
    "Haftar",
    "oil fields Libya",
    "What about the oil price after the strike in March?",
    "When the parliament in Tobruk met, what did it decide?",
    "Who is he?",  # nothing was asked before
    "Combien y a-t-il de Marines en Sicile ?",
    "Y a-t-il des soldats français à Benina ?",
    "Il y a combien de commandos à Benina ?",
    "Que s'est-il passé à Benghazi ?",
    "Est-ce que la France bombarde la Libye ?",
    "Qu'est-ce que c'est que le quorum de Tobrouk ?",
    "Pourquoi la France a-t-elle bombardé Sabratha ?",
    "Combien de soldats l'Italie doit-elle envoyer ?",
    "Pourquoi Haftar a-t-il déclaré qu'il voulait le pouvoir ?",
    "Quel président a perdu son poste ?",
    "Quels pays ont retiré leurs soldats ?",
    "Comment l'avocat du général défend-il son client ?",
    "Que faut-il pour un quorum à Tobrouk ?",
    "Où en est la guerre en Libye ?",
    "Qui l'Égypte soutient-elle ?",
    "Que se passe-t-il en Libye cette année ?",
    "Qu'en est-il du quorum au parlement de Tobrouk ?",
    "Quel est le bilan de l'attentat, et qui y a laissé la vie ?",
    "Quel âge a Matteo Renzi ?",
    "L'eau du port, elle arrive comment ?",
    "Est-il vrai que l'ambassade est fermée ?",
    "prix du pétrole ?",
    "¿Quién es él?",
]


@pytest.mark.parametrize("question", ALONE)
def test_a_question_that_stands_alone_is_never_touched(question: str) -> None:
    history = () if question == "Who is he?" else (BENGHAZI, GENERAL, MARINES)
    assert by_rules(Question(question, history=history), "en").text == question


@pytest.mark.parametrize("history", [(HAFTAR,), (FRANCE, MARINES)])
@pytest.mark.parametrize("question", ALONE[:10] + ALONE[27:37])
def test_a_question_that_stands_alone_is_said_to(history: tuple[str, ...], question: str) -> None:
    found = by_rules(Question(question, history=history), "en")
    assert (found.how, found.resolved) == ("typed", True)


@pytest.mark.parametrize(
    ("history", "question"),
    [
        ((), "and the French?"),
        ((), "why?"),
        ((), "et en 2014 ?"),
        ((), "When was he born?"),
        ((), "Plus de détails"),
        ((BENGHAZI,), "When was he born?"),
        ((BENGHAZI, "How long does the flight to Malta take?"), "Who paid her?"),
        ((SABRATHA,), "Quel âge a-t-il ?"),
        (("When is high water in Elsin?",), "How did they vote?"),
    ],
)
def test_a_follow_up_that_nothing_resolves_is_said_to_be_one(history: tuple[str, ...], question: str) -> None:
    found = by_rules(Question(question, history=history), "en")
    assert (found.text, found.how, found.resolved) == (question, "typed", False)


def test_a_name_alone_is_a_follow_up_only_where_it_has_a_like() -> None:
    assert rewritten((BENGHAZI,), "Sirte?") == "What happened in Sirte in 2012?"
    alone = by_rules(Question("Sirte?", history=("How did the vote go?",)), "en")
    assert (alone.text, alone.resolved) == ("Sirte?", True)


def test_a_name_that_holds_a_placeholder_or_a_pattern_is_text() -> None:
    assert rewritten(("Who is Zed \\1 {{x}}?",), "When was he born?") == "When was Zed born?"


FOLLOW_UPS = [
    *(
        "why?",
        "and the French?",
        "et lui ?",
        "When did he say that?",
        "Où sont-elles basées ?",
        "and in 2014?",
        "2014?",
    ),
    *(
        "et d'Italiens ?",
        "the same",
        "Leur mission ?",
        "and Sirte and Tobruk?",
        "and?",
        "Que veut-il d'eux ?",
        "et à ?",
    ),
]
HISTORIES = [
    "Haftar?",
    "why",
    "?",
    "Et en 2014 ?",
    "¿Quién?",
    "1 000 soldats",
    "THE ITALIANS IN LIBYA",
    "l'",
    "(",
    "de la de la",
]


@pytest.mark.parametrize("earlier", [MARINES, FRANCE, COMMANDOS, CABINET, *HISTORIES])
@pytest.mark.parametrize("question", FOLLOW_UPS)
def test_whatever_was_asked_before_a_follow_up_gives_a_question(question: str, earlier: str) -> None:
    found = by_rules(Question(question, history=(earlier,)), "en")
    assert found.text.strip()
    assert found.resolved or found.text == question


@pytest.mark.parametrize(
    "question", ["why?" * 200, "and " * 900, "he " * 600, "et l'" * 400, "(" * 500, "qui l'" * 300]
)
def test_odd_questions_are_dealt_with_at_once(question: str) -> None:
    by_rules(Question(question, history=(BENGHAZI * 40, GENERAL)), "en")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "Did US Defense Secretary Ashton Carter brief Obama?",
            "en",
            ["name US Defense Secretary Ashton Carter", "name Obama"],
        ),
        ("How many American Marines are in Sicily?", "en", ["people American", "name Marines", "city Sicily"]),
        ("what is france doing in eastern libya", "en", ["country france", "country libya"]),
        ("Is IS in Sirte on 22 February 2016?", "en", ["group IS", "city Sirte", "time 22 February 2016"]),
        ("Où Jean-Yves Le Drian a-t-il parlé du Niger ?", "fr", ["name Jean-Yves Le Drian", "country Niger"]),
        ("Combien de soldats américains aux États-Unis ?", "fr", ["people américains", "country États-Unis"]),
        ("Qui a tué Kadhafi en 2011 ?", "fr", ["name Kadhafi", "time 2011"]),
    ],
)
def test_the_things_of_a_question_and_what_they_are(text: str, language: str, expected: list[str]) -> None:
    assert [f"{slot.kind} {text[slot.start : slot.end]}" for slot in slots(text, language)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aller au Niger", ("a", "le")),
        ("les forces de l'Italie", ("de", "l")),
        ("le chef des États-Unis", ("de", "les")),
        ("bombarder la Libye", ("", "la")),
        ("rester en Libye", ("en", "")),
        ("attaquer Sabratha", ("", "")),
    ],
)
def test_a_contraction_is_a_preposition_and_an_article(text: str, expected: tuple[str, str]) -> None:
    (slot,) = slots(text, "fr")
    assert isinstance(slot, Slot)
    assert (slot.preposition, slot.article) == expected


@pytest.mark.parametrize(
    ("people", "like", "expected"),
    [
        ("Italiens", "américaines", "italiennes"),
        ("Italiens", "américain", "italien"),
        ("Français", "américaine", "française"),
        ("Grecs", "italienne", "grecque"),
        ("Russes", "italiens", "russes"),
        ("Libyens", "français", "libyens"),
    ],
)
def test_a_peoples_word_takes_the_form_of_the_one_it_replaces(people: str, like: str, expected: str) -> None:
    assert agreeing(people, like) == expected
