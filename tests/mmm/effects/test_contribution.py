from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.aggregates.simulate import simulate_world
from mmm.config import Adstock, ChannelModel, Likelihood, MmmConfig
from mmm.effects.contribution import (
    contributions,
    decompose,
    lowest_effect,
    outcome_change,
    outcome_difference,
)
from mmm.effects.predictive import expected
from mmm.effects.terms import STEP, effect, observed_exposure
from mmm.problem import draws as draws_module
from mmm.problem.draws import Draws, thin
from mmm.problem.problem import Problem, build_problem

FAMILIES = ["normal", "student_t", "negative_binomial", "lognormal"]
Posterior = Callable[..., xr.DataTree]


def prepared(
    family: str, as_panel: Callable[..., Panel], from_prior: Posterior, world: str = "geo", count: int = 8
) -> tuple[Problem, Draws]:
    size = {"weeks": 50, "geos": 3, "channels": 3} if world == "geo" else {}
    panel = as_panel(simulate_world(world, 4, **size).scene, counts=family == "negative_binomial")
    config = MmmConfig(likelihood=Likelihood(family=family, autocorrelation=family != "negative_binomial"))
    problem = build_problem(panel, config)
    return problem, thin(from_prior(panel, config, count)["posterior"].to_dataset(), count)


@pytest.mark.parametrize("family", FAMILIES)
def test_parts_add_up_to_the_expected_outcome(
    family: str, as_panel: Callable[..., Panel], from_prior: Posterior
) -> None:
    problem, draws = prepared(family, as_panel, from_prior)
    cells = decompose(problem, draws)
    np.testing.assert_allclose(cells.values.sum(axis=0), cells.expected, rtol=1e-9)
    unit = problem.scaling.outcome[:, None, None]
    model = expected(problem, draws)
    if family == "lognormal":
        variance = draws.values("noise") ** 2 / (1 - draws.values("autocorrelation") ** 2)
        reference = unit * np.exp(model + variance[:, None, :] / 2)
    else:
        reference = unit * (np.exp(model) if problem.multiplicative else model)
    np.testing.assert_allclose(cells.expected, reference, rtol=1e-9)


@pytest.mark.parametrize("family", FAMILIES)
def test_media_and_treatments_together_bring_what_would_be_lost_without_them(
    family: str, as_panel: Callable[..., Panel], from_prior: Posterior
) -> None:
    problem, draws = prepared(family, as_panel, from_prior)
    cells, found = decompose(problem, draws), contributions(problem, draws)
    assert cells.values.shape[0] == len(found.parts)
    kinds = np.array([part.kind for part in found.parts])
    if not problem.multiplicative:
        alone = outcome_difference(problem, draws, dict.fromkeys(problem.panel.channels, 0.0))
        lost = -alone[np.broadcast_to(problem.window[..., None], alone.shape)].sum()
        np.testing.assert_allclose(found.media.sum(), lost, rtol=1e-9)
        return
    terms = sum(cells.media) + _treatment_terms(problem, draws)
    lost = (cells.expected * -np.expm1(-terms))[problem.window].sum(axis=0)
    np.testing.assert_allclose(found.total[kinds != "baseline"].sum(axis=0), lost, rtol=1e-9)


def _treatment_terms(problem: Problem, draws: Draws) -> np.ndarray:
    (design,) = [design for component, design in problem.designs if component.kind == "treatment"]
    return design.matrix @ draws.values("treatment_coefficient")


def test_sums_agree_with_the_cells_in_any_block_size(
    as_panel: Callable[..., Panel], from_prior: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem, draws = prepared("student_t", as_panel, from_prior, world="demo")
    whole, cells = contributions(problem, draws), decompose(problem, draws)
    monkeypatch.setattr(draws_module, "LEAST_IN_BLOCK", 1)
    monkeypatch.setattr(draws_module, "BLOCK_NUMBERS", 1)
    one_by_one = contributions(problem, draws)
    for field in ("by_date", "by_geo", "money", "gain", "gain_money", "carry_in", "carry_out", "assumed"):
        np.testing.assert_allclose(getattr(one_by_one, field), getattr(whole, field), rtol=1e-10, atol=1e-6)
    inside = np.where(problem.window[..., None], cells.values, 0.0)
    np.testing.assert_allclose(whole.total, inside.sum(axis=(1, 2)), rtol=1e-12)
    np.testing.assert_allclose(whole.by_geo.sum(axis=1), whole.total, rtol=1e-10)
    assert whole.by_date.shape[1] == problem.window.any(axis=0).sum()


@pytest.mark.parametrize("family", ["student_t", "lognormal"])
def test_gain_is_what_one_per_cent_more_exposure_changes(
    family: str, as_panel: Callable[..., Panel], from_prior: Posterior
) -> None:
    problem, draws = prepared(family, as_panel, from_prior)
    found = contributions(problem, draws)
    for number, name in enumerate(problem.panel.channels):
        change = outcome_difference(problem, draws, {name: 1 + STEP})
        np.testing.assert_allclose(
            found.gain[number], change[problem.window].sum(axis=0), rtol=1e-6, atol=1e-9
        )


def test_carry_in_is_what_the_warm_up_brought_and_is_zero_without_one(
    as_panel: Callable[..., Panel], from_prior: Posterior
) -> None:
    problem, draws = prepared("student_t", as_panel, from_prior, world="demo")
    found = contributions(problem, draws)
    began = np.maximum.accumulate(problem.window, axis=1)
    for number, name in enumerate(problem.panel.channels):
        lost = -outcome_difference(problem, draws, {name: began.astype(float)})[problem.window].sum(axis=0)
        np.testing.assert_allclose(found.carry_in[number], lost, rtol=1e-9, atol=1e-6)
    problem, draws = prepared("student_t", as_panel, from_prior)
    assert (contributions(problem, draws).carry_in == 0).all()


def test_carry_out_is_the_effect_after_the_last_period(
    as_panel: Callable[..., Panel], from_prior: Posterior
) -> None:
    problem, draws = prepared("student_t", as_panel, from_prior)
    found, exposure = contributions(problem, draws), observed_exposure(problem, 0)
    dates = problem.window.shape[1]
    after = effect(problem, draws, 0, exposure.extended(13))[:, dates:].sum(axis=1)
    expected_outcome = (after * problem.scaling.outcome[:, None]).sum(axis=0)
    np.testing.assert_allclose(found.carry_out[0], expected_outcome, rtol=1e-10)


def test_without_carryover_nothing_is_carried(geo_panel: Panel, from_prior: Posterior) -> None:
    config = MmmConfig(default=ChannelModel(adstock=Adstock(family="none")))
    problem = build_problem(geo_panel, config)
    found = contributions(problem, thin(from_prior(geo_panel, config, 4)["posterior"].to_dataset(), 4))
    assert (found.carry_in == 0).all()
    assert (found.carry_out == 0).all()


def test_the_assumed_part_is_what_the_lowest_level_brings_against_none_in_all_periods(
    geo_panel: Panel, from_prior: Posterior
) -> None:
    """Closed form without carryover: Hill's curve at the lowest exposure but for one period in twenty, by geo and draw."""
    config = MmmConfig(default=ChannelModel(adstock=Adstock(family="none")))
    problem = build_problem(geo_panel, config)
    draws = thin(from_prior(geo_panel, config, 6)["posterior"].to_dataset(), 6)
    found = contributions(problem, draws)
    assert problem.window.all()
    for number, name in enumerate(geo_panel.channels):
        half, slope = (
            draws.values(f"saturation_{one}", **{f"saturation_{one}_channel": name})
            for one in ("half_saturation", "hill_slope")
        )
        exposure = problem.media.exposure[..., number]
        low = np.sort(exposure, axis=1)[:, int(0.05 * exposure.shape[1])][:, None]
        curve = (
            low**slope / (low**slope + half**slope) if (low > 0).all() else np.zeros((len(low), len(half)))
        )
        money = (
            draws.values("coefficient", channel=name) * problem.scaling.outcome[:, None] * exposure.shape[1]
        )
        np.testing.assert_allclose(found.assumed[number], (money * curve).sum(axis=0), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_lowest_effect_is_that_of_all_but_one_period_in_twenty(sign: float) -> None:
    window = np.ones((2, 42), bool)
    window[1, :2] = False
    levels = np.where(np.arange(42) % 21 == 0, 0.1, 3.0 + np.arange(42))
    media = sign * np.broadcast_to(levels[:, None], (2, 42, 3))
    found = lowest_effect(media, window)
    # of 42 periods two may be lower, and both dark ones are; of the other geo's 40 two may be, and one is dark
    np.testing.assert_allclose(found, sign * np.array([[4.0] * 3, [6.0] * 3]))
    assert (lowest_effect(np.zeros((1, 30, 2)), np.ones((1, 30), bool)) == 0).all()


def test_an_unchanged_effect_changes_nothing(as_panel: Callable[..., Panel], from_prior: Posterior) -> None:
    problem, draws = prepared("lognormal", as_panel, from_prior)
    cells = decompose(problem, draws)
    assert (outcome_change(problem, cells, 0, cells.media[0]) == 0).all()


def test_with_an_roi_prior_the_roi_is_the_sampled_value(
    as_panel: Callable[..., Panel], from_prior: Posterior
) -> None:
    """The prior is on the ROI over the window, so the ROI computed from effects is the parameter itself."""
    problem, draws = prepared("student_t", as_panel, from_prior, world="demo")
    found = contributions(problem, draws)
    spend = problem.spend.sum(axis=(0, 1))
    for number, name in enumerate(problem.panel.paid):
        roi = found.money[number].sum(axis=0) / spend[number]
        np.testing.assert_allclose(roi, draws.values("media_value", channel=name), rtol=1e-9)


@pytest.mark.parametrize("family", ["student_t", "lognormal"])
def test_other_media_change_the_outcome_as_the_model_says(
    family: str, geo_panel: Panel, from_prior: Callable[..., Any]
) -> None:
    config = MmmConfig(likelihood=Likelihood(family=family))  # type: ignore[arg-type]
    problem = build_problem(geo_panel, config)
    draws = thin(from_prior(geo_panel, config, 6)["posterior"].to_dataset(), 6)
    cells = decompose(problem, draws)
    assert (outcome_difference(problem, draws, {"tv": 1.0, "search": 1.0}) == 0).all()
    lost = outcome_difference(problem, draws, {"tv": 0.0})
    number = problem.panel.channels.index("tv")
    if family == "student_t":
        found = contributions(problem, draws)
        np.testing.assert_allclose(-lost.sum(axis=(0, 1)), found.media[number], rtol=1e-9)
    else:
        np.testing.assert_allclose(
            lost, cells.expected * np.expm1(-cells.media[number]), rtol=1e-9, atol=1e-6
        )
    # Exposure that stops at a date leaves what came before untouched.
    stopped = np.ones(problem.window.shape)
    stopped[:, 30:] = 0.0
    change = outcome_difference(problem, draws, {"tv": stopped})
    assert (change[:, :30] == 0).all()
    assert (change[:, 30:] != 0).any()


def test_an_unknown_channel_is_named(geo_panel: Panel, from_prior: Callable[..., Any]) -> None:
    config = MmmConfig()
    problem = build_problem(geo_panel, config)
    draws = thin(from_prior(geo_panel, config, 4)["posterior"].to_dataset(), 4)
    with pytest.raises(KeyError, match="televsion"):
        outcome_difference(problem, draws, {"televsion": 0.0})
