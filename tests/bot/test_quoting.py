"""Which sentences are read, ranked and quoted: over invented sentences, with a reader whose opinion is written down."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.asked import Asked
from bot.judging import Judgement, Logistic
from bot.quoting import (
    CONTRADICTED,
    MOST,
    MOST_SEVERAL,
    READ,
    Quoter,
    Ranked,
    Read,
    candidates,
    look,
    rank,
    read,
    select,
)
from bot.weighing import Sentence, Weighed
from retrieval.analysis import passage_terms
from retrieval.types import Article, Hit, Passage, Span

ONE = Asked("other", several=False)
SEVERAL = Asked("other", several=True)
READING = Judgement(
    look=Logistic(0.0, {"similarity": 1.0}),
    sentence=Logistic(0.0, {"reader": 1.0}),
    answer=Logistic(0.0, {"reader": 1.0}),
    threshold=0.5,
    beside=0.5,
)
"""Models that do as the reader says."""


class Scripted:
    """A reader who knows what it thinks of each sentence, and remembers what it was shown; of others it thinks ill."""

    def __init__(self, **opinions: float) -> None:
        self._opinions = opinions
        self.shown: list[Read] = []

    def scores(self, question: str, sentences: Sequence[Read]) -> list[float]:
        """The log-odds written down, by the sentence's first word."""
        assert question
        self.shown += sentences
        return [self._opinions.get(sentence.split()[0].lower(), -9.0) for _, _, sentence in sentences]


def article(name: str, *sentences: str) -> Article:
    """An article of these sentences, a line each."""
    return Article(name, "news", f"{name}.txt", "\n".join(sentences), title=f"Title of {name}", language="en")


def hit(source: Article, similarities: Sequence[float] = (), rank: int = 1) -> Hit:
    """The whole article as a passage that was found."""
    spans, start = [], 0
    for line in source.text.split("\n"):
        spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    passage = Passage(f"p-{source.id}", source.id, 0, len(source.text), "en", source.text, tuple(spans))
    return Hit(passage, 1.0 / rank, rank, ("words", "vectors"), tuple(similarities) or (0.5,) * len(spans))


def ranked(source: Article, *probabilities: float) -> list[Ranked]:
    """The sentences of an article with these probabilities, in order."""
    found = hit(source)
    sentences = [Sentence(source, found, place, 0.5) for place in range(len(probabilities))]
    return [
        Ranked(Weighed(one, {}, set(passage_terms(one.text, "en")), set()), probability)
        for one, probability in zip(sentences, probabilities, strict=True)
    ]


def best_first(*groups: list[Ranked]) -> list[Ranked]:
    """All of them, as `rank` orders them."""
    return sorted((one for group in groups for one in group), key=lambda one: -one.probability)


def texts(chosen: Sequence[Ranked]) -> list[str]:
    """What would be quoted."""
    return [one.weighed.sentence.text for one in chosen]


BIRDS = article("birds", "Owls hunt.", "Gulls fly.", "Crows talk.", "Wrens sing.", "Ducks swim.")
FISH = article("fish", "Pike bite.", "Carp sleep.", "Eels travel.")
BEASTS = article("beasts", "Bears fish.", "Wolves howl.", "Foxes steal.")
PLANTS = article("plants", "Moss grows.", "Ferns unroll.")


def test_candidates_are_all_sentences_of_all_passages_in_order() -> None:
    known = {one.id: one for one in (BIRDS, FISH)}
    found = candidates([hit(FISH, (0.1, 0.2, 0.3)), hit(BIRDS)], known.__getitem__)
    assert [one.text for one in found] == [*FISH.text.split("\n"), *BIRDS.text.split("\n")]
    assert [one.similarity for one in found[:3]] == [0.1, 0.2, 0.3]


def test_at_most_three_are_quoted_the_best_first() -> None:
    assert MOST == 3
    assert texts(select(ranked(BIRDS, 0.9, 0.8, 0.7, 0.6, 0.5), ONE, 0.1)) == [
        "Owls hunt.",
        "Gulls fly.",
        "Crows talk.",
    ]


def test_what_is_much_weaker_than_the_best_is_not_quoted_beside_it() -> None:
    assert texts(select(ranked(BIRDS, 0.8, 0.41, 0.39), ONE, 0.5)) == ["Owls hunt.", "Gulls fly."]
    assert texts(select(ranked(BIRDS, 0.8, 0.3, 0.2), ONE, 0.5)) == ["Owls hunt."]


def test_of_several_articles_at_most_six_and_two_of_one() -> None:
    assert MOST_SEVERAL == 6
    every = best_first(
        ranked(BIRDS, 0.9, 0.89, 0.88, 0.87),
        ranked(FISH, 0.8, 0.79, 0.78),
        ranked(BEASTS, 0.7, 0.69),
        ranked(PLANTS, 0.6),
    )
    chosen = select(every, SEVERAL, 0.1)
    assert texts(chosen)[:4] == ["Owls hunt.", "Pike bite.", "Bears fish.", "Moss grows."]
    assert texts(chosen)[4:] == ["Gulls fly.", "Carp sleep."]
    assert texts(select(ranked(BIRDS, 0.9, 0.89, 0.88), SEVERAL, 0.1)) == ["Owls hunt.", "Gulls fly."]


def test_a_sentence_that_stands_in_two_articles_is_quoted_once() -> None:
    copy = article("copy", "Owls hunt!", "Toads wait.")
    every = best_first(ranked(BIRDS, 0.9), ranked(copy, 0.89, 0.88))
    for ask in (ONE, SEVERAL):
        assert texts(select(every, ask, 0.1)) == ["Owls hunt.", "Toads wait."]


def test_the_likeliest_sentences_are_read_and_no_more() -> None:
    source = article("many", *(f"Sentence {number}." for number in range(READ + 5)))
    found = hit(source)
    weighed = [
        Weighed(Sentence(source, found, place, 0.0), {"x": float(place)}, set(), set()) for place in range(READ + 5)
    ]
    looked = look(weighed, Logistic(1.0, {"x": 2.0}))
    assert [one.sentence.place for one in looked] == list(range(READ + 4, 4, -1))
    assert looked[0].features["look"] == 1.0 + 2.0 * (READ + 4)


def test_a_sentence_that_stands_in_two_articles_is_read_once() -> None:
    copy = article("copy", "Owls  hunt.", "Toads wait.")
    weighed = [
        Weighed(Sentence(source, hit(source), place, 0.0), {"x": x}, set(), set())
        for source, place, x in ((BIRDS, 0, 1.0), (copy, 0, 2.0), (copy, 1, 0.0))
    ]
    assert [one.sentence.text for one in look(weighed, Logistic(0.0, {"x": 1.0}))] == ["Owls  hunt.", "Toads wait."]


def test_the_reader_is_shown_title_sentence_before_and_sentence() -> None:
    found = hit(BIRDS)
    weighed = [Weighed(Sentence(BIRDS, found, place, 0.5), {}, set(), set()) for place in (0, 1)]
    reader = Scripted(owls=1.0, gulls=3.0)
    scored = read("Which birds?", weighed, reader)
    assert reader.shown == [
        ("Title of birds", None, "Owls hunt."),
        ("Title of birds", "Owls hunt.", "Gulls fly."),
    ]
    assert [(one.features["reader"], one.features["reader_gap"]) for one in scored] == [(1.0, -2.0), (3.0, 0.0)]
    order = rank(scored, READING.sentence)
    assert texts(order) == ["Gulls fly.", "Owls hunt."]
    assert order[0].probability > order[1].probability > 0.5


NINE = article("nine", "The river flooded nine villages of the valley.", "Owls hunt.", "Gulls fly.")
FOURTEEN = article("fourteen", "The river flooded 14 villages of the valley.", "Crows talk.")


def test_what_another_article_says_against_a_sentence_is_quoted_behind_it_however_unlikely() -> None:
    every = best_first(ranked(NINE, 0.9, 0.8, 0.7), ranked(FOURTEEN, 0.001))
    chosen = select(every, ONE, 0.5, [one.weighed for one in every])
    assert texts(chosen) == ["The river flooded nine villages of the valley.", "Owls hunt."]
    (group,) = [one.differing for one in chosen if one.differing]
    assert [(version.words, version.sentence.article.id) for version in group.versions] == [
        ("nine", "nine"),
        ("14", "fourteen"),
    ]


def test_a_version_is_quoted_once_however_many_articles_say_it() -> None:
    """Neither the other version by itself, nor another pair of the same versions, in other words."""
    others = (
        article("nine2", "In the valley nine villages were under water, the mayor said."),
        article("fourteen2", "In the valley 14 villages were under water, the mayor said."),
    )
    every = best_first(
        ranked(NINE, 0.9, 0.2), ranked(FOURTEEN, 0.89), *(ranked(one, 0.88 - at / 100) for at, one in enumerate(others))
    )
    chosen = select(every, ONE, 0.1, [one.weighed for one in every])
    assert texts(chosen) == ["The river flooded nine villages of the valley.", "Owls hunt."]


def test_two_statements_of_one_article_are_not_told_as_a_contradiction_of_articles() -> None:
    both = article("both", *(f"The river flooded {count} villages of the valley." for count in ("nine", "14")))
    chosen = select(ranked(both, 0.9, 0.8), ONE, 0.1)
    assert len(chosen) == 2
    assert not any(one.differing for one in chosen)


def test_where_nothing_chosen_is_contradicted_the_next_that_is_comes_too() -> None:
    others = ranked(BIRDS, 1.0, 0.9, 0.8, 0.7)
    likely = best_first(others, ranked(NINE, CONTRADICTED), ranked(FOURTEEN, 0.1))
    assert texts(select(likely, ONE, 0.1))[MOST:] == ["The river flooded nine villages of the valley."]
    unlikely = best_first(others, ranked(NINE, CONTRADICTED - 0.01), ranked(FOURTEEN, 0.1))
    assert len(select(unlikely, ONE, 0.1)) == MOST


def test_a_contradiction_in_what_was_not_asked_is_not_looked_for() -> None:
    every = best_first(ranked(NINE, 0.9), ranked(FOURTEEN, 0.8))
    assert [one.differing for one in select(every, Asked("person", several=False), 0.1)] == [None, None]
    assert len(select(every, Asked("number", several=False), 0.1)) == 1


def test_both_versions_are_among_the_quotes_and_read_though_only_one_was_worth_it() -> None:
    crowd = article("crowd", *(f"The flood of the river is story {at}." for at in range(READ)))
    found = [hit(NINE, (0.9, 0.1, 0.1)), hit(crowd, (0.5,) * READ), hit(FOURTEEN, (0.0, 0.0))]
    known = {one.id: one for one in (NINE, crowd, FOURTEEN)}
    reader = Scripted(the=2.0)
    choice = Quoter(READING, reader).choose("How many villages were flooded?", "en", found, known.__getitem__)
    assert [one.article.id for one in choice.quotes[:2]] == ["nine", "fourteen"]
    (group,) = choice.differing
    assert [version.sentence for version in group.versions] == list(choice.quotes[:2])
    assert [sentence for _, _, sentence in reader.shown].count(FOURTEEN.text.split("\n")[0]) == 1
    assert len(choice.candidates) == READ + 1
    late = choice.candidates[-1]
    assert (late.article.id, late.fate) == ("fourteen", "chosen")
    assert late.features["reader"] == 2.0
    assert late.features["reader_gap"] == 0.0


@pytest.mark.parametrize(
    ("opinions", "quoted"),
    [
        ({"crows": 2.0}, ["Crows talk."]),
        ({"crows": 2.0, "pike": 1.9}, ["Crows talk.", "Pike bite."]),
        ({"crows": 2.0, "pike": 3.0}, ["Pike bite.", "Crows talk."]),
        ({"crows": -0.1}, []),
        ({}, []),
    ],
)
def test_the_reader_s_opinion_decides_what_is_quoted_and_whether(opinions: dict[str, float], quoted: list[str]) -> None:
    known = {one.id: one for one in (BIRDS, FISH)}
    choice = Quoter(READING, Scripted(**opinions)).choose(
        "Which animals talk?", "en", [hit(BIRDS), hit(FISH, rank=2)], known.__getitem__
    )
    assert [one.text for one in choice.quotes] == quoted
    chosen = [one for one in choice.candidates if one.fate == "chosen"]
    assert len(chosen) == len(quoted)
    left = {one.fate for one in choice.candidates} - {"chosen"}
    assert left == {"weaker" if quoted else "declined"}
    assert len(choice.nearest) == 2  # one of each passage, whether or not it answers
    assert len({one.hit.passage.id for one in choice.nearest}) == 2


def test_what_the_passages_lack_of_the_question_is_named_as_the_person_wrote_it() -> None:
    choice = Quoter(READING, Scripted()).choose("Do owls hunt Penguins in 1999?", "en", [hit(BIRDS)], lambda _: BIRDS)
    assert set(choice.missing) == {"Penguins", "1999"}


def test_without_passages_nothing_is_read_and_nothing_chosen() -> None:
    reader = Scripted()
    choice = Quoter(READING, reader).choose("Which animals?", "en", [], lambda _: BIRDS)
    assert (choice.quotes, choice.nearest, choice.candidates, reader.shown) == ((), (), (), [])
    assert choice.decision is None
