"""The start of chains: the top of densities whose top is known, reached through places where nothing is finite."""

import numpy as np
from scipy.optimize import rosen, rosen_der

from mmm.numerics.mode import mode


def test_the_top_of_a_normal_is_its_mean_however_stretched_it_is() -> None:
    rng = np.random.default_rng(3)
    root = rng.normal(size=(40, 40)) * np.geomspace(1, 10, 40)
    precision, mean = root @ root.T + np.eye(40), rng.normal(size=40)

    def density(point: np.ndarray) -> tuple[float, np.ndarray]:
        pull = precision @ (mean - point)
        return float(-0.5 * (mean - point) @ pull), pull

    found = mode(density, np.zeros(40))
    assert density(found)[0] > -0.1  # the density at the start is thousands below that of the mean
    assert density(np.zeros(40))[0] < -1000


def test_a_bent_valley_is_followed_to_its_end() -> None:
    found = mode(lambda point: (-float(rosen(point)), -rosen_der(point)), np.array([-1.2, 1.0, -1.2, 1.0]))
    np.testing.assert_allclose(found, 1.0, atol=0.01)


def test_steps_to_where_nothing_is_finite_are_shortened() -> None:
    def density(point: np.ndarray) -> tuple[float, np.ndarray]:
        with np.errstate(all="ignore"):  # log Gamma-like wall at zero
            return float(np.log(point).sum() - point.sum()), 1 / point - 1

    found = mode(
        lambda point: density(point) if (point > 0).all() else (np.nan, np.full(3, np.nan)), np.full(3, 20.0)
    )
    np.testing.assert_allclose(found, 1.0, atol=0.01)


def test_a_start_at_the_top_stays_there() -> None:
    start = np.zeros(5)
    assert mode(lambda point: (-float(point @ point), -2 * point), start).tolist() == start.tolist()


def test_a_start_without_a_density_is_given_back() -> None:
    start = np.ones(3)
    assert mode(lambda point: (-np.inf, np.zeros(3)), start).tolist() == start.tolist()
    assert mode(lambda point: (0.0, np.full(3, np.nan)), start).tolist() == start.tolist()
