"""The small models of a quoting answer (`quoting.json`): which sentence is worth reading, which answers, does any?

All are logistic regressions over named features, fitted by `fitting/quoting.py`. Their coefficients are for the
features as they are, so that the file can be read: a coefficient is what one more of its feature adds to the log-odds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from bot.errors import DamagedInstallation

FILE = "quoting.json"
_MODELS = ("look", "sentence", "answer")


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: log-odds = intercept + Σ coefficient × feature."""

    intercept: float
    coefficients: Mapping[str, float]

    def odds(self, features: Mapping[str, float]) -> float:
        """The log-odds. A feature that is missing raises KeyError: a silent zero would be a wrong answer."""
        return self.intercept + sum(weight * features[name] for name, weight in self.coefficients.items())

    def probability(self, features: Mapping[str, float]) -> float:
        """From 0 to 1; otherwise as `odds`."""
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, self.odds(features)))))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What `quoting.json` holds.

    `look`: might this sentence hold the answer, so that it is worth reading? `sentence`: does it, having been read?
    `answer`: do the best sentences answer the question at all; below `threshold` the answerer declines. `beside`: a
    further sentence is quoted when its probability is at least this share of the best one's.
    """

    look: Logistic
    sentence: Logistic
    answer: Logistic
    threshold: float
    beside: float


def from_json(text: str) -> Judgement:
    """Read the file's text. Raises ValueError or KeyError when it isn't what it should be."""
    values = json.loads(text)
    look, sentence, answer = (Logistic(values[name]["intercept"], values[name]["coefficients"]) for name in _MODELS)
    return Judgement(look, sentence, answer, values["threshold"], values["beside"])


@lru_cache(maxsize=1)
def judgement() -> Judgement:
    """The models that come with Footnote. Raises DamagedInstallation when their file is missing or damaged."""
    try:
        return from_json((files("bot") / FILE).read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedInstallation(FILE) from error
