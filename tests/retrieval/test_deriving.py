"""An index kept in step knows of its stories, versions and furniture what one built from nothing knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval import builds
from retrieval.catalogue import Catalogue
from retrieval.errors import EmptySource
from retrieval.reading import Document
from retrieval.sync import Recipe, ingest, preview, remove
from retrieval.types import Article, Span
from tests.support.indexing import describe, recipe, write_articles
from tests.support.killing import rows
from tests.support.wire import article, sentences

STORY = sentences(1)
LINE = "The harbour in pictures"


def _described(document: Document, source: str, sidecar: object) -> Article:  # noqa: ARG001
    """The first line is headline, outlet and date, "Quay to close | Lissa Post | 2016-03-03", and furniture."""
    first, _, _ = document.text.partition("\n")
    title, outlet, published = (one.strip() for one in first.split("|"))
    found = describe(document, source, {})
    return replace(found, title=title, outlet=outlet, published=published, furniture=(Span(0, len(first)),))


def news() -> Recipe:
    whole = recipe()

    def cut(of: Article) -> list[object]:
        marked = {of.text[span.start : span.end] for span in of.furniture}
        return [passage for passage in whole.cut(of) if passage.text not in marked]

    return replace(whole, describe=_described, cut=cut)  # type: ignore[arg-type]


def printed(head: str, said: list[str], *after: str) -> str:
    return "\n\n".join([article(head, said), *after])


def opened(home: Path) -> Catalogue:
    build = builds.current(home)
    assert build is not None
    return Catalogue(build)


def paths(catalogue: Catalogue, ids: tuple[str, ...]) -> list[str]:
    return [catalogue.article(one).path for one in ids]


def equal_to_one_from_nothing(folder: Path, home: Path, tmp_path: Path) -> bool:
    fresh = tmp_path / "fresh"
    ingest([folder], fresh, news())
    same = rows(home) == rows(fresh)
    for path in sorted(fresh.glob("**/*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    return same


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_copies_are_one_story_as_long_as_they_are_there(tmp_path: Path, home: Path) -> None:
    folder = write_articles(tmp_path / "news", {"a.txt": printed("Quay to close | Lissa Post | 2016-03-04", STORY)})
    assert ingest([folder], home, news()).stories == 0
    (folder / "b.txt").write_text(printed("Ships wait | Tarn Post | 2016-03-03", STORY[:15]))
    assert ingest([folder], home, news()).stories == 1
    catalogue = opened(home)
    one, other = catalogue.articles()
    assert (
        paths(catalogue, catalogue.story(one.id)) == paths(catalogue, catalogue.story(other.id)) == ["b.txt", "a.txt"]
    )
    assert catalogue.passages_of(one.id) and catalogue.passages_of(other.id)  # both stay evidence
    assert equal_to_one_from_nothing(folder, home, tmp_path)
    (folder / "b.txt").rename(folder / "z.txt")  # moves, and is the same
    ingest([folder], home, news())
    assert equal_to_one_from_nothing(folder, home, tmp_path)
    (folder / "z.txt").unlink()
    ingest([folder], home, news())
    catalogue = opened(home)
    assert catalogue.story(catalogue.articles()[0].id) == ()
    assert equal_to_one_from_nothing(folder, home, tmp_path)


def test_an_older_version_answers_no_more_until_the_newer_goes(tmp_path: Path, home: Path) -> None:
    old = printed("Quay to close | Lissa Post | 2016-03-03", STORY)
    folder = write_articles(tmp_path / "news", {"a.txt": old})
    ingest([folder], home, news())
    before = rows(home)
    other = write_articles(
        tmp_path / "late",
        {"b.txt": printed("Quay to close in May | Lissa Post | 2016-03-05", [*STORY, *sentences(7, 3)])},
    )
    ingest([other], home, news())
    catalogue = opened(home)
    new, had = catalogue.articles()
    assert (had.path, new.path) == ("a.txt", "b.txt")
    assert (catalogue.replaced_by(had.id), catalogue.replaced_by(new.id)) == (new.id, None)
    assert catalogue.passages_of(had.id) == ()
    assert catalogue.article(had.id).text == old  # whole, to be shown
    assert [one.article.path for one in catalogue.versions(had.id)] == ["a.txt", "b.txt"]
    assert [one.article.path for one in catalogue.versions(new.id)] == ["a.txt", "b.txt"]
    assert ingest([folder], home, news()).unchanged == 1  # and it isn't taken up again
    assert opened(home).passages_of(had.id) == ()
    remove("late", home, news())
    assert rows(home) == before
    assert opened(home).replaced_by(had.id) is None


def test_the_former_text_of_a_changed_file_can_be_shown_until_its_article_goes(tmp_path: Path, home: Path) -> None:
    texts = [printed("Quay to close | Lissa Post | 2016-03-03", STORY, f"Paragraph {n} of it.") for n in range(3)]
    folder = write_articles(
        tmp_path / "news", {"a.txt": texts[0], "b.txt": printed("B | Tarn Post | 2016", ["It rains."])}
    )
    for text in texts:
        (folder / "a.txt").write_text(text)
        ingest([folder], home, news())
        ingest([folder], home, news(), reread=True)  # again: no version of its own
    catalogue = opened(home)
    article_id = catalogue.articles()[0].id
    versions = catalogue.versions(article_id)
    assert [one.article.text for one in versions] == texts
    assert [bool(one.until) for one in versions] == [True, True, False]
    assert {one.article.id for one in versions} == {article_id}
    (folder / "a.txt").unlink()
    ingest([folder], home, news())
    (folder / "a.txt").write_text(texts[0])
    ingest([folder], home, news())
    assert [one.article.text for one in opened(home).versions(article_id)] == texts[:1]


def test_a_former_text_stays_where_the_index_is_made_anew(tmp_path: Path, home: Path) -> None:
    folder = write_articles(tmp_path / "news", {"a.txt": printed("Quay | Lissa Post | 2016", ["It was nine."])})
    ingest([folder], home, news())
    (folder / "a.txt").write_text(printed("Quay | Lissa Post | 2016", ["It was eight."]))
    ingest([folder], home, news())
    other = replace(news(), settings=replace(news().settings, analysis="another"))
    ingest([folder], home, other)
    catalogue = opened(home)
    versions = catalogue.versions(catalogue.articles()[0].id)
    assert [one.article.text.split()[-1] for one in versions] == ["nine.", "eight."]


def test_a_line_that_an_outlet_repeats_is_learnt_and_unlearnt_in_all_its_articles(tmp_path: Path, home: Path) -> None:
    def text(n: int) -> str:
        return printed(f"Story {n} | Lissa Post | 2016-03-{n + 10}", sentences(n + 20, 9), LINE)

    def evidence() -> list[str]:
        catalogue = opened(home)
        return [one.text for of in catalogue.articles() for one in catalogue.passages_of(of.id) if one.text == LINE]

    folder = write_articles(tmp_path / "news", {f"{n}.txt": text(n) for n in range(4)})
    assert ingest([folder], home, news()).learnt == 0
    assert len(evidence()) == 4
    (folder / "4.txt").write_text(text(4))
    report = ingest([folder], home, news())
    assert (report.learnt, report.added, report.changed, report.unchanged) == (1, 1, 0, 4)
    assert evidence() == []
    assert equal_to_one_from_nothing(folder, home, tmp_path)
    (folder / "4.txt").unlink()
    (folder / "3.txt").unlink()
    ingest([folder], home, news())
    assert len(evidence()) == 3
    assert equal_to_one_from_nothing(folder, home, tmp_path)


def test_a_preview_says_nothing_of_what_it_does_not_know(tmp_path: Path, home: Path) -> None:
    folder = write_articles(tmp_path / "news", {"a.txt": printed("A | Lissa Post | 2016", STORY)})
    assert preview([folder], home, news()).stories == 0
    assert builds.current(home) is None
    with pytest.raises(EmptySource):
        ingest([write_articles(tmp_path / "none", {})], home, news())
