import numpy as np
import pytest

from mmm.transforms import geometric, half_life

CASES = [
    ([1.0, 0.0, 0.0], 0.5),
    ([0.5, 0.5, 0.0], 1.0),
    ([0.25, 0.25, 0.5], 2.0),
    ([0.2, 0.6, 0.2], 1.5),
    ([0.0, 0.0, 1.0], 2.5),
]


@pytest.mark.parametrize(("weights", "expected"), CASES)
def test_is_interpolated_inside_the_period(weights: list[float], expected: float) -> None:
    assert half_life(np.array(weights)) == pytest.approx(expected)


def test_a_retention_whose_power_is_one_half_has_the_textbook_half_life() -> None:
    for periods in (1, 2, 5, 20):
        retention = 0.5 ** (1 / periods)
        weights = geometric.weights(3000, mean_lag=retention / (1 - retention))
        assert half_life(weights) == pytest.approx(periods, rel=1e-9)


def test_keeps_the_leading_dims() -> None:
    assert half_life(np.full((3, 2, 4), 0.25)).shape == (3, 2)
