"""A claim's dates: borne in another wording or the other language, never altered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.support.dates import faults
from bot.support.moments import moments
from tests.support.backing import backed, bundled


def missing(claim: str, language: str, *quotes: str, to: str = "en", published: str | None = None) -> list[str]:
    """The claim's dates that these quotes of an article do not bear."""
    found = faults(claim, language, [backed(quote, to, published=published) for quote in quotes])
    assert {fault.kind for fault in found} <= {"date"}
    return [fault.words for fault in found]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("en: They met on 22 February.", "en: They met on February 22."),
        ("en: They met on the 22nd of February.", "en: They met on Feb. 22."),
        ("fr: La réunion a eu lieu le 22 février.", "en: They met on February 22."),
        ("en: They met on 1 March 2016.", "fr: Ils se sont vus le 1er mars 2016."),
        ("fr: Ils se sont vus le 3 mars 2016.", "en: They met on Thursday, March 3, 2016."),
        ("en: They met on 22 February 2016.", "fr: La réunion du 22/02/2016 a duré."),
        ("en: They met on 5 May 2016.", "en: Minutes of 2016-05-05."),
        ("en: They met in February 2016.", "en: They met on 22 February 2016."),
        ("en: They met in 2016.", "fr: Ils se sont vus en mars 2016."),
        ("en: The consulate was attacked on 11 September 2012.", "fr: l'attaque du 11 septembre 2012"),
        ("fr: Depuis le 11 septembre, tout a changé.", "en: Everything has changed since 9/11."),
        ("fr: Il est arrivé mardi.", "en: He arrived on Tuesday."),
        ("en: He arrived on Tuesday night.", "fr: Il est arrivé mardi soir."),
        ("en: He arrived last Friday.", "fr: Il est arrivé vendredi."),
        ("fr: Il est arrivé vendredi dernier.", "en: He arrived on Friday."),
        ("fr: Il est parti la semaine dernière.", "en: He left last week."),
        ("fr: L'accord date du mois dernier.", "en: The deal was struck late last month."),
        ("en: The plan was revealed last year.", "fr: Le plan a été révélé l’année dernière."),
        ("en: He left two weeks ago.", "fr: Il est parti il y a deux semaines."),
        ("en: The revolt began five years ago.", "fr: La révolte a commencé il y a 5 ans."),
        ("en: He left the day before.", "fr: Il est parti la veille."),
        ("en: Shops shut at 5 p.m.", "fr: Les magasins ferment à 17 h."),
        ("fr: Les magasins ferment à 17h30.", "en: The shops shut at 5:30 pm."),
        ("en: They came in the summer of 2011.", "fr: Ils sont venus pendant l'été 2011."),
        ("en: It was the style of the 1980s.", "fr: C'était le style des années 80."),
        ("en: It was built in the 1980s.", "fr: Il a été construit en 1985."),
        ("en: They met between January and March 2016.", "fr: Ils se sont vus de janvier à mars 2016."),
        ("en: He may march again, augustly.", "en: He will march again."),
        ("fr: La sonde va vers Mars et l'est du pays.", "en: The probe flies to Mars."),
        ("en: He ruled from 1969 to 2011.", "en: His rule (1969-2011) was long."),
        ("en: Theresa May spoke.", "en: Theresa May spoke."),
        ("fr: Ils étaient 2000 en route.", "en: There were 2,000 of them on the road."),
        ("en: They are now in Sirte.", "en: They are in Sirte."),
        ("fr: Aujourd'hui, ils sont à Syrte.", "en: They are now in Sirte."),
    ],
)
def test_a_date_is_borne_in_another_wording_and_the_other_language(claim: str, quote: str) -> None:
    assert missing(claim[4:], claim[:2], quote[4:], to=quote[:2]) == []


@pytest.mark.parametrize(
    ("claim", "quote", "fault"),
    [
        ("en: They met on 22 February.", "en: They met on 20 February and on 22 March.", "22 February"),
        ("en: They met on 22 February.", "en: They met on February 23.", "22 February"),
        ("en: They met on 2 February.", "en: They met on February 22.", "2 February"),
        ("en: They met on 22 February.", "en: They met in February.", "22 February"),
        ("fr: La réunion du 22 février", "en: The meeting of 22 January", "22 février"),
        ("en: They met on 22 February 2015.", "en: They met on 22 February 2016.", "22 February 2015"),
        ("en: They met on 3 April 2016.", "fr: La réunion du 04/03/2016", "3 April 2016"),
        ("en: They met in March.", "en: They march on.", "March"),
        ("en: They met in May.", "en: They may meet.", "May"),
        ("fr: Ils se sont vus en mars.", "en: Snickers and Mars sold well.", "mars"),
        ("en: They met on Tuesday.", "fr: Ils se sont vus mercredi.", "Tuesday"),
        ("en: They meet next Tuesday.", "fr: Ils se sont vus mardi dernier.", "next Tuesday"),
        ("en: They met on Tuesday morning.", "en: They met on Tuesday night.", "Tuesday morning"),
        ("en: They met on Monday night.", "en: They met on Monday, not on Tuesday night.", "Monday night"),
        ("fr: Il est parti l'an dernier.", "en: He left last month.", "l'an dernier"),
        ("fr: Il est parti hier.", "en: He left on Friday.", "hier"),
        ("en: He left three weeks ago.", "fr: Il est parti il y a deux semaines.", "three weeks ago"),
        ("en: He left two months ago.", "fr: Il est parti il y a deux semaines.", "two months ago"),
        ("en: He left two weeks ago.", "en: He will leave in two weeks.", "two weeks ago"),
        ("en: He ruled until 2010.", "en: He ruled until 2011.", "2010"),
        ("en: In 2011 they came.", "en: 2,011 of them came.", "2011"),
        ("en: The war began in 2011.", "en: The war began five years ago.", "2011"),
        ("en: They came in the winter.", "en: They came in the spring.", "winter"),
        ("en: It was the style of the 1980s.", "fr: C'était le style des années 70.", "1980s"),
        ("en: Shops shut at 5 a.m.", "fr: Les magasins ferment à 17 h.", "5 a.m."),
        ("en: They met in the summer of 2011.", "en: The summer of 2012 and the spring of 2011", "summer of 2011"),
        ("en: Today they hold Sirte.", "en: They hold Sirte.", "Today"),
    ],
)
def test_a_date_that_the_quote_does_not_say_is_a_fault(claim: str, quote: str, fault: str) -> None:
    assert missing(claim[4:], claim[:2], quote[4:], to=quote[:2]) == [fault]


WEDNESDAY = "2016-03-09"


@pytest.mark.parametrize(
    ("claim", "quote", "borne"),
    [
        ("The Times reported it on 8 March 2016.", "The Times reported it Tuesday.", True),
        ("Il l'a dit le 8 mars.", "He said so on Tuesday.", True),
        ("The Times reported it on 7 March 2016.", "The Times reported it Tuesday.", False),
        ("They met on 9 March 2016.", "They met Wednesday.", True),
        ("They met on 2 March 2016.", "They met last Wednesday.", True),
        ("They met on 4 March 2016.", "They met last Friday.", True),
        ("They meet on 11 March 2016.", "They meet next Friday.", True),
        ("They meet on 4 March 2016.", "They will meet Friday.", False),
        ("They met on 8 March.", "They met yesterday.", True),
        ("The strike was in February 2016.", "The strike was last month.", True),
        ("The strike was in January 2016.", "The strike was last month.", False),
        ("The plan dates from 2015.", "The plan dates from last year.", True),
        ("It began in 2011.", "It began five years ago.", True),
        ("It began in 2010.", "It began five years ago.", False),
        ("The deal was signed in December 2015.", "The deal was signed in December.", True),
        ("The deal was signed in December 2016.", "The deal was signed in December.", False),
        ("It is planned for September 2016.", "It is planned for September.", False),
    ],
)
def test_a_relative_date_means_the_day_it_is_counted_from_the_article(claim: str, quote: str, borne: bool) -> None:
    language = "fr" if claim.startswith("Il") else "en"
    assert (missing(claim, language, quote, published=WEDNESDAY) == []) is borne
    assert missing(claim, language, quote) != [], "unknown day of writing"


@pytest.mark.parametrize(
    ("claim", "quote", "borne"),
    [
        ("In March 2016, Italy was getting ready.", "Italy is getting ready.", True),
        ("According to the Elsin Courier, on 9 March 2016, Italy was ready.", "Italy is ready.", True),
        ("En mars 2016, l'Italie se préparait.", "Italy is getting ready.", True),
        ("In April 2016, Italy was getting ready.", "Italy is getting ready.", False),
        ("On 10 March 2016 Italy was getting ready.", "Italy is getting ready.", False),
        ("In March 2016 the deal was struck.", "The deal was struck in February.", False),
        ("In March 2016 the US struck a camp.", "Last month the US struck a camp.", False),
        ("On 9 March 2016 they met.", "They met on Tuesday.", False),
        ("An article of March 2016 says that the deal was struck.", "The deal was struck in February.", True),
        ("The Elsin Courier said in March 2016 that it was struck.", "It was struck in February.", True),
        ("In March 2016, it had been struck in February.", "The deal was struck in February.", True),
    ],
)
def test_the_articles_own_day_dates_what_it_says_but_replaces_no_date_of_the_quote(
    claim: str, quote: str, borne: bool
) -> None:
    support = backed(quote, published=WEDNESDAY, outlet="Elsin Courier")
    assert (faults(claim, "fr" if claim.startswith("En ") else "en", [support]) == []) is borne


def test_the_day_is_that_of_the_article_quoted() -> None:
    old = backed("The pier is closed.", published="2012-05-02")
    new = backed("The pier is open.", published="2016-03-09")
    claim = "The pier was closed in 2012 and open in 2016."
    assert faults(claim, "en", [old, new]) == []
    assert [fault.words for fault in faults(claim, "en", [new])] == ["2012"]


def test_a_date_needs_one_quote_that_bears_it_whole() -> None:
    quotes = ("They met on 20 February 2016.", "They met on 22 March 2015.")
    assert missing("They met on 22 February 2016.", "en", *quotes) == ["22 February 2016"]
    assert missing("They met on 20 February 2016 and on 22 March.", "en", *quotes) == []


@pytest.mark.parametrize("published", [None, "2016-03-09", "2016-03", "2016"])
def test_a_sentence_of_the_archive_is_borne_by_itself(published: str | None) -> None:
    for support in bundled():
        dated = replace(support, article=replace(support.article, published=published))
        assert faults(support.quote, support.article.language, [dated]) == []


INSTEAD = {
    "year": "2009",
    "weekday": "5 p.m.",
    "month": "2009",
    "weeks": "last year",
    "months": "in 2009",
    "eve": "then",
}


def test_every_date_of_the_archive_is_missed_where_the_quote_names_another() -> None:
    tried = 0
    for support in bundled():
        claim, language = support.quote, support.article.language
        for one in moments(claim, language):
            other = next((word for name, word in INSTEAD.items() if name in dict(one.parts)), None)
            quote = f"{claim[: one.start]}{other}{claim[one.end :]}"
            if other and claim[one.start : one.end] not in quote:
                assert missing(claim, language, quote, to=language) != [], quote
                tried += 1
    assert tried > 25
