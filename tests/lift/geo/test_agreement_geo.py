"""For every geo method and random panels: p < alpha exactly when no effect lies outside the 1 - alpha interval; scale and the
order of geos change nothing."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lift.geo.answers.money import PlaceboJoint
from lift.geo.config import Method
from lift.geo.data.assignment import complete, reference_sets
from lift.geo.estimators.rolling import Fits, fit_all, members_of, score
from lift.geo.estimators.table import ESTIMATORS, MEMBERS, TRIMMED_MATCH
from lift.geo.inference.pairs import trimmed_match
from lift.geo.inference.placebo import Inference
from tests.random_inputs import inputs

UNITS, TIME, SPLIT, MOST = 8, 16, 12, 27
SEEDS, LEVELS = st.integers(0, 2**32 - 1), st.sampled_from([0.6, 0.75, 0.85])
FACTORS = st.sampled_from([1e-3, 0.5, 250.0])


def panel(seed: int) -> np.ndarray:
    """Return counts or money of 8 geos: shared swings, own noise of any heaviness, a lift in some, zeros in some."""
    random = np.random.default_rng(seed)
    level = random.gamma(2.0, 50.0, UNITS)[:, None] + 5
    common = np.cumsum(random.normal(0, 0.05, TIME)) + 0.1 * np.sin(np.arange(TIME))
    noise = random.standard_t(3, (UNITS, TIME)) * random.choice([0.01, 0.1, 0.4])
    outcome = level * np.maximum(1 + common + noise, 0.0)
    outcome[:1, SPLIT:] *= random.choice([1.0, 1.05, 2.0])
    return np.round(outcome) if random.random() < 0.5 else outcome


def first(count: int) -> np.ndarray:
    return np.arange(UNITS) < count


def agrees(found: Inference) -> bool:
    return (found.p_value < 1 - found.level - 1e-9) == (not found.covers(0.0))


def answers(outcome: np.ndarray, level: float, treated: np.ndarray) -> dict[str, Inference]:
    """Return the effect by each estimator and the ensemble, which share fits, as `analyse_cell` joins them."""
    sets = reference_sets(treated, complete(UNITS, int(treated.sum())), MOST, 0).treated
    window = (sets, (SPLIT - 4, SPLIT), TIME - SPLIT)
    fits = {"ensemble": fit_all(members_of("ensemble"), outcome, *window)}
    for place, name in enumerate(MEMBERS):
        contrast = [every[[place]] for every in fits["ensemble"].contrast]
        fits[name] = dataclasses.replace(fits["ensemble"], contrast=contrast)
    for name in set(ESTIMATORS) - set(MEMBERS):
        fits[name] = fit_all(members_of(name), outcome, *window)
    spread = np.where(treated, outcome[:, :SPLIT].mean(axis=1), 0.0)
    spread = spread / spread.sum() if spread.sum() > 0 else treated / treated.sum()
    return {name: joined(each, outcome, spread, level) for name, each in fits.items()}


def joined(fits: Fits, outcome: np.ndarray, spread: np.ndarray, level: float) -> Inference:
    """Return the effect by the shared inference."""
    scores = score(fits, outcome[None], 1, TIME - SPLIT)
    joint = PlaceboJoint(scores.total, scores.scale, scores.contrast @ spread, level, 1.0)
    return joint.combination(1.0, 0.0)


def by_pairs(outcome: np.ndarray, level: float, treated: np.ndarray) -> Inference:
    """Return the effect by trimmed match."""
    levelled = outcome - outcome[:, :SPLIT].mean(axis=1, keepdims=True)
    response = (levelled[treated] - levelled[~treated])[:, SPLIT:].sum(axis=1)
    share = outcome[treated, :SPLIT].mean(axis=1)
    return trimmed_match(response, share / share.sum(), 0.1, level, 0).inference


def test_every_method_of_the_yaml_is_here() -> None:
    assert set(Method.__args__) == {*answers(panel(0), 0.75, first(1)), TRIMMED_MATCH}


@inputs(250)
@given(SEEDS, LEVELS)
def test_p_value_and_interval_agree(seed: int, level: float) -> None:
    for method, found in answers(panel(seed), level, first(1)).items():
        assert agrees(found), (method, found)


@inputs(250)
@given(SEEDS, LEVELS)
def test_p_value_and_interval_of_pairs_agree(seed: int, level: float) -> None:
    found = by_pairs(panel(seed), level, first(4))
    assert agrees(found), found


@inputs(30)
@given(SEEDS, LEVELS, FACTORS)
def test_scale_and_order_of_geos_change_nothing(seed: int, level: float, factor: float) -> None:
    outcome, treated = panel(seed), first(1)
    order = np.random.default_rng(seed).permutation(UNITS)
    before = answers(outcome, level, treated)
    after = answers(outcome[order] * factor, level, treated[order])
    for method in ESTIMATORS:
        plain, moved = before[method], after[method]
        assert moved.p_value == pytest.approx(plain.p_value), method
        ends = [plain.lower * factor, plain.point * factor, plain.upper * factor]
        room = 1e-5 * factor * outcome.sum()  # iterative fits end within a tolerance of their own
        assert [moved.lower, moved.point, moved.upper] == pytest.approx(ends, rel=1e-5, abs=room), method
