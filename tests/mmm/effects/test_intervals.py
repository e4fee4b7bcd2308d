import numpy as np
import pytest
from arviz_stats.base import array_stats
from scipy import stats

from mmm.config import Interval
from mmm.effects.intervals import estimate, interval

NORMAL = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
SKEWED = stats.expon.ppf((np.arange(2000) + 0.5) / 2000)


@pytest.mark.parametrize(("level", "z"), [(0.5, 0.6745), (0.9, 1.6449), (0.95, 1.96)])
def test_equal_tails_are_quantiles(level: float, z: float) -> None:
    lower, upper = interval(NORMAL, Interval(level=level))
    assert (lower, upper) == (pytest.approx(-z, abs=0.01), pytest.approx(z, abs=0.01))


def test_highest_density_starts_at_the_mode_of_an_exponential() -> None:
    lower, upper = interval(SKEWED, Interval(level=0.9, kind="highest_density"))
    assert lower == pytest.approx(0, abs=1e-3)
    assert upper == pytest.approx(stats.expon.ppf(0.9), rel=0.01)


def test_highest_density_is_arvizs() -> None:
    samples = np.random.default_rng(2).gamma(2, size=(3, 501))
    lower, upper = interval(samples, Interval(level=0.8, kind="highest_density"))
    for row, low, high in zip(samples, lower, upper, strict=True):
        width = np.diff(array_stats.hdi(row, 0.8))[0]
        assert high - low == pytest.approx(width, rel=0.01)
        assert np.mean((row >= low) & (row <= high)) >= 0.8


def test_estimate_names_its_columns() -> None:
    columns = estimate("roi", np.stack([NORMAL, SKEWED]), Interval(), median=True)
    assert set(columns) == {"roi_mean", "roi_median", "roi_lower", "roi_upper"}
    np.testing.assert_allclose(columns["roi_mean"], [0, 1], atol=0.002)
    np.testing.assert_allclose(columns["roi_median"], [0, np.log(2)], atol=1e-3)
