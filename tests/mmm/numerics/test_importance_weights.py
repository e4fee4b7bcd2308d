"""Pareto k is ArviZ's where a tail can be fitted, and unknown or infinite where not."""

import numpy as np
import pytest
from arviz_stats.base import array_stats

from mmm.numerics import importance_weights
from mmm.numerics.importance_weights import smoothed, tail_shape

TOLERANCE = 1e-10


def log_weights(samples: int) -> np.ndarray:
    """Return log weights from all but equal to very unequal, shape (row, sample)."""
    rng = np.random.default_rng(3)
    normal, uniform = rng.normal(size=samples), rng.uniform(size=samples)
    return np.stack([*(normal * sd for sd in (0.01, 0.3, 1, 3, 30)), np.log(uniform), -2 * np.log(uniform)])


@pytest.mark.parametrize("samples", [25, 30, 225, 226, 1000])
def test_k_is_that_of_arviz(samples: int) -> None:
    values = log_weights(samples)
    _, theirs = array_stats.psislw(-values, r_eff=1.0, axis=-1)  # it takes the inverse
    np.testing.assert_allclose(tail_shape(values), theirs, rtol=TOLERANCE)


@pytest.mark.parametrize("samples", [25, 226, 1000])
def test_smoothed_weights_are_those_of_arviz(samples: int) -> None:
    values = log_weights(samples)
    theirs, shapes = array_stats.psislw(-values, r_eff=1.0, axis=-1)
    for row, expected, shape in zip(values, theirs, shapes, strict=True):
        weights, k = smoothed(row)
        np.testing.assert_allclose(k, shape, rtol=TOLERANCE)
        np.testing.assert_allclose(weights, np.exp(expected), rtol=1e-8, atol=1e-14)


def test_weights_without_a_tail_stay_as_they_are() -> None:
    for values in (np.zeros(400), log_weights(24)[2]):
        weights, k = smoothed(values)
        assert np.isnan(k)
        np.testing.assert_allclose(weights, np.exp(values) / np.exp(values).sum())


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    values = log_weights(300)
    whole = tail_shape(values)
    monkeypatch.setattr(importance_weights, "BLOCK_NUMBERS", 1)
    np.testing.assert_array_equal(tail_shape(values), whole)


def test_without_a_tail_k_is_unknown() -> None:
    assert np.isnan(tail_shape(log_weights(24))).all()
    assert np.isnan(tail_shape(np.zeros((1, 400)))).all()


def test_a_single_draw_that_outweighs_all_others_is_no_light_tail() -> None:
    """Weights below the smallest floating-point number: the fit overflows, and k must not look harmless."""
    assert tail_shape(400 * log_weights(1000)[2:3]) == np.inf
