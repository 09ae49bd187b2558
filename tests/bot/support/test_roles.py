"""Who does what to whom: a claim that turns it round is found, one that only says it in the passive is not."""

from __future__ import annotations

import pytest

from bot.support.roles import faults
from tests.support.backing import backed, bundled


def turned(claim: str, *quotes: str) -> bool:
    """Whether a claim is found to turn its quotes round; each text with its language before it."""
    found = faults(claim[4:], claim[:2], [backed(quote[4:], quote[:2]) for quote in quotes])
    assert {fault.kind for fault in found} <= {"meaning"}
    assert all(fault.words for fault in found)
    return bool(found)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: Norvia invaded Sudania.", "en: Sudania invaded Norvia in the spring."),
        ("en: Norvia was invaded by Sudania.", "en: Norvia invaded Sudania in the spring."),
        ("en: Norvia invaded Sudania.", "en: Norvia was invaded by Sudania."),
        ("en: The union sued the firm.", "en: The firm sued the union over the strike."),
        ("en: The firm has accused the mayor.", "en: The mayor has accused the firm of fraud."),
        ("fr: La Norvie a envahi la Soudanie.", "fr: La Soudanie a envahi la Norvie au printemps."),
        ("fr: La Norvie a été envahie par la Soudanie.", "fr: La Norvie a envahi la Soudanie."),
        ("en: Norvia attacked Sudania.", "fr: Sudania a attaqué Norvia au printemps."),
        ("fr: Sudania a attaqué Norvia.", "en: Norvia attacked Sudania in the spring."),
    ],
)
def test_who_does_what_to_whom_is_not_turned_round(claim: str, quote: str) -> None:
    assert turned(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: Sudania invaded Norvia.", "en: Sudania invaded Norvia in the spring."),
        ("en: Norvia was invaded by Sudania.", "en: Sudania invaded Norvia in the spring."),
        ("en: Sudania invaded Norvia.", "en: Norvia was invaded by Sudania."),
        ("en: The firm sued the union.", "en: The union was sued by the firm."),
        ("en: The mayor and the prefect met.", "en: The prefect and the mayor met."),
        ("en: The mayor met the prefect, who thanked the mayor.", "en: The mayor met and thanked the prefect."),
        ("fr: La Norvie a été envahie par la Soudanie.", "fr: La Soudanie a envahi la Norvie au printemps."),
        ("fr: Sudania a attaqué Norvia.", "en: Sudania attacked Norvia in the spring."),
        ("en: Norvia was attacked by Sudania.", "fr: Sudania a attaqué Norvia au printemps."),
        ("en: In Elsin, the firm built a mill.", "en: The firm built a mill in Elsin."),
    ],
)
def test_the_same_roles_in_another_voice_or_order_are_no_fault(claim: str, quote: str) -> None:
    assert not turned(claim, quote)


def test_a_quote_that_has_it_as_the_claim_does_is_enough() -> None:
    there, back = "en: Norvia invaded Sudania.", "en: In turn Sudania invaded Norvia."
    assert not turned("en: Norvia invaded Sudania.", there, back)
    assert turned("en: Norvia invaded Sudania.", back)


def test_no_sentence_of_the_archive_turns_itself_round() -> None:
    for support in bundled():
        assert faults(support.quote, support.article.language, [support]) == []
