"""Paths and tables of a forecast, held to the law that they are drawn from."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.effects.contribution import decompose, parts
from mmm.effects.predictive import expected
from mmm.forecast.ahead import draws_ahead, look_ahead
from mmm.forecast.config import Outlook
from mmm.forecast.future import continued
from mmm.forecast.results import Simulated, forecast_tables, simulated
from mmm.prior.draws import prior_draws
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem, build_problem
from tests.mmm.random_panels import Shape, random_panel

QUIET: dict[str, Any] = {"drift": {"kind": "none"}, "seasonality": {"yearly": 0}}
LATER, PATHS = 6, 6000


def case(family: str, geos: int = 1, **baseline: Any) -> Problem:
    model = MmmConfig.model_validate(
        {
            "baseline": QUIET | baseline,
            "likelihood": {"family": family, "autocorrelation": family != "negative_binomial"},
            "default": {"adstock": {"family": "geometric", "lags": 3}},
            "geo": {"common_shocks": bool(baseline)},
        }
    )
    panel = random_panel(Shape(geos=geos, dates=60, paid=2, counts=family == "negative_binomial"), seed=3)
    return build_problem(panel, model)


def one_draw(problem: Problem, **fixed: float) -> Draws:
    """Return one draw of the prior many times, some of its variables set."""
    draws = prior_draws(problem, 5)
    arrays = {name: np.repeat(values[..., :1], PATHS, axis=-1) for name, values in draws.arrays.items()}
    arrays |= {name: np.full_like(arrays[name], value) for name, value in fixed.items()}
    return replace(draws, arrays=arrays, count=PATHS, chains=1)


def forecast_of(problem: Problem, draws: Draws) -> tuple[Simulated, np.ndarray]:
    """Return simulated outcomes, and the sum of components (geo, period) of the first draw."""
    future = continued(problem, Outlook(), LATER, LATER)
    ahead = look_ahead(problem, future)
    found = simulated(ahead, draws, future, np.random.default_rng(7))
    longer = draws_ahead(draws, ahead, np.random.default_rng(1))
    return found, expected(ahead.problem, longer)[..., 0]


@pytest.mark.parametrize("family", ["normal", "student_t", "lognormal"])
def test_noise_goes_on_from_the_last_outcome_and_widens(family: str) -> None:
    problem = case(family)
    rho, sigma, tail = 0.6, 0.08, 30.0
    draws = one_draw(
        problem, autocorrelation=rho, noise=sigma, **({"tail": tail} if family == "student_t" else {})
    )
    found, total = forecast_of(problem, draws)
    path = found.outcome[0] / problem.scaling.outcome[0]
    path = np.log(path) if family == "lognormal" else path
    known = problem.model_outcome[0, -1] - total[0, -LATER - 1]
    step = np.arange(1, LATER + 1)
    np.testing.assert_allclose(
        path.mean(axis=1), total[0, -LATER:] + rho**step * known, atol=4 * 0.1 / PATHS**0.5
    )
    variance = sigma**2 * (1 - rho ** (2 * step)) / (1 - rho**2)
    if family == "student_t":
        variance *= (tail + 2) / tail  # degrees of freedom are the draw's and two more
    np.testing.assert_allclose(path.var(axis=1), variance, rtol=0.08)


def test_counts_are_whole_with_the_mean_and_spread_of_their_law() -> None:
    problem = case("negative_binomial")
    found, total = forecast_of(problem, one_draw(problem, dispersion=20.0))
    mean = np.exp(total[0, -LATER:]) * problem.scaling.outcome[0]
    assert (found.outcome == np.round(found.outcome)).all()
    np.testing.assert_allclose(found.outcome[0].mean(axis=1), mean, rtol=0.02)
    np.testing.assert_allclose(found.outcome[0].var(axis=1), mean + mean**2 / 20, rtol=0.1)


@pytest.mark.parametrize("family", ["normal", "lognormal"])
def test_baseline_and_media_add_up_and_geos_to_all_geos(family: str) -> None:
    problem = case(family, geos=2)
    draws = prior_draws(problem, 5)
    found, _ = forecast_of(problem, draws)
    tables = forecast_tables(found, "current")
    weeks, total = tables["forecast"], tables["forecast_total"].set_index("geo")
    assert weeks["geo"].unique().tolist() == ["all geos", "geo 0", "geo 1"]
    np.testing.assert_allclose(weeks["baseline"] + weeks["media"], weeks["mean"])
    sums = weeks.groupby("geo")[["mean", "media"]].sum()
    np.testing.assert_allclose(sums.loc["all geos"], sums.loc["geo 0"] + sums.loc["geo 1"])
    np.testing.assert_allclose(sums["mean"], total["mean"].loc[sums.index])
    assert tables["forecast_channels"]["contribution_mean"].sum() == pytest.approx(
        total.loc["all geos", "media"]
    )
    assert total.loc["all geos", "spend"] == pytest.approx(problem.panel.data["spend"].values[:, 8:14].sum())
    for level in (50, 90):
        assert weeks["median"].between(weeks[f"lower_{level}"], weeks[f"upper_{level}"]).all()
    future = continued(problem, Outlook(), LATER, LATER)
    ahead = look_ahead(problem, future)
    wanted = decompose(ahead.problem, draws).values[list(parts(problem)[1])][:, :, -LATER:]
    np.testing.assert_allclose(found.media, wanted)


def test_shared_shocks_and_drift_make_the_sum_of_geos_wider() -> None:
    quiet = case("normal", geos=2)
    shared = case("normal", geos=2, drift={"kind": "hsgp"})
    calm = {"autocorrelation": 0.0, "noise": 0.02}
    spread = []
    for problem, more in (
        (quiet, {}),
        (shared, {"drift_size": 0.1, "shock_size": 0.1}),
    ):
        found, _ = forecast_of(problem, one_draw(problem, **calm, **more))
        each = found.outcome.std(axis=-1)
        spread.append(found.outcome.sum(axis=0).std(axis=-1) / np.sqrt((each**2).sum(axis=0)))
    np.testing.assert_allclose(spread[0], 1.0, atol=0.05)
    assert (spread[1] > 1.3).all()


def test_inputs_are_said_beside_those_of_the_year_before() -> None:
    problem = case("normal")
    inputs = forecast_tables(forecast_of(problem, prior_draws(problem, 5))[0], "current")["forecast_inputs"]
    assert inputs["name"].tolist() == ["paid 0", "paid 1"]
    np.testing.assert_allclose(inputs["mean"], inputs["year_before"])
    np.testing.assert_allclose(inputs["mean"], problem.panel.data["exposure"].values[0, 8:14].mean(axis=0))
