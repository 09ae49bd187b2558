"""How well the support check parts claims that their quotes bear from those they don't, beside plain word overlap.

    python -m benchmarks.support --data DIR --set NAME [--models FOLDER]
    python -m benchmarks.support [--models FOLDER]

NAME is a set of pairs from outside, "verify_qags_cnndm" (QAGS on CNN/DailyMail; Wang et al., 2020) or "verify_rte3_fr"
(RTE-3 in French): `DIR/NAME/pairs.jsonl` or `dev.jsonl`, rows with "lang", "claim", "source", "label" and perhaps
"agreement", of which only 1 is kept. Of a long source the three sentences nearest to the claim are its quotes; plain
overlap is given the whole source. Claims the check finds no fault with are let through: their share that is supported
is the precision, the share of the supported that is let through the recall. A claim may have faults of several kinds.
Without a set every sentence of the bundled articles, but for its last word, is checked against itself, and against
itself and the next one, for the time it takes: all texts are embedded anew for each claim.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import seeds
from bot.support.check import Support, check
from bot.support.likeness import Likeness
from bot.types import Backing
from fitting.support_material import SETS, Case, public
from retrieval.articles import describe, load_sidecar
from retrieval.centring import Centring
from retrieval.e5 import load_e5
from retrieval.reading import Document, read_source
from retrieval.sentences import sentences

FITTED = """The shipped measure was fitted on both sets too: its area is too good. What to expect fitting/support.py
prints, with the sources or the whole set held out. The checks that name what they find were not fitted, but some rules
were mended while looking at what they refuse here."""


def area(scores: Sequence[float], truth: Sequence[bool]) -> float:
    """The area under the ROC curve: how often a supported claim scores higher than another, ties counting half."""
    up = [score for score, true in zip(scores, truth, strict=True) if true]
    down = [score for score, true in zip(scores, truth, strict=True) if not true]
    return sum((a > b) + 0.5 * (a == b) for a in up for b in down) / (len(up) * len(down))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--set", choices=SETS)
    parser.add_argument("--models", type=Path, help="the folder of the built embedder")
    given = parser.parse_args()
    if (given.data is None) != (given.set is None):
        parser.error("--data and --set go together")
    with tempfile.TemporaryDirectory() as scratch:
        embedder = load_e5(given.models or Path(scratch))
        centring = Centring(embedder.name)
        if given.set is not None:
            likeness = Likeness(embedder, centring)
            report(list(public(given.data, given.set, likeness)), likeness)
        else:
            pairs = list(pairwise(bundled()))
            for name, n in (("one quote", 1), ("two quotes", 2)):
                taken = []
                for pair in pairs:
                    claim, language = pair[0].quote.rpartition(" ")[0] or pair[0].quote, pair[0].article.language
                    taken.append(checked(claim, language, pair[:n], Likeness(embedder, centring))[1])
                time_of(name, taken)


def report(cases: Sequence[Case], likeness: Likeness) -> None:
    """Print the figures."""
    results = [checked(case.claim, case.language, case.backing, likeness) for case in cases]
    found = [support for support, _ in results]
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
    time_of("its quotes", [taken for _, taken in results])


def checked(claim: str, language: str, backing: Sequence[Backing], likeness: Likeness) -> tuple[Support, float]:
    """What is found of a claim, and the milliseconds it took."""
    began = time.perf_counter()
    support = check(claim, language, backing, likeness)
    return support, (time.perf_counter() - began) * 1000


def time_of(name: str, taken: Sequence[float]) -> None:
    """Print how long a claim took."""
    ordered = sorted(taken)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    print(f"a claim with {name}, n={len(taken)}: p50 {middle:.1f} ms, p95 {late:.1f} ms")


def bundled() -> Iterator[Backing]:
    """The sentences of the bundled articles as quotes, without what belongs to the site."""
    sidecar = load_sidecar(seeds.folder())
    for document in read_source(seeds.folder()):
        assert isinstance(document, Document)
        article = describe(document, "bundled", sidecar)
        for span in sentences(article.text):
            if not any(one.start < span.end and span.start < one.end for one in article.furniture):
                yield Backing(article, span, span)


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
