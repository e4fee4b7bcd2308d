"""A geo test inside the panel tells the same outcomes twice: which rows must leave the likelihood, in exact arithmetic.

Everything is linear and normal with known errors, so that the posterior is that of generalised least squares. Which rows the
panel keeps, and what a readout is in terms of the return, are the product's own answers.
"""

from dataclasses import replace

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mmm.calibration import Calibration
from mmm.config import CalibrateConfig, MmmConfig
from mmm.problem.problem import Problem, build_problem
from tests.mmm.calibration_evidence import geo_test
from tests.mmm.random_panels import Shape, random_panel

GEOS, WEEKS, DARK, START, TEST = 12, 32, 5, 24, 4
SD, SHOCK = 50.0, 30.0
"""Errors of a geo's week, and of all geos in one week."""
DRAWS = 1000
MODEL = MmmConfig.model_validate(
    {
        "default": {"adstock": {"family": "none"}, "saturation": {"family": "none"}},
        "baseline": {"trend": {"kind": "none"}, "seasonality": {"yearly": 0}, "drift": {"kind": "none"}},
        "geo": {"pooling": "full"},
        "likelihood": {"family": "normal", "autocorrelation": False},
    }
)


def dark_panel() -> Panel:
    """Return geos whose spend mostly moves together, off in the first `DARK` of them for `TEST` weeks."""
    rng = np.random.default_rng(3)
    panel = random_panel(Shape(geos=GEOS, dates=WEEKS, paid=1))
    spend = 100 * np.exp(0.45 * (0.9 * rng.normal(size=WEEKS) + 0.44 * rng.normal(size=(GEOS, WEEKS))))
    spend[:DARK, START : START + TEST] = 0.0
    data = panel.data.copy(deep=True)
    data["spend"].values[:] = data["exposure"].values[:] = spend[..., None]
    data["outcome"].values[:] = 1000.0
    data["population"].values[:] = 1.0
    return replace(panel, data=data)


def contrast(week: int) -> np.ndarray:
    """Return what differences in differences weigh each cell with, shape (geo x week,), for a week of the test."""
    weights, weeks = np.zeros((GEOS, WEEKS)), np.zeros(WEEKS)
    weeks[week], weeks[:START] = 1.0, -1 / START
    weights[:DARK], weights[DARK:] = weeks, -weeks * DARK / (GEOS - DARK)
    return weights.ravel()


def asked(panel: Panel, usual: np.ndarray) -> tuple[Problem, np.ndarray]:
    """Return the calibrated problem, and its readouts at a return of one; `usual` is what a dark geo would have spent."""
    geos = tuple(panel.geos[:DARK])
    item = geo_test(panel, geos, ("paid 0",), START, (TEST, 0), 0.0, (-1.0,) * TEST)
    item = replace(item, spend=(replace(item.spend[0], without=(tuple(usual.tolist()),) * DARK),))
    problem = build_problem(panel, MODEL, Calibration(CalibrateConfig(), (item,)))
    replay = problem.replay
    assert replay is not None
    scale = (
        problem.scaling.exposure[:, 0] / problem.scaling.outcome
    )  # of a coefficient that is a return of one
    response = np.concatenate([problem.media.exposure[..., 0].ravel(), replay.exposure[:, 0]])
    return problem, replay.answers(replay.changes([response], scale[:, None]), None)


def posterior(
    keep: np.ndarray, spend: np.ndarray, error: np.ndarray, dose: np.ndarray
) -> tuple[np.ndarray, float]:
    """Return the weights of all outcomes in the return's posterior mean, and the variance that it claims.

    Panel and test are taken as two sources; the rows in `keep` are the panel's.
    """
    levels = np.kron(np.eye(GEOS), np.ones((WEEKS, 1)))
    design = np.column_stack([spend.ravel(), levels])[keep]
    precise = np.linalg.inv(error[np.ix_(keep, keep)])
    covariance = np.linalg.inv(design.T @ precise @ design)
    weights = np.zeros(GEOS * WEEKS)
    weights[keep] = (covariance @ design.T @ precise)[0]
    weeks = np.stack([contrast(START + n) for n in range(TEST)])
    own = np.linalg.inv(weeks @ error @ weeks.T)
    measured = dose @ own @ weeks / (dose @ own @ dose)
    parts = np.array([1 / covariance[0, 0], dose @ own @ dose])
    return (parts[0] * weights + parts[1] * measured) / parts.sum(), float(1 / parts.sum())


@pytest.mark.parametrize(("rows", "low", "high"), [("leave", 0.89, 0.91), ("stay", 0.0, 0.87)])
def test_rows_of_a_geo_test_leave_the_likelihood(rows: str, low: float, high: float) -> None:
    panel = dark_panel()
    spend = panel.data["spend"].transpose("geo", "date", "channel").values[..., 0]
    expected = np.array([contrast(START + n) @ spend.ravel() for n in range(TEST)])
    problem, dose = asked(panel, -expected / DARK)
    np.testing.assert_allclose(dose, expected)
    used = ~problem.panel.observed
    assert used[:DARK, START : START + TEST].all() and used.sum() == DARK * TEST
    week = np.kron(np.ones((GEOS, 1)), np.eye(WEEKS))
    error = SD**2 * np.eye(GEOS * WEEKS) + SHOCK**2 * week @ week.T
    keep = problem.panel.observed.ravel() if rows == "leave" else np.ones(GEOS * WEEKS, bool)
    weights, claimed = posterior(keep, spend, error, dose)
    assert weights @ spend.ravel() == pytest.approx(1.0)  # a return of one is found without bias
    draws = np.random.default_rng(0).standard_normal((DRAWS, GEOS * WEEKS)) @ np.linalg.cholesky(error).T
    covered = np.abs(draws @ weights) <= 1.645 * claimed**0.5
    assert low <= covered.mean() <= high
