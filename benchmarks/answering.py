"""How long an answer takes: a cold `footnote ask` beside the imports of the usual stack, and warm questions.

    python -m benchmarks.answering [--home DIR] [--runs 7]

Makes an index of the bundled articles in a temporary home unless one is given. Cold: a fresh process each time, the two
kinds in turn. Warm: every question of `seeds/questions.jsonl` marked "build", in one process, after ten to warm up.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import seeds
from bot.assembly import archive, ingest, open_assistant
from bot.settings import Settings
from bot.types import Question

USUAL = "import chromadb, openai, langchain_openai, langchain.chat_models"
"""What a bot of the usual kind imports before it can do anything (LangChain, Chroma, OpenAI)."""
QUESTIONS = ("Who is Khalifa Haftar?", "Combien de Marines sont en Sicile ?", "What did Renzi say about 5,000 men?")


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Wall-clock seconds of a process, which must succeed."""
    began = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def warm(settings: Settings) -> None:
    """Question to answer in one process, in milliseconds, and the memory it took."""
    lines = (seeds.folder() / "questions.jsonl").read_text("utf-8").splitlines()
    asked = [row["question"] for row in map(json.loads, lines) if row["part"] == "build" and "history" not in row]
    assistant = open_assistant(settings)
    for question in asked[:10]:
        assistant.answer(Question(question))
    taken = []
    for question in asked:
        began = time.perf_counter()
        assistant.answer(Question(question))
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    print(f"warm, n={len(taken)}: p50 {statistics.median(taken):.0f} ms, p95 {taken[int(len(taken) * 0.95)]:.0f} ms")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch)
        settings = Settings(home=home)
        if given.home is None:
            began = time.perf_counter()
            report = ingest(settings, [archive(settings)])
            print(f"bundled archive indexed: {report.passages} passages in {time.perf_counter() - began:.1f} s")
        environment = {**os.environ, "FOOTNOTE_HOME": str(home)}
        ask, usual = [], []
        for run in range(given.runs):
            ask.append(seconds([sys.executable, "-m", "bot", "ask", QUESTIONS[run % len(QUESTIONS)]], environment))
            usual.append(seconds([sys.executable, "-c", USUAL], environment))
        print(f"cold footnote ask, n={given.runs}: median {statistics.median(ask):.2f} s (max {max(ask):.2f})")
        print(f"imports of the usual stack alone: median {statistics.median(usual):.2f} s (max {max(usual):.2f})")
        warm(settings)


if __name__ == "__main__":
    main()
