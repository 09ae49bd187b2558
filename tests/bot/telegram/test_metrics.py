"""What Prometheus reads: the figures of what happened, and not a word of what was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import __version__
from bot.telegram.metrics import Metrics
from bot.types import Usage
from tests.support import outcomes


class Figures:
    """What Prometheus's own reader sees: `figures["errors_total", "model", "model_cut_off"]`, labels in any order."""

    def __init__(self, metrics: Metrics) -> None:
        families = text_string_to_metric_families(metrics.text().decode())
        self._values = {
            (sample.name.removeprefix("footnote_"), frozenset(sample.labels.values())): sample.value
            for family in families
            for sample in family.samples
        }

    def __getitem__(self, series: tuple[str, ...]) -> float:
        name, *labels = series
        return self._values[name, frozenset(labels)]


def test_before_anything_happens_the_known_series_are_at_zero() -> None:
    told = Figures(Metrics())
    for series in (
        ("questions_total", "private"),
        ("questions_total", "group"),
        ("questions_total", "inline"),
        ("outcomes_total", "answered", "quotes"),
        ("outcomes_total", "declined", "nothing_found"),
        ("sends_total", "unsure"),
        ("queue_length",),
        ("model_cost_usd_total",),
    ):
        assert told[series] == 0
    assert told["build", __version__] == 1


def test_what_becomes_of_questions_is_counted_with_its_times_and_its_cost() -> None:
    metrics = Metrics()
    quoted = outcomes.answered(outcomes.cite(outcomes.HARBOUR, outcomes.BUILT))
    written = replace(
        quoted,
        mode="generated",
        timings_ms={"total": 1500.0, "search": 40.0, "model": 1200.0},
        usage=Usage(900, 80, 0.002),
    )
    declined = outcomes.declined()
    for outcome in (quoted, written, written, replace(declined, usage=Usage(10, 1, None))):
        metrics.outcome(outcome)
    metrics.stopped()
    told = Figures(metrics)
    assert told["outcomes_total", "answered", "quotes"] == 1
    assert told["outcomes_total", "answered", "generated"] == 2
    assert told["outcomes_total", "declined", declined.reason] == 1
    assert told["outcomes_total", "stopped", ""] == 1
    assert told["stage_seconds_count", "model"] == 2
    assert told["stage_seconds_sum", "model"] == pytest.approx(2.4)
    assert (told["model_tokens_total", "in"], told["model_tokens_total", "out"]) == (1810, 161)
    assert told["model_cost_usd_total",] == pytest.approx(0.004)


def test_the_aims_can_be_read_off_the_histograms() -> None:
    """A first sign within 0.3 s, an answer within 1.5 s."""
    metrics = Metrics()
    for seconds in (0.2, 0.29, 0.31):
        metrics.feedback_after(seconds)
    for seconds in (1.4, 1.6):
        metrics.answered_after(seconds)
    told = Figures(metrics)
    assert told["first_feedback_seconds_bucket", "0.3"] == 2
    assert told["answer_seconds_bucket", "1.5"] == 1
    assert told["answer_seconds_count",] == 2


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("model_wrong_key", "model"),
        ("telegram_TimedOut", "telegram"),
        ("damaged_index", "retrieval"),
        ("unexpected", "fault"),
    ],
)
def test_failures_are_told_by_what_failed(code: str, kind: str) -> None:
    metrics = Metrics()
    metrics.failed(code)
    assert Figures(metrics)["errors_total", kind, code] == 1


def test_the_rest_is_counted_as_it_comes() -> None:
    metrics = Metrics()
    metrics.accepted("inline")
    metrics.send("retried")
    metrics.uploaded("indexed")
    metrics.draft_dropped()
    metrics.polled()
    metrics.queue(7)
    told = Figures(metrics)
    assert told["questions_total", "inline"] == told["sends_total", "retried"] == 1
    assert told["uploads_total", "indexed"] == told["drafts_dropped_total",] == 1
    assert told["queue_length",] == 7
    assert told["polled_timestamp_seconds",] > 1_700_000_000


def test_no_word_of_a_question_or_an_answer_is_told() -> None:
    metrics = Metrics()
    metrics.outcome(outcomes.answered(outcomes.cite(outcomes.HARBOUR, outcomes.BUILT)))
    assert not {"Brandt", "harbour", "long"} & set(metrics.text().decode().split())


def test_two_bots_of_one_process_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.accepted("group")
    assert Figures(second)["questions_total", "group"] == 0
