"""A chain that ends before its time says so; one that has drawn all it may stays as it is."""

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mmm.config import FitOptions, MmmConfig
from mmm.problem.problem import build_problem
from mmm.sampling.chain import Chain, ChainEndedError
from mmm.sampling.engine import Engine, build_engine
from tests.mmm.random_panels import Shape, random_panel

FLAT = {"seasonality": {"yearly": 0}, "drift": {"kind": "none"}}
SMALL: dict[str, Any] = {
    "baseline": FLAT,
    "likelihood": {"family": "normal", "autocorrelation": False},
    "default": {"adstock": {"family": "geometric", "lags": 2}, "saturation": {"family": "none"}},
}
OPTIONS = FitOptions(chains=2, tune=100, draws=100, max_draws=100)
PATIENCE = 60.0
"""Seconds, of a machine under any load, within which something must have been noticed."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine(build_problem(random_panel(Shape(paid=1), seed=4), MmmConfig.model_validate(SMALL)))


def wait_until(there: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_chain_that_cannot_start_is_noticed_with_its_reason(engine: Engine) -> None:
    def nowhere(seed: Any) -> np.ndarray:
        raise ValueError("no place to start from")

    lost = dataclasses.replace(engine.compiled, initial_point_func=nowhere)
    chain = Chain(dataclasses.replace(engine, compiled=lost), OPTIONS, seed=1)
    with pytest.raises(ChainEndedError, match="no place to start from") as found:
        wait_until(lambda: chain.draws > 0)
    assert "backtrace" not in str(found.value)
    chain.stop()


def test_a_chain_that_has_drawn_all_is_no_fault(engine: Engine) -> None:
    chain = Chain(engine, OPTIONS, seed=1)
    wait_until(lambda: chain.draws >= OPTIONS.max_draws)
    assert [chain.draws for _ in range(3)] == [OPTIONS.max_draws] * 3
    assert chain.take(30).posterior.sizes["draw"] == 30
    chain.stop()


def test_a_chain_at_rest_draws_no_more_and_goes_on_with_the_same_draws(engine: Engine) -> None:
    options = OPTIONS.model_copy(update={"max_draws": 20_000})
    rested, straight = (Chain(engine, options, seed=3) for _ in range(2))
    wait_until(lambda: rested.draws >= 50)
    rested.pause()
    time.sleep(0.2)  # for the draw that was being made, and its report
    there = rested.draws
    time.sleep(0.3)
    assert rested.draws == there < 20_000
    rested.resume()
    wait_until(lambda: rested.draws >= there + 50 and straight.draws >= there + 50)
    ours, theirs = rested.take(there + 50), straight.take(there + 50)
    xr.testing.assert_identical(ours.posterior, theirs.posterior)
    rested.stop()
    straight.stop()
