"""Fit bot/quoting.json: which sentence holds the answer, and do the best ones answer at all?

    python -m fitting.quoting --data DIR [--write]

The material is described in `fitting/material.py`; --data names the folder with SQuAD 2.0 and PIAF. Prints, for each
material, how often the best sentences hold the evidence and how well the decision separates; the figures of a material
come from models fitted without the fifth of the questions they are measured on. With --write the file is written,
fitted on everything. Needs scikit-learn. Minutes, most of them for indexing and for the reader.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.asked import asked as kind_asked
from bot.assembly import ingest, open_retriever
from bot.assistant import PASSAGES
from bot.judging import Logistic
from bot.quoting import Ranked, answer_features, candidates
from bot.settings import Settings
from bot.weighing import Weighed, weigh
from fitting.material import Asked, Material, all_material

Array = NDArray[np.float64]

FOLDS = 5
SHARES = {"seeds": 2.0, "newsroom": 2.0, "reading": 2.0, "squad2_en": 1.0, "piaf_fr": 1.0}
"""What each material counts, whatever its number of questions."""
DECIDING = ("seeds", "newsroom", "reading", "squad2_en")
"""Materials with questions that have no answer."""
FALSE_DECLINES = 0.08
"""The threshold is set where this share of the answerable questions is declined."""
BESIDE = 0.25


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its sentences weighed, and for each evidence group the places of the sentences that hold it."""

    material: str
    asked: Asked
    weighed: list[Weighed]
    groups: list[set[int]]

    def holds(self, order: Sequence[int], most: int) -> bool:
        """Whether the first `most` sentences of an order hold evidence of every group."""
        return bool(self.groups) and all(set(order[:most]) & group for group in self.groups)


def cases(material: Material, work: Path) -> list[Case]:
    """Every question of a material, searched and weighed as the answerer does it."""
    settings = Settings(home=work / f"home-{material.name}")
    ingest(settings, list(material.files))
    retriever = open_retriever(settings)
    found = []
    with retriever.index.snapshot() as catalogue:
        for asked in material.asked:
            hits = retriever.find(catalogue, asked.question, PASSAGES, asked.language)
            sentences = candidates(hits, catalogue.article)
            weighed = weigh(asked.question, asked.language, kind_asked(asked.question), sentences)
            groups = [
                {
                    place
                    for place, sentence in enumerate(sentences)
                    if any(
                        sentence.article.path == path and sentence.span.start < end and start < sentence.span.end
                        for path, start, end in group
                    )
                }
                for group in asked.evidence
            ]
            found.append(Case(material.name, asked, weighed, groups))
    retriever.index.close()
    return found


def fit(
    rows: Array, labels: Sequence[bool], weights: Sequence[float], names: Sequence[str], strength: float
) -> Logistic:
    """A logistic regression on scaled features, its coefficients given back for the features as they are."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.array(weights) * len(weights) / sum(weights)
    model = LogisticRegression(C=strength, max_iter=5000).fit((rows - mean) / spread, labels, sample_weight=scaled)
    each = model.coef_[0] / spread
    return Logistic(float(model.intercept_[0] - each @ mean), dict(zip(names, map(float, each), strict=True)))


def fit_sentence(known: Sequence[Case]) -> Logistic:
    """Which sentence holds the answer: one row a sentence of every answerable question whose evidence was found."""
    rows, labels, weights = [], [], []
    names = list(known[0].weighed[0].features)
    count = {name: sum(case.material == name for case in known) for name in SHARES}
    for case in known:
        if case.groups and all(case.groups):
            right = set().union(*case.groups)
            rows += [[one.features[name] for name in names] for one in case.weighed]
            labels += [place in right for place in range(len(case.weighed))]
            weights += [SHARES[case.material] / count[case.material]] * len(case.weighed)
    return fit(np.array(rows), labels, weights, names, 0.05)


def ranked(case: Case, model: Logistic) -> tuple[list[int], list[Ranked]]:
    """The sentences of a case by probability: their places, and themselves."""
    by = [Ranked(one, model.probability(one.features)) for one in case.weighed]
    order = sorted(range(len(by)), key=lambda place: -by[place].probability)
    return order, [by[place] for place in order]


def fit_answer(known: Sequence[tuple[Case, dict[str, float], bool]]) -> Logistic:
    """Do the best sentences answer? True where they hold the evidence: a wrong quote is no better than none."""
    names = list(known[0][1])
    count = {name: sum(case.material == name for case, _, _ in known) for name in SHARES}
    rows = np.array([[features[name] for name in names] for _, features, _ in known])
    weights = [SHARES[case.material] / count[case.material] for case, _, _ in known]
    return fit(rows, [right for _, _, right in known], weights, names, 0.05)


def folded(count: int, work: Callable[[list[int], list[int]], None]) -> None:
    """Call with the places to fit on and the places to measure on, fold by fold."""
    fold = np.random.default_rng(2016).integers(0, FOLDS, count)
    for number in range(FOLDS):
        work(list(np.flatnonzero(fold != number)), list(np.flatnonzero(fold == number)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="keep the indexes here for another run")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work: Path = given.work or Path(scratch)
        every = [case for material in all_material(given.data, work) for case in cases(material, work)]
    every = [case for case in every if case.weighed]
    orders: dict[int, list[int]] = {}
    judged: dict[int, tuple[Case, dict[str, float], bool]] = {}

    def order(fitted: list[int], measured: list[int]) -> None:
        model = fit_sentence([every[place] for place in fitted])
        for place in measured:
            case = every[place]
            orders[place], best = ranked(case, model)
            features = answer_features(case.asked.question, case.asked.language, best)
            judged[place] = (case, features, case.holds(orders[place], 3))

    folded(len(every), order)
    deciding = [place for place in range(len(every)) if every[place].material in DECIDING]
    confidence: dict[int, float] = {}

    def decide(fitted: list[int], measured: list[int]) -> None:
        model = fit_answer([judged[deciding[place]] for place in fitted])
        for place in measured:
            confidence[deciding[place]] = model.probability(judged[deciding[place]][1])

    folded(len(deciding), decide)
    threshold = report(every, orders, confidence)
    if given.write:
        sentence, answer = fit_sentence(every), fit_answer([judged[place] for place in deciding])
        write(sentence, answer, threshold)


def report(every: Sequence[Case], orders: dict[int, list[int]], confidence: dict[int, float]) -> float:
    """Print the figures; returns the threshold."""
    kinds = sorted({(case.material, case.asked.kind) for case in every if case.groups})
    for material, kind in kinds:
        of_kind = [p for p, c in enumerate(every) if (c.material, c.asked.kind) == (material, kind) and c.groups]
        shares = [sum(every[p].holds(orders[p], most) for p in of_kind) / len(of_kind) for most in (1, 2, 3, 6)]
        print(f"{material:>10} {kind:<18} n={len(of_kind):<4} evidence in the best 1, 2, 3, 6: {np.round(shares, 2)}")
    own = [p for p in confidence if every[p].material != "squad2_en"]
    answerable = [confidence[p] for p in own if every[p].groups and every[p].asked.kind != "false_premise"]
    threshold = float(np.quantile(answerable, FALSE_DECLINES))
    for material in DECIDING:
        asked = [p for p in confidence if every[p].material == material and every[p].asked.kind != "false_premise"]
        truth = [bool(every[p].groups) for p in asked]
        declined = [confidence[p] < threshold for p in asked]
        of = {
            label: np.mean([d for d, t in zip(declined, truth, strict=True) if t is label]) for label in (True, False)
        }
        area = roc_auc_score(truth, [confidence[p] for p in asked])
        shares = f"declined {of[False]:.2f} of the unanswerable, {of[True]:.2f} of the answerable"
        print(f"{material:>10} decides: AUROC {area:.3f}; {shares}")
    print(f"threshold {threshold:.3f}")
    return threshold


def write(sentence: Logistic, answer: Logistic, threshold: float) -> None:
    """Write the file the answerer reads."""

    def rounded(model: Logistic) -> dict[str, object]:
        return {
            "intercept": round(model.intercept, 4),
            "coefficients": {name: round(each, 4) for name, each in model.coefficients.items()},
        }

    values = {
        "made_by": "fitting/quoting.py",
        "sentence": rounded(sentence),
        "answer": rounded(answer),
        "threshold": round(threshold, 4),
        "beside": BESIDE,
    }
    Path("bot/quoting.json").write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
