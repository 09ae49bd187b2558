"""Hedges: what a quote holds to be said, possible, planned, wanted or asked is not told as certain."""

from __future__ import annotations

import pytest

from bot.support.hedges import faults
from tests.support.backing import backed


def hardened(claim: str, *quotes: str) -> bool:
    """Whether a claim is found to leave a hedge of its quotes away; each text with its language before it."""
    found = faults(claim[4:], claim[:2], [backed(quote[4:], quote[:2]) for quote in quotes])
    assert {fault.kind for fault in found} <= {"hedge"}
    assert all(fault.words for fault in found)
    return bool(found)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: The firm sold the mill.", "en: The firm reportedly sold the mill."),
        ("en: The gang stole the painting.", "en: The gang allegedly stole the painting."),
        ("en: The ship carries arms.", "en: The ship is believed to carry arms."),
        ("en: A camp was struck near the border.", "en: An alleged camp was struck near the border."),
        ("en: The town fell into the hands of the rebels.", "en: The town nearly fell into the hands of the rebels."),
        ("en: The firm sold the mill.", "en: The firm came close to selling the mill."),
        ("en: The firm closed the mill.", "en: The firm was on the verge of closing the mill."),
        ("fr: La firme a vendu le moulin.", "fr: La firme a failli vendre le moulin."),
        ("fr: Les ventes ont doublé.", "fr: Les ventes ont presque doublé en mars."),
        ("fr: Sabratha est tombée aux mains des islamistes.", "en: Sabratha nearly fell into Islamist hands."),
        ("en: The firm sold the mill.", "en: Word has it that the firm sold the mill."),
        ("en: The dam is breaking.", "en: The dam may be breaking."),
        ("en: The dam will break in spring.", "en: The dam could break in spring."),
        ("en: The firm is closing the plant.", "en: The firm plans to close the plant."),
        ("en: The firm closed the plant.", "en: The firm is preparing to close the plant."),
        ("en: The council raised the fare.", "en: The council has proposed to raise the fare."),
        ("en: The council raises the fare.", "en: The council is considering raising the fare."),
        ("en: The union called a strike.", "en: The union threatened to call a strike."),
        ("en: The governor resigned.", "en: Protesters urged the governor to resign."),
        ("en: The troops have left the island.", "en: The troops will leave the island in May."),
        ("en: The ferry sailed.", "en: The ferry will sail if the wind drops."),
        ("en: It was a coup.", "en: She did not say whether it was a coup."),
        ("en: The firm bribed the mayor.", "en: Did the firm bribe the mayor?"),
        ("en: The bank is about to fail.", "en: The bank might fail."),
        ("en: Soldiers occupied the port.", "en: Residents feared that soldiers would occupy the port."),
        (
            "en: The ministry has soldiers on the island.",
            "en: The ministry declined to say whether it has troops there.",
        ),
        ("en: The firm has a camp of armed guards.", "fr: La firme refuse de dire si elle a aussi un camp de gardes."),
        ("fr: L'usine a été vendue.", "fr: L'usine aurait été vendue."),
        ("en: The mill was sold, and the firm may close.", "en: The mill may have been sold, and the firm may close."),
        ("fr: Le barrage cède.", "fr: Le barrage pourrait céder."),
        ("fr: Le conseil augmente le tarif.", "fr: Le conseil envisage d'augmenter le tarif."),
        ("fr: La firme a fermé l'usine.", "fr: La firme prévoit de fermer l'usine."),
        ("fr: La firme ferme l'usine.", "fr: La firme s'apprête à fermer l'usine."),
        ("fr: Le voleur a été arrêté.", "fr: Le voleur présumé a été arrêté."),
        ("fr: Les troupes ont quitté l'île.", "fr: Les troupes quitteront l'île en mai."),
        ("fr: Le maire est parti.", "fr: Les habitants demandent que le maire parte."),
        ("en: The plant was sold.", "fr: L'usine aurait été vendue."),
        ("en: The dam is giving way.", "fr: Le barrage pourrait céder."),
        ("en: The council is raising the fare.", "fr: Le conseil envisage d'augmenter le tarif."),
        ("en: The firm closed the plant.", "fr: La firme prévoit de fermer l'usine."),
        ("fr: La firme a vendu le moulin.", "en: The firm reportedly sold the mill."),
        ("fr: Le barrage va céder au printemps.", "en: The dam may give way in spring."),
        ("fr: La firme ferme l'usine.", "en: The firm is preparing to close the plant."),
        ("fr: Le conseil augmente le tarif.", "en: The council is considering raising the fare."),
        ("en: Italy is deploying 5,000 troops to Libya.", "en: Italy was preparing to deploy 5,000 troops to Libya."),
        (
            "en: The operation involves airstrikes on 30 to 40 targets.",
            "en: The operation would reportedly involve airstrikes on 30 to 40 targets determined to belong to ISIS.",
        ),
        ("fr: L'opération comprend des frappes.", "en: The operation would reportedly involve airstrikes."),
        ("en: Haftar was behind them.", "en: Haftar may have been behind them."),
        ("en: Libyans prefer extremist groups.", "en: Libyans may prefer the narrative of extremist groups."),
    ],
)
def test_a_doubt_a_plan_or_a_wish_is_not_told_as_a_fact(claim: str, quote: str) -> None:
    assert hardened(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: The firm reportedly sold the mill.", "en: The firm reportedly sold the mill."),
        ("en: The firm is said to have sold the mill.", "en: The firm reportedly sold the mill."),
        ("en: The firm may have sold the mill.", "en: The firm reportedly sold the mill."),
        ("en: According to rumours the firm sold the mill.", "en: The firm reportedly sold the mill."),
        ("en: Sabratha almost fell into Islamist hands.", "en: Sabratha nearly fell into Islamist hands."),
        ("fr: Sabratha a failli tomber aux mains des islamistes.", "en: Sabratha nearly fell into Islamist hands."),
        ("en: The firm nearly sold the mill.", "fr: La firme a failli vendre le moulin."),
        ("en: Nine hundred people were injured.", "en: Nearly 900 people were injured."),
        ("en: The dam might break in spring.", "en: The dam could break in spring."),
        ("en: Possibly the dam is breaking.", "en: The dam may be breaking."),
        ("en: The firm intends to close the plant.", "en: The firm plans to close the plant."),
        ("en: The firm will close the plant.", "en: The firm plans to close the plant."),
        ("en: The council discussed a proposal to raise the fare.", "en: The council has proposed to raise the fare."),
        ("en: The council may raise the fare.", "en: The council is considering raising the fare."),
        ("en: The union wants to strike.", "en: The union threatened to strike."),
        ("en: She left open whether it was a coup.", "en: She did not say whether it was a coup."),
        ("en: If the wind drops the ferry will sail.", "en: The ferry will sail if the wind drops."),
        ("en: The navy is ready to clear the port.", "fr: La marine est prête à évacuer le port en cas d'attaque."),
        ("en: The mill burnt in May.", "en: The mill, which the firm may sell, burnt in May."),
        ("en: The firm owns three mills.", "en: The firm, which owns three mills, plans to close one."),
        ("en: The mayor resigned.", "en: The mayor resigned and may leave the town."),
        ("en: The governor praised the may tree.", "en: The governor praised the May tree."),
        ("en: Theresa May met the union.", "en: Theresa May met the union."),
        ("en: The board met and considered him a friend.", "en: The board met and considered him a friend."),
        ("fr: L'usine aurait été vendue.", "fr: L'usine aurait été vendue."),
        ("fr: L'usine a peut-être été vendue.", "fr: L'usine aurait été vendue."),
        ("fr: Le conseil pourrait augmenter le tarif.", "fr: Le conseil envisage d'augmenter le tarif."),
        ("fr: La firme va fermer l'usine.", "fr: La firme fermera l'usine."),
        ("fr: La firme a trois moulins.", "fr: La firme, qui a trois moulins, pourrait en fermer un."),
        ("en: The plant was reportedly sold.", "fr: L'usine aurait été vendue."),
        ("en: The plant may have been sold.", "fr: L'usine aurait été vendue."),
        ("en: The dam could give way.", "fr: Le barrage pourrait céder."),
        ("en: The council is considering raising the fare.", "fr: Le conseil envisage d'augmenter le tarif."),
        ("en: The firm plans to close the plant.", "fr: La firme prévoit de fermer l'usine."),
        ("en: The firm will close the plant.", "fr: La firme fermera l'usine."),
        ("fr: La firme aurait vendu le moulin.", "en: The firm reportedly sold the mill."),
        ("fr: Le barrage pourrait céder au printemps.", "en: The dam may give way in spring."),
        ("fr: La firme se prépare à fermer l'usine.", "en: The firm is preparing to close the plant."),
        (
            "fr: L'Italie s'apprête à déployer 5 000 soldats.",
            "en: Italy was preparing to deploy 5,000 troops to Libya.",
        ),
        ("en: Italy planned to deploy 5,000 troops.", "en: Italy was preparing to deploy 5,000 troops to Libya."),
        ("fr: L'opération comprendrait des frappes.", "en: The operation would reportedly involve airstrikes."),
        ("en: Western capitals are weighing options.", "fr: Les capitales occidentales envisagent des options."),
    ],
)
def test_a_hedge_that_is_kept_in_other_words_or_bears_on_something_else_is_no_fault(claim: str, quote: str) -> None:
    assert not hardened(claim, quote)


def test_one_quote_that_says_so_plainly_is_enough() -> None:
    rumour, news = "en: The firm may have sold the mill.", "en: On Friday the firm sold the mill."
    assert not hardened("en: The firm sold the mill.", rumour, news)
    assert hardened("en: The firm sold the mill.", rumour)
