"""What benchmarks share: running the command, and telling whether an answer holds the evidence of a question."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def run(arguments: list[str], home: Path, given: str = "") -> str:
    """What `footnote` prints for these arguments."""
    environment = {**os.environ, "FOOTNOTE_HOME": str(home)}
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "FOOTNOTE_EMBEDDINGS"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True, env=environment).stdout


def holds(answer: Row, evidence: list[list[Row]], texts: dict[str, str]) -> bool:
    """Whether the cited quotes cover one place of each group."""
    cited = {(one["path"], at) for one in answer["citations"] for at in range(one["start"], one["end"])}

    def covered(place: Row) -> bool:
        text = texts[place["article"]]
        start = text.index(place["quote"])
        return all(
            (place["article"], at) in cited
            for at in range(start, start + len(place["quote"]))
            if not text[at].isspace()
        )

    return all(any(map(covered, group)) for group in evidence)
