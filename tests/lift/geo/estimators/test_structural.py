import numpy as np

from lift.geo.estimators.structural import structural_check


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
