import numpy as np
import pytest
import statsmodels.api as sm

from lift.geo.trust.time_series import regression_interval, structural_check


def _series(seed: int, drift: float) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    donors = 50 + 5 * np.sin(np.arange(90) / 6) + random.normal(size=90)
    return donors, 2 * donors + np.cumsum(random.normal(0, drift, 90)) + random.normal(size=90)


def test_a_large_effect_is_found_and_its_size_is_right() -> None:
    donors, treated = _series(0, 0.05)
    treated[76:] += 6.0
    found = structural_check(donors, treated, 76, 0.9)
    assert abs(found.increment - 84) < 4 * found.se and found.lower > 0


def test_coverage_with_a_drifting_level() -> None:
    """30 series at 90 %: fewer than 17 have probability below 1e-6."""
    found = [structural_check(*_series(seed, 0.3), 76, 0.9) for seed in range(30)]
    assert sum(f.lower <= 0 <= f.upper for f in found) >= 17


def _line(seed: int, rho: float, total: int = 112) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    noise = np.zeros(total)
    for t in range(1, total):
        noise[t] = rho * noise[t - 1] + random.normal()
    x = 100 + 10 * np.sin(np.arange(total) / 5) + random.normal(size=total)
    return x, 20 + 0.5 * x + noise


def test_increment_and_independent_error_are_those_of_the_line() -> None:
    x, y = _line(0, 0.0)
    found = regression_interval(x, y, 84, 0.9)
    fit = sm.OLS(y[:84], sm.add_constant(x[:84])).fit()
    ahead = np.array([28.0, x[84:].sum()])
    variance = 28 * fit.mse_resid + ahead @ fit.cov_params() @ ahead
    assert found.increment == pytest.approx(y[84:].sum() - ahead @ fit.params, rel=1e-9)
    assert found.se_independent == pytest.approx(variance**0.5, rel=1e-9)


@pytest.mark.parametrize(("rho", "lowest"), [(0.0, 0.99), (0.6, 1.4)])
def test_autocorrelation_widens_and_never_narrows(rho: float, lowest: float) -> None:
    ratios = [
        f.se / f.se_independent for f in (regression_interval(*_line(s, rho), 84, 0.9) for s in range(20))
    ]
    assert np.mean(ratios) >= lowest and min(ratios) >= 1.0


def test_coverage_under_autocorrelation() -> None:
    """Nominal 90 % of 400: below 320 has probability under 1e-8; independent errors cover far fewer."""
    found = [regression_interval(*_line(s, 0.6), 84, 0.9) for s in range(400)]
    covered = sum(f.lower <= 0 <= f.upper for f in found)
    naive = sum(abs(f.increment) <= 1.66 * f.se_independent for f in found)
    assert covered >= 320 > naive
