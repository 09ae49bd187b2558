"""What contradicts what: over invented sentences, in English, French and across the two."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.asked import asked
from bot.differing import MOST, Differing, otherwise, versions
from bot.types import Citation
from bot.weighing import Sentence
from retrieval.types import Article, Hit, Passage, Span


def article(name: str, *sentences: str, language: str = "en") -> list[Sentence]:
    """The sentences of an article, a line each, as they are found in one passage."""
    text = "\n".join(sentences)
    starts = [sum(len(one) + 1 for one in sentences[:at]) for at in range(len(sentences))]
    spans = tuple(Span(start, start + len(one)) for start, one in zip(starts, sentences, strict=True))
    source = Article(name, "news", f"{name}.txt", text, title=name, language=language)
    hit = Hit(Passage(f"p-{name}", name, 0, len(text), language, text, spans), 1.0, 1, ("words",), (0.5,) * len(spans))
    return [Sentence(source, hit, place, 0.5) for place in range(len(spans))]


def said(*tagged: str) -> list[Sentence]:
    """One article for each sentence "LANGUAGE: words", the first called "a"."""
    parted = [one.split(": ", 1) for one in tagged]
    return [article(name, words, language=tag)[0] for name, (tag, words) in zip("abcdef", parted, strict=False)]


def told(group: Differing | None) -> tuple[str, ...]:
    """The kind of a contradiction and the words of its versions."""
    return (group.kind, *(version.words for version in group.versions)) if group else ()


def between(one: str, other: str) -> tuple[str, ...]:
    """What is told of two sentences of two articles; the same the other way round."""
    here, there = said(one, other)
    ways = told(versions(here, [there])), told(versions(there, [here]))
    assert ways[0] == (ways[1][:1] + ways[1][:0:-1])
    return ways[0]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (
            "en: Twelve people were killed when a bus overturned near Lyon, police said.",
            "en: 30 people were killed when a bus overturned near Lyon, police said.",
            ("number", "Twelve", "30"),
        ),
        (
            "en: The dam cost 40 million euros, the company said.",
            "en: The dam cost 40 billion euros, the company said.",
            ("number", "40 million euros", "40 billion euros"),
        ),
        (
            "en: Marta Lind became the director of the national museum in 2011.",
            "en: In 2013 Marta Lind became the director of the national museum.",
            ("date", "2011", "2013"),
        ),
        (
            "en: The strike at the port began on 3 March and lasted nine days.",
            "en: The strike at the port began on March 5 and lasted nine days.",
            ("date", "3 March", "March 5"),
        ),
        (
            "en: The treaty was signed in Sund-Havre by nine countries.",
            "en: The treaty was signed in Calderhaven by nine countries.",
            ("name", "Sund-Havre", "Calderhaven"),
        ),
        (
            "en: Marta Lind won the vote in the valley; Lind will govern it for five years.",
            "en: Paul Rask won the vote in the valley; Rask will govern it for five years.",
            ("name", "Marta Lind", "Paul Rask"),
        ),
        (
            "fr: Le musée accueille 85 000 visiteurs par an, selon la mairie.",
            "fr: Le musée accueille 58 000 visiteurs par an, selon la mairie.",
            ("number", "85 000", "58 000"),
        ),
        (
            "en: Italy was preparing to deploy 5,000 troops to Libya, the ambassador said.",
            "fr: L'Italie se préparait à déployer 3 000 soldats en Libye, a déclaré l'ambassadeur.",
            ("number", "5,000", "3 000"),
        ),
        (
            "en: The museum was built in 1872 by the architect Jean Morel.",
            "fr: Le musée a été construit en 1827 par l'architecte Jean Morel.",
            ("date", "1872", "1827"),
        ),
        (
            "en: The minister of energy, Rashid Elmani, signed the contract in Geneva.",
            "fr: Le ministre de l'Énergie, Karim Belloc, a signé le contrat à Genève.",
            ("name", "Rashid Elmani", "Karim Belloc"),
        ),
    ],
)
def test_the_same_with_another_value_is_a_contradiction(one: str, other: str, expected: tuple[str, ...]) -> None:
    assert between(one, other) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "en: The mayor of Merlieu signed the contract for the new bridge.",
            "en: The mayor of Merlieu did not sign the contract for the new bridge.",
        ),
        (
            "en: The ministry said that soldiers had been sent to the border.",
            "en: The ministry denied that soldiers had been sent to the border.",
        ),
        (
            "en: Prices rose by 5 percent in March, the statistics office said.",
            "en: Prices fell by 5 percent in March, the statistics office said.",
        ),
        (
            "fr: Le maire a signé le contrat du nouveau pont de Merlieu.",
            "fr: Le maire n'a pas signé le contrat du nouveau pont de Merlieu.",
        ),
    ],
)
def test_the_same_denied_is_a_contradiction_told_in_whole_sentences(one: str, other: str) -> None:
    assert between(one, other) == ("negation", one[4:], other[4:])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Another subject, or another time: two values differ.
        ("The first season began on 17 November 2019.", "The second season began on 15 November 2020."),
        ("Unemployment in Osmara stood at 12 percent in 2016.", "Unemployment in Osmara stood at 8.4 percent in 2020."),
        (
            "Nine people died in the flood at Kethi in the north.",
            "Four people died in the flood at Arkesh in the north.",
        ),
        # Another unit, or another thing counted.
        ("The dam cost 40 million euros, the company said.", "The dam cost 40 million dollars, the company said."),
        ("The storm left six houses without a roof.", "The storm left nine schools without a window."),
        # The same value in other words.
        ("Nearly 40 villages were flooded by the river at night.", "38 villages were flooded by the river at night."),
        ("The bridge was opened by the queen in 2011.", "The bridge was opened by the queen in March 2011."),
        ("Three ministers of the cabinet resigned over the dam.", "3 ministers of the cabinet resigned over the dam."),
        ("It repeats the 1908 and 1948 floods of the river.", "It repeats floods of the river in 1908 and 1948."),
        # The same name, longer, shorter or spelt otherwise.
        ("President Obama visited the flooded towns.", "Barack Obama visited the flooded towns."),
        ("The ISIS fighters left the town before dawn.", "The Daesh fighters left the town before dawn."),
        ("The Fund for Rural Roads paid for the bridge.", "The FRR paid for the bridge over the river."),
        # Other days of writing, other places to write from.
        ("The minister resigned on Tuesday after the report.", "The minister resigned on Wednesday after the report."),
        ("He arrived yesterday with 40 nurses and doctors.", "He arrived last week with 40 nurses and doctors."),
        ("GENEVA, March 3 (AFP) - The talks ended without a deal.", "PARIS - The talks ended without a deal."),
        # Labels and formulas, no statements.
        ("Photo: Anna Berg/Reuters", "Photo: Tom Falk/Reuters"),
        ("Marta Lind declined to comment.", "Paul Rask declined to comment."),
        # About the same, but not the same.
        (
            "The mine employs 610 people, fewer than half of them local.",
            "The company speaks of 1,100 jobs at the mine.",
        ),
        (
            "At least 46 soldiers were killed in Derrazh on Sunday.",
            "The offensive on Derrazh has cost 312 lives in all.",
        ),
    ],
)
def test_what_only_looks_like_a_contradiction_is_none(one: str, other: str) -> None:
    assert between(f"en: {one}", f"en: {other}") == ()


def test_one_article_does_not_contradict_itself() -> None:
    lines = "The river flooded nine villages of the valley.", "The river flooded fourteen villages of the valley."
    one, other = article("a", *lines)
    assert versions(one, [other]) is None
    assert versions(one, article("b", lines[1])) is not None


def test_languages_that_are_not_read_are_left_alone() -> None:
    one, other = said("es: El río inundó 9 pueblos del valle.", "es: El río inundó 14 pueblos del valle.")
    assert versions(one, [other]) is None


QUESTIONS = {
    "How many villages were flooded?": True,
    "Combien de villages ont été inondés ?": True,
    "What did the river do?": True,
    "Who flooded the villages?": False,
    "When were the villages flooded?": True,  # "9 hours ago" is a number too
    "Where were the villages?": False,
}


@pytest.mark.parametrize(("question", "matters"), QUESTIONS.items())
def test_a_difference_in_what_was_not_asked_is_none(question: str, matters: bool) -> None:
    one, other = said(
        "en: The river flooded nine villages of the valley.", "en: The river flooded 14 villages of the valley."
    )
    assert (versions(one, [other], asked(question)) is not None) == matters


def test_articles_that_agree_are_named_and_versions_stand_once() -> None:
    nine, again, fourteen, fourteen_too, twenty, more = said(
        "en: The river flooded nine villages of the valley.",
        "en: The river flooded 9 villages of the valley.",
        "en: The river flooded 14 villages of the valley.",
        "en: The river flooded fourteen villages of the valley.",
        "en: The river flooded twenty villages of the valley.",
        "en: The river flooded 31 villages of the valley.",
    )
    group = versions(nine, [again, nine, fourteen, fourteen_too, twenty, more])
    assert group is not None
    assert [version.words for version in group.versions] == ["nine", "14", "twenty"]
    assert len(group.versions) == MOST
    assert [[one.id for one in version.also] for version in group.versions] == [["b"], ["d"], []]
    assert all(version.words in version.sentence.text for version in group.versions)


def cited(sentence: Sentence, words: str) -> Citation:
    """A quote of these words of a sentence."""
    start = sentence.article.text.index(words)
    return Citation(1, sentence.article, start, start + len(words), Span(0, len(sentence.article.text)))


def test_what_is_said_otherwise_than_in_quotes_that_are_parts_of_sentences() -> None:
    first = article("a", "Owls hunt at night.", "The river flooded nine villages of the valley on 3 March.")
    second = article("b", "The river flooded 14 villages of the valley on 3 March.", "Gulls fly.")
    third = article("c", "A river flooded fields.")
    found = [*third, *second, *first]
    (group,) = otherwise([cited(first[1], "flooded nine villages")], found)
    assert told(group) == ("number", "nine", "14")
    assert [version.sentence for version in group.versions] == [first[1], second[0]]
    assert otherwise([cited(first[0], "hunt")], found) == []
    both = [cited(first[1], "nine villages"), cited(second[0], "14 villages")]
    assert len(otherwise(both, found)) == 1  # the same contradiction from the other side


def ids(sentences: Sequence[Sentence]) -> list[str]:
    """The articles of sentences."""
    return [one.article.id for one in sentences]


def test_the_first_sentence_found_stands_for_its_version() -> None:
    nine, fourteen, again = said(
        "en: The river flooded nine villages of the valley.",
        "en: The river flooded 14 villages of the valley.",
        "en: The river flooded fourteen villages of the valley.",
    )
    for found in ([fourteen, again], [again, fourteen]):
        group = versions(nine, found)
        assert group is not None
        assert ids([version.sentence for version in group.versions]) == ["a", found[0].article.id]
