"""How well the support check parts claims that their quotes bear from those they don't, beside plain word overlap.

    python -m benchmarks.support --data DIR --set NAME [--models FOLDER]

NAME is a set of pairs from outside, "verify_qags_cnndm" (QAGS on CNN/DailyMail; Wang et al., 2020) or "verify_rte3_fr"
(RTE-3 in French): `DIR/NAME/pairs.jsonl` or `dev.jsonl`, rows with "lang", "claim", "source", "label" and perhaps
"agreement", of which only 1 is kept. Of a long source the three sentences nearest to the claim are its quotes; plain
overlap is given the whole source. Claims the check finds no fault with are let through: their share that is supported
is the precision, the share of the supported that is let through the recall. A claim may have faults of several kinds.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.support.check import Support, check
from bot.support.likeness import Likeness
from fitting.support_material import SETS, Case, public
from retrieval.centring import Centring
from retrieval.e5 import load_e5

FITTED = """The shipped measure was fitted on both sets too: its area is too good. What to expect fitting/support.py
prints, with the sources or the whole set held out. The checks that name what they find were fitted on nothing."""


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
    found: list[Support] = []
    taken: list[float] = []
    for case in cases:
        began = time.perf_counter()
        found.append(check(case.claim, case.language, case.backing, likeness))
        taken.append((time.perf_counter() - began) * 1000)
    print(FITTED)
    areas("all", cases, [one.score for one in found])
    some = [(case, one.score) for case, one in zip(cases, found, strict=True) if case.label != "not_supported"]
    if any(case.label == "contradicted" for case, _ in some):
        areas("supported against contradicted", [case for case, _ in some], [score for _, score in some])
    shown = [case.supported for case, one in zip(cases, found, strict=True) if not one.faults]
    true = sum(case.supported for case in cases)
    print(
        f"let through {len(shown)} of {len(cases)} (refused {1 - len(shown) / len(cases):.0%}): precision "
        f"{sum(shown) / len(shown):.3f} (of all claims {true / len(cases):.3f} are supported), "
        f"recall {sum(shown) / true:.3f}"
    )
    refused = Counter((kind, case.label) for case, one in zip(cases, found, strict=True) for kind in kinds(one))
    alone = Counter(
        (*kinds(one), case.supported) for case, one in zip(cases, found, strict=True) if len(kinds(one)) == 1
    )
    labels = sorted({case.label for case in cases}, reverse=True)
    print("refused for:", ", ".join(labels), "(supported, others by this alone)")
    for kind in sorted({kind for kind, _ in refused}):
        counts = "  ".join(f"{refused[kind, label]:>4}" for label in labels)
        print(f"{kind:>12} {counts}  ({alone[kind, True]}, {alone[kind, False]})")
    ordered = sorted(taken)
    print(f"a claim takes p50 {ordered[len(ordered) // 2]:.1f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.1f} ms")


def areas(name: str, cases: Sequence[Case], scores: Sequence[float]) -> None:
    """Print both areas of some cases."""
    truth = [case.supported for case in cases]
    plain = area([case.overlap for case in cases], truth)
    print(f"{name}, n={len(truth)}: AUROC of word overlap {plain:.3f}, of the measure {area(scores, truth):.3f}")


def kinds(one: Support) -> set[str]:
    """The kinds of the faults found."""
    return {fault.kind for fault in one.faults}


if __name__ == "__main__":
    main()
