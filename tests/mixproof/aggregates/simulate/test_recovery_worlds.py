"""The four recovery worlds are as hard, and as realistic, as they are said to be."""

from functools import cache

import numpy as np
import pytest

from mixproof.aggregates.simulate import World, simulate_world

SEEDS = range(20)
NATIONAL = ("delayed", "chasing", "worthless")


@cache
def made(name: str, seed: int) -> World:
    """Return a world, made once for all tests of this file."""
    return simulate_world(name, seed)


@pytest.mark.parametrize("name", [*NATIONAL, "geos"])
def test_media_share_and_returns_are_realistic(name: str) -> None:
    returns = []
    for seed in SEEDS:
        world = made(name, seed)
        whole = world.truth[world.truth["geo"] == "all"]
        share = whole["contribution"].sum() / world.scene.expected().sum()
        assert 0.12 < share < 0.40
        returns += list(whole["roi"])
    earning = [roi for roi in returns if roi > 0]
    assert min(earning) < 0.4
    assert max(earning) > 3.0
    assert max(earning) <= 4.0


def test_delayed_effects_peak_one_to_four_weeks_late() -> None:
    for seed in SEEDS:
        for medium in made("delayed", seed).scene.media:
            shape = medium.response.shape
            assert 1 <= int(np.argmax(shape.delay)) <= 4
            assert 0.8 <= shape.slope <= 2.0
            assert shape.delay.sum() == pytest.approx(1.0)


def test_delayed_errors_linger() -> None:
    lag_one = [_lag_one(made("delayed", seed)) for seed in SEEDS]
    # Mean of 20 estimates, each with standard error about .07, of correlations drawn from .4 to .7 (sd .087).
    assert np.mean(lag_one) == pytest.approx(0.55, abs=0.14)


def test_chasing_spend_follows_demand_that_no_table_shows() -> None:
    for seed in SEEDS:
        world = made("chasing", seed)
        demand = world.scene.hidden["unseen_demand"][0]
        spends = {m.name: m.spend[0] for m in world.scene.media if m.spend is not None}
        assert np.corrcoef(np.log(spends["search"]), demand)[0, 1] > 0.35
        assert not any("demand" in column for frame in world.tables.values() for column in frame.columns)


def test_worthless_brings_nothing_beside_two_that_go_together() -> None:
    for seed in SEEDS:
        world = made("worthless", seed)
        truth = world.truth.set_index("channel")
        assert truth.loc["display", "contribution"] == 0.0
        assert truth.loc["display", "spend"] > 0.0
        spends = {m.name: m.spend[0] for m in world.scene.media if m.spend is not None}
        assert 0.949 < np.corrcoef(spends["social"], spends["video"])[0, 1] < 0.981


def test_geos_are_unequal_in_size_and_effect() -> None:
    spreads = []
    for seed in SEEDS:
        scene = made("geos", seed).scene
        assert scene.population.max() / scene.population.min() == pytest.approx(20.0, rel=1e-3)
        spreads += [np.std(np.log(medium.response.ceiling / scene.population)) for medium in scene.media]
    # 100 sample deviations of 11 log-normal effects with log-sd .3: each has a standard error of about .065.
    assert np.mean(spreads) == pytest.approx(0.3, abs=0.05)


def _lag_one(world: World) -> float:
    noise = (world.scene.outcome() - world.scene.expected())[0]
    return float(np.corrcoef(noise[1:], noise[:-1])[0, 1])
