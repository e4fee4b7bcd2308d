"""Media act in each kind of world as its name says, seen by switching channels off."""

import numpy as np
import pytest

from mixproof.aggregates.simulate import simulate_world
from mixproof.aggregates.simulate.mechanisms import Changing, Response, Shape


def test_two_channels_bring_more_together_than_each_alone() -> None:
    scene = simulate_world("synergy", 1).scene
    first, second = scene.media[0].name, scene.media[1].name
    whole, none = scene.expected().sum(), scene.expected({first: 0.0, second: 0.0}).sum()
    alone = [scene.expected({name: 0.0}).sum() - none for name in (second, first)]
    assert whole - none > 1.1 * sum(alone)


def test_carryover_lasts_beyond_the_usual_window() -> None:
    for medium in simulate_world("long_carryover", 1).scene.media:
        delay = medium.response.shape.delay
        assert 4 <= int(np.argmax(delay)) <= 9
        assert delay[13:].sum() > 0.01


def test_a_harmful_channel_takes_sales_away() -> None:
    truth = simulate_world("harmful", 2).truth.set_index("channel")
    assert truth.loc["search", "roi"] == pytest.approx(-1.5)
    assert truth.loc["search", "contribution"] < 0 < truth.drop("search")["contribution"].min()


@pytest.mark.parametrize("geos", [4, 20])
def test_geos_that_are_never_off_have_small_returns(geos: int) -> None:
    world = simulate_world(f"geos_{geos}_never_off", 1)
    whole = world.truth[world.truth["geo"] == "all"]
    assert len(world.scene.geos) == geos
    assert whole["roi"].between(0.2, 0.4).all()
    assert all(medium.spend.min() > 0 for medium in world.scene.media)


def test_parts_of_a_split_channel_have_one_return() -> None:
    for kind, together in (("split_alike", True), ("split_unequal", False)):
        world = simulate_world(kind, 1)
        truth = world.truth[world.truth["channel"].str.startswith("search")]
        spend = np.array([m.spend[0] for m in world.scene.media if m.name.startswith("search")])
        assert len(truth) == 3
        assert truth["roi"].to_numpy() == pytest.approx(truth["roi"].iloc[0])
        assert (
            (np.corrcoef(spend)[0, 1] > 0.9) is np.True_ if together else spend[0].sum() > 3 * spend[2].sum()
        )


def test_twice_the_audience_brings_twice_as_much_of_half_the_pressure() -> None:
    inner = Response(Shape(np.ones(1), "reach"), np.ones(1), np.ones(1))
    changing = Changing(inner, np.array([1.0, 3.0, 1.0]), np.array([1.0, 1.0, 2.0]))
    exposure = np.array([[1.0, 1.0, 2.0]])
    np.testing.assert_allclose(changing.effect(exposure), [[0.5, 1.5, 1.0]])


def test_effects_wander_and_reach_grows() -> None:
    for medium in simulate_world("drifting_effects", 1).scene.media:
        assert np.log(medium.response.strength).std() > 0.15
    for medium in simulate_world("reach_grows", 1).scene.media:
        assert medium.response.audience[-1] > 1.4 * medium.response.audience[0]


def test_a_mediator_moves_with_media() -> None:
    world = simulate_world("mediators", 1)
    brought = sum(m.response.effect(m.exposure)[0] for m in world.scene.media[:2])
    assert np.corrcoef(world.scene.columns["interest_index"][0], brought)[0, 1] > 0.3


def test_single_weeks_of_outlying_spend_are_there() -> None:
    for medium in simulate_world("outlier_spend", 1).scene.media:
        assert (medium.spend[0] > 2.5 * medium.spend[0].mean()).sum() >= 2
