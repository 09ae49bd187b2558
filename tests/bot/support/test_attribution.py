"""Attribution: what somebody says is not told as a fact, and any way of saying who says it will do."""

from __future__ import annotations

import pytest

from bot.support.attribution import faults
from bot.types import Backing
from retrieval.types import Article, Span
from tests.support.backing import backed


def taken_over(claim: str, *quotes: str) -> bool:
    """Whether a claim is found to tell what somebody says as a fact; each text with its language before it."""
    found = faults(claim[4:], claim[:2], [backed(quote[4:], quote[:2]) for quote in quotes])
    assert {fault.kind for fault in found} <= {"attribution"}
    assert all(fault.words for fault in found)
    return bool(found)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: The brakes were worn.", "en: The brakes were worn, the judge said."),
        ("en: The brakes were worn.", "en: The judge said that the brakes were worn."),
        ("en: The brakes were worn.", "en: “The brakes were worn,” said the judge."),
        ("en: The brakes were worn.", "en: According to the judge, the brakes were worn."),
        ("en: The brakes were worn.", "en: The brakes were worn, according to two mechanics."),
        ("en: The firm poisoned the river.", "en: Farmers accuse the firm: “It poisoned the river for years.”"),
        ("en: The firm poisoned the river.", "en: The farmers claim the firm poisoned the river."),
        (
            "en: Italy was getting ready for war.",
            "en: The ambassador told the paper that Italy was getting ready for war.",
        ),
        ("en: The plan is ready.", "en: The Courier reported on Tuesday that the plan is ready."),
        ("fr: Les freins étaient usés.", "fr: Les freins étaient usés, a dit la juge."),
        ("fr: Les freins étaient usés.", "fr: La juge affirme que les freins étaient usés."),
        ("fr: Les freins étaient usés.", "fr: « Les freins étaient usés », a déclaré la juge."),
        ("fr: Les freins étaient usés.", "fr: Selon la juge, les freins étaient usés."),
        ("fr: Les freins étaient usés.", "fr: Les freins étaient usés, selon deux mécaniciens."),
        ("en: The brakes were worn.", "fr: Les freins étaient usés, a dit la juge."),
        ("en: The brakes were worn.", "fr: Selon la juge, les freins étaient usés."),
        ("fr: Les freins étaient usés.", "en: The brakes were worn, the judge said."),
        ("fr: Les freins étaient usés.", "en: “The brakes were worn,” said the judge."),
        (
            "en: There are 250 Marines in Sicily.",
            'fr: "En ce moment, il y a 250 Marines en Sicile", a déclaré le porte-parole.',
        ),
        (
            "en: French commandos were stationed at a base in Benina.",
            "en: According to local sources, the French commandos were stationed at a base in Benina.",
        ),
    ],
)
def test_what_somebody_says_is_not_told_as_a_fact(claim: str, quote: str) -> None:
    assert taken_over(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: The judge said that the brakes were worn.", "en: The brakes were worn, the judge said."),
        ("en: According to the judge, the brakes were worn.", "en: The judge said that the brakes were worn."),
        ("en: In the judge's view, the brakes were worn.", "en: The judge said that the brakes were worn."),
        ("en: The judge called the brakes worn.", "en: “The brakes were worn,” said the judge."),
        ("en: For Ferrand, the brakes were worn.", "en: The brakes were worn, Ferrand said."),
        (
            "en: The Courier reports that the plan is ready.",
            "en: The Courier reported on Tuesday that the plan is ready.",
        ),
        ("fr: La juge a dit que les freins étaient usés.", "fr: « Les freins étaient usés », a déclaré la juge."),
        ("fr: Pour Ferrand, les freins étaient usés.", "fr: Les freins étaient usés, a dit Ferrand."),
        ("fr: D'après la juge, les freins étaient usés.", "fr: Selon la juge, les freins étaient usés."),
        ("en: The judge says the brakes were worn.", "fr: Selon la juge, les freins étaient usés."),
        ("fr: Selon la juge, les freins étaient usés.", "en: The brakes were worn, the judge said."),
        (
            "en: The bus left the road at noon.",
            "en: The bus left the road at noon; its brakes were worn, the judge said.",
        ),
        ("en: The bus left the road at noon.", "en: The judge said nothing, but the bus left the road at noon."),
        ("en: The firm runs a “green” mill.", "en: The firm runs a “green” mill in the valley."),
        ("fr: La maire a été démise en mai.", "fr: La maire a été démise en mai, après avoir dénoncé la fraude."),
        ("en: Gunmen drove to a mosque.", "en: Gunmen drove to a mosque, where they told locals to leave."),
        (
            "en: The mayor leads the party.",
            "en: The mayor, who leads the party, said that two judges agreed.",
        ),
        ("en: Ana Roth founded the mill.", "en: “I always said it was worn out,” said Ana Roth, who founded the mill."),
        (
            "fr: Ana Roth est la fondatrice.",
            "fr: « J'ai toujours dit qu'il était usé », a dit Ana Roth, la fondatrice.",
        ),
        (
            "fr: Le car a quitté la route à midi.",
            "fr: Le car a quitté la route à midi ; ses freins étaient usés, dit-on.",
        ),
        (
            "en: Washington reinforced its forces in Sicily.",
            "fr: Washington a renforcé son dispositif militaire en Sicile, le Pentagone assurant qu'il s'agissait d'une"
            " simple mesure de précaution.",
        ),
    ],
)
def test_any_attribution_will_do_and_plain_narration_needs_none(claim: str, quote: str) -> None:
    assert not taken_over(claim, quote)


def test_a_quote_that_narrates_it_too_makes_it_a_fact() -> None:
    said, told = "en: The brakes were worn, the judge said.", "en: At noon the brakes of the bus were worn."
    assert not taken_over("en: The brakes were worn.", said, told)
    assert taken_over("en: The brakes were worn.", said)


def test_a_sentence_inside_a_quotation_that_began_before_it_is_somebodys() -> None:
    text = "“The road was wet. The brakes of the old bus were worn. Nobody looked,” the judge said."
    article = Article(id="a1b2c3d4e5f6", source="news", path="a.txt", text=text, language="en")
    start = text.index("The brakes")
    middle = Span(start, text.index(" Nobody"))
    assert faults("The brakes of the bus were worn.", "en", [Backing(article, middle, middle)])
