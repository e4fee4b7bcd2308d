import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from lift.attribution.factors.model import ChannelTests, bridge, fit_factors, student_t4

NONE = ChannelTests(*(np.array([]) for _ in range(5)))


def one(effect: float, se: float, credit: float, noise: float = 0.0, time: float = 0.0) -> ChannelTests:
    """Return a channel with one test."""
    return ChannelTests(*(np.array([value]) for value in (time, effect, se, credit, noise)))


def interval(tests: list[ChannelTests], channel: int, time: float = 0.0) -> np.ndarray:
    """Return the 5, 50 and 95 % points of a channel's factor."""
    draws = fit_factors(tests, 26.0, 1).at(channel, np.array([time]), 1)[:, 0]
    return np.quantile(draws, [0.05, 0.5, 0.95])


def test_closed_form_of_the_student_t() -> None:
    normal = np.array([-3.0, -1.0, -0.1, 0.0, 0.5, 2.5])
    np.testing.assert_allclose(student_t4(normal) * 2**0.5, student.ppf(norm.cdf(normal), 4), atol=1e-8)


def test_prior_without_any_test() -> None:
    draws = fit_factors([NONE], 26.0, 3).at(0, np.array([0.0]), 3)[:, 0]
    assert np.median(draws) == pytest.approx(0.85, abs=0.08)
    assert (draws < 0).mean() == pytest.approx(0.05, abs=0.015)


def test_a_precise_test_decides_its_channel_and_moves_the_others_a_little() -> None:
    low, middle, high = interval([one(300.0, 20.0, 1000.0), NONE], 0)
    assert low < 0.3 < high
    assert middle == pytest.approx(0.3, abs=0.05)
    untested = interval([one(300.0, 20.0, 1000.0), NONE], 1)
    assert untested[2] - untested[0] > 2 * (high - low)


@pytest.mark.parametrize("effect", [0.0, -100.0])
def test_null_and_negative_tests_are_data(effect: float) -> None:
    low, middle, high = interval([one(effect, 80.0, 1000.0)], 0)
    assert low < effect / 1000 < high
    assert middle == pytest.approx(0.0, abs=0.12)


def test_a_null_test_of_one_channel_leaves_the_others_where_they_were() -> None:
    others = [one(800.0, 100.0, 1000.0), one(500.0, 60.0, 600.0, time=-10.0), NONE]
    before, after = (fit_factors([tested, *others], 26.0, 1) for tested in (NONE, one(0.0, 60.0, 1000.0)))
    for k in (1, 2, 3):
        was, now = (
            np.quantile(fit.at(k, np.zeros(1), 1)[:, 0], [0.05, 0.5, 0.95]) for fit in (before, after)
        )
        assert now[1] == pytest.approx(was[1], rel=0.05)
        # nor do they become less certain: the null test is of another kind
        assert now[2] - now[0] == pytest.approx(was[2] - was[0], rel=0.12)


def test_an_old_test_fades_towards_the_channels_prior() -> None:
    tests = [one(300.0, 20.0, 1000.0)]
    widths = [interval(tests, 0, age) for age in (0.0, 26.0, 300.0)]
    assert widths[0][2] - widths[0][0] < widths[1][2] - widths[1][0] < widths[2][2] - widths[2][0]
    assert widths[2][2] - widths[2][0] < 1.5  # its level is remembered: only the drift is not


def test_noise_in_the_count_widens() -> None:
    plain, noisy = (interval([one(800.0, 40.0, 1000.0, noise)], 0) for noise in (0.0, 300.0))
    assert noisy[2] - noisy[0] > 1.3 * (plain[2] - plain[0])


def test_the_bridge_is_the_stationary_drift() -> None:
    half_life = np.full(40_000, 10.0)
    generator = np.random.default_rng(0)
    known = generator.standard_normal((40_000, 1))
    path = bridge(np.array([5.0]), known, np.array([0.0, 5.0, 15.0]), half_life, generator)
    expected = 0.5 ** (np.abs(np.subtract.outer([0.0, 5.0, 15.0], [0.0, 5.0, 15.0])) / 10)
    np.testing.assert_allclose(np.cov(path.T), expected, atol=0.03)
    np.testing.assert_allclose(path[:, 1], known[:, 0], atol=1e-6)


def test_the_same_seed_gives_the_same_draws() -> None:
    first, second = (fit_factors([one(3.0, 1.0, 5.0)], 26.0, 2).level for _ in range(2))
    assert np.array_equal(first, second)
