import numpy as np
import pytest

from lift.holdout.methods.exposure import complier_effect
from lift.moments import Moments

NAMES = ("conversion", "exposed")


def _arm(generator: np.random.Generator, n: int, exposure: float, effect: float) -> Moments:
    """People of whom the willing (60 %) buy more anyway, and only some of whom are exposed."""
    willing = generator.random(n) < 0.6
    exposed = willing & (generator.random(n) < exposure)
    bought = generator.random(n) < 0.05 + 0.1 * willing + effect * exposed
    values = np.column_stack([bought, exposed]).astype(float)
    return Moments(NAMES, float(n), values.sum(axis=0), values.T @ values)


def test_effect_on_the_exposed_is_found_and_covered() -> None:
    """600 tests with a true effect of 4 points on the exposed: unbiased, and the 95 % set covers (six errors)."""
    generator = np.random.default_rng(12)
    found, held = [], 0
    for _ in range(600):
        one, zero = _arm(generator, 8000, 0.5, 0.04), _arm(generator, 2000, 0.0, 0.0)
        answer = complier_effect(one, zero, "conversion", level=0.95)
        found.append(answer.point)
        held += answer.contains(0.04)
    assert abs(np.mean(found) - 0.04) < 6 * np.std(found) / np.sqrt(600)
    assert abs(held / 600 - 0.95) < 6 * np.sqrt(0.95 * 0.05 / 600)


def test_hardly_any_exposure_is_unbounded() -> None:
    generator = np.random.default_rng(13)
    one, zero = _arm(generator, 2000, 0.004, 0.0), _arm(generator, 2000, 0.003, 0.0)
    answer = complier_effect(one, zero, "conversion", level=0.95)
    assert np.isinf(answer.upper) and np.isinf(answer.lower)
    assert "unbounded" in answer.words
    assert answer.method == "CACE, Anderson-Rubin"


def test_full_exposure_is_the_plain_difference() -> None:
    values = np.array([[1.0, 1.0]] * 30 + [[0.0, 1.0]] * 70)
    one = Moments(NAMES, 100.0, values.sum(axis=0), values.T @ values)
    zero = Moments(NAMES, 100.0, np.array([20.0, 0.0]), np.diag([20.0, 0.0]))
    answer = complier_effect(one, zero, "conversion", level=0.95)
    assert answer.point == pytest.approx(0.1)
    half = 1.959964 * np.sqrt(0.3 * 0.7 / 99 + 0.2 * 0.8 / 99)
    assert answer.upper == pytest.approx(0.1 + half, rel=1e-5)
