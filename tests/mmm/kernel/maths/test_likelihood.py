"""The likelihood of the kernel against SciPy's densities, one cell at a time."""

import numpy as np
import pytest
from scipy import stats

from mmm.kernel.buffer.header import NOISE_SPACE
from mmm.kernel.maths import likelihood as kernel
from tests.mmm.kernel.from_python import from_python

observe = from_python(kernel.observe)

CASES = {
    "normal": (0.0, 0.0),
    "normal, autocorrelated": (0.6, 0.0),
    "normal, swinging": (-0.35, 0.0),
    "student_t": (0.0, 4.0),
    "student_t, autocorrelated": (0.9, 2.5),
    "student_t, nearly normal": (0.3, 400.0),
}
GEOS, DATES = 3, 12
STRIDE, CELLS = 16, 56
"""Cells of a geo, and of all geos with what lies behind the last."""


def world(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return expectation, outcome, and where the outcome and the one before are known; geo 1 has a gap, geo 2 starts late."""
    rng = np.random.default_rng(seed)
    observed = np.ones((GEOS, DATES), bool)
    observed[1, 4:6] = observed[2, :3] = False
    followed = observed & np.pad(observed, ((0, 0), (1, 0)))[:, :-1]
    expected = rng.normal(1.0, 0.1, (GEOS, DATES))
    outcome = np.where(observed, expected + rng.normal(0.0, 0.2, expected.shape), 0.0)
    return expected, outcome, observed, followed


def by_scipy(expected: np.ndarray, seed: int, sigma: np.ndarray, rho: float, nu: float) -> float:
    _, outcome, observed, followed = world(seed)
    total = 0.0
    for geo, date in np.argwhere(observed):
        mean, scale = expected[geo, date], sigma[geo] / np.sqrt(1 - rho**2)
        if followed[geo, date]:
            mean, scale = mean + rho * (outcome[geo, date - 1] - expected[geo, date - 1]), sigma[geo]
        law = stats.t(nu, mean, scale) if nu else stats.norm(mean, scale)
        total += law.logpdf(outcome[geo, date])
    return float(total)


def in_cells(series: np.ndarray) -> np.ndarray:
    """Return (geo, date) as the kernel holds it: empty cells behind each geo and behind all."""
    padded = np.pad(series.astype(float), ((0, 0), (0, STRIDE - DATES))).ravel()
    return np.pad(padded, (0, CELLS - padded.size))


@pytest.mark.parametrize("name", CASES)
def test_density_and_derivatives(name: str) -> None:
    (rho, nu), seed, step = CASES[name], len(name), 1e-6
    expected, outcome, observed, followed = world(seed)
    sigma = np.array([0.1, 0.2, 0.4])
    flat, by_log_sigma = np.full(CELLS, np.nan), np.zeros(GEOS)
    series = [in_cells(part) for part in (expected, outcome, observed, followed)]
    # What stands in empty cells must not matter.
    series[0][in_cells(np.ones_like(expected)) == 0.0] = 1e3
    total, by_rho, by_nu = observe(
        *series,
        STRIDE,
        np.log(sigma),
        rho,
        nu,
        np.full(NOISE_SPACE * (CELLS + 1), np.nan),
        flat,
        by_log_sigma,
    )
    by_expected = flat[: GEOS * STRIDE].reshape(GEOS, STRIDE)
    assert np.all(by_expected[:, DATES:] == 0.0)
    assert np.all(flat[GEOS * STRIDE :] == 0.0)
    assert total == pytest.approx(by_scipy(expected, seed, sigma, rho, nu), rel=1e-12)

    def slope(up: float, down: float) -> float:
        return (up - down) / (2 * step)

    wider = [by_scipy(expected, seed, sigma * np.exp([0, sign * step, 0]), rho, nu) for sign in (1, -1)]
    assert by_log_sigma[1] == pytest.approx(slope(*wider), rel=1e-6, abs=1e-7)
    if rho:
        assert by_rho == pytest.approx(
            slope(*(by_scipy(expected, seed, sigma, rho + s * step, nu) for s in (1, -1))), rel=1e-6
        )
    if nu:
        # A slope of 1e-6 at 400 degrees of freedom drowns in the rounding of two sums: a wider step there.
        wide = 1e-3 * nu
        ends = [by_scipy(expected, seed, sigma, rho, nu + s * wide) for s in (1, -1)]
        assert by_nu == pytest.approx((ends[0] - ends[1]) / (2 * wide), rel=1e-4)
    for cell in ((0, 0), (0, 5), (1, 3), (1, 4), (1, 6), (2, 2), (2, 3), (2, DATES - 1)):
        moved = np.zeros_like(expected)
        moved[cell] = step
        ends = [by_scipy(expected + s * moved, seed, sigma, rho, nu) for s in (1, -1)]
        assert by_expected[cell] == pytest.approx(slope(*ends), rel=1e-6, abs=1e-6)
    assert by_expected[1, 4] == 0.0
