"""Make retrieval/commonness.tsv: how common the words of English and French news and reference prose are.

    python -m fitting.commonness --data DIR

DIR holds `realtimeqa_2022/documents.jsonl` (RealTime QA's stored 2022 news articles, English) and
`piaf_fr/documents.jsonl` (PIAF's paragraphs, French): rows with a "text". Only counts are written, none of the texts.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from pathlib import Path

from retrieval.analysis import content_stems

SETS = {"en": "realtimeqa_2022", "fr": "piaf_fr"}
WORDS = 150
"""Only the first words of a text count, so that long articles and short paragraphs are alike."""
KEPT = 4000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the question sets")
    folder: Path = parser.parse_args().data
    lines = ["# language\tstem\tinverse document frequency, ln(texts / texts with it); made by fitting/commonness.py"]
    for language, name in SETS.items():
        seen: Counter[str] = Counter()
        texts = 0
        with (folder / name / "documents.jsonl").open(encoding="utf-8") as rows:
            for row in rows:
                words = json.loads(row)["text"].split()[:WORDS]
                seen.update(set(content_stems(" ".join(words), language)))
                texts += 1
        common = [(stem, n) for stem, n in seen.most_common(KEPT) if stem.isalpha()]
        lines += [f"{language}\t{stem}\t{math.log(texts / n):.2f}" for stem, n in sorted(common)]
    Path("retrieval/commonness.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
