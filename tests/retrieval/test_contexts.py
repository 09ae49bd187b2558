"""What is embedded of a sentence, and of a passage."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.contexts import heading, passage_vector, sentence_texts
from retrieval.types import Article, Passage, Span

TEXT = "The vote\nwas  postponed. It was late."
PASSAGE = Passage("p", "a", 100, 100 + len(TEXT), "en", TEXT, (Span(100, 124), Span(125, 100 + len(TEXT))))


def always(_text: str) -> bool:
    return True


def test_each_sentence_is_read_under_the_title_with_its_spaces_made_single() -> None:
    texts = sentence_texts(PASSAGE, "Libya's parliament", always)
    assert texts == ["Libya's parliament. The vote was postponed.", "Libya's parliament. It was late."]


def test_a_title_that_ends_in_a_full_stop_gets_no_second_one() -> None:
    assert sentence_texts(PASSAGE, "Late.", always)[1] == "Late. It was late."


def test_without_a_title_a_sentence_stands_alone() -> None:
    assert sentence_texts(PASSAGE, None, always) == ["The vote was postponed.", "It was late."]


def test_a_title_gives_way_where_both_do_not_fit() -> None:
    texts = sentence_texts(PASSAGE, "Parliament", lambda text: len(text) < 30)
    assert texts == ["The vote was postponed.", "Parliament. It was late."]


def test_a_title_as_long_as_an_article_is_cut() -> None:
    assert all(len(text) < 200 for text in sentence_texts(PASSAGE, "Word " * 1000, always))


def test_a_passage_leans_to_its_longer_sentence() -> None:
    rows = np.eye(2, 3, dtype=np.float32)
    vector = passage_vector(PASSAGE, rows)
    assert vector.dtype == np.float32
    assert np.isclose(np.linalg.norm(vector), 1)
    assert vector[0] > vector[1] > 0 == vector[2]


def test_a_passage_of_one_sentence_is_its_sentence() -> None:
    one = Passage("p", "a", 0, 5, "en", "Once.", (Span(0, 5),))
    row = np.array([[0.6, 0.8]], dtype=np.float32)
    assert np.allclose(passage_vector(one, row), row[0])


LEAD = "Trawlers stayed in port for a third day."
NEWS = f"PORT ELSIN (AP) —\n\nBy Ann Orr\nRead all our news on fishing here\n{LEAD} A strike is on.\n"
LINE = NEWS.index("Read all")


@pytest.mark.parametrize("title", ["PORT ELSIN (AP) —", "Port Elsin – "])
def test_an_article_whose_title_is_a_dateline_is_headed_by_what_it_begins_with(title: str) -> None:
    furniture = (Span(LINE, LINE + len("Read all our news on fishing here")),)
    article = Article("a", "s", "a.txt", NEWS, title=title, language="en", furniture=furniture)
    assert heading(article) == f"{LEAD} A strike is on."


def test_a_title_is_the_heading_and_without_anything_that_tells_there_is_none() -> None:
    assert heading(Article("a", "s", "a.txt", NEWS, title="Strike", language="en")) == "Strike"
    assert heading(Article("a", "s", "a.txt", NEWS, language="en")) is None
    assert heading(Article("a", "s", "a.txt", "REUTERS —\n\nNo news.", title="REUTERS —", language="en")) is None
