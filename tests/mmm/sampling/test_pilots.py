"""Pilots: only where they pay, never in the posterior, and what they find makes the posterior round."""

import time

import numpy as np
import pytest

from mmm.config import FitOptions, MmmConfig
from mmm.fit import sample
from mmm.kernel.buffer.header import Head
from mmm.numerics.mode import curvature_factor
from mmm.problem.problem import build_problem
from mmm.sampling.chain import LOW_RANK_DIMENSIONS
from mmm.sampling.chain_set import ChainSet, Progress
from mmm.sampling.engine import Engine, build_engine
from mmm.sampling.pilots import piloted
from tests.mmm.random_panels import Shape, random_panel

CONFIG = MmmConfig.model_validate(
    {"default": {"adstock": {"family": "geometric", "lags": 2}}, "fit": {"draws": 200, "max_draws": 200}}
)
PANEL = random_panel(Shape(paid=2, dates=60), seed=4)
PROBLEM = build_problem(PANEL, CONFIG)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine(PROBLEM)


def in_time(chains: ChainSet) -> bool:
    return False


def too_late(chains: ChainSet) -> bool:
    return True


def coordinates(engine: Engine) -> np.ndarray:
    """Return the centre and the factor that lie behind the buffer of a piloted engine."""
    data: np.ndarray = engine.compiled.user_data
    return data[int(data[Head.OF_COORDINATES]) :]


def test_the_same_seed_gives_the_same_coordinates_and_another_others(engine: Engine) -> None:
    one, same, other = (coordinates(piloted(engine, CONFIG.fit, seed, in_time)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_posterior_is_nearly_round_in_the_pilots_coordinates(engine: Engine) -> None:
    found = piloted(engine, CONFIG.fit, 3, in_time)
    behind, size = coordinates(found), engine.compiled.n_dim
    factor = behind[size:].reshape(size, size)
    tree = sample(engine, PROBLEM, 3)
    assert engine.mode is not None
    spread = [
        tree["posterior"][block.name].values.reshape(-1, block.size)
        for block in engine.mode.model.layout.blocks
        if block.transform == "identity"
    ]
    assert found.warm
    kept = np.concatenate(
        [np.full(block.size, block.transform == "identity") for block in engine.mode.model.layout.blocks]
    )
    inner = np.concatenate(spread, axis=1).std(axis=0) / np.sqrt((factor @ factor.T).diagonal())[kept]
    # Standard deviations of 800 draws in units of those that the pilots' map implies.
    assert inner.min() > 0.5
    assert inner.max() < 2.0


def test_there_are_none_where_the_user_has_set_the_adaptation(engine: Engine) -> None:
    assert piloted(engine, FitOptions(tune=300), 3, in_time) is engine


def test_there_are_none_in_too_many_dimensions(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmm.sampling.pilots.MOST_DIMENSIONS", engine.compiled.n_dim - 1)
    assert piloted(engine, CONFIG.fit, 3, in_time) is engine


def test_pilots_of_a_larger_model_find_its_correlations_too() -> None:
    plain = build_engine(build_problem(random_panel(Shape(geos=8, paid=4, dates=60), seed=1), CONFIG))
    size = plain.compiled.n_dim
    assert size > LOW_RANK_DIMENSIONS
    found = piloted(plain, CONFIG.fit, 3, in_time)
    assert found.start == "pilots"
    factor = coordinates(found)[size:].reshape(size, size)
    assert np.count_nonzero(np.tril(factor, -1)) > size


def test_their_draws_are_not_shown_as_the_posterior_s(engine: Engine) -> None:
    said: list[Progress] = []
    sample(engine, PROBLEM, 3, progress=said.append)
    assert all(len(each.draws) == CONFIG.fit.chains for each in said)
    assert said[0].tuning
    assert said[0].draws == (0,) * CONFIG.fit.chains


def test_pilots_that_come_too_late_are_given_up(engine: Engine) -> None:
    began = time.monotonic()
    assert piloted(engine, CONFIG.fit, 3, too_late) is engine
    assert time.monotonic() - began < 60


def test_the_curvature_of_a_normal_is_that_of_its_covariance_and_nowhere_wider_than_the_spread() -> None:
    rng = np.random.default_rng(2)
    root = rng.standard_normal((4, 4))
    precision = root @ root.T + np.eye(4)

    def density(point: np.ndarray) -> tuple[float, np.ndarray]:
        return float(-0.5 * point @ precision @ point), -precision @ point

    factor = curvature_factor(density, np.zeros(4), np.ones(4))
    np.testing.assert_allclose(factor @ factor.T, np.linalg.inv(precision), rtol=1e-6, atol=1e-9)
    flat = curvature_factor(lambda point: (0.0, 0.0 * point), np.zeros(4), np.array([1.0, 0.5, 2.0, 1.0]))
    np.testing.assert_allclose(flat, np.diag([1.0, 0.5, 2.0, 1.0]), atol=1e-12)


def test_where_there_is_no_density_beside_the_mode_the_curvature_says_nothing() -> None:
    factor = curvature_factor(lambda point: (np.nan, np.full(2, np.nan)), np.zeros(2), np.array([1.0, 0.5]))
    np.testing.assert_allclose(factor, np.diag([1.0, 0.5]), atol=1e-12)
