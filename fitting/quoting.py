"""Fit bot/quoting.json: which sentence is worth reading, which answers, and do the best ones answer at all?

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
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from bot.asked import asked as kind_asked
from bot.assembly import ingest, open_retriever
from bot.assistant import PASSAGES
from bot.judging import Logistic
from bot.quoting import Ranked, answer_features, candidates, look, rank, read, select
from bot.reader import Reader, load_reader
from bot.settings import Settings
from bot.weighing import Weighed, weigh
from fitting.material import Asked, Material, all_material

Array = NDArray[np.float64]
Place = tuple[str, int]

FOLDS = 5
SHARES = {"seeds": 2.0, "newsroom": 2.0, "reading": 1.0, "deciding": 3.0, "squad2_en": 0.3, "piaf_fr": 0.5}
"""What each material counts, whatever its number of questions."""
FALSE_DECLINES = 0.08
"""The threshold is set where this share of the answerable questions is declined."""
BESIDE = 0.1
READ_FEATURES = (
    "reader", "reader_gap", "look", "similarity", "similarity_gap", "words", "words_near", "names_around", "numbers",
    "kind", "passage", "other_language",
)  # fmt: skip
"""What the choice among the sentences that were read goes by."""


SIGNS = {
    **dict.fromkeys(
        (
            "reader", "reader_best", "reader_second", "reader_third", "look", "similarity", "words", "words_near",
            "words_around", "names_around", "numbers", "kind", "chosen", "chosen_lead", "chosen_together",
            "other_words_near",
        ),
        1,
    ),
    **dict.fromkeys(
        (
            "lacking_names", "lacking_numbers", "lacking_weight", "lacking_words", "nowhere_names", "nowhere_weight",
            "nowhere_words",
        ),
        -1,
    ),
}  # fmt: skip
"""What a feature of the decision can only speak for (1) or against (-1)."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its sentences weighed, and for each evidence group the places of the sentences that hold it."""

    material: str
    asked: Asked
    weighed: list[Weighed]
    groups: list[set[Place]]

    def holds(self, sentences: Sequence[Weighed]) -> bool:
        """Whether these sentences hold evidence of every group."""
        places = {place_of(one) for one in sentences}
        return bool(self.groups) and all(places & group for group in self.groups)

    def right(self, one: Weighed) -> bool:
        """Whether a sentence holds evidence."""
        return any(place_of(one) in group for group in self.groups)


def place_of(one: Weighed) -> Place:
    """The article and the offset a sentence stands at."""
    return one.sentence.article.id, one.sentence.span.start


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
                    place_of(one)
                    for one in weighed
                    if any(
                        one.sentence.article.path == path
                        and one.sentence.span.start < end
                        and start < one.sentence.span.end
                        for path, start, end in group
                    )
                }
                for group in asked.evidence
            ]
            found.append(Case(material.name, asked, weighed, groups))
    retriever.index.close()
    return found


def fit(
    rows: Array,
    labels: Sequence[bool],
    weights: Sequence[float],
    names: Sequence[str],
    strength: float,
    signs: Mapping[str, int] | None = None,
) -> Logistic:
    """A logistic regression on scaled features, its coefficients given back for the features as they are.

    `strength`: the inverse of the ridge penalty, as scikit-learn counts it. `signs`: features whose coefficient may not
    be negative (1) or positive (-1), so that no accident of the material makes what is missing speak for an answer.
    """
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = (rows - mean) / spread
    truth = np.where(labels, 1.0, -1.0)
    share = np.array(weights) * len(weights) / sum(weights) * strength

    def loss(values: Array) -> tuple[float, Array]:
        margin = truth * (scaled @ values[1:] + values[0])
        pull = -share * truth / (1.0 + np.exp(np.clip(margin, -500, 500)))
        slope = np.concatenate([[pull.sum()], scaled.T @ pull + values[1:]])
        return float(share @ np.logaddexp(0.0, -margin) + values[1:] @ values[1:] / 2), slope

    limits = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
    bounds = [limits[0], *(limits[(signs or {}).get(name, 0)] for name in names)]
    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    each = found.x[1:] / spread
    return Logistic(float(found.x[0] - each @ mean), dict(zip(names, map(float, each), strict=True)))


def fit_sentence(known: Sequence[tuple[Case, Sequence[Weighed]]], names: Sequence[str]) -> Logistic:
    """Which sentence holds the answer: one row a sentence of every answerable question whose evidence was found."""
    rows, labels, weights = [], [], []
    count = Counter(case.material for case, _ in known)
    for case, weighed in known:
        if case.groups and all(case.groups):
            rows += [[one.features[name] for name in names] for one in weighed]
            labels += [case.right(one) for one in weighed]
            weights += [SHARES[case.material] / count[case.material]] * len(weighed)
    return fit(np.array(rows), labels, weights, names, 0.05)


def fit_answer(known: Sequence[tuple[Case, dict[str, float]]]) -> Logistic:
    """Do the articles answer, judging by the best sentences?"""
    names = list(known[0][1])
    count = Counter(case.material for case, _ in known)
    rows = np.array([[features[name] for name in names] for _, features in known])
    weights = [SHARES[case.material] / count[case.material] for case, _ in known]
    return fit(rows, [bool(case.groups) for case, _ in known], weights, names, 0.05, SIGNS)


def folds(count: int) -> Iterator[tuple[list[int], list[int]]]:
    """The places to fit on and the places to measure on, fold by fold."""
    fold = np.random.default_rng(2016).integers(0, FOLDS, count)
    for number in range(FOLDS):
        yield [int(n) for n in np.flatnonzero(fold != number)], [int(n) for n in np.flatnonzero(fold == number)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="keep the indexes here for another run")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work: Path = given.work or Path(scratch)
        every = [case for material in all_material(given.data, work) for case in cases(material, work)]
        reader = load_reader(work / "models")
        looks, sentence, answer, threshold = fitted([case for case in every if case.weighed], reader)
    if given.write:
        write(looks, sentence, answer, threshold)


def fitted(every: Sequence[Case], reader: Reader) -> tuple[Logistic, Logistic, Logistic, float]:
    """The three models and the threshold, fitted on everything; prints what they reach fold by fold."""
    fresh = [case for case in every if case.asked.fresh]
    taught = [case for case in every if not case.asked.fresh]
    opened: dict[int, list[Weighed]] = {}
    ranks: dict[int, list[Ranked]] = {}
    judged: dict[int, tuple[Case, dict[str, float]]] = {}
    confidence: dict[int, float] = {}
    for some, others in folds(len(fresh)):
        model = fit_look([*taught, *(fresh[n] for n in some)])
        for n in others:
            opened[n] = read(fresh[n].asked.question, look(fresh[n].weighed, model), reader)
    for some, others in folds(len(fresh)):
        model = fit_sentence([(fresh[n], opened[n]) for n in some], READ_FEATURES)
        for n in others:
            ranks[n] = rank(opened[n], model)
            asked = fresh[n].asked
            ask = kind_asked(asked.question)
            features = answer_features(asked.question, asked.language, ask, fresh[n].weighed, ranks[n])
            judged[n] = fresh[n], features
    for some, others in folds(len(fresh)):
        model = fit_answer([judged[n] for n in some])
        for n in others:
            confidence[n] = model.probability(judged[n][1])
    threshold = report(fresh, ranks, confidence)
    sentence = fit_sentence([(fresh[n], opened[n]) for n in range(len(fresh))], READ_FEATURES)
    return fit_look(every), sentence, fit_answer(list(judged.values())), threshold


def fit_look(known: Sequence[Case]) -> Logistic:
    """The model that tells which sentences are worth reading."""
    return fit_sentence([(case, case.weighed) for case in known], list(known[0].weighed[0].features))


def chosen(case: Case, ranks: Sequence[Ranked]) -> list[Weighed]:
    """The sentences that would be quoted."""
    return [one.weighed for one in select(ranks, kind_asked(case.asked.question), BESIDE)]


def report(fresh: Sequence[Case], ranks: dict[int, list[Ranked]], confidence: dict[int, float]) -> float:
    """Print the figures; returns the threshold."""
    for material, kind in sorted({(case.material, case.asked.kind) for case in fresh if case.groups}):
        places = [n for n, c in enumerate(fresh) if (c.material, c.asked.kind) == (material, kind) and c.groups]
        best = [
            float(np.mean([fresh[n].holds([one.weighed for one in ranks[n][:most]]) for n in places]))
            for most in (1, 3, 10)
        ]
        quoted = [chosen(fresh[n], ranks[n]) for n in places]
        held = np.mean([fresh[n].holds(some) for n, some in zip(places, quoted, strict=True)])
        mean = np.mean([len(some) for some in quoted])
        shares = "  ".join(f"{share:.2f}" for share in best)
        print(
            f"{material:>10} {kind:<17} n={len(places):<4} evidence in the best 1, 3, 10: {shares};"
            f" in the {mean:.1f} quoted: {held:.2f}"
        )
    own = [n for n in confidence if fresh[n].material != "squad2_en" and fresh[n].asked.kind != "false_premise"]
    threshold = float(np.quantile([confidence[n] for n in own if fresh[n].groups], FALSE_DECLINES))
    for material in SHARES:
        foreign = [n for n, c in enumerate(fresh) if c.material == material and c.asked.kind == "foreign"]
        if foreign:
            declined = float(np.mean([confidence[n] < threshold for n in foreign]))
            print(f"{material:>10} foreign questions, n={len(foreign)}: declined {declined:.2f} at the threshold")
        kinds = ("false_premise", "foreign")
        places = [n for n, c in enumerate(fresh) if c.material == material and c.asked.kind not in kinds]
        truth = [bool(fresh[n].groups) for n in places]
        if len(set(truth)) < 2:
            continue
        area = roc_auc_score(truth, [confidence[n] for n in places])
        print(f"{material:>10} decides: AUROC {area:.3f}; {_declines(places, fresh, confidence)}")
    print(f"threshold {threshold:.3f}")
    return threshold


def _declines(places: Sequence[int], fresh: Sequence[Case], confidence: dict[int, float]) -> str:
    """What is declined where certain shares of the answerable are."""
    known = [confidence[n] for n in places if fresh[n].groups]
    absent = np.array([confidence[n] for n in places if not fresh[n].groups])
    shares = (0.05, 0.08, 0.15, 0.25)
    return "declined " + ", ".join(
        f"{float(np.mean(absent < np.quantile(known, share))):.2f} at {share:.2f}" for share in shares
    )


def write(looks: Logistic, sentence: Logistic, answer: Logistic, threshold: float) -> None:
    """Write the file the answerer reads."""

    def rounded(model: Logistic) -> dict[str, object]:
        return {
            "intercept": round(model.intercept, 4),
            "coefficients": {name: round(each, 4) for name, each in model.coefficients.items()},
        }

    values = {
        "made_by": "fitting/quoting.py",
        "look": rounded(looks),
        "sentence": rounded(sentence),
        "answer": rounded(answer),
        "threshold": round(threshold, 4),
        "beside": BESIDE,
    }
    Path("bot/quoting.json").write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
