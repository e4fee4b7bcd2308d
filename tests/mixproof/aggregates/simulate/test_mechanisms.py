"""Delays keep the total, curves their half point, and a response brings exactly what it was made to bring."""

import numpy as np
import pytest

from mixproof.aggregates.simulate.mechanisms import (
    Shape,
    forgetting,
    gamma_delay,
    respond,
    spread_out,
    tire,
    triangle_delay,
)

DELAYS = [
    (forgetting(0.6, 8), 0),
    (gamma_delay(2.0, 0.8, 16), 2),
    (gamma_delay(0.0, 1.5, 12), 0),
    (triangle_delay(3, 8), 3),
    (triangle_delay(1, 5), 1),
]


@pytest.mark.parametrize(("delay", "peak"), DELAYS)
def test_delay_sums_to_one_with_its_peak_where_it_was_asked_for(delay: np.ndarray, peak: int) -> None:
    assert delay.sum() == pytest.approx(1.0)
    assert (delay > 0).all()
    assert abs(int(np.argmax(delay)) - peak) <= 1


@pytest.mark.parametrize(("delay", "peak"), DELAYS)
def test_one_exposure_arrives_as_the_delay(delay: np.ndarray, peak: int) -> None:
    impulse = np.zeros((2, 30))
    impulse[1, 3] = 5.0
    arrived = spread_out(impulse, delay)
    assert (arrived[0] == 0).all()
    np.testing.assert_allclose(arrived[1, 3 : 3 + len(delay)], 5.0 * delay)
    assert (arrived[1, :3] == 0).all()


@pytest.mark.parametrize(("curve", "at_one"), [("hill", 0.5), ("reach", 0.5), ("log", 1.0)])
def test_curves_rise_from_zero_through_their_value_at_one(curve: str, at_one: float) -> None:
    pressure = np.linspace(0.0, 6.0, 200)
    answered = tire(pressure, curve, 1.4)  # type: ignore[arg-type]
    assert answered[0] == 0.0
    assert (np.diff(answered) > 0).all()
    assert tire(np.array(1.0), curve, 1.4) == pytest.approx(at_one)  # type: ignore[arg-type]


@pytest.mark.parametrize("tires_first", [True, False])
@pytest.mark.parametrize("curve", ["hill", "reach", "log"])
def test_response_brings_its_worth_in_the_window(curve: str, tires_first: bool) -> None:
    rng = np.random.default_rng(3)
    exposure = rng.lognormal(0, 1, (3, 60)) * (rng.random((3, 60)) < 0.6)
    size, strength = np.array([1.0, 5.0, 20.0]), np.array([0.7, 1.0, 1.4])
    shape = Shape(gamma_delay(1.0, 1.0, 8), curve, half=1.2, slope=1.3, tires_first=tires_first)  # type: ignore[arg-type]
    response = respond(shape, exposure, size, strength, worth=1234.5, warm_up=8)
    assert response.effect(exposure)[:, 8:].sum() == pytest.approx(1234.5)
    assert (response.effect(np.zeros((3, 60))) == 0).all()
    per_head = response.ceiling / size
    np.testing.assert_allclose(per_head / per_head[1], strength)
