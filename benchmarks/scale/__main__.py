"""How an archive grows: making it, its size, searching, finding and answering, beside LangChain's usual parts.

    python -m benchmarks.scale --data DIR --vectors FILE [--articles 100 1000 4786] [--tokens N] [--home DIR]
                               [--json FILE] [--plot FILE]

DIR/realtimeqa_2022 holds `documents.jsonl` ({id, title, source, date, text}) and `queries.jsonl` ({question, type,
relevant}). FILE is a SQLite file of the vectors of texts as they are embedded, table v (sha: sha256 of the text, vec:
float32); what it lacks is embedded and added, which takes half an hour on two cores the first time. So both are given
the same vectors, and the time to make an index is told without embedding; how long that takes is told of 2,000
passages. --tokens cuts smaller passages than Footnote does, for more of them. Each part runs in a process of its own,
so that memory can be told. --home keeps what was made; --json takes what is there already along, so that a run can be
made in parts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.scale import langchain, ours, server
from benchmarks.scale.plot import drawn
from bot import assembly
from bot.home import MODEL

RATED = 2000


def part(name: str, tokens: str, *places: str) -> dict[str, Any]:
    """One part, in this process."""
    assembly.PASSAGE_TOKENS = int(tokens)  # type: ignore[misc]
    paths = [Path(place) for place in places if not place.isdigit()]
    counts = [int(place) for place in places if place.isdigit()]
    work: Any = {
        "make": ours.make, "words": ours.words, "change": ours.change, "look": ours.look, "beside": ours.beside,
        "rate": ours.rate, "server": server.server, "alternative": langchain.alternative,
    }[name]  # fmt: skip
    said: dict[str, Any] = work(*paths, *counts)
    return said


def apart(name: str, tokens: int, *places: object) -> dict[str, Any]:
    """One part, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scale", "--part", name, str(tokens), *map(str, places)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The part {name} failed.")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def main() -> None:
    if sys.argv[1:2] == ["--part"]:
        print(json.dumps(part(*sys.argv[2:])))
        return
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--articles", type=int, nargs="*", default=[100, 1000, 4786])
    parser.add_argument("--tokens", type=int, default=assembly.PASSAGE_TOKENS, help="of a passage, at most")
    parser.add_argument("--home", type=Path, help="where indexes are kept for another run")
    parser.add_argument("--json", type=Path, help="write the figures there, beside those that are there")
    parser.add_argument("--plot", type=Path, help="draw them there")
    args = parser.parse_args()
    figures: dict[str, Any] = {"sizes": []}
    if args.json is not None and args.json.exists():
        figures = json.loads(args.json.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as temporary:
        kept = (args.home or Path(temporary)).resolve()

        def home(name: str) -> Path:
            """A home that has the model."""
            made = kept / name
            made.mkdir(parents=True, exist_ok=True)
            (kept / MODEL).mkdir(exist_ok=True)
            if not (made / MODEL).exists():
                (made / MODEL).symlink_to(kept / MODEL)
            return made

        for count in args.articles:
            there, tokens, loaded = home(f"{count}-{args.tokens}"), args.tokens, round(os.getloadavg()[0], 2)
            one = {"tokens": tokens, "load": loaded, **apart("make", tokens, there, args.data, args.vectors, count)}
            one |= {f"reader_{name}" if name == "peak_mb" else name: value for name, value in
                    apart("look", tokens, there, args.data).items()}  # fmt: skip
            one |= apart("change", tokens, there, args.data, args.vectors, count)
            before = [had["langchain"] for had in figures["sizes"] if had["articles"] == count]
            other = home(f"langchain-{count}") / "chroma"
            one["langchain"] = (  # its pieces do not depend on --tokens
                before[0] if before else apart("alternative", tokens, other, args.data, args.vectors, there, count)
            )
            same = [had for had in figures["sizes"] if (had["articles"], had["tokens"]) != (one["articles"], tokens)]
            figures["sizes"] = sorted([*same, one], key=lambda had: (had["passages"], had["tokens"]))
            print(json.dumps(one, indent=1), flush=True)
            if count == max(args.articles):
                figures["words"] = apart("words", tokens, home(f"words-{count}"), args.data, count)
                figures["beside"] = apart("beside", tokens, there, args.data, home("beside"))
                figures["rate"] = apart("rate", tokens, home(f"rate-{tokens}"), args.data, RATED)
                figures["server"] = apart("server", tokens, there, args.data, home(f"server-{tokens}"))
                print(json.dumps({name: figures[name] for name in figures if name != "sizes"}, indent=1), flush=True)
            if args.json is not None:
                args.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    if args.plot is not None:
        args.plot.write_text(drawn(figures["sizes"]), "utf-8")


if __name__ == "__main__":
    main()
