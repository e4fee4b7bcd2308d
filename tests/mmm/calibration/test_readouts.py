"""What experiments ask of the model, by hand: a steady channel whose carryover and saturation are plain fractions."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.records.evidence import Evidence, Readout, SpendPath
from mmm.calibration import Calibration
from mmm.calibration.predicted import predicted_readouts
from mmm.calibration.readouts import floored
from mmm.config import Bias, CalibrateConfig, MmmConfig
from mmm.problem.draws import thin
from mmm.problem.problem import Problem, build_problem
from tests.mmm.calibration_evidence import evidence_of, monday
from tests.mmm.random_panels import Shape, random_panel

WEIGHTS = np.array([4, 2, 1]) / 7
"""Geometric with an average delay of 1 over two lags."""
BETA = 0.2
WEEKS = 12
MODEL: dict[str, Any] = {
    "default": {
        "adstock": {"family": "geometric", "lags": 2, "mean_lag": 1.0},
        "saturation": {"family": "michaelis_menten"},
    },
    "baseline": {"seasonality": {"yearly": 0}, "drift": {"kind": "none"}},
    "likelihood": {"family": "normal", "autocorrelation": False},
}


def steady_panel(geos: int = 1, dark: tuple[int, ...] = (), rest: float = 75.0) -> Panel:
    """Return 12 weeks with an outcome of 1000 and spend of 100 a week in each geo, `rest` in the weeks of `dark`."""
    panel = random_panel(Shape(geos=geos, dates=WEEKS, paid=1))
    data = panel.data.copy(deep=True)
    spend = np.full((geos, WEEKS, 1), 100.0)
    spend[0, list(dark)] = rest
    data["spend"].values[:] = data["exposure"].values[:] = spend
    data["outcome"].values[:] = 1000.0
    data["population"].values[:] = 1.0
    return replace(panel, data=data)


def ask(panel: Panel, item: Evidence, likelihood: dict[str, Any] | None = None) -> tuple[np.ndarray, Problem]:
    """Return what the model says of each readout at coefficient `BETA`, and the problem."""
    sections = MODEL | ({"likelihood": likelihood} if likelihood else {})
    options = CalibrateConfig(bias=Bias(age=0.0))
    problem = build_problem(panel, MmmConfig.model_validate(sections), Calibration(options, (item,)))
    geos = panel.geos
    posterior = xr.Dataset(
        {
            "coefficient": (("chain", "draw", "geo", "channel"), np.full((1, 1, len(geos), 1), BETA)),
            "adstock_mean_lag": (("chain", "draw", "adstock_mean_lag_channel"), np.full((1, 1, 1), 1.0)),
            "saturation_half_saturation": (
                ("chain", "draw", "saturation_half_saturation_channel"),
                np.full((1, 1, 1), 1.0),
            ),
            "intercept": (("chain", "draw", "geo"), np.full((1, 1, len(geos)), 0.3)),
            "noise": (("chain", "draw", "geo"), np.full((1, 1, len(geos)), 0.1)),
        },
        coords={
            "geo": geos, "channel": panel.channels, "adstock_mean_lag_channel": panel.channels,
            "saturation_half_saturation_channel": panel.channels,
        },
    )  # fmt: skip
    return predicted_readouts(problem, thin(posterior, 1))["test"][0], problem


def weekly(panel: Panel, first: int, count: int, effects: float = 1.0, **fields: Any) -> tuple[Readout, ...]:
    """Return a readout for each of `count` weeks from week `first` on."""
    return tuple(
        Readout("treated", (panel.channels[0],), monday(panel, first + n), _sunday(panel, first + n), effects, **fields)
        for n in range(count)
    )  # fmt: skip


def _sunday(panel: Panel, week: int) -> Any:
    return monday(panel, week + 1) - timedelta(days=1)


def path(
    panel: Panel, first: int, run: list[float], without: list[float], before: list[float] | None = None,
    geos: tuple[str, ...] = (),
) -> SpendPath:  # fmt: skip
    dates = tuple(monday(panel, first + n) for n in range(len(run)))
    rows = [tuple(tuple(values) for _ in range(max(len(geos), 1))) for values in (run, without, before or [])]
    return SpendPath(
        (panel.channels[0],), "treated", geos, dates, 7, rows[0], rows[1], rows[2] if before else ()
    )


def saturated(carried: float) -> float:
    return carried / (1 + carried)


STEADY = saturated(1.0)
AFTER = [saturated(3 / 7), saturated(1 / 7), saturated(4 / 7)]
"""Response in two weeks without exposure, and in the week after."""


def test_geos_dark_in_a_national_panel() -> None:
    panel = steady_panel(dark=(6, 7))
    item = evidence_of(
        panel, weekly(panel, 6, 3, geos=("north",), people_share=1.0, market_share=0.25),
        start=monday(panel, 6), end=_sunday(panel, 7), outcome_end=_sunday(panel, 8), treated_share=1.0,
        spend=(path(panel, 6, [0.0, 0.0], [25.0, 25.0], geos=("north",)),), measurement="randomised_geos",
    )  # fmt: skip
    found, problem = ask(panel, item)
    # A quarter of the nation: per head nothing instead of 25 / .25 = 100 a week.
    np.testing.assert_allclose(found, [0.25 * 1000 * BETA * (dark - STEADY) for dark in AFTER], rtol=1e-12)
    assert found[0] == pytest.approx(-10.0)
    assert problem.panel.observed.all()  # the nation's rows are no contrast of geos


def test_a_holdout_of_a_share_of_people() -> None:
    panel = steady_panel()
    readout = Readout(
        "treated", ("paid 0",), monday(panel, 6), _sunday(panel, 8), 50.0, people_share=0.4, market_share=1.0
    )
    item = evidence_of(
        panel, (readout,), kind="holdout", start=monday(panel, 6), end=_sunday(panel, 7), treated_share=0.4,
        spend=(replace(path(panel, 6, [80.0], [0.0]), period_days=14),), measurement="randomised_people",
    )  # fmt: skip
    found, problem = ask(panel, item)
    assert found[0] == pytest.approx(0.4 * 1000 * BETA * sum(STEADY - dark for dark in AFTER))
    assert problem.panel.observed.all()


def test_people_who_enter_in_the_second_week_are_counted_from_then_on() -> None:
    panel = steady_panel()
    readouts = tuple(
        Readout("treated", ("paid 0",), monday(panel, 6 + n), _sunday(panel, 8), 10.0,
                entered=(monday(panel, 6 + n), monday(panel, 6 + n)), people_share=0.2, market_share=1.0)
        for n in range(2)
    )  # fmt: skip
    # 20 a week for those of the first week, 40 as soon as both are in: 100 a head and week at the size of the market.
    item = evidence_of(
        panel, readouts, kind="holdout", start=monday(panel, 6), end=_sunday(panel, 7),
        spend=(path(panel, 6, [20.0, 40.0], [0.0, 0.0]),), measurement="randomised_people",
    )  # fmt: skip
    found, _ = ask(panel, item)
    late = [STEADY - saturated(3 / 7), STEADY - saturated(5 / 7)]
    assert found[0] == pytest.approx(0.2 * 1000 * BETA * sum(STEADY - dark for dark in AFTER))
    assert found[1] == pytest.approx(0.2 * 1000 * BETA * sum(late))


def test_a_test_before_the_panel() -> None:
    panel = steady_panel()
    item = evidence_of(
        panel, weekly(panel, -20, 2, geos=("north",), people_share=1.0, market_share=0.25, baseline=200.0),
        start=monday(panel, -20), end=_sunday(panel, -20), treated_share=1.0, measurement="randomised_geos",
        spend=(path(panel, -20, [50.0], [25.0], [25.0, 25.0, 25.0], ("north",)),),
    )  # fmt: skip
    changes = np.array([BETA * (saturated(1 + 4 / 7) - STEADY), BETA * (saturated(1 + 2 / 7) - STEADY)])
    found, problem = ask(panel, item)
    np.testing.assert_allclose(found, 0.25 * 1000 * changes, rtol=1e-12)
    assert problem.replay is not None and problem.replay.experiments[0].notes == ()
    growing, problem = ask(panel, item, {"family": "lognormal", "autocorrelation": False})
    np.testing.assert_allclose(growing, 200.0 * np.expm1(changes), rtol=1e-12)
    assert problem.replay is not None and "Outside the panel" in problem.replay.experiments[0].notes[0]


def test_an_imported_return() -> None:
    panel = steady_panel()
    item = evidence_of(
        panel, (Readout("treated", ("paid 0",), None, None, 1.5),), kind="imported", estimand="roi",
        covariance=[[0.01]], measurement="imported_statement",
    )  # fmt: skip
    found, problem = ask(panel, item)
    # The first two weeks have nothing before them at work.
    assert found[0] == pytest.approx(1000 * BETA * (saturated(4 / 7) + saturated(6 / 7) + 10 * STEADY) / 1200)
    assert problem.replay is not None
    experiment = problem.replay.experiments[0]
    assert experiment.weaker and experiment.covariance[0, 0] == pytest.approx((0.25 * 1.5) ** 2)


def test_whole_geos_are_the_panel_s_own_rows_and_leave_its_likelihood() -> None:
    panel = steady_panel(geos=2, dark=(6, 7), rest=150.0)
    geo = panel.geos[0]
    item = evidence_of(
        panel, weekly(panel, 6, 3, geos=(geo,), people_share=1.0), start=monday(panel, 6), end=_sunday(panel, 7),
        treated_share=1.0, spend=(path(panel, 6, [150.0, 150.0], [100.0, 100.0], geos=(geo,)),),
        measurement="randomised_geos",
    )  # fmt: skip
    found, problem = ask(panel, item)
    heavy = [saturated(1 + 2 / 7), saturated(1 + 3 / 7), saturated(1 + 3 / 14)]
    np.testing.assert_allclose(found, [1000 * BETA * (more - STEADY) for more in heavy], rtol=1e-12)
    assert np.argwhere(~problem.panel.observed).tolist() == [[0, 6], [0, 7], [0, 8]]
    kept, problem = ask(panel, replace(item, in_panel=False))
    np.testing.assert_allclose(kept, found, rtol=1e-12)
    assert problem.panel.observed.all()


def test_a_test_that_begins_in_the_middle_of_a_week_counts_by_day() -> None:
    panel = steady_panel()
    thursday = monday(panel, 6) + timedelta(days=3)
    readout = Readout("treated", ("paid 0",), thursday, _sunday(panel, 6), 10.0, people_share=0.5)
    money = (SpendPath(("paid 0",), "treated", (), (thursday,), 4, ((200 / 7,),), ((0.0,),)),)
    item = evidence_of(
        panel, (readout,), kind="holdout", start=thursday, end=_sunday(panel, 6), treated_share=0.5, spend=money,
        measurement="randomised_people",
    )  # fmt: skip
    # 100 a week and head for four days of seven, three days as everybody.
    found, _ = ask(panel, item)
    without = saturated(1 - 4 / 7 * WEIGHTS[0])
    assert found[0] == pytest.approx(4 / 7 * 0.5 * 1000 * BETA * (STEADY - without))


def test_with_a_log_link_the_effect_is_asked_of_the_expected_outcome() -> None:
    panel = steady_panel()
    readout = Readout("treated", ("paid 0",), monday(panel, 6), _sunday(panel, 6), 5.0, people_share=0.5)
    item = evidence_of(
        panel, (readout,), kind="holdout", start=monday(panel, 6), end=_sunday(panel, 6), treated_share=0.5,
        spend=(path(panel, 6, [50.0], [0.0]),), measurement="randomised_people",
    )  # fmt: skip
    found, _ = ask(panel, item, {"family": "lognormal", "autocorrelation": False})
    level = 1000 * np.exp(0.3 + BETA * STEADY + 0.1**2 / 2)
    assert found[0] == pytest.approx(0.5 * level * -np.expm1(-BETA * (STEADY - AFTER[0])))


def test_a_floor_takes_nothing_from_a_covariance() -> None:
    rng = np.random.default_rng(2)
    for size in (1, 2, 5):
        for _ in range(50):
            root = rng.normal(size=(size, max(size - 1, 1)))
            given = root @ root.T + 1e-12 * np.eye(size)
            wider = floored(given, rng.uniform(0, 2, size) * np.sqrt(np.diag(given)))
            assert np.linalg.eigvalsh(wider - given)[0] > -1e-9 * np.trace(given)
            assert np.linalg.eigvalsh(wider)[0] > 0
            residual = rng.normal(size=size)
            ours = residual @ np.linalg.solve(wider, residual)
            assert ours <= (1 + 1e-9) * (residual @ np.linalg.pinv(given) @ residual)
