"""Negations: what a quote denies is not affirmed, and what it affirms not denied; nothing else is touched."""

from __future__ import annotations

import pytest

from bot.support.negation import faults
from tests.support.backing import backed


def denied(claim: str, *quotes: str) -> bool:
    """Whether a claim is found to say the contrary of its quotes; each text with its language before it."""
    found = faults(claim[4:], claim[:2], [backed(quote[4:], quote[:2]) for quote in quotes])
    assert {fault.kind for fault in found} <= {"negation"}
    assert all(fault.words for fault in found)
    return bool(found)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: The port was not closed.", "en: The port was closed on Monday."),
        ("en: The port was closed on Monday.", "en: The port was not closed on Monday."),
        ("en: Nobody was injured in the fire.", "en: Twelve people were injured in the fire."),
        ("en: Twelve people were injured in the fire.", "en: No one was injured in the fire at the mill."),
        ("en: The union signed the agreement.", "en: The union never signed the agreement."),
        ("en: The union signed the agreement.", "en: The union refused to sign the agreement."),
        ("en: The union signed the agreement.", "en: The union has yet to sign the agreement."),
        ("en: The union signed the agreement.", "en: The union failed to sign the agreement on time."),
        ("en: The minister took the money.", "en: The minister denied taking the money."),
        ("en: The minister took the money.", "en: The minister denied that he had taken the money."),
        ("en: The army shelled the village.", "en: The army dismissed reports that it had shelled the village."),
        ("en: The bridge can carry lorries.", "en: The bridge cannot carry lorries."),
        ("en: The dam holds water.", "en: The dam no longer holds water."),
        ("en: The march was held on Sunday.", "en: The march was cancelled on Sunday."),
        ("en: The march, which did not disturb anyone, was held.", "en: The march was cancelled."),
        ("en: The offer was accepted by the board.", "en: The offer was rejected by the board."),
        ("en: The government has ruled out a new tax.", "en: The government has not ruled out a new tax."),
        ("en: Exports rose in the spring.", "en: Exports fell in the spring."),
        ("en: Prices fell in March.", "en: Prices did not fall in March."),
        (
            "en: He was acquitted of fraud by the court in Lille.",
            "en: He was convicted of fraud by the court in Lille.",
        ),
        ("en: The shipyard sold the ferry.", "en: The shipyard bought the ferry in May."),
        ("fr: Le chantier a acheté le ferry.", "en: The shipyard sold the ferry in May."),
        ("en: The council voted without a quorum.", "en: The council voted with a quorum."),
        ("en: The denial of the ban was published.", "en: The ban was published."),
        ("en: Neither the mayor nor the prefect came.", "en: The mayor and the prefect came."),
        ("fr: Le pont n'a pas été fermé.", "fr: Le pont a été fermé lundi."),
        ("fr: Le pont a été fermé lundi.", "fr: Le pont n'a jamais été fermé."),
        ("fr: Le syndicat a signé l'accord.", "fr: Le syndicat a refusé de signer l'accord."),
        ("fr: Le ministre a pris l'argent.", "fr: Le ministre nie avoir pris l'argent."),
        ("fr: Le ministre a pris l'argent.", "fr: Le ministre dément avoir pris l'argent."),
        ("fr: Des habitants ont été blessés.", "fr: Aucun habitant n'a été blessé dans l'incendie."),
        ("fr: Le barrage retient l'eau.", "fr: Le barrage ne retient plus l'eau."),
        ("fr: Les ventes ont augmenté en mars.", "fr: Les ventes ont baissé en mars."),
        ("fr: La marche a eu lieu dimanche.", "fr: La marche n'a pas eu lieu dimanche."),
        ("fr: Le conseil approuve le budget.", "fr: Le conseil a rejeté le budget."),
        ("en: The bridge was closed.", "fr: Le pont n'a pas été fermé."),
        ("en: The union signed the agreement.", "fr: Le syndicat a refusé de signer l'accord."),
        ("en: The government will not raise taxes.", "fr: Le gouvernement va augmenter les impôts."),
        ("en: Sales rose in March.", "fr: Les ventes ont baissé en mars."),
        ("fr: Le pont a été fermé.", "en: The bridge was never closed."),
        ("fr: Le ministre a pris l'argent.", "en: The minister denied taking the money."),
        ("fr: Les soldats ont quitté la ville.", "en: The soldiers have not left the town."),
        ("fr: Le budget a été rejeté par le conseil.", "en: The budget was approved by the council."),
        ("fr: Il ne souhaite pas conquérir le pouvoir.", "en: The general wishes to conquer power."),
        (
            "en: General Haftar wants to seize power.",
            "fr: Khalifa Haftar affirme qu'il ne souhaite pas saisir le pouvoir.",
        ),
        ("en: Washington approves the actions.", "fr: Nous n'approuvons, ni ne soutenons les actions conduites."),
        ("en: Sending 5,000 men is on the table.", "en: The idea of sending 5,000 men is not on the table."),
        ("en: The national unity government has been formed.", "en: The unity government has not yet been formed."),
    ],
)
def test_what_is_denied_is_not_affirmed_nor_the_other_way_round(claim: str, quote: str) -> None:
    assert denied(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: The port was not closed.", "en: The port was never closed on Monday."),
        ("en: No one was injured.", "en: Nobody was injured in the fire."),
        ("en: The union did not sign the agreement.", "en: The union refused to sign the agreement."),
        ("en: The union has not signed the agreement.", "en: The union has yet to sign the agreement."),
        ("en: The union did not sign the agreement.", "en: The union failed to sign the agreement."),
        ("en: The minister denied taking the money.", "en: The minister denied that he had taken the money."),
        ("en: The minister said he had not taken the money.", "en: The minister denied taking the money."),
        (
            "en: The spokesman did not say whether it was a coup.",
            "en: The spokesman refused to say whether it was a coup.",
        ),
        ("en: The march did not take place.", "en: The march was cancelled because of the rain."),
        ("en: The government may raise a tax.", "en: The government has not ruled out raising a tax."),
        ("en: Not only the mayor but also the prefect came.", "en: The mayor and the prefect came."),
        ("en: The mayor and the prefect came.", "en: Not only the mayor came but also the prefect."),
        ("en: Only two ships left the port.", "en: Two ships left the port."),
        ("en: The port closed on Monday.", "en: The port closed on Monday, although no storm came."),
        ("en: The court closed the case.", "en: The court, which had no proof, closed the case."),
        ("en: The mayor opened the new bridge.", "en: The mayor opened the new bridge but did not cross it."),
        ("en: The mayor did not cross it.", "en: The mayor opened the new bridge but did not cross it."),
        ("en: The firm has built the plant.", "en: Despite its public denials, the firm has built the plant."),
        ("en: Nurses voted to strike.", "en: Nurses, not doctors, voted to strike."),
        ("en: The plan was not approved.", "en: The plan was rejected by the council."),
        ("en: The plan was rejected.", "en: The plan was not approved by the council."),
        ("en: The march was cancelled.", "en: The march did not take place because of the rain."),
        ("fr: La marche n'a pas eu lieu.", "en: The march was cancelled because of the rain."),
        ("en: Exports did not fall in the spring.", "en: Exports rose in the spring."),
        ("en: The house, which is no longer lived in, burnt.", "en: The house, not lived in any longer, burnt."),
        ("en: The town bought the ferry.", "en: The shipyard sold the ferry to the town."),
        ("fr: La ville a acheté le ferry.", "fr: Le ferry a été vendu à la ville par le chantier."),
        ("en: It opened no later than May.", "en: It opened in May."),
        ("fr: Le pont n'a pas été fermé.", "fr: Le pont n'a jamais été fermé."),
        ("fr: Seuls deux navires ont quitté le port.", "fr: Il n'y a que deux navires qui ont quitté le port."),
        ("fr: Deux navires ont quitté le port.", "fr: Le port n'a vu partir que deux navires, qui l'ont quitté."),
        ("fr: Le maire craint que le pont s'effondre.", "fr: Le maire craint que le pont ne s'effondre."),
        ("fr: Le pont a été fermé avant l'arrivée du train.", "fr: Le pont a été fermé avant que le train n'arrive."),
        ("fr: La ville a plus d'habitants que le bourg.", "fr: La ville a plus d'habitants que le bourg n'en a."),
        ("fr: Le syndicat n'a pas signé l'accord.", "fr: Le syndicat a refusé de signer l'accord."),
        ("fr: Non seulement le maire mais aussi le préfet est venu.", "fr: Le maire et le préfet sont venus."),
        ("fr: Personne n'a été blessé.", "fr: Aucun habitant n'a été blessé."),
        ("en: The bridge was not closed.", "fr: Le pont n'a pas été fermé."),
        ("en: The union did not sign the agreement.", "fr: Le syndicat a refusé de signer l'accord."),
        ("en: Nobody was injured.", "fr: Aucun habitant n'a été blessé dans l'incendie."),
        ("en: Only two ships left the port.", "fr: Deux navires seulement ont quitté le port."),
        ("en: The dam no longer holds water.", "fr: Le barrage ne retient plus l'eau."),
        ("fr: La ministre n'a pas pris l'argent, dit-elle.", "en: The minister denied taking the money."),
        ("fr: Le gouvernement n'exclut pas un nouvel impôt.", "en: The government has not ruled out a new tax."),
        ("fr: Personne n'a été blessé.", "en: Nobody was injured in the fire."),
        ("en: Psaki did not say whether it was a coup.", "fr: Mme Psaki n'a pas voulu dire si c'était un coup d'Etat."),
        (
            "en: Italy has deployed at least 40 secret service agents.",
            "en: Despite Renzi’s public denials, the Italian government has already deployed at least 40 secret service"
            " agents and 50 Special Forces troops to prepare the ground for a much larger operation.",
        ),
        (
            "fr: L'Italie a déployé au moins 40 agents des services secrets.",
            "en: Despite Renzi’s public denials, the Italian government has already deployed at least 40 secret service"
            " agents and 50 Special Forces troops to prepare the ground for a much larger operation.",
        ),
        (
            "en: The government refused to say if it has soldiers in Libya.",
            "fr: Le gouvernement britannique a refusé de dire si elle a aussi des soldats en Libye.",
        ),
    ],
)
def test_a_negation_kept_or_elsewhere_or_only_seeming_is_no_fault(claim: str, quote: str) -> None:
    assert not denied(claim, quote)


def test_one_quote_that_says_so_is_enough_where_another_denies_it() -> None:
    rumour, denial = "en: The firm has sold the mill.", "en: The firm has not sold the mill, its head said."
    assert not denied("en: The firm has sold the mill.", rumour, denial)
    assert not denied("en: The firm has not sold the mill.", rumour, denial)
    assert denied("en: The firm has sold the mill.", denial)


def test_a_language_that_is_neither_english_nor_french_has_no_negations() -> None:
    assert faults("Die Brücke ist nicht gesperrt.", "de", [backed("Die Brücke ist gesperrt.", "de")]) == []
