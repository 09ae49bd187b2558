"""A claim's names: borne in either language and in other spellings, never by another name, first name or office."""

from __future__ import annotations

import random

import pytest

from bot.support.moments import moments
from bot.support.names import alike, faults
from bot.support.naming import table
from retrieval.analysis import is_stopword, stem, tokens
from retrieval.lexicon import lexicon
from retrieval.names import fold
from tests.support.backing import backed, bundled


def found(claim: str, *quotes: str) -> list[str]:
    """The words of the faults; a claim and a quote begin with their language: "en: …"."""
    backing = [backed(quote[4:], quote[:2]) for quote in quotes]
    return [fault.words for fault in faults(claim[4:], claim[:2], backing)]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        # spelling, case, accents, possessives, plurals
        ("en: Haftar's troops left Benghazi.", "en: The troops of Haftar left Benghazi."),
        ("en: Hifter left Tobruk.", "fr: Haftar a quitté Tobrouk."),
        ("fr: Mouammar Kadhafi est tombé.", "en: Muammar Gaddafi fell."),
        ("en: RENZI WENT TO ROME.", "en: Renzi went to Rome."),
        ("en: Erdogan spoke.", "fr: Erdoğan a parlé."),
        ("en: The Ospreys took off.", "en: An Osprey took off."),
        ("fr: Trois Ospreys ont décollé.", "en: Three Ospreys took off."),
        ("fr: Al-Zentani a été blessé.", "en: Zintani was wounded."),
        ("en: Zelenskyy met O'Brien.", "fr: Zelensky a rencontré O'Brien."),
        # countries, peoples, acronyms
        ("en: Libyan forces pushed back.", "fr: Les forces libyennes ont riposté."),
        ("fr: Les forces libyennes ont riposté.", "en: Libyan forces pushed back."),
        ("fr: Les États-Unis ont frappé.", "en: The U.S. launched a strike."),
        ("en: The US launched a strike.", "fr: L'armée américaine a frappé."),
        ("fr: L'Italie hésite.", "en: Italian officials hesitate."),
        ("fr: Daech tient Syrte.", "en: ISIS holds Sirte."),
        ("en: IS holds Sirte.", "fr: L'État islamique tient Syrte."),
        ("fr: L'OTAN patrouille.", "en: NATO patrols."),
        ("fr: L'ONU négocie.", "en: UN-backed talks go on."),
        ("en: The Dutch voted.", "fr: Les Néerlandais ont voté."),
        ("fr: L'Afrique du Sud vote.", "en: South African voters went to the polls."),
        ("en: The Vatican protested.", "fr: Le Vatican a protesté."),
        ("fr: Les Albanais ont voté.", "en: Albania voted."),
        ("fr: L'Afrique attend.", "en: West Africa is waiting."),
        ("fr: La République populaire de Chine se tait.", "en: China is silent."),
        # institutions, capitalised ordinary words
        ("fr: Le Conseil de sécurité se réunit.", "en: The UN Security Council meets."),
        ("en: Special Forces are there.", "fr: Des forces spéciales sont sur place."),
        ("fr: La Maison-Blanche se tait.", "en: The White House is silent."),
        ("en: The Ministry refused.", "fr: Le ministère a refusé."),
        ("en: The Obama Administration waits.", "en: The Obama administration waits."),
        ("en: The Embassy is open.", "fr: L'ambassade est ouverte."),
        # the beginning of a sentence
        ("en: Soldiers left Rome.", "fr: Des militaires ont quitté Rome."),
        ("fr: Selon Renzi, rien ne presse.", "en: Renzi said there was no hurry."),
        (
            "fr: D'après Obama, c'est urgent. L'accord a été signé.",
            "en: Obama called it urgent. The deal was signed.",
        ),
        # first names and offices
        ("en: President Obama waits.", "fr: Le président Obama attend."),
        ("fr: Le Premier ministre italien Matteo Renzi refuse.", "en: Italian Prime Minister Matteo Renzi refuses."),
        ("en: Defense Minister Le Drian warned.", "fr: Le ministre français de la Défense, Le Drian, a averti."),
        ("en: Minister Le Drian warned.", "en: Defense Minister Le Drian warned."),
        ("fr: Le général Haftar avance.", "en: Gen. Haftar advances."),
        ("en: Renzi, the Italian prime minister, refused.", "fr: Le Premier ministre italien Renzi a refusé."),
        ("fr: M. Renzi a refusé.", "en: Renzi refused."),
        ("fr: Le président de la Chambre, Paul Ryan, parle.", "en: House Speaker Paul Ryan speaks."),
        (
            "en: The Times of Rome and the Financial Times say so.",
            "fr: Le Times de Rome et le Financial Times le disent.",
        ),
        ("en: Robert Marwani left.", "en: Robert James Marwani left."),
        ("en: Condolezza Marwani left.", "fr: Condoleeza Marwani est partie."),
        # dates and designations are looked at elsewhere
        ("en: On Monday, 3 March, Renzi left.", "fr: Renzi est parti."),
        ("en: KC-130 aircraft left Sicily.", "fr: Des avions ont quitté la Sicile."),
        # quotations
        ("en: Renzi called it “a mistake by Rome”.", "fr: Renzi y voit « une erreur de Rome »."),
    ],
)
def test_a_name_that_the_quote_has_in_some_way_is_borne(claim: str, quote: str) -> None:
    assert found(claim, quote) == []


@pytest.mark.parametrize(
    ("claim", "quote", "words"),
    [
        # other names
        ("en: Renzi spoke.", "en: Obama spoke.", "Renzi"),
        ("fr: Renzi a parlé.", "en: Obama spoke.", "Renzi"),
        ("en: Clinton spoke in Paris.", "fr: Clinton a parlé à Rome.", "Paris"),
        ("en: They spoke to Carter.", "en: They spoke to Kerry.", "Carter"),
        ("en: Tripoli is calm.", "en: Tunis is calm.", "Tripoli"),
        ("fr: Carter a présenté une carte.", "en: Kerry presented a map.", "Carter"),
        ("en: Marwani left.", "en: Mirwanda left.", "Marwani"),
        ("en: Williams spoke.", "en: William spoke.", "Williams"),
        ("en: He met Roger.", "en: He met Rogers.", "Roger"),
        ("en: RENZI WENT TO PARIS.", "en: Renzi went to Rome.", "PARIS"),
        ("en: Renzi called it “a mistake by Paris”.", "fr: Renzi y voit « une erreur de Rome ».", "Paris"),
        ("fr: La ville de Derna est tombée.", "en: The city of Sirte fell.", "Derna"),
        # countries and peoples
        ("en: Egyptian forces pushed back.", "fr: Les forces libyennes ont riposté.", "Egyptian"),
        ("fr: Les forces égyptiennes ont riposté.", "en: Libyan forces pushed back.", "égyptiennes"),
        ("fr: L'armée britannique a frappé.", "en: The U.S. launched a strike.", "britannique"),
        ("en: The UK launched a strike.", "fr: L'armée américaine a frappé.", "UK"),
        ("en: Sudan voted.", "en: South Sudan voted.", "Sudan"),
        ("fr: Le Soudan a voté.", "en: South Sudan voted.", "Soudan"),
        ("en: South Sudan voted.", "fr: Le Soudan a voté dans le sud.", "South Sudan"),
        ("en: The United States voted.", "fr: L'Amérique du Sud a voté.", "United States"),
        ("en: American voters came.", "en: South American voters came.", "American"),
        ("en: Niger voted.", "fr: Le Nigeria a voté.", "Niger"),
        ("en: Nigeria voted.", "fr: Le Niger a voté.", "Nigeria"),
        ("en: A Saïd was there, a Car too.", "en: He said a car was there.", "Saïd"),
        ("fr: Le Pacifique est loin.", "fr: Une issue pacifique est loin.", "Pacifique"),
        ("en: Turkey left.", "en: The turkey was eaten.", "Turkey"),
        ("en: They are US troops.", "en: They told us of troops.", "US"),
        # groups, institutions
        ("en: Hamas left Sirte.", "en: ISIS left Sirte.", "Hamas"),
        ("fr: Al-Qaïda tient Syrte.", "en: ISIS holds Sirte.", "Qaïda"),
        ("fr: L'OTAN négocie.", "en: The UN negotiates.", "OTAN"),
        ("fr: Le FMI négocie.", "en: The World Bank negotiates.", "FMI"),
        ("en: The National Security Council met.", "en: The UN Security Council met on national law.", "National"),
        ("fr: La CIA a parlé.", "en: The FBI spoke.", "CIA"),
        ("en: The Embassy is open.", "fr: Le consulat est ouvert.", "Embassy"),
        # first names
        ("en: John Renzi spoke.", "en: Matteo Renzi spoke.", "John"),
        ("en: Matteo Renzi spoke.", "en: Renzi spoke.", "Matteo"),
        ("en: David Kerry left.", "en: David Cameron met John Kerry.", "David Kerry"),
        # offices and ranks
        ("en: Colonel Haftar advances.", "fr: Le général Haftar avance.", "Colonel"),
        ("fr: Le colonel Haftar avance.", "en: General Haftar advances.", "colonel"),
        ("en: General Haftar advances.", "en: Haftar advances.", "General"),
        ("en: President Renzi spoke.", "fr: Le Premier ministre Matteo Renzi a parlé.", "President"),
        ("en: Vice President Obama spoke.", "en: President Obama spoke.", "Vice President"),
        ("en: Defense Minister Le Drian warned.", "en: Foreign Minister Le Drian warned.", "Defense Minister"),
        ("fr: Le ministre de la Défense Le Drian parle.", "en: Minister Le Drian speaks.", "ministre de la Défense"),
        ("en: The president of Italy, Renzi, left.", "en: The prime minister of Italy, Renzi, left.", "president"),
        ("fr: Mme Cook a parlé.", "en: Mr. Cook spoke.", "Mme"),
        ("en: He met the Ambassador.", "en: He met Renzi.", "Ambassador"),
        # a word of the beginning of a sentence where the quote has a name
        ("en: Analysts said Rome was calm.", "en: Renzi said Rome was calm.", "Analysts"),
        # alphabets
        ("en: Оbama spoke.", "en: Obama spoke.", "Оbama"),
        ("en: He sроke to Obama.", "en: He spoke to Obama.", "sроke"),
        ("en: Renzi of Rοme spoke.", "en: Renzi of Rοme spoke.", "Rοme"),
    ],
)
def test_a_name_that_the_quote_does_not_have_is_a_fault(claim: str, quote: str, words: str) -> None:
    assert any(words in each for each in found(claim, quote)), found(claim, quote)


KERRY = "Secretary of State John Kerry came on Monday. Kerry left for Rome."


@pytest.mark.parametrize(
    ("claim", "text", "words"),
    [
        ("John Kerry left for Rome.", KERRY, []),
        ("Secretary of State John Kerry left for Rome.", KERRY, []),
        ("Muhammad Kerry left for Rome.", "Mohamed Kerry came on Monday. Kerry left for Rome.", []),
        ("Jean-Yves Le Kerry left.", "Jean-Yves Le Kerry came. Le Monde says: Kerry left for Rome.", []),
        ("James Kerry left for Rome.", KERRY, ["James"]),
        ("John left for Rome.", KERRY, ["John"]),
        ("General Kerry left for Rome.", KERRY, ["General"]),
        ("John Kerry left for Rome.", "Teresa Kerry met John Kerry on Monday. Kerry left for Rome.", ["John"]),
        ("Kerry left for Rome on a plane of Tunis.", f"{KERRY} He is from Tunis.", ["Tunis"]),
    ],
)
def test_a_first_name_or_an_office_may_come_from_elsewhere_in_the_article(
    claim: str, text: str, words: list[str]
) -> None:
    support = backed("Kerry left for Rome.", text=text)
    assert [fault.words for fault in faults(claim, "en", [support])] == words


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("According to HuffPost Québec, the ferry is broken.", []),
        ("According to the HuffPost, the ferry is broken.", []),
        ("Jane Doe writes that the ferry is broken.", []),
        ("In “Rome Has No Ferry”, it says that the ferry is broken.", []),
        ("Doe writes that the ferry is broken.", []),
        ("The ferry of Doe is broken.", ["Doe"]),
        ("The ferry of Quebec is broken.", ["Quebec"]),
        ("The ferry of Rome is broken.", ["Rome"]),
        ("According to the Guardian, the ferry is broken.", ["Guardian"]),
    ],
)
def test_the_article_itself_may_be_named_but_its_name_proves_nothing_else(claim: str, words: list[str]) -> None:
    support = backed("The ferry is broken.", title="Rome Has No Ferry", outlet="HuffPost Québec", author="Jane Doe")
    assert [fault.words for fault in faults(claim, "en", [support])] == words


def test_each_name_may_stand_in_another_quote() -> None:
    assert found("en: Renzi and Obama spoke.", "en: Renzi spoke.", "fr: Obama a parlé.") == []
    assert found("en: Renzi and Kerry spoke.", "en: Renzi spoke.", "fr: Obama a parlé.") == ["Kerry"]


def test_a_sentence_of_the_archive_is_borne_by_itself() -> None:
    for support in bundled():
        assert faults(support.quote, support.article.language, [support]) == []


def _archive_names() -> list[str]:
    """Words of the archive that it writes with a capital only, and that are no words of the lexicon nor dates."""
    words = {token.surface for support in bundled() for token in tokens(support.quote)}
    small = {fold(word) for word in words if word[0].islower()}
    capitals = {word for word in words if word[0].isupper() and len(word) > 4 and fold(word) not in small}
    return sorted(word for word in capitals if _label(word) or not any(_is_word(word, each) for each in ("en", "fr")))


def _is_word(word: str, language: str) -> bool:
    known = lexicon().knows(stem(word, language), language) or is_stopword(word.lower(), language)
    return known or moments(word, language) != ()


def test_a_name_of_the_archive_replaced_by_another_is_a_fault() -> None:
    draw, names = random.Random(20161125), _archive_names()
    tried = 0
    for support in bundled():
        quote = support.quote
        held = {fold(token.surface) for token in tokens(quote)}
        labels = {label for _, _, label in table().find([token.surface.replace(".", "") for token in tokens(quote)])}
        for token in tokens(quote):
            if token.surface not in names:
                continue
            for other in draw.sample(names, 8):
                if any(fold(other)[:4] == word[:4] for word in held) or _label(other) & labels:
                    continue
                claim = f"{quote[: token.start]}{other}{quote[token.end :]}"
                tried += 1
                assert faults(claim, support.article.language, [support]), (other, quote)
    assert tried > 2000


def _label(name: str) -> set[str]:
    return {label for _, _, label in table().find([name])}


def test_no_two_names_of_the_archive_are_taken_for_spellings_of_one() -> None:
    names = sorted({fold(name) for name in _archive_names()})
    met = {(one, other) for one in names for other in names if one < other and alike(one, other)}
    assert all(_label(one) & _label(other) for one, other in met), met
