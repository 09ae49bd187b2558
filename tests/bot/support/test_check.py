"""The whole check: claims as a good model writes them pass, and each trap is refused, in both languages and across."""

from __future__ import annotations

import pytest

from bot.support.check import Support, check
from bot.support.likeness import Likeness
from bot.support.meaning import measure, score
from retrieval.centring import Centring
from retrieval.e5 import E5
from tests.support.backing import backed, bundled

CARTER = "en: The proposal was presented by Carter to Barack Obama's top national security advisers on February 22."
OPERATION = (
    "en: Drawn up by the Pentagon's Africa Command and the Joint Special Operations Command (JSOC), the operation would"
    " reportedly involve airstrikes on 30 to 40 targets determined to belong to the Islamic State in Iraq and Syria."
)
ITALY = (
    "en: Despite Renzi’s public denials, the Italian government has already deployed at least 40 secret service agents"
    " and 50 Special Forces troops to prepare the ground for a much larger operation."
)
PHILLIPS = (
    "en: Last Friday US Ambassador to Italy John Phillips told Corriere della Sera that Italy was preparing to deploy"
    " 5,000 troops to Libya to fight ISIS."
)
SABRATHA = (
    "en: An ISIS militia, bombarded just days before in a U.S. air raid, stormed a police station and beheaded 12"
    " policemen."
)
DEAL = (
    "en: A UN-brokered peace deal – that outlined the formation of the unity government – was signed by representatives"
    " of Libya’s rival sides in December."
)
WATTIYA = (
    "en: America was forced to admit to sending soldiers into Libya after photographs of around 20 Special Forces"
    " officers were taken by the Libyan Air Force on their Wattiya base in the west of the country two weeks ago."
)
REFUSED = "fr: Le gouvernement britannique a refusé de dire si elle a aussi des soldats des forces spéciales en Libye."
SIGONELLA = (
    "fr: Le Pentagone a toutefois dépêché sur la base de Sigonella (Sicile) une cinquantaine de Marines"
    " supplémentaires, ainsi que trois avions hybrides Osprey depuis celle de Moron (Espagne) où ils sont stationnés."
)
EMBASSY = (
    "fr: Parallèlement, Washington a renforcé son dispositif militaire en Sicile (Italie) pour être prêt à conduire une"
    " évacuation de son ambassade à Tripoli en cas d'aggravation de la situation."
)
DISSIDENT = (
    "fr: La diplomatie américaine a nettement pris ses distances mardi avec un général dissident libyen qui a lancé une"
    " offensive militaire contre les milices islamistes de ce pays."
)
FERRY = "en: The Elsin ferry ran aground on Monday night with 212 passengers aboard; all were brought ashore unhurt."
USINE = "fr: La papeterie de Brenval, qui emploie 140 personnes, fermera ses portes en juin faute de commandes."


@pytest.fixture(scope="session")
def likeness(e5: E5) -> Likeness:
    """Cosines by the bundled embedder."""
    return Likeness(e5, Centring(e5.name))


def checked(claim: str, quotes: tuple[str, ...], likeness: Likeness) -> Support:
    """What is found of a claim; each text with its language before it."""
    return check(claim[4:], claim[:2], [backed(quote[4:], quote[:2]) for quote in quotes], likeness)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: Carter presented the proposal to Obama's national security advisers on 22 February.", CARTER),
        ("fr: Carter a présenté la proposition aux conseillers de sécurité d'Obama le 22 février.", CARTER),
        ("en: The operation would reportedly involve airstrikes on 30 to 40 targets.", OPERATION),
        ("fr: L'opération comprendrait des frappes aériennes sur 30 à 40 cibles de l'État islamique.", OPERATION),
        ("en: Italy has deployed at least 40 secret service agents and 50 Special Forces troops.", ITALY),
        ("fr: L'Italie a déjà déployé au moins 40 agents des services secrets.", ITALY),
        ("en: US ambassador John Phillips said that Italy was preparing to send 5,000 troops.", PHILLIPS),
        ("fr: Selon l'ambassadeur américain John Phillips, l'Italie se préparait à déployer 5 000 soldats.", PHILLIPS),
        ("en: An ISIS militia stormed a police station and beheaded 12 policemen.", SABRATHA),
        ("en: Twelve policemen were beheaded by an ISIS militia.", SABRATHA),
        ("en: The peace deal was signed in December by representatives of Libya's rival sides.", DEAL),
        ("fr: L'accord de paix a été signé en décembre par des représentants des camps rivaux libyens.", DEAL),
        ("en: America was forced to admit to sending soldiers into Libya after photographs were taken.", WATTIYA),
        ("en: The British government refused to say whether it also has special forces in Libya.", REFUSED),
        ("en: The Pentagon sent about fifty additional Marines to the Sigonella base in Sicily.", SIGONELLA),
        ("fr: Le Pentagone a envoyé une cinquantaine de Marines supplémentaires à Sigonella.", SIGONELLA),
        ("en: Washington has reinforced its forces in Sicily to be ready to evacuate its embassy in Tripoli.", EMBASSY),
        ("en: American diplomacy distanced itself on Tuesday from a dissident Libyan general.", DISSIDENT),
        ("en: The Elsin ferry ran aground on Monday night with 212 passengers aboard.", FERRY),
        ("fr: Le ferry d'Elsin s'est échoué lundi soir avec 212 passagers à bord.", FERRY),
        ("en: All 212 passengers of the Elsin ferry were brought ashore unhurt.", FERRY),
        ("fr: La papeterie de Brenval fermera en juin, faute de commandes.", USINE),
        ("en: The Brenval paper mill, which employs 140 people, will close in June.", USINE),
    ],
)  # fmt: skip
def test_claims_that_shorten_reword_or_translate_their_quote_pass(claim: str, quote: str, likeness: Likeness) -> None:
    assert checked(claim, (quote,), likeness).faults == ()


@pytest.mark.parametrize(
    ("claim", "quote", "kind"),
    [
        ("en: Carter presented the proposal to Obama's advisers on 23 February.", CARTER, "date"),
        ("en: Kerry presented the proposal to Obama's advisers on 22 February.", CARTER, "name"),
        ("en: Carter never presented the proposal to Obama's advisers.", CARTER, "negation"),
        ("en: The operation involves airstrikes on 30 to 40 targets.", OPERATION, "hedge"),
        ("fr: L'opération comprend des frappes aériennes sur 30 à 40 cibles.", OPERATION, "hedge"),
        ("en: Italy has deployed 40 secret service agents.", ITALY, "bound"),
        ("en: Italy has deployed at least 400 secret service agents.", ITALY, "number"),
        ("en: Italy has not deployed any secret service agents.", ITALY, "negation"),
        ("en: Italy now has at least 40 secret service agents there.", ITALY, "present"),
        ("en: Italy was preparing to deploy 5,000 troops to Libya.", PHILLIPS, "attribution"),
        ("en: John Phillips said that Italy had deployed 5,000 troops to Libya.", PHILLIPS, "hedge"),
        ("en: Italy “will send” troops, John Phillips said.", PHILLIPS, "quotation"),
        ("en: Both newspapers say an ISIS militia beheaded 12 policemen.", SABRATHA, "sources"),
        ("en: An ISIS militia beheaded 21 policemen.", SABRATHA, "number"),
        ("fr: L'accord de paix n'a pas été signé par les camps rivaux libyens.", DEAL, "negation"),
        ("en: The peace deal was signed in November.", DEAL, "date"),
        ("en: The British government has special forces in Libya.", REFUSED, "hedge"),
        ("en: The Pentagon sent about fifty Marines to the Moldovan base in Sicily.", SIGONELLA, "name"),
        ("en: Washington has evacuated its embassy in Tripoli.", EMBASSY, "hedge"),
        ("fr: La diplomatie américaine soutient un général dissident libyen.", DISSIDENT, "negation"),
        ("en: The Elsin ferry sank on Monday night after a fire in its kitchen.", FERRY, "meaning"),
        ("fr: La papeterie de Brenval a fermé ses portes en juin.", USINE, "hedge"),
        ("en: The mayor of Brenval was re-elected by a large majority.", USINE, "meaning"),
        ("en: The weather was fine all week.", FERRY, "meaning"),
    ],
)
def test_claims_that_say_more_than_their_quote_are_refused(
    claim: str, quote: str, kind: str, likeness: Likeness
) -> None:
    assert kind in {fault.kind for fault in checked(claim, (quote,), likeness).faults}


def test_a_claim_may_rest_on_several_quotes_in_several_languages(likeness: Likeness) -> None:
    claim = "en: The Pentagon sent Marines to Sigonella, and Italy deployed at least 40 secret service agents."
    assert checked(claim, (SIGONELLA, ITALY), likeness).faults == ()
    assert checked(claim, (SIGONELLA,), likeness).faults
    assert checked(claim, (ITALY,), likeness).faults


def test_a_fault_with_a_name_is_told_instead_of_too_little_in_common(likeness: Likeness) -> None:
    support = checked("en: In 1987 a comet was seen over Peru.", (FERRY,), likeness)
    assert support.score < measure().threshold
    assert "meaning" not in {fault.kind for fault in support.faults}
    assert support.faults


def test_the_score_falls_as_a_claim_moves_away_from_its_quote(likeness: Likeness) -> None:
    quote = [backed(FERRY[4:])]
    claims = (
        "The Elsin ferry ran aground on Monday night with 212 passengers aboard.",
        "The ferry ran aground and its captain was arrested by the harbour police.",
        "The mayor opened a new swimming pool in the old town.",
    )
    scores = [score(claim, "en", quote, likeness) for claim in claims]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.7 > 0.1 > scores[-1]


EXCEPT = (
    "“We ought to be supporting [Libyans]",  # Clinton, who is named in the sentence before
    "“But this is not the situation today.",  # Renzi, likewise
    "The French military activity is the latest",  # "now": of a day long past
    "Certains rapports dire que le groupe",
    "Avec cela toujours à la recherche",
)
"""How the sentences begin that are no claims by themselves."""


def test_every_plain_sentence_of_the_archive_bears_itself(likeness: Likeness) -> None:
    for support in bundled():
        found = check(support.quote, support.article.language, [support], likeness)
        assert bool(found.faults) is support.quote.startswith(EXCEPT), support.quote
