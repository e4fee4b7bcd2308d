"""For every geo estimator and 1,000 random panels: p < alpha exactly when no effect lies outside the 1 - alpha interval;
scale and the order of geos change nothing."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lift.geo.answers.money import PlaceboJoint
from lift.geo.config import Method
from lift.geo.data.assignment import complete, reference_sets
from lift.geo.estimators.rolling import fit_all, score
from lift.geo.estimators.table import ESTIMATORS
from lift.geo.inference.pairs import trimmed_match
from lift.geo.inference.placebo import Inference

UNITS, TIME, SPLIT, MOST = 8, 16, 12, 27
METHODS = tuple(ESTIMATORS)
EVERY = (*METHODS, "ensemble", "trimmed_match")
thousand = settings(
    max_examples=1000, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
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


def answer(outcome: np.ndarray, method: str, level: float, treated: np.ndarray) -> Inference:
    """Return the effect by the estimator and the shared inference, as `analyse_cell` joins them."""
    if method == "trimmed_match":
        levelled = outcome - outcome[:, :SPLIT].mean(axis=1, keepdims=True)
        response = (levelled[treated] - levelled[~treated])[:, SPLIT:].sum(axis=1)
        share = outcome[treated, :SPLIT].mean(axis=1)
        return trimmed_match(response, share / share.sum(), 0.1, level, 0).inference
    names = METHODS[:4] if method == "ensemble" else (method,)
    sets = reference_sets(treated, complete(UNITS, int(treated.sum())), MOST, 0).treated
    members = {name: ESTIMATORS[name].weights for name in names}
    fits = fit_all(members, outcome, sets, (SPLIT - 4, SPLIT), TIME - SPLIT)
    scores = score(fits, outcome[None], 1, TIME - SPLIT)
    spread = np.where(treated, outcome[:, :SPLIT].mean(axis=1), 0.0)
    spread = spread / spread.sum() if spread.sum() > 0 else treated / treated.sum()
    return PlaceboJoint(scores.total, scores.scale, scores.contrast @ spread, level, 1.0).combination(
        1.0, 0.0
    )


def test_every_method_of_the_yaml_is_here() -> None:
    assert set(Method.__args__) == set(EVERY)


@pytest.mark.parametrize("method", EVERY)
def test_p_value_and_interval_agree(method: str) -> None:
    treated = first(4 if method == "trimmed_match" else 1)

    @thousand
    @given(SEEDS, LEVELS)
    def check(seed: int, level: float) -> None:
        found = answer(panel(seed), method, level, treated)
        assert agrees(found), found

    check()


@pytest.mark.parametrize("method", METHODS)
def test_scale_and_order_of_geos_change_nothing(method: str) -> None:
    @settings(thousand, max_examples=60)
    @given(SEEDS, LEVELS, FACTORS)
    def check(seed: int, level: float, factor: float) -> None:
        outcome, treated = panel(seed), first(1)
        order = np.random.default_rng(seed).permutation(UNITS)
        plain = answer(outcome, method, level, treated)
        moved = answer(outcome[order] * factor, method, level, treated[order])
        assert moved.p_value == pytest.approx(plain.p_value)
        ends = [plain.lower * factor, plain.point * factor, plain.upper * factor]
        room = 1e-5 * factor * outcome.sum()  # iterative fits end within a tolerance of their own
        assert [moved.lower, moved.point, moved.upper] == pytest.approx(ends, rel=1e-5, abs=room)

    check()
