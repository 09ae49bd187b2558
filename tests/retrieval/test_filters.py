"""Only articles that fit are searched: by date, outlet, author, language, name; and all that these hold is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import assembly
from bot.home import MODEL
from bot.settings import Settings
from retrieval import search, selecting
from retrieval.errors import UnknownArticle
from retrieval.search import Retriever
from retrieval.types import Filter

ARTICLES = {
    "year.txt": ("2016", "Le Monde", "Léa Brun", "The harbour of Elsin in the year", "en"),
    "month.txt": ("2016-03", "Le Monde diplomatique", "Jon Vale", "The harbour of Elsin in the month", "en"),
    "day.txt": ("2016-03-09", "Elsin Courier", "Jon Vale", "The harbour of Elsin on the day", "en"),
    "old.txt": ("2013-12-31", "Elsin Courier", None, "The harbour of Elsin of old", "en"),
    "undated.txt": (None, None, None, "The harbour of Elsin at no time", "en"),
    "port.txt": (None, "L'Écho du port", "Léa Brun", "Le port d'Elsin", "fr"),
}
LINE = {"en": "The harbour was closed by a storm.", "fr": "Le port a été fermé par une tempête."}


@pytest.fixture(scope="module")
def retriever(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    """What searches an archive of those articles, two passages each."""
    home = tmp_path_factory.mktemp("filtered")
    (home / MODEL).symlink_to(model_folder)
    rows = [
        {
            "id": path.removesuffix(".txt"), "title": title, "published": published, "outlet": outlet, "author": author,
            "language": language, "text": f"{title}\n\n{LINE[language]}",
        }
        for path, (published, outlet, author, title, language) in ARTICLES.items()
    ]  # fmt: skip
    news = home / "news.jsonl"
    news.write_text("".join(json.dumps({k: v for k, v in row.items() if v}) + "\n" for row in rows), "utf-8")
    settings = Settings(home=home)
    assembly.ingest(settings, [news])
    opened = assembly.open_retriever(settings)
    yield opened
    opened.index.close()


def found(retriever: Retriever, wanted: Filter, question: str = "Who closed the harbour?") -> set[str]:
    """The articles that passages are found in, by the name they have above."""
    article = retriever.index.catalogue.article
    hits = retriever.search(question, 50, wanted=wanted)
    return {article(hit.passage.article_id).path.rpartition("#")[2] for hit in hits}


EVERYTHING = {path.removesuffix(".txt") for path in ARTICLES}


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Filter(), EVERYTHING),
        (Filter(after="2016"), {"year", "month", "day"}),
        (Filter(after="2016-04"), {"year"}),
        (Filter(after="2016-03-10"), {"year", "month"}),
        (Filter(after="2016-03-09", before="2016-03-09"), {"year", "month", "day"}),
        (Filter(before="2016-02"), {"year", "old"}),
        (Filter(before="2013"), {"old"}),
        (Filter(after="2014", before="2015"), set()),
        (Filter(after="2016-04", undated=True), {"year", "undated", "port"}),
        (Filter(outlet="le monde"), {"year", "month"}),
        (Filter(outlet="Monde"), {"year", "month"}),
        (Filter(outlet="Mon"), set()),
        (Filter(outlet="echo du port"), {"port"}),
        (Filter(author="brun"), {"year", "port"}),
        (Filter(author="Vale", outlet="courier"), {"day"}),
        (Filter(language="fr"), {"port"}),
        (Filter(language="de"), set()),
        (Filter(article="news.jsonl#day"), {"day"}),
        (Filter(article="le port d'elsin"), {"port"}),
        (Filter(article="of old"), {"old"}),
        (Filter(article="harbour of Elsin"), set()),
        (Filter(article="nowhere"), set()),
    ],
)
def test_only_what_fits_is_found_and_all_of_it(retriever: Retriever, wanted: Filter, left: set[str]) -> None:
    for question in ("Who closed the harbour?", "Qui a fermé le port ?"):
        assert found(retriever, wanted, question) == left


def test_what_was_left_out_is_counted(retriever: Retriever) -> None:
    with retriever.index.snapshot() as opened:
        selection = opened.select(Filter(after="2014", author="léa brun"))
        assert (len(selection.articles), selection.fitting, selection.undated, selection.total) == (1, 2, 1, 6)
        assert opened.select(Filter(after="2014", undated=True)).undated == 0


@pytest.mark.parametrize("spare", [(2, 10), (1, 1), (0.01, 0.01)])
def test_asking_for_more_finds_what_comparing_all_finds(
    retriever: Retriever, monkeypatch: pytest.MonkeyPatch, spare: tuple[float, ...]
) -> None:
    """Also where asking for more brings too few, and all are compared after all."""

    def hits() -> list[tuple[str, float]]:
        return [(hit.passage.id, hit.score) for hit in retriever.search("A storm at sea", 3, wanted=wanted)]

    wanted = Filter(after="2016")
    exact = hits()
    monkeypatch.setattr(selecting, "FEW", 0)
    monkeypatch.setattr(search, "_SPARE", spare)
    monkeypatch.setattr(search, "_CANDIDATES", 3)
    retriever.index.close()  # forgets what was selected before
    assert hits() == exact


def test_a_filter_changes_no_score_of_a_word(retriever: Retriever) -> None:
    words = retriever.index.words
    query = {"en": [[("harbour", 1.0)], [("storm", 1.0)]]}
    free = dict(words.search(query, 50))
    with retriever.index.snapshot() as opened:
        few = dict(words.search(query, 50, opened.select(Filter(outlet="courier")).articles))
    assert few
    assert {name: pytest.approx(free[name]) for name in few} == few
    assert words.search(query, 50, frozenset()) == []


def test_an_article_is_named_by_its_title_where_one_has_it(retriever: Retriever) -> None:
    opened = retriever.index.catalogue
    assert opened.find("the HARBOUR of elsin of old").outlet == "Elsin Courier"
    with pytest.raises(UnknownArticle, match="fits 5 articles"):
        opened.find("harbour of Elsin")
