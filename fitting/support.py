"""Fit bot/support/support.json: how surely the quotes of a claim bear it.

    python -m fitting.support --data DIR [--write]

The material is described in `fitting/support_material.py`. Prints for each material how well the probability parts
claims that are borne from those that are not, beside plain word overlap: by models fitted without the fifth of the
sources they are measured on, and by models fitted without the whole material. With --write the file is written, fitted
on everything. Needs scikit-learn. A minute or two.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from bot.judging import Logistic
from bot.support.likeness import Likeness
from bot.support.meaning import features
from fitting.quoting import FOLDS, fit
from fitting.support_material import SETS, Case, made, public, written
from retrieval.centring import Centring
from retrieval.e5 import load_e5

Array = NDArray[np.float64]

SHARES = {"written": 3.0, "made": 1.0, "verify_rte3_fr": 1.5, "verify_qags_cnndm": 0.7}
"""What each material counts, whatever its number of claims."""
SIGNS = {
    **dict.fromkeys(
        (
            "words", "best", "predicate", "names", "numbers", "together", "longest_run", "order", "copied", "likeness",
            "other_words", "other_best", "other_likeness", "other_together", "dense",
        ),
        1,
    ),
    **dict.fromkeys(("lacking", "lacking_more", "lacking_words", "denied", "hedged", "turned", "runs"), -1),
}  # fmt: skip
"""What a feature can only speak for (1) or against (-1)."""
STRENGTH = 0.05
REFUSED = 0.08
"""The threshold is set where this share of the written claims that are borne is refused."""


def model(rows: Array, cases: Sequence[Case], names: Sequence[str]) -> Logistic:
    """The regression fitted on these cases, each material counting as `SHARES` says."""
    count = Counter(case.material for case in cases)
    weights = [SHARES[case.material] / count[case.material] for case in cases]
    return fit(rows, [case.supported for case in cases], weights, names, STRENGTH, SIGNS)


def odds(fitted: Logistic, rows: Array) -> Array:
    """The log-odds of each row."""
    found: Array = fitted.intercept + rows @ np.array(list(fitted.coefficients.values()))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, help="the folder of the built embedder")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        embedder = load_e5(given.models or Path(scratch))
        likeness = Likeness(embedder, Centring(embedder.name))
        cases = [*written(), *made(), *(case for name in SETS for case in public(given.data, name, likeness))]
        every = [features(case.claim, case.language, case.backing, likeness) for case in cases]
    names = list(every[0])
    rows = np.array([[one[name] for name in names] for one in every])
    threshold = report(rows, cases, names)
    if given.write:
        write(model(rows, cases, names), threshold)


def report(rows: Array, cases: Sequence[Case], names: Sequence[str]) -> float:
    """Print the figures; returns the threshold."""
    held = np.zeros(len(cases))
    for some, others in GroupKFold(FOLDS).split(rows, groups=[case.source for case in cases]):
        held[others] = odds(model(rows[some], [cases[n] for n in some], names), rows[others])
    print("AUROC: word overlap | ours, source held out | ours, material held out")
    for material in SHARES:
        places = [n for n, case in enumerate(cases) if case.material == material]
        rest = [n for n, case in enumerate(cases) if case.material != material]
        unseen = odds(model(rows[rest], [cases[n] for n in rest], names), rows[places])
        plain = [cases[n].overlap for n in places]
        parts: dict[str, Sequence[int]] = {"all": range(len(places))}
        if material == "written":
            own = {n for n, at in enumerate(places) if cases[at].language == cases[at].backing[0].article.language}
            parts |= {"same language": sorted(own), "across": sorted(set(range(len(places))) - own)}
        if "contradicted" in (labels := [cases[n].label for n in places]):
            parts["contradicted only"] = [n for n, label in enumerate(labels) if label != "not_supported"]
        for part, some in parts.items():
            truth = [cases[places[n]].supported for n in some]
            areas = [roc_auc_score(truth, [scores[n] for n in some]) for scores in (plain, held[places], unseen)]
            print(f"{material:>18} {part:<17} n={len(truth):<4}", " | ".join(f"{area:.3f}" for area in areas))
    borne = [held[n] for n, case in enumerate(cases) if case.material == "written" and case.supported]
    least = float(np.quantile(borne, REFUSED))
    for material in SHARES:
        kept = [case.supported for n, case in enumerate(cases) if case.material == material and held[n] >= least]
        total = sum(case.supported for case in cases if case.material == material)
        print(f"{material:>18} at the threshold: precision {np.mean(kept):.3f}, recall {sum(kept) / total:.3f}")
    return float(1 / (1 + np.exp(-least)))


def write(fitted: Logistic, threshold: float) -> None:
    """Write the file that is read."""
    values = {
        "made_by": "fitting/support.py",
        "intercept": round(fitted.intercept, 4),
        "coefficients": {name: round(each, 4) for name, each in fitted.coefficients.items()},
        "threshold": round(threshold, 4),
    }
    Path("bot/support/support.json").write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
