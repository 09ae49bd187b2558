"""Cutting articles into passages: whole sentences, within budget and limit, nothing lost, nothing twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import seeds
from retrieval.articles import describe
from retrieval.furniture import furniture
from retrieval.passages import cut
from retrieval.reading import Document, read_source
from retrieval.sentences import sentences
from retrieval.tokens import counter
from retrieval.types import Article, Passage

SEEDS = [describe(document, "seeds", {}) for document in read_source(seeds.folder()) if isinstance(document, Document)]


def words(text: str) -> int:
    return len(text.split())


def pieces(text: str) -> int:
    """A counter that grows unevenly, as real ones do: words of up to four letters are one token, longer ones more."""
    return sum((len(word) + 3) // 4 for word in re.findall(r"\w+|[^\w\s]", text))


def article(text: str, name: str = "a") -> Article:
    return Article(id=name, source="s", path="p", text=text, language="en", furniture=furniture(text))


def passages(
    text: str, budget: int = 20, limit: int = 1000, count: Callable[[str], int] = words
) -> tuple[Passage, ...]:
    return cut(article(text), budget=budget, count=count, limit=limit, limit_count=count)


def texts(*arguments: object, **named: object) -> list[str]:
    return [passage.text for passage in passages(*arguments, **named)]  # type: ignore[arg-type]


def test_sentences_are_packed_up_to_the_budget() -> None:
    assert texts("One two three. Four five six. Seven eight nine.", 6) == [
        "One two three. Four five six.",
        "Seven eight nine.",
    ]


def test_a_sentence_is_not_cut_when_it_fits_a_passage_of_its_own() -> None:
    assert texts("One two. Three four five six seven. Eight.", 5) == [
        "One two.",
        "Three four five six seven.",
        "Eight.",
    ]


def test_paragraphs_share_a_passage_when_they_fit() -> None:
    assert texts("One two.\n\nThree four.\n\nFive six.", 6) == ["One two.\n\nThree four.\n\nFive six."]


def test_a_passage_that_is_half_full_ends_at_a_paragraph_the_next_of_which_does_not_fit() -> None:
    first = "One two three four five six."
    second = "Seven eight nine. Ten eleven twelve."
    assert texts(f"{first}\n\n{second}", 10) == [first, second]


def test_a_passage_that_is_nearly_empty_takes_what_it_can_of_the_next_paragraph() -> None:
    assert texts("One two.\n\nThree four five. Six seven eight. Nine ten.", 8) == [
        "One two.\n\nThree four five. Six seven eight.",
        "Nine ten.",
    ]


def test_furniture_ends_a_passage_and_is_in_none() -> None:
    text = "Shops opened on Sunday.\n\nRead more: A week in Tripoli\n\nThe port was closed."
    assert texts(text, 100) == ["Shops opened on Sunday.", "The port was closed."]


def test_a_sentence_longer_than_the_budget_is_cut_at_a_clause() -> None:
    text = "The army of the general took the port, the roads and the east of it, officials said."
    assert texts(text, 10) == [
        "The army of the general took the port,",
        "the roads and the east of it, officials said.",
    ]


def test_and_between_words_when_there_is_no_clause() -> None:
    assert texts("one two three four five six seven eight", 3) == ["one two three", "four five six", "seven eight"]


def test_and_between_characters_when_there_are_no_words() -> None:
    found = texts("é" * 25, 10, count=len)
    assert found == ["é" * 10, "é" * 10, "é" * 5]
    assert texts("e\u0301" * 6, 3, count=len) == ["e\u0301"] * 6


def test_the_limit_binds_though_the_budget_does_not() -> None:
    text = SEEDS[0].text
    found = cut(article(text), budget=400, count=words, limit=120, limit_count=pieces)
    assert max(pieces(passage.text) for passage in found) <= 120


def test_a_budget_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="one character"):
        passages("Some words.", 0)


@pytest.mark.parametrize("text", ["", " \n\n ", "Close", "…"])
def test_a_text_without_sentences_has_no_passages(text: str) -> None:
    assert passages(text) == ()


def test_the_id_is_made_of_article_text_and_place() -> None:
    (one,) = passages("One two.")
    digest = hashlib.sha256(b"One two.").hexdigest()
    assert one.id == hashlib.sha256(f"a{digest}0-8".encode()).hexdigest()[:16]
    (other,) = cut(article("One two.", "b"), budget=9, count=words, limit=9, limit_count=words)
    assert other.id != one.id
    assert passages("One two!")[0].id != one.id


def test_the_article_s_language_and_id_go_along() -> None:
    (one,) = passages("One two.")
    assert (one.article_id, one.language) == ("a", "en")


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.path[:3])
@pytest.mark.parametrize("budget", [40, 180, 400])
def test_seeds_are_cut_within_both_limits_counted_by_tiktoken(seed: Article, budget: int, tmp_path: Path) -> None:
    count = counter(folder=tmp_path)
    found = cut(seed, budget=budget, count=count, limit=512, limit_count=pieces)
    assert all(count(passage.text) <= budget and pieces(passage.text) <= 512 for passage in found)
    check(seed, found)
    if budget >= 180:
        assert [span for passage in found for span in passage.sentences] == list(sentences(seed.text, seed.furniture))


def test_a_passage_of_ordinary_size_is_mostly_full() -> None:
    """Half of the budget on average, or the cutting wastes the index on crumbs."""
    found = [passage for seed in SEEDS for passage in cut(seed, budget=150, count=words, limit=999, limit_count=words)]
    assert sum(words(passage.text) for passage in found) / len(found) > 75


def check(source: Article, found: tuple[Passage, ...]) -> None:
    """What holds for every article: offsets, order, coverage of each sentence once, and no furniture inside."""
    for passage in found:
        assert passage.text == source.text[passage.start : passage.end]
        assert (passage.sentences[0].start, passage.sentences[-1].end) == (passage.start, passage.end)
        assert all(span.end <= passage.start or span.start >= passage.end for span in source.furniture)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert len({passage.id for passage in found}) == len(found)
    held = [span for passage in found for span in passage.sentences]
    assert held == sorted(held)
    for sentence in sentences(source.text, source.furniture):
        parts = [span for span in held if sentence.start <= span.start and span.end <= sentence.end]
        assert (parts[0].start, parts[-1].end) == (sentence.start, sentence.end)
        between = [source.text[one.end : other.start] for one, other in pairwise(parts)]
        assert not "".join(between).strip()


_TEXT = st.lists(
    st.sampled_from(
        ["The army took the port. ", "It was quiet, he said. ", "\n\n", "\n", "Close\n", "Read more: A week\n",
         "“We are here. We stay,” he said. ", "Les forces sont entrées. ", "a" * 70, " ", "One of them, who", "é. ",
         "😀", "A headline\n\n", "© 2016 Example. All rights reserved.\n"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(_TEXT, st.text(max_size=100)), st.integers(1, 60), st.integers(1, 60))
def test_whatever_the_text_every_promise_holds(text: str, budget: int, limit: int) -> None:
    source = article(text)
    assume(all(pieces(character) <= min(budget, limit) for character in text))
    found = cut(source, budget=budget, count=words, limit=limit, limit_count=pieces)
    assert all(words(passage.text) <= budget and pieces(passage.text) <= limit for passage in found)
    check(source, found)
