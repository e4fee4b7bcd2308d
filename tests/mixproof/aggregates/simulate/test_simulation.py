"""Every world: same seed same bytes, its truth is what brute force finds, its tables can be read."""

import hashlib
import io

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.simulate import WORLDS, World, simulate_world, write_world
from mixproof.aggregates.sources import panel_from_frames
from mixproof.errors import ConfigError

SMALL = {"large": {"weeks": 60, "geos": 4, "channels": 12}, "planner": {"weeks": 60, "geos": 5}}
"""Sizes at which the worlds made for timing are checked."""

SEED = 11


@pytest.fixture(scope="module", params=list(WORLDS))
def world(request: pytest.FixtureRequest) -> World:
    return simulate_world(request.param, SEED, **SMALL.get(request.param, {}))


def _digest(world: World) -> str:
    text = io.StringIO()
    for name in sorted(world.tables):
        world.tables[name].to_csv(text, index=False)
    world.truth.to_csv(text, index=False)
    return hashlib.sha256(text.getvalue().encode()).hexdigest()


def test_same_seed_same_bytes_and_other_seed_other_world(world: World) -> None:
    size = SMALL.get(world.name, {})
    again, other = (simulate_world(world.name, seed, **size) for seed in (SEED, SEED + 1))
    assert _digest(world) == _digest(again)
    assert _digest(world) != _digest(other)
    assert not np.allclose(_paid(world)["roi"], _paid(other)["roi"])


def test_contribution_is_what_switching_the_channel_off_everywhere_costs(world: World) -> None:
    as_run = world.scene.expected().sum()
    for row in _overall(world)[lambda t: t["kind"] != "treatment"].itertuples():
        lost = as_run - world.scene.expected({row.channel: 0.0}).sum()
        assert row.contribution == pytest.approx(lost, rel=1e-9, abs=1e-9 * as_run)


def test_roi_is_contribution_by_spend_and_mroi_is_what_one_percent_more_brings(world: World) -> None:
    as_run = world.scene.expected().sum()
    for row in _paid(world).itertuples():
        assert row.roi == pytest.approx(row.contribution / row.spend, rel=1e-12)
        gained = world.scene.expected({row.channel: 1.01}).sum() - as_run
        assert row.mroi == pytest.approx(gained / (0.01 * row.spend), rel=1e-6, abs=1e-6)


def test_components_add_up_to_the_expected_outcome(world: World) -> None:
    total = world.series.groupby(["geo", "date"], sort=True)["contribution"].sum().to_numpy()
    expected = world.scene.expected()
    order = np.argsort(np.array(world.scene.geos))
    np.testing.assert_allclose(total.reshape(expected.shape), expected[order], rtol=1e-9)


def test_components_over_dates_are_the_truth(world: World) -> None:
    summed = world.series.groupby("component")["contribution"].sum()
    shared = world.scene.synergy
    for row in _overall(world).itertuples():
        with_it = shared is not None and row.channel in (shared.first, shared.second)
        lost = summed[row.channel] + (summed["synergy"] if with_it else 0.0)  # either one gone, all of it is
        assert row.contribution == pytest.approx(lost, rel=1e-9, abs=1e-6)


def test_geos_add_up_to_the_whole(world: World) -> None:
    if world.scene.national:
        assert set(world.truth["geo"]) == {"all"}
        return
    local = (
        world.truth[world.truth["geo"] != "all"]
        .groupby("channel")[["spend", "contribution"]]
        .sum(min_count=1)
    )
    whole = _overall(world).set_index("channel").loc[local.index]
    np.testing.assert_allclose(
        local.to_numpy(), whole[["spend", "contribution"]].to_numpy(), rtol=1e-9, atol=1e-6
    )


def test_tables_hold_the_recorded_outcome_and_the_spend_that_acted(world: World) -> None:
    scene = world.scene
    frames = list(world.tables.values())
    revenue = frames[-1]["revenue"].to_numpy().reshape(len(scene.geos), -1)
    np.testing.assert_array_equal(revenue, scene.outcome()[:, scene.warm_up :])
    assert np.isfinite(revenue).all()
    assert (revenue > 0).all()
    for medium in scene.media:
        if medium.spend is None:
            continue
        spend = frames[0][f"{medium.name}_spend"].to_numpy().reshape(len(scene.geos), -1)
        np.testing.assert_array_equal(spend, medium.spend if medium.recorded is None else medium.recorded)
        assert (spend >= 0).all()


def test_data_section_is_valid_and_names_what_is_in_the_tables(world: World) -> None:
    config = DataConfig.model_validate(world.data_config)
    assert {table.file for table in config.tables} == set(world.tables)
    columns = {column for frame in world.tables.values() for column in frame.columns}
    named = {channel.spend for channel in config.channels}
    named |= {c.exposure for c in (*config.channels, *config.organic) if c.exposure}
    named |= {part.column for part in (*config.treatments, *config.controls, config.outcome)}
    assert named <= columns


def test_tables_pass_the_data_contract_and_keep_what_acted(world: World) -> None:
    panel = panel_from_frames(DataConfig.model_validate(world.data_config), world.tables)
    assert panel.geos == sorted(world.scene.geos)
    assert panel.channels == [medium.name for medium in world.scene.media]
    assert int((~panel.observed).sum()) == world.scene.warm_up * len(world.scene.geos)
    window = panel.data["spend"].isel(date=slice(world.scene.warm_up, None)).sum(["geo", "date"])
    wrong = {medium.name for medium in world.scene.media if medium.recorded is not None}
    assert (world.name == "wrong_entries") == bool(wrong)
    for row in _paid(world).itertuples():
        if row.channel not in wrong:
            assert float(window.sel(channel=row.channel)) == pytest.approx(row.spend, rel=1e-12)


def test_written_world_reads_back(world: World, tmp_path) -> None:  # type: ignore[no-untyped-def]
    written = write_world(world.name, SEED, tmp_path, **SMALL.get(world.name, {}))
    assert {path.name for path in written} == {path.name for path in tmp_path.iterdir()}
    for file, frame in world.tables.items():
        back = pd.read_csv(tmp_path / file, parse_dates=["date"])
        pd.testing.assert_frame_equal(back, frame, check_dtype=False, check_exact=True)
    truth = pd.read_csv(tmp_path / f"{world.name}_truth.csv")
    np.testing.assert_allclose(truth["contribution"], world.truth["contribution"], atol=0.006)


@pytest.mark.parametrize(
    ("name", "size", "codes"),
    [
        ("nowhere", {}, ["unknown-world"]),
        ("delayed", {"weeks": 5}, ["world-too-small"]),
        ("delayed", {"years": 3}, ["unknown-size"]),
        ("geos", {"geos": 1}, ["world-too-small"]),
        ("geos", {"geos": 1, "weeks": 1, "shops": 4}, ["unknown-size", "world-too-small", "world-too-small"]),
    ],
)
def test_impossible_choices_are_refused_all_at_once(
    name: str, size: dict[str, int], codes: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        simulate_world(name, 1, **size)
    assert [fault.code for fault in caught.value.faults] == codes


@pytest.mark.parametrize("name", ["national", "geo", "delayed", "geos", "worthless", "chasing"])
def test_sizes_are_kept(name: str) -> None:
    geos = 4 if WORLDS[name].size.geos > 1 else 1
    world = simulate_world(name, 2, weeks=80, geos=geos, channels=4)
    assert world.scene.expected().shape == (geos, 80)
    assert len(_paid(world)) == 4


def _overall(world: World) -> pd.DataFrame:
    return world.truth[world.truth["geo"] == "all"]


def _paid(world: World) -> pd.DataFrame:
    return _overall(world)[lambda t: t["kind"] == "paid"]
