"""In every kind of trouble the truth is what is lost when a channel is switched off."""

import numpy as np
import pytest

from mixproof.aggregates.simulate import simulate_world
from mixproof.aggregates.simulate.worlds import TROUBLES
from mixproof.aggregates.simulate.worlds.ordinary import flips


@pytest.mark.parametrize("kind", TROUBLES)
def test_truth_is_what_would_be_lost_without_the_channel(kind: str) -> None:
    world = simulate_world(kind, 3)
    scene, truth = world.scene, world.truth[world.truth["geo"] == "all"].set_index("channel")
    whole = scene.expected().sum()
    for medium in scene.media:
        lost = whole - scene.expected({medium.name: 0.0}).sum()
        assert truth.loc[medium.name, "contribution"] == pytest.approx(lost, rel=1e-6, abs=1e-6 * whole)
        more = (scene.expected({medium.name: 1.01}).sum() - whole) / 0.01
        assert truth.loc[medium.name, "mroi"] * truth.loc[medium.name, "spend"] == pytest.approx(
            more, rel=1e-4, abs=1e-4 * whole
        )
    assert set(scene.chased) <= {medium.name for medium in scene.media}
    assert (scene.outcome() > 0).all()


def test_there_are_at_least_twenty_four_kinds_and_six_of_geos() -> None:
    assert len(TROUBLES) >= 24
    assert sum(kind.size.geos > 1 for kind in TROUBLES.values()) >= 6


def test_flips_are_never_off_and_last_two_to_twelve_periods() -> None:
    path = flips(np.random.default_rng(1), 2000)
    assert path.mean() == pytest.approx(1.0)
    high = path > (path.min() + path.max()) / 2
    lengths = np.diff(np.flatnonzero(np.diff(high.astype(int)) != 0))
    assert path.min() > 0.05
    assert lengths.min() >= 2
    assert lengths.max() <= 12
