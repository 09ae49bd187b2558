"""What Prometheus is told of a running bot: how many, how long, how much; never who, nor in which words.

    metrics.accepted("private"); metrics.outcome(outcome); metrics.text()

Counts from the bot's start, in a registry of its own. Every method is for any thread. Does not serve: `health.py` does.
"""

from __future__ import annotations

import time
from typing import Final, Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot import __version__
from bot.types import Answered, Outcome, Reason

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
"""What `Metrics.text` is."""

Door = Literal["private", "group", "inline"]
Sending = Literal["sent", "unsure", "undeliverable", "retried"]
"""A message went out; may have; never will; was held back by a 429 and goes out later."""
Uploading = Literal["indexed", "refused", "failed"]

_STAGES: Final = ("rewrite", "search", "choose", "model", "verify")
"""Of `Outcome.timings_ms`, those whose times tell where to look."""
_BUCKETS: Final = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 60.0)
"""Seconds: close around the aims, 0.3 s to a first sign and 1.5 s to an answer, and up to what a model is given."""
_KINDS: Final = {"model": "model", "telegram": "telegram"}
"""By the first word of an error's code; any other is of the search, unless it is a fault of ours."""


class Metrics:
    """See the module."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._gauge("build", "1, with the version of Footnote.", "version").labels(__version__).set(1)
        self._questions = self._counter("questions", "Questions accepted, by door.", "door")
        self._outcomes = self._counter(
            "outcomes", "Questions answered (how), declined (why) or stopped.", "status", "reason"
        )
        self._stages = self._histogram("stage", "Seconds a stage of an answer took.", "stage")
        self._feedback = self._histogram("first_feedback", "Seconds from a question to the first sign of work on it.")
        self._answers = self._histogram("answer", "Seconds from a question to its whole answer, sent.")
        self._tokens = self._counter("model_tokens", "Tokens that models read (in) and wrote (out).", "way")
        self._cost = self._counter("model_cost_usd", "What models cost, in US dollars, where a price is known.")
        self._errors = self._counter("errors", "Failures, by what failed and by code.", "kind", "code")
        self._queue = self._gauge("queue_length", "Questions accepted and not yet answered.")
        self._sends = self._counter("sends", "Messages to Telegram, by what became of them.", "result")
        self._drafts = self._counter("drafts_dropped", "Previews of an answer that were not sent.")
        self._polled = self._gauge("polled_timestamp_seconds", "When Telegram last gave updates, in Unix time.")
        self._uploads = self._counter("uploads", "Documents sent by chat, by what became of them.", "result")
        self._begin_at_zero()

    def accepted(self, door: Door) -> None:
        """A question was taken on."""
        self._questions.labels(door).inc()

    def outcome(self, outcome: Outcome) -> None:
        """A question has its answer, or the reason why there is none; with its times and what a model took."""
        if isinstance(outcome, Answered):
            self._outcomes.labels("answered", outcome.mode).inc()
        else:
            self._outcomes.labels("declined", outcome.reason).inc()
        for stage in _STAGES:
            if stage in outcome.timings_ms:
                self._stages.labels(stage).observe(outcome.timings_ms[stage] / 1000)
        self._tokens.labels("in").inc(outcome.usage.input_tokens)
        self._tokens.labels("out").inc(outcome.usage.output_tokens)
        self._cost.inc(outcome.usage.cost_usd or 0.0)

    def stopped(self) -> None:
        """Whoever asked wanted no answer any more."""
        self._outcomes.labels("stopped", "").inc()

    def feedback_after(self, seconds: float) -> None:
        """Whoever asked has seen a first sign, so long after asking."""
        self._feedback.observe(seconds)

    def answered_after(self, seconds: float) -> None:
        """Whoever asked has the whole answer, so long after asking."""
        self._answers.observe(seconds)

    def failed(self, code: str) -> None:
        """Something failed: the code of an error of ours, or `telegram_…` with the class of Telegram's."""
        first = code.partition("_")[0]
        kind = "fault" if code == "unexpected" else _KINDS.get(first, "retrieval")
        self._errors.labels(kind, code).inc()

    def queue(self, length: int) -> None:
        """So many questions are accepted and not yet answered."""
        self._queue.set(length)

    def send(self, result: Sending) -> None:
        """A message to Telegram came to this."""
        self._sends.labels(result).inc()

    def draft_dropped(self) -> None:
        """A preview was not sent."""
        self._drafts.inc()

    def polled(self) -> None:
        """Telegram has just given updates, or said that there are none."""
        self._polled.set(time.time())

    def uploaded(self, result: Uploading) -> None:
        """A document sent by chat came to this."""
        self._uploads.labels(result).inc()

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)

    def _begin_at_zero(self) -> None:
        """A series that is not there looks like one that was never counted: those known beforehand begin at 0."""
        for door in get_args(Door):
            self._questions.labels(door)
        for mode in ("quotes", "generated"):
            self._outcomes.labels("answered", mode)
        for reason in get_args(Reason):
            self._outcomes.labels("declined", reason)
        for result in get_args(Sending):
            self._sends.labels(result)

    def _counter(self, name: str, help: str, *labels: str) -> Counter:
        return Counter(name, help, labels, namespace="footnote", registry=self._registry)

    def _gauge(self, name: str, help: str, *labels: str) -> Gauge:
        return Gauge(name, help, labels, namespace="footnote", registry=self._registry)

    def _histogram(self, name: str, help: str, *labels: str) -> Histogram:
        return Histogram(
            name, help, labels, namespace="footnote", unit="seconds", buckets=_BUCKETS, registry=self._registry
        )
