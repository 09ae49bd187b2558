"""Answers at once: how long askers wait by the size of the pool, and how late the event loop is meanwhile.

    python -m benchmarks.pool [--home DIR] [--sizes 1,2,3,4] [--askers 20] [--questions 132]

Makes an index of the bundled articles in a temporary home unless one is given. Every size answers the first so
many questions of `seeds/questions.jsonl` marked "build", in quotes; each asker asks the next one as soon as it has its
answer. The sizes take turns in one process, so that what else the machine does meets all of them. The event loop's
lag: how much later than asked a sleep of 5 ms ends. Processor seconds tell what an answer takes where others use the
processors too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import seeds
from bot.assembly import archive, ingest, open_pool
from bot.pool import Pool
from bot.settings import Settings
from bot.types import Question

PART = 44
"""Questions of a turn."""
TICK = 0.005


def questions() -> list[str]:
    """Those marked "build"."""
    lines = (seeds.folder() / "questions.jsonl").read_text("utf-8").splitlines()
    return [row["question"] for row in map(json.loads, lines) if row["part"] == "build" and "history" not in row]


async def ask(pool: Pool, left: Iterator[str], waits: list[float]) -> None:
    """One asker, until no question is left."""
    for question in left:
        began = time.perf_counter()
        await pool.answer(Question(question))
        waits.append(time.perf_counter() - began)


async def watch(lags: list[float]) -> None:
    """Measure the loop's lag until cancelled."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        lags.append(time.perf_counter() - began - TICK)


def at(share: float, values: list[float]) -> float:
    """The value that this share of them does not exceed, in milliseconds."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


async def measure(settings: Settings, sizes: list[int], askers: int, asked: list[str]) -> None:
    """Let the sizes take turns and print a line for each."""
    pools = {size: open_pool(settings, size) for size in sizes}
    waits: dict[int, list[float]] = defaultdict(list)
    lags: dict[int, list[float]] = defaultdict(list)
    took: dict[int, float] = defaultdict(float)
    computed: dict[int, float] = defaultdict(float)
    for size, pool in pools.items():
        await asyncio.gather(*(ask(pool, iter(["Who is Khalifa Haftar?"]), []) for _ in range(2 * size)))
    for first in range(0, len(asked), PART):
        for size, pool in pools.items():
            left = iter(asked[first : first + PART])
            watching = asyncio.create_task(watch(lags[size]))
            began, before = time.perf_counter(), time.process_time()
            await asyncio.gather(*(ask(pool, left, waits[size]) for _ in range(askers)))
            took[size] += time.perf_counter() - began
            computed[size] += time.process_time() - before
            watching.cancel()
    for size, pool in pools.items():
        each = waits[size]
        print(
            f"size {size}, n={len(each)}: wait p50 {at(0.5, each):.0f} ms, p95 {at(0.95, each):.0f} ms; "
            f"{len(each) / took[size]:.1f} answers/s of {computed[size] / len(each):.2f} processor seconds; "
            f"loop late p99 {at(0.99, lags[size]):.0f} ms, "
            f"at worst {max(lags[size]) * 1000:.0f} ms"
        )
        await pool.close()
    print(f"peak memory with all of them: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--sizes", default="1,2,3,4")
    parser.add_argument("--askers", type=int, default=20)
    parser.add_argument("--questions", type=int, default=132)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(home=given.home or Path(scratch))
        if given.home is None:
            ingest(settings, [archive(settings)])
        print(f"{len(os.sched_getaffinity(0))} processors, {given.askers} askers")
        sizes = [int(size) for size in given.sizes.split(",")]
        asyncio.run(measure(settings, sizes, given.askers, questions()[: given.questions]))


if __name__ == "__main__":
    main()
