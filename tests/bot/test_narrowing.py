"""Answers of an archive with dates: what a filter leaves out, what a question's own time does, what is said of both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import assembly
from bot.assistant import Assistant
from bot.errors import BadFilter
from bot.home import MODEL
from bot.settings import Settings
from bot.types import Answered, Citation, Outcome, Question
from retrieval.types import Filter

ARTICLES = {
    "first": ("2013-05-04", "Elsin Courier", "The ferry of Elsin was closed by the mayor, Ilse Brandt."),
    "second": ("2015-06-01", "Harbour Post", "The ferry of Elsin was closed by the governor, Karl Voss."),
    "third": (None, "Harbour Post", "The ferry of Elsin carries nine hundred people a day."),
}
WHO = "Who closed the ferry of Elsin"


@pytest.fixture(scope="module")
def assistant(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """What answers from those three."""
    home = tmp_path_factory.mktemp("dated")
    (home / MODEL).symlink_to(model_folder)
    news = home / "news"
    news.mkdir()
    sidecar = ""
    for name, (published, outlet, text) in ARTICLES.items():
        (news / f"{name}.txt").write_text(f"The {name} report of the ferry\n\n{text}\n", "utf-8")
        sidecar += f"{name}.txt:\n  outlet: {outlet}\n" + (f"  published: {published}\n" if published else "")
    (news / "articles.yaml").write_text(sidecar, "utf-8")
    settings = Settings(home=home)
    assembly.ingest(settings, [news])
    with closing(assembly.open_assistant(settings)) as opened:
        yield opened


def searched(outcome: Outcome, assistant: Assistant) -> set[str]:
    """The articles that passages were found in."""
    found = {hit.passage.article_id for hit in outcome.trace.hits}
    return {assistant.article(one).path.removesuffix(".txt") for one in found}


def shown(outcome: Outcome) -> tuple[Citation, ...]:
    """What was quoted."""
    return outcome.citations if isinstance(outcome, Answered) else outcome.nearest


def test_without_a_filter_and_without_a_time_everything_is_searched(assistant: Assistant) -> None:
    outcome = assistant.answer(Question(f"{WHO}?"))
    assert searched(outcome, assistant) == set(ARTICLES)
    assert (outcome.trace.filter, outcome.notices) == (None, ())


def test_a_filter_decides_what_is_quoted_and_is_said_with_what_it_left_out(assistant: Assistant) -> None:
    outcome = assistant.answer(Question(f"{WHO}?", filter=Filter(before="2014")))
    assert [one.article.path for one in shown(outcome)] == ["first.txt"]
    assert outcome.notices == (
        "Filter: up to 2014. It leaves 1 of 3 articles.",
        "1 of 3 articles has no date and was left out.",
    )
    assert outcome.trace.filter == Filter(before="2014")


def test_where_nothing_is_left_the_answer_says_so_with_counts(assistant: Assistant) -> None:
    question = Question("Qui a fermé le bac d'Elsin ?", filter=Filter(after="2020", outlet="harbour post"))
    outcome = assistant.answer(question)
    assert shown(outcome) == ()
    assert outcome.notices == (
        "Aucun article ne répond au filtre : depuis 2020, média « harbour post ».".replace("« ", "«\u00a0").replace(
            " »", "\u00a0»"
        ),
        "1 article sur 2 n'a pas de date et a été écarté.",
    )


def test_the_questions_own_time_leaves_out_only_what_is_older(assistant: Assistant) -> None:
    outcome = assistant.answer(Question(f"{WHO} in 2014?"))
    assert searched(outcome, assistant) == {"second", "third"}
    assert "Only articles from 2014 on were searched; undated ones too." in outcome.notices
    assert outcome.trace.filter == Filter(after="2014", undated=True)
    french = assistant.answer(Question("Qui a fermé le bac d'Elsin depuis mars 2014 ?"))
    assert "Seuls les articles parus depuis mars 2014 ont été cherchés, et ceux sans date." in french.notices


@pytest.mark.parametrize("time", ["before 2014", "in 2012", "last week", "since 2013", "in 2999"])
def test_a_time_that_leaves_out_nothing_is_not_spoken_of(assistant: Assistant, time: str) -> None:
    outcome = assistant.answer(Question(f"{WHO} {time}?"))
    assert searched(outcome, assistant) == set(ARTICLES)
    assert outcome.trace.filter is None


def test_where_the_questions_time_would_leave_nothing_all_is_searched(assistant: Assistant) -> None:
    only = Filter(outlet="Courier")
    outcome = assistant.answer(Question(f"{WHO} in 2014?", filter=only))
    assert searched(outcome, assistant) == {"first"}
    assert outcome.trace.filter == only


def test_a_filter_of_dates_wins_over_the_questions_words_and_another_goes_with_them(assistant: Assistant) -> None:
    dated = assistant.answer(Question(f"{WHO} in 2014?", filter=Filter(after="2013")))
    assert dated.trace.filter == Filter(after="2013")
    both = assistant.answer(Question(f"{WHO} since 2016?", filter=Filter(outlet="Harbour")))
    assert both.trace.filter == Filter(after="2016", outlet="Harbour", undated=True)
    assert both.notices[:2] == (
        "Filter: outlet “Harbour”. It leaves 1 of 3 articles.",
        "Only articles from 2016 on were searched; undated ones too.",
    )


def test_a_follow_up_is_not_bound_by_the_time_of_the_question_before_it(assistant: Assistant) -> None:
    outcome = assistant.answer(Question("And the mayor?", history=(f"{WHO} in 2014?",)))
    assert searched(outcome, assistant) == set(ARTICLES)


def test_an_article_is_settled_by_its_title_and_an_unknown_one_is_refused(assistant: Assistant) -> None:
    settled = assistant.settled(Filter(article="second report"))
    assert settled == Filter(article="news/second.txt")
    assert searched(assistant.answer(Question(f"{WHO}?", filter=settled)), assistant) == {"second"}
    for name in ("fourth report", "report of the ferry"):
        with pytest.raises(BadFilter):
            assistant.settled(Filter(article=name))
