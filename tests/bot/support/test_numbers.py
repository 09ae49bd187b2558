"""A claim's numbers: borne in figures, letters and either language, never with another value, unit, bound or thing."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.support.figures import Quantity
from bot.support.numbers import faults
from bot.support.quantities import quantities
from bot.types import Backing
from tests.support.backing import backed, bundled


def found(claim: str, *quotes: str) -> list[tuple[str, str]]:
    """Kind and words of the faults; a claim and a quote begin with their language: "en: …"."""
    backing = [backed(quote[4:], quote[:2]) for quote in quotes]
    return [(fault.kind, fault.words) for fault in faults(claim[4:], claim[:2], backing)]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        # figures, letters, separators
        ("fr: Vingt soldats sont partis.", "en: Around were 20 soldiers, who left."),
        ("en: They sent 5,000 men.", "fr: Ils ont envoyé 5 000 hommes."),
        ("en: They sent 5,000 men.", "fr: Ils ont envoyé 5000 hommes."),
        ("fr: Ils ont envoyé cinq mille hommes.", "en: They sent five thousand men."),
        ("en: Twenty-five ships sank.", "fr: Vingt-cinq navires ont coulé."),
        ("en: Ninety-one ships sank.", "fr: Quatre-vingt-onze navires ont coulé."),
        ("en: It weighs 2.5 tonnes.", "fr: Il pèse 2,5 tonnes."),
        ("en: It rose by 0.5 points.", "fr: Il a progressé de 0,5 point."),
        # scales and currencies
        ("en: It cost $5m.", "fr: Cela a coûté cinq millions de dollars."),
        ("en: It cost 5 million euros.", "fr: Cela a coûté 5 M€."),
        ("fr: La dette est de 27,5 milliards de dollars.", "en: The debt is $27.5 billion."),
        ("fr: La dette est de 27,5 milliards de dollars.", "en: The debt is $27.5bn."),
        ("en: It cost half a million pounds.", "en: It cost £500,000."),
        ("fr: Un million et demi d'habitants sont partis.", "en: 1.5 million inhabitants left."),
        ("en: Three hundred thousand left.", "fr: Trois cent mille sont partis."),
        ("en: It has 2 billion users.", "fr: Il a deux milliards d'utilisateurs."),
        # shares
        ("fr: 20 % des électeurs ont voté.", "en: Twenty percent of the voters voted."),
        ("en: 20 per cent of them voted.", "fr: Vingt pour cent ont voté."),
        ("fr: La moitié des députés ont fui.", "en: Half the parliamentarians fled."),
        ("en: Half of them fled.", "en: 50% of them fled."),
        ("en: A third of the fleet sank.", "fr: Le tiers de la flotte a coulé, soit un tiers."),
        ("fr: Les deux tiers de la flotte ont coulé.", "en: Two-thirds of the fleet sank."),
        ("en: Three quarters of it burned.", "fr: Les trois quarts ont brûlé."),
        # ordinals, centuries, factors
        ("fr: C'est la troisième attaque.", "en: It is the third attack."),
        ("en: It is the 21st century.", "fr: Nous sommes au XXIe siècle."),
        ("en: It is his 3rd visit.", "fr: C'est sa 3e visite."),
        ("en: The number doubled.", "fr: Le nombre a doublé."),
        ("fr: Ils sont deux fois plus nombreux.", "en: They are twice as many."),
        ("fr: Le premier ministre est parti.", "en: The prime minister left."),
        # bounds
        ("fr: Au moins 40 agents sont sur place.", "en: At least 40 agents are there."),
        ("en: At least 40 agents are there.", "fr: 40 agents au moins sont sur place."),
        ("en: At least 40 agents are there.", "en: 40 or more agents are there."),
        ("en: As many as 50 people died.", "fr: Jusqu’à 50 personnes sont mortes."),
        ("en: Up to 50 people died.", "en: The strike killed as many as 50 people."),
        ("fr: Plus de 50 personnes sont mortes.", "en: More than 50 people died."),
        ("en: At least 50 people died.", "en: More than 50 people died."),
        ("fr: Une cinquantaine de Marines sont arrivés.", "en: Some 50 Marines arrived."),
        ("en: About 50 Marines arrived.", "fr: Une cinquantaine de Marines sont arrivés."),
        ("en: About 300 kilometres separate them.", "en: They are nearly 300 kilometres apart."),
        ("fr: Environ 250 Marines sont en Sicile.", "en: There are 250 Marines in Sicily."),
        ("en: About a dozen boats sank.", "fr: Une douzaine de bateaux ont coulé."),
        ("en: Less than a third of the fleet sank.", "fr: Moins d'un tiers de la flotte a coulé."),
        # vague numbers and ranges
        ("fr: Des centaines de milliers de réfugiés fuient.", "en: Hundreds of thousands of refugees flee."),
        ("en: Several hundred men came.", "fr: Plusieurs centaines d'hommes sont venus."),
        ("en: Thousands of soldiers came.", "en: 5,000 soldiers came."),
        ("en: They hit 30 to 40 targets.", "fr: Ils ont visé entre 30 et 40 cibles."),
        ("fr: De 30 à 40 cibles ont été touchées.", "en: They hit 30-40 targets."),
        ("en: At least 30 targets were hit.", "en: They hit 30 to 40 targets."),
        ("en: Up to 40 targets were hit.", "en: They hit 30 to 40 targets."),
        ("en: It rose to 10 percent.", "fr: Il est passé de 5 à 10 % et augmente."),
        ("en: They won 3-1.", "fr: Ils ont gagné 3-1."),
        # measures, labels
        ("fr: La guerre a duré 18 mois.", "en: It was an 18-month war."),
        ("fr: Il a 40 ans.", "en: He is 40 years old."),
        ("en: It is 300 km away.", "fr: Elle est à 300 kilomètres."),
        ("en: The war lasted ten years.", "en: The war lasted a decade."),
        ("en: Three KC-130 aircraft landed.", "fr: Trois (avions ravitailleurs) KC-130 ont atterri."),
        ("en: F-16s took off.", "fr: Des F16 ont décollé."),
        ("en: The G7 met.", "fr: Le G7 s'est réuni."),
        # one, articles
        ("en: One soldier died.", "en: A soldier died."),
        ("fr: Un soldat est mort.", "en: One soldier died."),
        ("en: One of the two parliaments agreed.", "fr: L'un des deux parlements a dit oui."),
        ("fr: Les deux pays sont prêts.", "en: Both countries are ready."),
        ("en: A parliament in Tobruk votes.", "en: Of the two parliaments, the parliament in Tobruk votes."),
        # what is counted
        (
            "en: There were 50 soldiers.",
            "en: At least 40 secret service agents and 50 Special Forces troops were there.",
        ),
        ("en: 50 men were there.", "en: At least 40 secret service agents and 50 Special Forces troops were there."),
        ("fr: Douze agents ont été tués.", "en: They beheaded 12 policemen."),
        ("en: 30 people were wounded and 12 killed.", "fr: Elle a tué 12 personnes et blessé 30 autres."),
        ("en: 7 aircraft are there.", "fr: Il y a 250 Marines, 7 Ospreys et trois KC-130."),
    ],
)
def test_a_number_is_borne_in_another_wording_and_the_other_language(claim: str, quote: str) -> None:
    assert found(claim, quote) == []


@pytest.mark.parametrize(
    ("claim", "quote", "words"),
    [
        # value
        ("en: 25 people died.", "en: 250 people died.", "25"),
        ("en: 5 people died.", "en: 25 people died.", "5"),
        ("en: 5 people live there.", "en: 5 million people live there.", "5"),
        ("en: 5 million people live there.", "en: 5 people live there.", "5 million"),
        ("en: 5 billion people live there.", "fr: 5 millions de personnes y vivent.", "5 billion"),
        ("fr: Il a deux billions d'utilisateurs.", "en: It has two billion users.", "deux billions"),
        ("en: It weighs 2.5 tonnes.", "fr: Il pèse 25 tonnes.", "2.5 tonnes"),
        ("en: 20.5 tonnes of it burned.", "en: 205 tonnes of it burned.", "20.5 tonnes"),
        ("en: It fell to -5 degrees.", "en: It fell to 5 degrees.", "-5 degrees"),
        ("fr: Treize soldats sont partis.", "en: Thirty soldiers left.", "Treize"),
        ("en: Twenty-five ships sank.", "fr: Vingt navires et cinq barques ont coulé.", "Twenty-five"),
        ("en: Two ministers, A and B, resigned.", "en: Ministers A and B resigned.", "Two"),
        ("en: Some ½ of it burned.", "en: Some of it burned.", "½"),
        # unit and kind
        ("en: It rose by 20 percent.", "en: It rose by 20.", "20 percent"),
        ("en: 20 people came.", "en: 20% of the people came.", "20"),
        ("en: It rose by 2 percent.", "en: It rose by 2 percentage points.", "2 percent"),
        ("en: It cost 5 million euros.", "fr: Cela a coûté 5 millions de dollars.", "5 million euros"),
        ("en: It cost $5m.", "en: It cost 5 million.", "$5m"),
        ("en: 5 million people came.", "en: It cost $5 million.", "5 million"),
        ("en: The war lasted 18 years.", "fr: La guerre a duré 18 mois.", "18 years"),
        ("en: It is 300 miles away.", "fr: Elle est à 300 kilomètres.", "300 miles"),
        ("en: The war lasted 50 years.", "en: The war took 50 troops.", "50 years"),
        ("en: The war took 18 troops.", "en: The war lasted 18 months.", "18"),
        ("en: It is the third attack.", "en: There were three attacks.", "third"),
        ("fr: C'est la deuxième attaque.", "en: It is the third attack.", "deuxième"),
        ("en: It was the first attack.", "en: There was an attack.", "first"),
        ("fr: Nous sommes au XXe siècle.", "en: It is the 21st century.", "XXe"),
        ("en: A third of the fleet sank.", "en: A quarter of the fleet sank.", "A third"),
        ("en: The number tripled.", "fr: Le nombre a doublé.", "tripled"),
        ("en: KC-135 aircraft landed.", "fr: Des KC-130 ont atterri.", "KC-135"),
        ("en: 130 aircraft landed.", "fr: Des KC-130 ont atterri.", "130"),
        ("en: 2,011 soldiers fled.", "en: The soldiers fled in 2011.", "2,011"),
        # vague numbers and ranges
        ("en: 100,000 refugees fled.", "en: Hundreds of thousands of refugees fled.", "100,000"),
        ("en: Thousands of refugees fled.", "fr: Des centaines de réfugiés ont fui.", "Thousands"),
        ("fr: Des dizaines de milliers ont fui.", "en: Hundreds of thousands fled.", "dizaines de milliers"),
        ("en: They hit 30 targets.", "en: They hit 30 to 40 targets.", "30"),
        ("en: They hit 30 to 50 targets.", "en: They hit 30 to 40 targets and 50 camps.", "30 to 50"),
        ("en: They won 1-3.", "fr: Ils ont gagné 3-1.", "1-3"),
        # one, articles
        ("en: One soldier died.", "en: Two soldiers died.", "One soldier"),
        ("fr: Un soldat est mort.", "en: Two soldiers died.", "Un soldat"),
        ("en: Two soldiers died.", "en: A soldier died.", "Two"),
        ("en: It lasted a year.", "fr: Cela a duré deux ans.", "a year"),
        # what is counted
        ("en: 50 secret service agents came.", "en: At least 40 secret service agents and 50 troops came.", "50"),
        ("fr: 50 agents secrets sont venus.", "en: At least 40 secret service agents and 50 troops came.", "50"),
        ("en: 12 soldiers were beheaded.", "en: They beheaded 12 policemen.", "12"),
        ("fr: Douze soldats ont été décapités.", "en: They beheaded 12 policemen.", "Douze"),
        ("en: 12 militants were beheaded.", "en: ISIS militants beheaded 12 policemen.", "12"),
        ("en: 12 policemen were wounded.", "en: The blast killed 12 policemen.", "12"),
        ("fr: La bombe a tué 30 personnes.", "en: The bomb wounded 30 people and killed 12.", "30"),
        ("en: 12 women voted.", "fr: 12 hommes ont voté.", "12"),
        ("en: 7 Marines are there.", "fr: Il y a 250 Marines et 7 Ospreys.", "7"),
        ("en: Prices fell by 5 percent.", "fr: Les prix ont augmenté de 5 %.", "5 percent"),
    ],
)
def test_a_number_that_the_quote_does_not_say_is_a_fault(claim: str, quote: str, words: str) -> None:
    assert found(claim, quote) == [("number", words)]


@pytest.mark.parametrize(
    ("claim", "quote", "words"),
    [
        ("en: 40 agents are there.", "en: At least 40 agents are there.", "At least 40"),
        ("fr: 40 agents sont sur place.", "en: At least 40 agents are there.", "At least 40"),
        ("en: Up to 40 agents are there.", "en: At least 40 agents are there.", "Up to 40"),
        ("en: 50 people died.", "fr: Jusqu'à 50 personnes sont mortes.", "Jusqu'à 50"),
        ("en: At least 50 people died.", "fr: Jusqu'à 50 personnes sont mortes.", "At least 50"),
        ("en: About 50 people died.", "en: More than 50 people died.", "About 50"),
        ("en: More than 50 people died.", "en: At least 50 people died.", "More than 50"),
        ("en: 50 Marines arrived.", "fr: Une cinquantaine de Marines sont arrivés.", "Une cinquantaine"),
        ("en: They are 300 kilometres apart.", "en: They are nearly 300 kilometres apart.", "nearly 300 kilometres"),
        ("fr: Au moins 250 Marines sont en Sicile.", "en: There are 250 Marines in Sicily.", "Au moins 250"),
        ("en: More than 250 Marines are there.", "en: There are 250 Marines in Sicily.", "More than 250"),
        ("en: Fewer than 50 people died.", "fr: Plus de 50 personnes sont mortes.", "Fewer than 50"),
        ("en: It cost $5m.", "fr: Cela a coûté près de 5 millions de dollars.", "près de 5 millions de dollars"),
        ("en: A third of the fleet sank.", "fr: Moins d'un tiers de la flotte a coulé.", "Moins d'un tiers"),
        ("en: Only 20 men came.", "en: No more than 20 men came.", "No more than 20"),
        ("fr: 50 personnes sont mortes.", "en: 50 people or more died.", "50 people or more"),
        ("en: A hundred boats sank.", "fr: Une centaine de bateaux ont coulé.", "Une centaine"),
    ],
)
def test_a_bound_is_neither_lost_nor_turned_around(claim: str, quote: str, words: str) -> None:
    assert found(claim, quote) == [("bound", words)]


def test_the_second_number_of_a_list_may_take_its_bound_or_not() -> None:
    quote = "en: At least 40 secret service agents and 50 troops were sent."
    assert found("en: 50 troops were sent.", quote) == []
    assert found("en: At least 50 troops were sent.", quote) == []
    assert found("en: Up to 50 troops were sent.", quote) == [("bound", "Up to 50")]


def test_a_number_needs_one_quote_that_bears_it_whole() -> None:
    quotes = ("en: At least 40 agents came.", "en: 50 troops came.")
    assert found("en: At least 40 agents and 50 troops came.", *quotes) == []
    assert found("en: At least 50 troops came.", *quotes) == [("bound", "At least 50")]
    assert found("en: 50 agents came.", *quotes) == [("number", "50")]


def test_numbers_in_the_name_of_an_outlet_are_no_claim() -> None:
    support = backed("Le bac est en panne.", "fr", outlet="20 Minutes")
    assert faults("According to 20 Minutes, the ferry is broken.", "en", [support]) == []
    assert faults("According to 30 Minutes, the ferry is broken.", "en", [support]) != []


def test_a_sentence_of_the_archive_is_borne_by_itself() -> None:
    for support in bundled():
        assert faults(support.quote, support.article.language, [support]) == []


NUMBERED = [(support, one) for support in bundled() for one in quantities(support.quote, support.article.language)]
WRITTEN: Sequence[str] = ("3", "17", "64", "250", "5,001", "12 million", "0.75", "seventy", "soixante")


@given(
    st.sampled_from([pair for pair in NUMBERED if not pair[1].single and not pair[1].loose]), st.sampled_from(WRITTEN)
)
def test_a_number_of_the_archive_replaced_by_another_is_a_fault(
    numbered: tuple[Backing, Quantity], written: str
) -> None:
    support, one = numbered
    quote, language = support.quote, support.article.language
    figure = re.compile(r"[\w,.]*\w").search(quote, one.start)
    assert figure
    claim = f"{quote[: one.start]}{written}{quote[figure.end() :]}"
    others = quantities(quote, language)
    replaced = next((other for other in quantities(claim, language) if other.start == one.start), None)
    if replaced is not None and not any(replaced.value == other.value for other in others):
        assert faults(claim, language, [support]) != []
