"""Experiments and the model that has seen them, on a posterior that is made up, so that what must come out is known."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.records.verdict import Finding
from mmm.calibration import Calibration
from mmm.calibration.agreement.asked import ask_all
from mmm.calibration.agreement.judge import (
    judge_asked,
    judge_experiments,
    mixed_with_demand,
    quantiles,
    without_tested,
)
from mmm.calibration.predicted import predicted_readouts
from mmm.config import Bias, CalibrateConfig, MmmConfig
from mmm.problem.draws import Draws, thin
from mmm.problem.problem import Problem, build_problem
from tests.mmm.calibration.test_readouts import BETA as BETA
from tests.mmm.calibration.test_readouts import MODEL, steady_panel
from tests.mmm.calibration_evidence import geo_test

SHAPE = (2, 500)
GEOS = ("geo-0",)


def panel() -> Panel:
    return steady_panel(geos=1, dark=(), rest=100.0)


def made_up(sd: float, factors: tuple[float, ...], se: float) -> tuple[Problem, Draws]:
    """Return a problem with tests of its only channel, and draws of its coefficient around `BETA` with a share `sd`.

    Each test measured `factors` times what the model says at `BETA`, with an error of `se` of that, in two weeks.
    """
    data = panel()
    draws = np.random.default_rng(0).normal(BETA, sd * BETA, SHAPE)
    posterior = xr.Dataset(
        {
            "coefficient": (("chain", "draw", "geo", "channel"), draws[..., None, None]),
            "adstock_mean_lag": (("chain", "draw", "adstock_mean_lag_channel"), np.ones((*SHAPE, 1))),
            "saturation_half_saturation": (
                ("chain", "draw", "saturation_half_saturation_channel"),
                np.ones((*SHAPE, 1)),
            ),
        },
        coords={
            "geo": data.geos,
            "channel": data.channels,
            "adstock_mean_lag_channel": data.channels,
            "saturation_half_saturation_channel": data.channels,
        },
    )
    problem = _problem(data, (1.0,) * len(factors), 1.0)
    expected = predicted_readouts(problem, thin(posterior * 0 + posterior.mean(("chain", "draw")), 1))
    sizes = [factor * float(next(iter(expected.values()))[0].sum()) for factor in factors]
    problem = _problem(data, tuple(sizes), se)
    return problem, thin(posterior, 1000)


def _problem(data: Panel, totals: tuple[float, ...], se: float) -> Problem:
    items = []
    for k, total in enumerate(totals):
        effects = (0.6 * total, 0.4 * total)
        error = se * abs(total) / 2**0.5
        item = geo_test(
            data, tuple(data.geos), (data.channels[0],), 4, (1, 1), 0.0, effects, market_share=1.0
        )
        covariance = tuple(map(tuple, (error**2 * np.eye(2)).tolist()))
        items.append(replace(item, experiment=f"test {k}", covariance=covariance, in_panel=False))
    options = CalibrateConfig(bias=Bias(people=0.0, geos=0.0, platform=0.0, imported=0.0, age=0.0))
    return build_problem(data, MmmConfig.model_validate(MODEL), Calibration(options, tuple(items)))


def judged(sd: float, factors: tuple[float, ...], se: float):
    problem, draws = made_up(sd, factors, se)
    roi = draws.values("coefficient")[0] / BETA
    return *judge_asked(problem, ask_all(problem, draws, {}), roi), problem, draws


def test_rows_and_numbers() -> None:
    tables, findings, problem, draws = judged(0.05, (1.0,), 0.15)
    frame = tables["calibration"].set_index("readout")
    assert len(frame) == 3
    total = frame.loc["total"]
    said = predicted_readouts(problem, draws)["test 0"].sum(axis=1)
    assert total["after"] == pytest.approx(said.mean())
    assert total["after_upper"] == pytest.approx(np.quantile(said, 0.95), rel=1e-3)
    width = 2 * 1.645 * 0.15 * abs(total["measured"])
    assert total["measured_upper"] - total["measured_lower"] == pytest.approx(width, rel=1e-3)
    # without it the model knows less: variances of the total are those of a normal less the test's own information
    assert 0 < total["weight"] < 0.2
    assert total["before_upper"] - total["before_lower"] > total["after_upper"] - total["after_lower"]
    assert (frame["conflict"] == "agrees").all()
    assert [finding.check for finding in findings] == ["calibration_conflict"]
    assert frame.loc[frame.index != "total", "measured"].sum() == pytest.approx(total["measured"])


CASES = {
    "far off": (0.02, (4.0,), 0.2, "disagrees", {"calibration_conflict"}),
    "one test decides": (0.05, (1.0,), 0.02, "refit", {"calibration_refit"}),
    "two that agree": (0.05, (1.0, 1.05), 0.2, "agrees", {"calibration_conflict", "calibration_tension"}),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_said(name: str) -> None:
    sd, factors, se, conflict, checks = CASES[name]
    tables, findings, *_ = judged(sd, factors, se)
    assert set(tables["calibration"]["conflict"]) == {conflict}
    assert {finding.check for finding in findings} == checks
    assert len(tables["calibration_tension"]) == (len(factors) if len(factors) > 1 else 0)


def test_tests_that_contradict_block_the_channel_and_show_both_returns() -> None:
    tables, findings, problem, _ = judged(0.1, (1.0, 3.0), 0.2)
    frame = tables["calibration_tension"]
    assert frame["contradiction"].all()
    assert not frame["accused"].any()
    assert frame["multiple"].tolist() == pytest.approx([1.0, 3.0], rel=0.1)
    assert np.isfinite(frame[["roi_alone", "roi_alone_lower", "roi_alone_upper"]].to_numpy()).all()
    # taking the low test away leaves the higher return
    assert frame["roi_alone"][1] > frame["roi_alone"][0]
    said = next(finding for finding in findings if finding.check == "calibration_tension")
    assert said.subject == problem.panel.channels[0]
    assert "cannot both be right" in said.sentence


def test_an_experiment_ends_the_mixing_with_demand() -> None:
    problem, _ = made_up(0.1, (1.0,), 0.3)
    channel = problem.panel.channels[0]
    warning = Finding("demand_chasing", "warning", "Spend follows demand.", 0.95, 0.5, channel)
    other = replace(warning, subject="other")
    assert mixed_with_demand([warning, other]) == [channel, "other"]
    after = without_tested([warning, other], problem)
    assert mixed_with_demand(after) == ["other"]
    assert after[0].status == "note"
    assert after[0].sentence.endswith("Here one did: test 0 calibrated its return.")
    bare = build_problem(problem.panel, problem.config)
    assert without_tested([warning], bare) == (warning,)
    assert judge_experiments(bare, made_up(0.1, (1.0,), 0.3)[1], None, {})  # type: ignore[arg-type] == ({}, [])


def test_weighted_quantiles_are_those_of_repeated_draws() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=3000)
    weights = np.where(values > 0, 2.0, 1.0)
    repeated = np.concatenate([values, values[values > 0]])
    shares = np.array([0.05, 0.5, 0.95])
    expected = np.quantile(repeated, shares)
    np.testing.assert_allclose(quantiles(values, weights / weights.sum(), shares), expected, atol=0.01)
