"""What a written answer costs beside the model: milliseconds by stage, and tokens by part of the prompt.

    python -m benchmarks.writing [--home DIR] [--limit N]

Asks the questions of `seeds/questions.jsonl` marked "build" of the bundled articles, with a language model that needs
no time: a server on this machine that at once drafts three claims, each a sentence of a passage it was shown, quoted
word for word. The first ten questions warm up and don't count. Milliseconds are those of the answers' own stages;
"model" is what LangChain, the client, HTTP and the server take together. Tokens are counted by the default model's
encoding. The server is the tests' own (`tests/support/model_server.py`), so the test tools must be installed.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import seeds
from bot.assembly import archive, ingest, open_assistant, open_model
from bot.generating import SHAPE
from bot.settings import Settings
from bot.types import Answered, Question
from tests.support.model_server import ModelServer, Received, Reply, say

WARM_UP = 10
CALLS = ("rewrite", "model")
"""The stages that are calls of the model, as far as it isn't verifying."""
_BLOCK = re.compile(r"^\[([a-z2-7]{5,})\] [^\n]*\n(.*?)\n\[/\1\]$", re.MULTILINE | re.DOTALL)


def reply(request: Received) -> Reply:
    """A translation where one is asked for, else a draft of three sentences."""
    properties = request.body["response_format"]["json_schema"]["schema"]["properties"]
    if "translation" in properties:
        return say({"question": "", "translation": ""})
    claims = []
    for label, text in _BLOCK.findall(request.text)[:3]:
        sentence = max(re.split(r"(?<=[.!?])\s", text), key=lambda each: min(len(each), 200))
        claims.append({"quotes": [{"passage": label, "quote": sentence}], "text": " ".join(sentence.split())})
    return say({"answers": True, "claims": claims})


def spread(values: list[float]) -> str:
    """p50 and p95."""
    values = sorted(values)
    return f"p50 {statistics.median(values):7.1f}   p95 {values[int(len(values) * 0.95)]:7.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--limit", type=int)
    given = parser.parse_args()
    lines = (seeds.folder() / "questions.jsonl").read_text("utf-8").splitlines()
    asked = [row["question"] for row in map(json.loads, lines) if row["part"] == "build" and "history" not in row][
        : given.limit
    ]
    with tempfile.TemporaryDirectory() as scratch, ModelServer() as server:
        server.respond = reply
        settings = Settings(home=given.home or Path(scratch), openai_base_url=server.url)
        ingest(settings, [archive(settings)])
        measure(settings, asked, server)


def measure(settings: Settings, asked: list[str], server: ModelServer) -> None:
    """Ask, and print the figures."""
    stages: dict[str, list[float]] = defaultdict(list)
    parts: dict[str, list[float]] = defaultdict(list)
    shown = confirmed = drafted = 0
    with closing(open_assistant(settings)) as assistant, closing(open_model(settings)) as model:
        for n, question in enumerate(asked):
            before = len(server.requests)
            outcome = assistant.answer(Question(question))
            if n < WARM_UP:
                continue
            for stage, spent in outcome.timings_ms.items():
                stages[stage].append(spent)
            for part, tokens in sent(server.requests[before:], model.count).items():
                parts[part].append(tokens)
            if outcome.trace.drafting is not None:
                first = [one for one in outcome.trace.drafting.examined if one.attempt == 1]
                drafted += len(first)
                confirmed += sum(one.shown for one in first)
            stages["all but calls"].append(
                outcome.timings_ms["total"] - sum(outcome.timings_ms.get(c, 0) for c in CALLS)
            )
            shown += isinstance(outcome, Answered) and outcome.mode == "generated"
    total = stages["total"]
    print(f"n={len(total)} questions, {shown} written answers, {confirmed} of {drafted} statements confirmed at once")
    for stage, values in stages.items():
        print(f"{stage:<13} n={len(values):<4} {spread(values)} ms")
    print("tokens sent for a question:")
    for part, values in parts.items():
        print(f"{part:<28} {spread(values)}   mean {statistics.mean(values):7.1f}")


def sent(requests: list[Received], count: Any) -> dict[str, float]:
    """Tokens by part of what was sent for one question."""
    parts: dict[str, float] = defaultdict(float)
    for request in requests:
        system, *rest = [message["content"] for message in request.body["messages"]]
        text = "\n\n".join(rest)
        blocks = [match.group() for match in _BLOCK.finditer(text)]
        draft = "claims" in request.body["response_format"]["json_schema"]["schema"]["properties"]
        name = "draft" if draft else "rewriting"
        if draft and len(rest) > 1:
            name = "second draft"
        parts[f"{name}: instructions"] += count(system)
        if draft:
            passages = sum(count(each) for each in blocks)
            heads = sum(count(each.partition("\n")[0]) + count(each.rpartition("\n")[2]) for each in blocks)
            parts[f"{name}: passages' texts"] += passages - heads
            parts[f"{name}: their labels, origins"] += heads
            parts[f"{name}: question, the rest"] += count(text) - passages
            parts[f"{name}: schema"] += count(json.dumps(SHAPE.schema))
        else:
            parts[f"{name}: questions"] += count(text)
        parts["all"] += count(system) + count(text)
    return parts


if __name__ == "__main__":
    main()
