import numpy as np
import pytest

from lift.geo.conformal import conformal_inference, conformal_p_value

CASES = [
    # residuals, test periods, statistic, p-value
    ([0.0, 0.0, 0.0, 4.0], 1, "sum", 1 / 4),
    ([0.0, 4.0, 0.0, 4.0], 1, "sum", 2 / 4),
    ([1.0, 1.0, 3.0, -3.0], 2, "sum", 4 / 4),
    ([1.0, 1.0, 3.0, -3.0], 2, "path", 1 / 4),
]


@pytest.mark.parametrize(("residuals", "periods", "statistic", "expected"), CASES)
def test_p_value_counts_shifts(residuals: list[float], periods: int, statistic: str, expected: float) -> None:
    assert conformal_p_value(np.array(residuals), periods, statistic) == pytest.approx(expected)  # type: ignore[arg-type]


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
