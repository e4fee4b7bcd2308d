"""Worlds of the study of plans: what is true is the mechanism's own, and in a settled one no budget brings more."""

import numpy as np
import pytest

from benchmarks.plan_worlds import QUARTER, YEAR, plan_world, read_levels


@pytest.mark.parametrize("kind", ["national", "geo"])
def test_in_a_settled_world_no_other_split_of_the_money_brings_more(kind: str) -> None:
    world = plan_world(kind, 3, settled=True, tested=False)
    spend = world.panel.data["spend"].transpose("geo", "date", "channel").values
    now = spend[:, -YEAR : QUARTER - YEAR]
    best, rng = world.brought(now), np.random.default_rng(1)
    for size in (0.02, 0.3):
        for _ in range(20):
            times = np.exp(size * rng.normal(size=(now.shape[0], 1, now.shape[2])))
            other = now * times
            assert world.brought(other * now.sum() / other.sum()) <= best * (1 + 1e-7)


def test_levels_are_what_paths_of_money_bring() -> None:
    world = plan_world("geo", 2, settled=False, tested=True)
    assert len(world.evidence) == 4 and all(len(item.readouts) == 12 for item in world.evidence)
    phase = np.full((6, QUARTER, 4), 1 / QUARTER)
    money = np.linspace(0.0, 1e6, 5) * np.ones((24, 1))
    gain, slope = read_levels(world, money, phase)
    path = np.zeros((6, QUARTER, 4))
    path[2, :, 1] = 1e6 / QUARTER
    assert gain[2 * 4 + 1, 4, 0] == pytest.approx(world.brought(path))
    assert (np.diff(gain[..., 0]) > 0).all() and (np.diff(slope[..., 0]) < 0).all()
