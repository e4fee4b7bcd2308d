"""Baselines, errors and tables are in each kind of world as its name says."""

import numpy as np
from scipy import stats

from mixproof.aggregates.simulate import simulate_world


def test_errors_have_heavy_tails() -> None:
    noise = np.concatenate([simulate_world("heavy_tails", seed).scene.noise[0] for seed in range(4)])
    assert stats.kurtosis(noise) > 3


def test_the_level_breaks_within_two_weeks() -> None:
    scene = simulate_world("broken_trend", 1).scene
    jump = scene.others["break"][0]
    assert np.abs(jump[2:] - jump[:-2]).max() > 0.08 * scene.outcome().mean()


def test_peaks_last_a_week_or_two_and_come_each_year() -> None:
    peaks = simulate_world("narrow_peaks", 1).scene.others["peaks"][0] > 0
    assert 3 <= np.flatnonzero(np.diff(peaks.astype(int)) == 1).size + peaks[0] <= 10
    assert peaks.mean() < 0.2


def test_of_ten_controls_one_is_real() -> None:
    world = simulate_world("many_controls", 1)
    assert len(world.scene.controls) == 10
    effect = world.scene.others["index"][0]
    assert np.isclose(abs(np.corrcoef(effect, world.scene.columns["index_1"][0])[0, 1]), 1.0)


def test_promotions_come_when_demand_is_high() -> None:
    scene = simulate_world("promotions", 1).scene
    promotion, demand = scene.columns["promotion"][0], scene.others["unseen_demand"][0]
    assert demand[promotion == 1].mean() > demand[promotion == 0].mean()


def test_tables_are_wrong_and_the_truth_is_not() -> None:
    world = simulate_world("wrong_entries", 1)
    wrong = [m for m in world.scene.media if m.recorded is not None]
    assert len(wrong) == 3
    table = next(iter(world.tables.values()))
    ratios = []
    for medium in wrong:
        np.testing.assert_array_equal(table[f"{medium.name}_spend"], medium.recorded[0])
        ratios.append(int((medium.recorded != medium.spend).sum()))
        truth = world.truth.set_index("channel").loc[medium.name]
        assert np.isclose(truth["spend"], medium.spend.sum())
    assert sorted(ratios)[:2] == [1, 1]
