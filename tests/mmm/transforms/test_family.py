"""What holds for every family, over the two tables."""

from typing import Any, get_args

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mmm.config import AdstockFamily, SaturationFamily
from mmm.transforms import ADSTOCKS, SATURATIONS, ParameterPrior
from mmm.transforms.family import WEIGHT_SPACE

LAGS = 13
SCORES = np.random.default_rng(7).normal(size=(5, 3))
EDGE_SCORES = [-8.0, -3.0, 0.0, 3.0, 8.0]
EXPOSURES = np.array([0.0, 1e-300, 1e-12, 0.1, 1.0, 3.0, 1e6])
adstocks = pytest.mark.parametrize("name", sorted(ADSTOCKS))
saturations = pytest.mark.parametrize("name", sorted(SATURATIONS))


def parameters(priors: tuple[ParameterPrior, ...], score: Any) -> dict[str, np.ndarray]:
    return {prior.name: prior.value(np.roll(score, i)) for i, prior in enumerate(priors)}


def scalars(priors: tuple[ParameterPrior, ...]) -> dict[str, Any]:
    return {prior.name: pt.dscalar(prior.name) for prior in priors}


def test_the_tables_hold_what_the_yaml_names() -> None:
    assert set(ADSTOCKS) == set(get_args(AdstockFamily))
    assert set(SATURATIONS) == set(get_args(SaturationFamily))


@adstocks
def test_adstock_twins_agree(name: str) -> None:
    family = ADSTOCKS[name]
    values = parameters(family.priors(LAGS, 1.5), SCORES)
    variables = {key: pt.tensor(key, shape=value.shape) for key, value in values.items()}
    function = pytensor.function(
        list(variables.values()), family.weights_tensor(LAGS, **variables), mode="FAST_COMPILE"
    )
    expected = family.weights(LAGS, **values)
    np.testing.assert_allclose(function(*values.values()), expected, rtol=1e-12, atol=1e-15)
    assert expected.shape == ((5, 3, LAGS + 1) if values else (LAGS + 1,))


@pytest.mark.parametrize("name", sorted(set(ADSTOCKS) - {"none"}))
def test_adstock_gradients_are_finite_and_match_differences(name: str) -> None:
    family = ADSTOCKS[name]
    priors = family.priors(LAGS, 1.5)
    variables = scalars(priors)
    probe = np.random.default_rng(3).normal(size=LAGS + 1)
    output = (family.weights_tensor(LAGS, **variables) * probe).sum()
    inputs = list(variables.values())
    gradient = pytensor.function(inputs, pytensor.grad(output, inputs), mode="FAST_COMPILE")
    for score in EDGE_SCORES:
        assert np.isfinite(gradient(*(prior.value(score) for prior in priors))).all(), score
    point = {prior.name: float(prior.value(0.4)) for prior in priors}
    for key, found in zip(point, gradient(*point.values()), strict=True):
        step = 1e-6 * point[key]
        ends = [family.weights(LAGS, **point | {key: point[key] + sign * step}) @ probe for sign in (1, -1)]
        assert found == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6, abs=1e-9)


@adstocks
@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.floats(-6, 6), st.integers(1, 40))
def test_weights_are_shares(name: str, score: float, lags: int) -> None:
    family = ADSTOCKS[name]
    weights = family.weights(lags, **parameters(family.priors(lags, 0.3), score))
    assert weights.shape == (lags + 1,)
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1, abs=1e-12)


@saturations
def test_saturation_twins_agree(name: str) -> None:
    family = SATURATIONS[name]
    values = parameters(family.priors, SCORES[..., None])
    exposure = np.broadcast_to(EXPOSURES, (5, 3, len(EXPOSURES)))
    x = pt.tensor("x", shape=exposure.shape)
    variables = {key: pt.tensor(key, shape=value.shape) for key, value in values.items()}
    output = family.curve_tensor(x, **variables)
    function = pytensor.function([x, *variables.values()], output, mode="FAST_COMPILE")
    np.testing.assert_allclose(
        function(exposure, *values.values()), family.curve(exposure, **values), rtol=1e-12, atol=1e-15
    )


@saturations
def test_saturation_gradients_are_finite_and_match_differences(name: str) -> None:
    family = SATURATIONS[name]
    x, variables = pt.dvector("x"), scalars(family.priors)
    output = family.curve_tensor(x, **variables).sum()
    inputs = [x, *variables.values()]
    gradient = pytensor.function(inputs, pytensor.grad(output, inputs), mode="FAST_COMPILE")
    for score in EDGE_SCORES:
        found = gradient(EXPOSURES, *(prior.value(score) for prior in family.priors))
        assert all(np.isfinite(part).all() for part in found), score
    point = {prior.name: float(prior.value(0.4)) for prior in family.priors}
    exposure = np.array([0.3, 1.0, 2.5])
    of_exposure, *of_parameters = gradient(exposure, *point.values())
    np.testing.assert_allclose(of_exposure, family.slope(exposure, **point), rtol=1e-10)
    for key, found in zip(point, of_parameters, strict=True):
        step = 1e-6 * point[key]
        ends = [family.curve(exposure, **point | {key: point[key] + sign * step}).sum() for sign in (1, -1)]
        assert found == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6)


@saturations
@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.floats(-4, 4), st.floats(0, 50), st.floats(0.001, 10))
def test_saturation_starts_at_zero_and_rises(name: str, score: float, exposure: float, more: float) -> None:
    family = SATURATIONS[name]
    values = parameters(family.priors, score)
    low, high = family.curve(exposure, **values), family.curve(exposure + more, **values)
    assert family.curve(0.0, **values) == 0.0
    assert low <= high
    assert family.slope(exposure + more, **values) >= 0


@saturations
def test_slope_is_the_derivative(name: str) -> None:
    family = SATURATIONS[name]
    values, exposure, step = parameters(family.priors, 0.7), np.array([0.05, 0.8, 3.0]), 1e-6
    ends = [family.curve(exposure + sign * step, **values) for sign in (1, -1)]
    np.testing.assert_allclose(family.slope(exposure, **values), (ends[0] - ends[1]) / (2 * step), rtol=1e-7)


PRIORS = [
    (ParameterPrior("delay", 1.5, 0.7), stats.lognorm(0.7, scale=1.5)),
    (ParameterPrior("slope", 1.1, 0.3), stats.lognorm(0.3, scale=1.1)),
]


@pytest.mark.parametrize(("prior", "distribution"), PRIORS)
def test_a_positive_parameter_is_log_normal(prior: ParameterPrior, distribution: Any) -> None:
    scores = np.array([-2.0, 0.0, 1.3])
    np.testing.assert_allclose(prior.value(scores), distribution.ppf(stats.norm.cdf(scores)), rtol=1e-9)
    np.testing.assert_allclose(
        prior.value_tensor(pt.as_tensor(scores)).eval(), prior.value(scores), rtol=1e-13
    )


def test_a_bounded_parameter_is_logit_normal() -> None:
    prior, scores = ParameterPrior("exponent", 0.6, 0.5, "logit"), np.array([-40.0, 0.0, 1.0])
    odds = 1.5 * np.exp(0.5 * scores)
    np.testing.assert_allclose(prior.value(scores), odds / (1 + odds), rtol=1e-12)
    np.testing.assert_allclose(
        prior.value_tensor(pt.as_tensor(scores)).eval(), prior.value(scores), rtol=1e-12
    )


def loops_of(family: Any, values: list[float], x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the plain loop of a saturation writes: curve, derivative by the signal, and what the way back needs."""
    signal, out, extra = x.copy(), np.full(len(x), np.nan), np.full(len(x), np.nan)
    family.loop(*values, signal, out, extra)
    return out, signal, extra


@saturations
def test_the_loop_of_a_saturation_is_its_curve(name: str) -> None:
    family, step = SATURATIONS[name], 1e-6
    assert family.loop and family.loop_back and len(family.priors) <= 2
    x = np.array([0.0, 1e-3, 0.4, 1.0, 2.5])
    given = {prior.name: 1.1 * prior.median for prior in family.priors}
    values = [*given.values(), 0.0, 0.0][:2]
    out, slopes, extra = loops_of(family, values, x)
    np.testing.assert_allclose(out, family.curve(x, **given), rtol=1e-13)
    np.testing.assert_allclose(slopes[1:], family.slope(x[1:], **given), rtol=1e-13)
    adjoint = np.random.default_rng(5).normal(size=len(x))
    back = family.loop_back(*values, adjoint, out, extra)
    for place, parameter in enumerate(given):
        ends = [
            adjoint @ family.curve(x, **(given | {parameter: given[parameter] + move}))
            for move in (step, -step)
        ]
        assert back[place] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-7)


@adstocks
def test_the_loop_of_an_adstock_is_its_weights(name: str) -> None:
    family, step = ADSTOCKS[name], 1e-6
    priors = family.priors(LAGS, 1.5)
    assert family.loop and len(priors) <= 2
    given = {prior.name: 1.1 * prior.median for prior in priors}
    values = [*given.values(), 0.0, 0.0][:2]
    out, *slopes = np.zeros((3, LAGS + 3))
    family.loop(LAGS, *values, out, *slopes, np.full(WEIGHT_SPACE * (LAGS + 4), np.nan))
    np.testing.assert_allclose(out[: LAGS + 1], family.weights(LAGS, **given), rtol=1e-13)
    assert not out[LAGS + 1 :].any()
    for slope, parameter in zip(slopes, given, strict=False):
        ends = [
            family.weights(LAGS, **(given | {parameter: given[parameter] + move})) for move in (step, -step)
        ]
        np.testing.assert_allclose(slope[: LAGS + 1], (ends[0] - ends[1]) / (2 * step), rtol=1e-6, atol=1e-9)
