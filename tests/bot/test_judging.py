"""The two small models: what their file says, and what they make of features."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from bot.errors import DamagedInstallation
from bot.judging import FILE, Judgement, Logistic, from_json, judgement

MODELS = [field.name for field in fields(Judgement) if field.type == "Logistic"]
GOOD: dict[str, Any] = {
    **{name: {"intercept": float(n), "coefficients": {name: n + 1.0}} for n, name in enumerate(MODELS)},
    **{field.name: 0.5 for field in fields(Judgement) if field.type == "float"},
    "threshold": 0.4,
}


@pytest.mark.parametrize(
    ("intercept", "value", "probability"),
    [(0.0, 0.0, 0.5), (0.0, 1.0, 1 / (1 + math.exp(-2))), (-2.0, 1.0, 0.5), (0.0, -1.0, 1 / (1 + math.exp(2)))],
)
def test_a_probability_is_the_logistic_of_the_weighted_sum(intercept: float, value: float, probability: float) -> None:
    assert Logistic(intercept, {"x": 2.0}).probability({"x": value}) == pytest.approx(probability)


def test_a_feature_the_model_does_not_name_changes_nothing() -> None:
    assert Logistic(0.0, {"x": 1.0}).probability({"x": 0.0, "y": 9.0}) == 0.5


def test_a_missing_feature_is_an_error_and_not_a_silent_zero() -> None:
    with pytest.raises(KeyError, match="x"):
        Logistic(0.0, {"x": 1.0}).probability({"y": 1.0})


@pytest.mark.parametrize("value", [1e6, -1e6])
def test_extreme_features_stay_probabilities(value: float) -> None:
    assert 0 <= Logistic(0.0, {"x": 1.0}).probability({"x": value}) <= 1


def test_the_file_is_read_as_it_is() -> None:
    read = from_json(json.dumps(GOOD))
    assert (read.threshold, read.beside) == (0.4, 0.5)
    for n, name in enumerate(MODELS):
        assert getattr(read, name) == Logistic(n, {name: n + 1.0})


def test_every_part_has_its_own_name_in_the_file() -> None:
    assert {"sentence", "answer"} <= set(MODELS)
    assert set(GOOD) == {field.name for field in fields(Judgement)}


@pytest.mark.parametrize("lacking", list(GOOD))
def test_a_file_that_lacks_a_part_is_not_read(lacking: str) -> None:
    with pytest.raises(KeyError, match=lacking):
        from_json(json.dumps({name: value for name, value in GOOD.items() if name != lacking}))


def test_a_file_that_is_no_json_is_not_read() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        from_json("{")


def test_the_models_that_come_with_footnote_can_answer_and_can_decline() -> None:
    models = judgement()
    assert 0 < models.threshold < 1
    assert 0 < models.beside <= 1
    for model in (getattr(models, name) for name in MODELS):
        assert model.coefficients
        assert all(math.isfinite(weight) for weight in (model.intercept, *model.coefficients.values()))
        best = {name: math.copysign(50.0, weight) for name, weight in model.coefficients.items()}
        worst = {name: -value for name, value in best.items()}
        assert model.probability(worst) < models.threshold < model.probability(best)


@pytest.mark.parametrize("text", [None, b"", b"{", b"[]", b"\xff", b"{}", b'{"look": 3}'])
def test_a_damaged_installation_is_named_so(
    text: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if text is not None:
        (tmp_path / FILE).write_bytes(text)
    monkeypatch.setattr("bot.judging.files", lambda _: tmp_path)
    judgement.cache_clear()
    with pytest.raises(DamagedInstallation, match=FILE) as raised:
        judgement()
    assert raised.value.next_step == "Install Footnote again."
