import numpy as np
import pytest

from benchmarks.lift_worlds import GeoWorld, simulate_panel
from lift.geo.data.assignment import complete, reference_sets
from lift.geo.estimators.rolling import fit_all, rolling_origins
from lift.geo.estimators.table import ESTIMATORS
from lift.geo.inference.conformal import certify_stretches, conformal_inference, shifts
from lift.geo.inference.placebo import p_value_of

CASES = [
    # residuals, test periods, statistic, p-value
    ([0.0, 0.0, 0.0, 4.0], 1, "sum", 1 / 4),
    ([0.0, 4.0, 0.0, 4.0], 1, "sum", 2 / 4),
    ([1.0, 1.0, 3.0, -3.0], 2, "sum", 4 / 4),
    ([1.0, 1.0, 3.0, -3.0], 2, "path", 1 / 4),
]


@pytest.mark.parametrize(("residuals", "periods", "statistic", "expected"), CASES)
def test_p_value_counts_shifts(residuals: list[float], periods: int, statistic: str, expected: float) -> None:
    found = shifts(np.array(residuals), periods, statistic)  # type: ignore[arg-type]
    assert p_value_of(found, np.ones(1)) == pytest.approx(expected)


def _gap(outcome: np.ndarray, treated: np.ndarray) -> np.ndarray:
    found = outcome[treated].mean(axis=0) - outcome[~treated].mean(axis=0)
    return found - found.mean()


def test_coverage_under_autocorrelation() -> None:
    """200 panels at 80 %: fewer than 128 have probability below 1e-6."""
    covered = 0
    treated = np.arange(6) < 2
    for seed in range(200):
        random = np.random.default_rng(seed)
        noise = np.zeros((6, 60))
        for t in range(1, 60):
            noise[:, t] = 0.4 * noise[:, t - 1] + random.normal(size=6)
        outcome = 20 + noise
        outcome[:2, 54:] += 1.0
        found = conformal_inference(_gap, outcome, treated, 54, 0.8, point=12.0)
        covered += found.covers(12.0)
        assert (found.p_value < 0.2 - 1e-9) == (not found.covers(0.0))
    assert covered >= 128


def test_certificate_refits_every_window() -> None:
    """The treated set's pseudo-tests, one by one: difference in differences on periods up to each window's end."""
    panel, treated, level = simulate_panel(GeoWorld(8, 70), 2), np.arange(8) < 2, 0.8
    sets = reference_sets(treated, complete(8, 2), 30, seed=0).treated
    members = {"difference_in_differences": ESTIMATORS["difference_in_differences"].weights}
    origins = (*rolling_origins(60, 10), 60)
    fits = fit_all(members, panel, sets, origins, 10)
    found = certify_stretches(fits, members, panel, 10, level, 200)
    windows = [o for o in origins[:-1] if origins[0] + 10 <= o]
    p = [p_value_of(shifts(_gap(panel[:, : o + 10], treated), 10), np.ones(1)) for o in windows]
    assert found.own_windows == len(windows) == found.windows and found.sets == 28
    assert found.own_covered == sum(value >= 1 - level - 1e-12 for value in p)
    assert found.false_positives == pytest.approx(1 - found.coverage) and found.injected == 0.0
