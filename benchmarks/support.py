"""How well the support check parts claims that their quotes bear from those they don't, beside plain word overlap.

    python -m benchmarks.support --data DIR --set NAME [--models FOLDER]

NAME is a set of pairs from outside, "verify_qags_cnndm" (QAGS on CNN/DailyMail, human judgements) or "verify_rte3_fr"
(RTE-3 in French): `DIR/NAME/pairs.jsonl` or `dev.jsonl`, rows with "lang", "claim", "source", "label" and perhaps
"agreement", of which only 1 is kept. Of a long source the three sentences nearest to the claim are its quotes. The
shipped measure was fitted on both sets too, so its own figures are too good: those of `fitting/support.py`, with the
sources or the whole set held out, are what to expect. The checks with names were not fitted.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from bot.support.check import check
from bot.support.likeness import Likeness
from fitting.support_material import SETS, Case, public
from retrieval.centring import Centring
from retrieval.e5 import load_e5


def area(scores: Sequence[float], truth: Sequence[bool]) -> float:
    """The area under the ROC curve: how often a supported claim scores higher than another, ties counting half."""
    up = [score for score, true in zip(scores, truth, strict=True) if true]
    down = [score for score, true in zip(scores, truth, strict=True) if not true]
    return sum((a > b) + 0.5 * (a == b) for a in up for b in down) / (len(up) * len(down))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", choices=SETS, required=True)
    parser.add_argument("--models", type=Path, help="the folder of the built embedder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        embedder = load_e5(given.models or Path(scratch))
        likeness = Likeness(embedder, Centring(embedder.name))
        report(list(public(given.data, given.set, likeness)), likeness)


def report(cases: Sequence[Case], likeness: Likeness) -> None:
    """Print the figures."""
    found, taken = [], []
    for case in cases:
        began = time.perf_counter()
        found.append(check(case.claim, case.language, case.backing, likeness))
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    parts = {"all": [True] * len(cases), "contradicted only": [case.label != "not_supported" for case in cases]}
    for name, kept in parts.items():
        truth = [case.supported for case, keep in zip(cases, kept, strict=True) if keep]
        if len(set(truth)) == 2 and (name == "all" or not all(kept)):
            plain = [case.overlap for case, keep in zip(cases, kept, strict=True) if keep]
            ours = [one.score for one, keep in zip(found, kept, strict=True) if keep]
            print(
                f"{name}, n={len(truth)}: AUROC word overlap {area(plain, truth):.3f}, measure {area(ours, truth):.3f}"
            )
    shown = [case.supported for case, one in zip(cases, found, strict=True) if not one.faults]
    true = sum(case.supported for case in cases)
    precision, recall = sum(shown) / len(shown), sum(shown) / true
    base = true / len(cases)
    print(
        f"let through {len(shown)} of {len(cases)}: precision {precision:.3f} (of all {base:.3f}), recall {recall:.3f}"
    )
    refused: dict[str, Counter[str]] = defaultdict(Counter)
    for case, one in zip(cases, found, strict=True):
        for kind in {str(fault.kind) for fault in one.faults}:
            refused[kind][case.label] += 1
    for kind, labels in sorted(refused.items()):
        print(f"  {kind:<12} " + ", ".join(f"{count} {label}" for label, count in sorted(labels.items())))
    print(f"a claim takes p50 {taken[len(taken) // 2]:.1f} ms, p95 {taken[int(len(taken) * 0.95)]:.1f} ms")


if __name__ == "__main__":
    main()
