"""Lines that an outlet repeats are its furniture, where they are no reporting."""

from __future__ import annotations

import pytest

from retrieval import repeated
from retrieval.furniture import furniture
from retrieval.likeness import Known, Likeness, Stories
from retrieval.stories import signature
from tests.support.wire import article, sentences


def known(texts: list[str], outlet: str | None = "Lissa Post", url: str | None = None) -> list[Known]:
    found = []
    for n, text in enumerate(texts):
        own = furniture(text)
        likeness = Likeness(signature(text, own), repeated.digests(text, own), own)
        found.append(Known(f"{n}", "news", f"{n}.txt", None, outlet, url, None, "en", likeness))
    return found


def texts(line: str, n: int = 6) -> list[str]:
    return [
        f"{article('', sentences(n, 6))}\n\n{line}\n\n{article('', sentences(n + 90, 6))}".strip() for n in range(n)
    ]


def marked(line: str, n: int = 6, outlet: str | None = "Lissa Post", url: str | None = None) -> list[str]:
    """What is marked in the first text, of so many that hold the line."""
    those = texts(line, n)
    archive = known(those, outlet, url)
    lines = repeated.marked(archive[0], repeated.learnt(archive, Stories()))
    spans = repeated.with_learnt(those[0], archive[0].likeness.furniture, lines)
    return [those[0][span.start : span.end] for span in spans]


FURNITURE = [
    "The harbour in pictures",
    "Three questions to the mayor",
    "You can write to the editors at any time of the day.",
    "Vous pouvez nous écrire à toute heure du jour.",
    "The Post tells what happens on the coast. Subscribe for two crowns.",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_that_stands_in_every_story_and_reports_nothing_is_furniture(line: str) -> None:
    assert marked(line, 1) == []
    assert marked(line) == [line]
    assert marked(line, outlet=None, url="https://www.lissa-post.example/1") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Lissa has had two councils since the flood of 1998.",
        "The quay belongs to the province.",
        "“Nobody will close this quay while I live,” she said to you and your friends.",
        "Inhabitants: 1,860",
        "The ship sank, according to the office, which you can visit",
    ],
)
def test_what_reports_something_stays_however_often_it_is_said(line: str) -> None:
    assert marked(line, 30) == []


def test_few_stories_or_few_prints_teach_nothing() -> None:
    assert marked("The harbour in pictures", 4) == []  # of an outlet with four articles
    assert marked("The harbour in pictures", outlet=None) == []
    many = known([*texts("The harbour in pictures", 3), *texts("", 30)])
    assert repeated.learnt(many, Stories()) == {}


def test_prints_of_one_story_are_no_repetition() -> None:
    archive = known([*texts("The harbour in pictures", 4), *texts("")[4:]])
    assert repeated.learnt(archive, Stories())
    told = Stories((("0", "1"),))
    assert repeated.learnt(archive, told) == {}
    assert repeated.learnt(archive, Stories((), {"0": "1"})) == {}  # nor are versions


def test_one_outlet_s_furniture_is_not_another_s() -> None:
    archive = known(texts("The harbour in pictures"))
    other = known(texts("The harbour in pictures", 1), "Tarn Post")[0]
    assert repeated.marked(other, repeated.learnt(archive, Stories())) == frozenset()


def test_a_line_that_is_furniture_by_itself_is_left_as_it_is() -> None:
    text = f"{article('', sentences(1, 6))}\n\nShare this article".strip()
    own = furniture(text)
    assert [text[span.start : span.end] for span in own] == ["Share this article"]
    assert [text[span.start : span.end] for span, _ in repeated.lines(text, own)] == text.split("\n\n")[:-1]
