"""What a channel brings, by hand: exposure saturated and carried over, in either order, times the coefficient."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mmm.effects.terms import Exposure, effect

WEIGHTS = np.array([0.5, 0.3, 0.2])
AMOUNT = np.array([[4.0, 0.0, 9.0, 1.0], [1.0, 2.0, 0.0, 0.0]])
COEFFICIENT = np.array([[2.0, 3.0]])


def carried(values: np.ndarray) -> np.ndarray:
    """Return values (geo, date) carried over with `WEIGHTS`."""
    return np.stack([np.convolve(row, WEIGHTS)[: len(row)] for row in values])


@pytest.mark.parametrize("adstock_first", [True, False])
def test_an_effect_is_the_convolution_by_hand(adstock_first: bool) -> None:
    carryover = SimpleNamespace(priors=(), lags=2, transform=SimpleNamespace(weights=lambda lags: WEIGHTS))
    saturation = SimpleNamespace(priors=(), curve=np.sqrt)
    way = SimpleNamespace(carryover=carryover, saturation=saturation, adstock_first=adstock_first)
    problem: Any = SimpleNamespace(pathways=(way,), panel=SimpleNamespace(channels=("tv",)))
    draws: Any = SimpleNamespace(count=2, values=lambda name, **labels: COEFFICIENT)
    shaped = np.sqrt(carried(AMOUNT)) if adstock_first else carried(np.sqrt(AMOUNT))
    expected = shaped[..., None] * COEFFICIENT[:, None, :]
    np.testing.assert_allclose(effect(problem, draws, 0, Exposure(AMOUNT, None)), expected, rtol=1e-12)


def test_exposure_is_multiplied_and_prolonged_and_its_frequency_stays() -> None:
    changed = Exposure(AMOUNT, AMOUNT).times(2.0).extended(1)
    assert changed.amount.tolist() == np.pad(2 * AMOUNT, ((0, 0), (0, 1))).tolist()
    assert changed.frequency is not None
    assert changed.frequency.tolist() == np.pad(AMOUNT, ((0, 0), (0, 1))).tolist()
