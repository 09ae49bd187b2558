"""The archive of a home on a Chroma server of this machine: moved there, and answered from by another home."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.scale.news import DEPTH, peak, questions, size, timed
from benchmarks.scale.ours import ANSWERS, FILTERS, SEARCHES, Known
from bot import assembly, sharing
from bot.settings import Settings
from bot.types import Question
from tests.support.chroma import chroma_server


def server(home: Path, data: Path, other: Path) -> dict[str, Any]:
    """`other`: a home that has the model and nothing else."""
    with chroma_server(other / "chroma") as running:
        url = running.url
        began = time.perf_counter()
        sharing.move(Settings(home=home, chroma_url=url))
        found: dict[str, Any] = {"moved_s": round(time.perf_counter() - began, 1), "disk_mb": size(other / "chroma")}
        asked = [one.text for one in questions(data)]
        settings = Settings(home=other, chroma_url=url)
        began = time.perf_counter()
        retriever = assembly.open_retriever(settings)
        with closing(retriever.index):
            retriever.search(asked[0], DEPTH)
            found["fetched_s"] = round(time.perf_counter() - began, 1)
            instead = replace(
                retriever,
                embedder=Known(
                    retriever.embedder, {text: retriever.embedder.embed_query(text) for text in asked[:SEARCHES]}
                ),
            )
            for name, wanted in FILTERS.items():
                ask = lambda n, wanted=wanted: instead.search(asked[n], DEPTH, "en", wanted or None)  # noqa: E731
                found[f"first_ms, {name}"] = timed(ask, SEARCHES)
                found[f"search_ms, {name}"] = timed(ask, SEARCHES)
        with closing(assembly.open_assistant(settings)) as assistant:
            timed(lambda n: assistant.answer(Question(asked[n])), 5)
            found["answer_ms"] = timed(lambda n: assistant.answer(Question(asked[n + 5])), ANSWERS)
        for name in ("first_ingest_s", "unchanged_s"):  # the first reads the files, which only `home` knows
            began = time.perf_counter()
            assembly.ingest(settings, [home / "news"])
            found[name] = round(time.perf_counter() - began, 2)
    return {**found, "reader_peak_mb": peak()}
