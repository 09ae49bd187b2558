"""What kind of answer a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import unicodedata

import pytest

from bot.asked import Asked, Kind, asked, holds
from retrieval.names import fold


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who is Khalifa Haftar?", "person"),
        ("who leads the libyan army", "person"),
        ("Tell me who ordered the strike", "person"),
        ("By whom was the city liberated?", "person"),
        ("Do you know who trained the militias?", "person"),
        ("Which general attacked Benghazi?", "person"),
        ("Whose troops took Sirte?", "person"),
        ("Can you tell me who the Libyan general is?", "person"),
        ("What is the name of the US defense secretary?", "person"),
        ("Name the prime minister of Britain.", "person"),
        ("Could you say which minister resigned?", "person"),
        ("Qui est Haftar ?", "person"),
        ("qui a bombardé Sabratha", "person"),
        ("Par qui la ville a-t-elle été prise ?", "person"),
        ("Dis-moi qui dirige la Libye", "person"),
        ("Qui est-ce qui commande ?", "person"),
        ("Savez-vous qui a tué Kadhafi ?", "person"),
        ("C'est qui Psaki ?", "person"),
        ("Quel général a attaqué Benghazi ?", "person"),
        ("Comment s'appelle le porte-parole ?", "person"),
        ("À qui le président a-t-il parlé ?", "person"),
        ("J'aimerais savoir qui a parlé", "person"),
        ("Avec qui Obama a-t-il parlé ?", "person"),
        ("When did the raid take place?", "time"),
        ("Since when are French troops in Libya?", "time"),
        ("What year did Gaddafi fall?", "time"),
        ("In what year was it?", "time"),
        ("On which date did they meet?", "time"),
        ("date of the meeting?", "time"),
        ("What was the date of the attack?", "time"),
        ("Can you tell me when Obama spoke?", "time"),
        ("How long ago did the war begin?", "time"),
        ("Quand a eu lieu le raid ?", "time"),
        ("quand Kadhafi est-il mort", "time"),
        ("En quelle année ?", "time"),
        ("À quelle date ?", "time"),
        ("Depuis quand les soldats sont-ils là ?", "time"),
        ("Quelle était la date de la réunion ?", "time"),
        ("Je voudrais savoir quand Obama a parlé", "time"),
        ("quel jour le raid a-t-il eu lieu", "time"),
        ("À partir de quand ?", "time"),
        ("How many soldiers are there?", "number"),
        ("how much did it cost", "number"),
        ("What number of militants are in Libya?", "number"),
        ("What is the total number of troops?", "number"),
        ("How long did it last?", "number"),
        ("What percentage of oil?", "number"),
        ("number of fighters in Sirte?", "number"),
        ("What was the death toll?", "number"),
        ("How few men?", "number"),
        ("How old is Haftar?", "number"),
        ("Combien de soldats ?", "number"),
        ("combien ça coûte", "number"),
        ("Quel est le nombre de combattants ?", "number"),
        ("Quel âge a Haftar ?", "number"),
        ("À quelle distance de Tripoli ?", "number"),
        ("Quel est le bilan ?", "number"),
        ("nombre de morts à Sabratha ?", "number"),
        ("À combien estime-t-on les combattants ?", "number"),
        ("Quels sont les effectifs de l'EI ?", "number"),
        ("Where is Sirte?", "place"),
        ("From where did the planes take off?", "place"),
        ("In which city were they?", "place"),
        ("Which countries joined?", "place"),
        ("What base do the drones use?", "place"),
        ("Where's the base?", "place"),
        ("What is the capital of Libya?", "place"),
        ("Tell me where the troops are stationed.", "place"),
        ("At which base are they?", "place"),
        ("Où est Sirte ?", "place"),
        ("où se trouvent les soldats", "place"),
        ("D'où décollent les avions ?", "place"),
        ("ou est Sirte", "place"),
        ("Ou se trouve la base ?", "place"),
        ("Dans quelle ville ?", "place"),
        ("Dans quels pays ?", "place"),
        ("Quelle est la capitale ?", "place"),
        ("Par où sont-ils passés ?", "place"),
        ("Où exactement", "place"),
        ("La base, c'est où ?", "place"),
        ("Où les drones décollent-ils ?", "place"),
        ("Jusqu'où sont-ils allés ?", "place"),
        ("Dis-moi où sont les troupes", "place"),
        ("Why did the US strike?", "reason"),
        ("What caused the crisis?", "reason"),
        ("What is the reason for the raid?", "reason"),
        ("For what reason did they leave?", "reason"),
        ("how come they left", "reason"),
        ("What led to the intervention?", "reason"),
        ("What was the main reason?", "reason"),
        ("Pourquoi les États-Unis ?", "reason"),
        ("pour quelle raison", "reason"),
        ("Quelles sont les causes de la crise ?", "reason"),
        ("Pour quelles raisons ?", "reason"),
        ("À cause de quoi ?", "reason"),
        ("Quelle est la principale raison ?", "reason"),
        ("Dans quel but ?", "reason"),
        ("What did Obama say?", "other"),
        ("What happened in Benghazi?", "other"),
        ("Que dit l'article ?", "other"),
        ("Libya oil", "other"),
        ("Is it Haftar or Sarraj?", "other"),
        ("Paix ou guerre ?", "other"),
        ("Haftar est-il un général ou un colonel ?", "other"),
        ("How did they get in?", "other"),
        ("Comment sont-ils entrés ?", "other"),
        ("Did the troops who trained militias leave?", "other"),
        ("Les soldats qui ont formé les milices sont-ils partis ?", "other"),
        ("What happened when Gaddafi fell?", "other"),
        ("Que s'est-il passé quand Kadhafi est tombé ?", "other"),
        ("What does the WHO say?", "other"),
        ("Was it the year of the war?", "other"),
        ("Qu'est-ce qui se passe en Libye ?", "other"),
        ("Qu'est-ce que l'EI ?", "other"),
        ("What is happening where the oil is?", "other"),
        ("Any idea who wrote this?", "person"),
        ("Under whose command are the militias?", "person"),
        ("Le chef de l'armée, c'est qui ?", "person"),
        ("Qui d'autre est présent ?", "person"),
        ("Until when will the troops stay?", "time"),
        ("le raid a eu lieu quand ?", "time"),
        ("Il y a combien de temps ?", "time"),
        ("What is the estimated number of ISIS fighters?", "number"),
        ("Ils sont combien ?", "number"),
        ("Depuis combien de temps dure la guerre ?", "number"),
        ("Which Libyan city is held by ISIS?", "place"),
        ("What airbase do they use?", "place"),
        ("De quel pays viennent-ils ?", "place"),
        ("Les drones décollent d'où ?", "place"),
        ("What motivated the strikes?", "reason"),
        ("On what grounds did they attack?", "reason"),
        ("Comment expliquer la crise ?", "reason"),
        ("Qu'est-ce qui explique la crise ?", "reason"),
        ("What did countries of the region say?", "other"),
        ("Which groups does the CIA support?", "other"),
        ("Que pense Obama de ceux qui partent ?", "other"),
        ("L'ONU ou l'UE ?", "other"),
        ("How is the army organised?", "other"),
    ],
)
def test_the_kind_of_answer_asked_for(question: str, kind: Kind) -> None:
    assert asked(question).kind == kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("À quelle date ?", "time"),
        ("Quel âge a Haftar ?", "number"),
        ("Où est Sirte ?", "place"),
        ("Où se trouve la base ?", "place"),
        ("Dis-moi où sont les troupes", "place"),
        ("Quelle était la date de la réunion ?", "time"),
        ("À qui le président a-t-il parlé ?", "person"),
    ],
)
def test_accents_decomposed_or_left_out_change_nothing(question: str, kind: Kind) -> None:
    assert asked(unicodedata.normalize("NFD", question)).kind == kind
    assert asked(fold(question)).kind == kind
    assert asked(question.upper()).kind == kind


@pytest.mark.parametrize(
    "question",
    [
        "How do the articles differ on the raid?",
        "Compare what they say about Haftar",
        "Que disent les autres articles ?",
        "Que sait-on de Haftar ?",
        "What is known about the camp?",
        "Fais une synthèse",
        "Résume les articles",
    ],
)
def test_a_question_to_several_articles(question: str) -> None:
    assert asked(question).several


@pytest.mark.parametrize(
    "question",
    [
        "When will the talks resume?",
        "Was it a summary execution?",
        "Did Obama agree to strike?",
        "Is there a different base?",
        "Who is Haftar?",
        "Qui a bombardé Sabratha ?",
    ],
)
def test_a_question_that_one_article_can_answer(question: str) -> None:
    assert not asked(question).several


@pytest.mark.parametrize(
    ("kind", "question", "sentence", "held"),
    [
        ("person", "Who leads the army?", "The army is led by Khalifa Haftar.", True),
        ("person", "Who leads the army?", "The army is led by a general.", False),
        ("person", "Who is Haftar?", "Haftar is a general.", False),
        ("person", "Qui dirige l'armée ?", "Le général Haftar la dirige.", True),
        ("time", "When did it happen?", "It happened on Tuesday.", True),
        ("time", "When did it happen?", "It happened in May.", True),
        ("time", "When did it happen?", "It may happen.", False),
        ("time", "When did it happen?", "It happened in Sirte.", False),
        ("time", "What happened in 2011, and when?", "It was 2011.", False),
        ("time", "Quand ?", "C'était il y a cinq ans.", True),
        ("time", "Quand ?", "C'était à Syrte.", False),
        ("number", "How many?", "There are 5,000 of them.", True),
        ("number", "How many?", "There are twenty.", True),
        ("number", "How many?", "Thousands came.", True),
        ("number", "How many?", "They came in 2016.", False),
        ("number", "How many?", "They came.", False),
        ("number", "Are there 5,000 or how many?", "There are 5 000.", False),
        ("number", "Combien ?", "Ils sont trois.", True),
        ("number", "Combien ?", "Ils sont venus.", False),
        ("place", "Where are they?", "They are near Benghazi.", True),
        ("place", "Where are they?", "They are resting.", False),
        ("place", "Where in Benghazi?", "They are in Benghazi.", False),
        ("place", "Où sont-ils ?", "Ils sont à Syrte.", True),
        ("place", "Où sont-ils ?", "Ils dorment.", False),
        ("reason", "Why?", "They left because it rained.", True),
        ("reason", "Why?", "They left.", False),
        ("reason", "Pourquoi ?", "Ils sont partis en raison de la pluie.", True),
        ("reason", "Pourquoi ?", "Ils dorment.", False),
        ("other", "What happened?", "They left.", True),
    ],
)
def test_a_sentence_that_holds_the_kind_asked_for(kind: Kind, question: str, sentence: str, held: bool) -> None:
    assert holds(kind, sentence, question) is held


@pytest.mark.parametrize("question", ["", "?", "…", "Libye", "🙂", "où", "ou"])
def test_a_question_of_nothing_asks_for_something(question: str) -> None:
    assert asked(question) == Asked("place" if question in ("où", "ou") else "other", False)
