import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm.transforms.convolution import convolve, convolve_tensor, lag_matrix

RNG = np.random.default_rng(20)
LAGS = 5
# exposure and weights: national, geos with one carryover per channel, draws of weights, fewer dates than lags
SHAPES = [
    ((9,), (LAGS + 1,)),
    ((4, 3, 20), (3, LAGS + 1)),
    ((3, 20), (7, 3, LAGS + 1)),
    ((2, 3), (2, LAGS + 1)),
]


@pytest.mark.parametrize(("of_exposure", "of_weights"), SHAPES)
def test_is_numpys_convolution_cut_to_the_dates(
    of_exposure: tuple[int, ...], of_weights: tuple[int, ...]
) -> None:
    exposure, weights = RNG.gamma(1, size=of_exposure), RNG.dirichlet(np.ones(LAGS + 1), size=of_weights[:-1])
    carried = convolve(exposure, weights)
    exposure_each = np.broadcast_to(exposure, carried.shape)
    weights_each = np.broadcast_to(weights, (*carried.shape[:-1], LAGS + 1))
    for index in np.ndindex(carried.shape[:-1]):
        expected = np.convolve(exposure_each[index], weights_each[index])[: carried.shape[-1]]
        np.testing.assert_allclose(carried[index], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("of_exposure", "of_weights"), SHAPES)
def test_twins_agree_for_data_and_for_expressions(
    of_exposure: tuple[int, ...], of_weights: tuple[int, ...]
) -> None:
    exposure, weights = RNG.gamma(1, size=of_exposure), RNG.dirichlet(np.ones(LAGS + 1), size=of_weights[:-1])
    x, w = pt.tensor("x", shape=of_exposure), pt.tensor("w", shape=of_weights)
    outputs = [convolve_tensor(exposure, w, LAGS), convolve_tensor(x, w, LAGS)]
    function = pytensor.function([x, w], outputs, mode="FAST_COMPILE", on_unused_input="ignore")
    for actual in function(exposure, weights):
        np.testing.assert_allclose(actual, convolve(exposure, weights), rtol=1e-12, atol=1e-14)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 11), st.floats(0.01, 100), st.integers(0, 2**31))
def test_is_causal_linear_and_keeps_the_sum(change_at: int, factor: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    exposure, weights = rng.gamma(1, size=12), rng.dirichlet(np.ones(LAGS + 1))
    carried = convolve(exposure, weights)
    later = exposure.copy()
    later[change_at] += 1.0
    assert (convolve(later, weights)[:change_at] == carried[:change_at]).all()
    np.testing.assert_allclose(
        convolve(factor * exposure + later, weights), factor * carried + convolve(later, weights), rtol=1e-9
    )
    padded = np.concatenate([exposure, np.zeros(LAGS)])
    assert convolve(padded, weights).sum() == pytest.approx(exposure.sum())


def test_the_lag_matrix_holds_the_past_beside_each_date() -> None:
    np.testing.assert_array_equal(lag_matrix(np.array([1.0, 2, 3]), 2), [[1, 0, 0], [2, 1, 0], [3, 2, 1]])
