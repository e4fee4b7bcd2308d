import numpy as np
import pytest
import statsmodels.api as sm

from lift.holdout.methods.adjustment import lin_difference, merge_small
from lift.moments import Moments

NAMES = ("conversion", "revenue", "x1", "x2")


def _people(seed: int, n: int, shift: float = 0.0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(n, 2)) @ np.array([[1.0, 0.4], [0.0, 0.8]])
    bought = (generator.random(n) < 0.4 + 0.1 * np.tanh(x[:, 0])).astype(float)
    revenue = bought * (10 + 3 * x[:, 0] - 2 * x[:, 1] + generator.normal(size=n) + shift)
    return np.column_stack([bought, revenue, x])


def _sums(values: np.ndarray) -> Moments:
    return Moments(NAMES, float(len(values)), values.sum(axis=0), values.T @ values)


@pytest.mark.parametrize("covariates", [["x1"], ["x1", "x2"]])
def test_lin_is_the_interacted_regression(covariates) -> None:
    """Point of the fully interacted least squares on rows; slopes those of each arm's regression (statsmodels)."""
    one, zero = _people(1, 900, 0.5), _people(2, 300)
    found = lin_difference(_sums(one), _sums(zero), "revenue", covariates, level=0.95)
    rows = np.vstack([one, zero])
    treated = np.repeat([1.0, 0.0], [900, 300])
    at = [NAMES.index(name) for name in covariates]
    centred = rows[:, at] - rows[:, at].mean(axis=0)
    fit = sm.OLS(
        rows[:, 1], np.column_stack([np.ones(1200), treated, centred, treated[:, None] * centred])
    ).fit()
    assert found.answer.point == pytest.approx(fit.params[1])
    slopes = sm.OLS(one[:, 1], sm.add_constant(one[:, at])).fit().params[1:]
    assert found.slopes[: len(at)] == pytest.approx(tuple(slopes))
    # The heteroscedasticity-robust error of that regression, which Lin proves valid, up to the centre's own error.
    robust = fit.get_robustcov_results("HC2").bse[1]
    assert found.answer.se == pytest.approx(robust, rel=0.02)


def test_a_constant_covariate_explains_nothing() -> None:
    one, zero = _people(3, 200), _people(4, 100)
    one[:, 2] = zero[:, 2] = 1.0
    found = lin_difference(_sums(one), _sums(zero), "revenue", ["x1"], level=0.95)
    assert found.answer.point == pytest.approx(one[:, 1].mean() - zero[:, 1].mean())


def test_small_strata_are_joined_and_nobody_lost() -> None:
    sizes = [400, 30, 20, 300, 10, 0]
    ones = [_sums(_people(10 + i, n)) if n else _empty() for i, n in enumerate(sizes)]
    zeros = [_sums(_people(20 + i, n)) if n else _empty() for i, n in enumerate(sizes)]
    merged1, merged0, joined = merge_small(ones, zeros)
    assert (len(merged1), len(merged0), joined) == (3, 3, 3)
    assert sum(m.users for m in merged1) == sum(sizes)
    assert sum(m.total("revenue") for m in merged0) == pytest.approx(sum(m.total("revenue") for m in zeros))


def _empty() -> Moments:
    return Moments(NAMES, 0.0, np.zeros(4), np.zeros((4, 4)))
