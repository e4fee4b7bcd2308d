"""What the priors imply is what they say, and what cannot be is refused before anything is sampled."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.effects.contribution import contributions
from mmm.effects.return_on_spend import returns
from mmm.prior.check import check_prior
from mmm.prior.draws import DRAWS, prior_draws
from mmm.prior.findings import outcome_range
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

FIVE_SIGMA = 5 * np.sqrt(0.25 / DRAWS)
"""How far the share of draws below a quantile may lie off it: one false alarm in 1.7 million."""
MEDIAN, UPPER = 2.0, 6.0
STATED = {"channels": {"paid 0": {"prior": {"roi": {"median": MEDIAN, "upper": UPPER}}}}}
ABSURD = {"channels": {"paid 0": {"prior": {"roi": {"median": 500, "upper": 900}}}}}
CASES: dict[str, tuple[Shape, dict[str, Any], str]] = {
    "as stated": (Shape(organic=1, controls=1), STATED, "reportable"),
    "more than was sold": (Shape(), ABSURD, "not reportable"),
    "counts": (Shape(counts=True), {"likelihood": {"family": "negative_binomial"}}, "reportable"),
    "multiplicative, geos": (
        Shape(geos=2, treatments=1),
        {"likelihood": {"family": "lognormal"}},
        "reportable",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_grades(name: str) -> None:
    shape, config, grade = CASES[name]
    analysis = check_prior(random_panel(shape), MmmConfig.model_validate(config), seed=3)
    said = {finding.check: finding for finding in analysis.verdict.findings}
    assert str(analysis.verdict.grade) == grade
    assert set(said) == {"prior_returns", "prior_media_share", "prior_baseline", "prior_outcome"}
    assert set(analysis.tables["channels"]["channel"]) >= {"paid 0", "paid 1"}
    assert len(analysis.tables["verdict"]) == len(analysis.verdict.findings)
    if grade == "not reportable":
        assert said["prior_media_share"].value == 1.0
        assert said["prior_media_share"].status == said["prior_outcome"].status == "failure"


def test_the_returns_are_those_of_the_stated_prior() -> None:
    panel, config = random_panel(Shape()), MmmConfig.model_validate(STATED)
    problem, draws = build_problem(panel, config), prior_draws(build_problem(panel, config), 5)
    roi = returns(problem, contributions(problem, draws)).roi[0]
    assert np.mean(roi < MEDIAN) == pytest.approx(0.5, abs=FIVE_SIGMA)
    assert np.mean(roi < UPPER) == pytest.approx(0.95, abs=FIVE_SIGMA)
    again = prior_draws(build_problem(panel, config), 5)
    assert all(np.array_equal(draws.values(name), again.values(name)) for name in draws.arrays)


def test_an_outcome_beyond_all_expectation_is_counted() -> None:
    panel, config = random_panel(Shape()), MmmConfig()
    problem, draws = build_problem(panel, config), prior_draws(build_problem(panel, config), 5)
    assert outcome_range(problem, draws).value == 0.0
    outcome = panel.data["outcome"].copy()
    outcome[0, 7] *= 1000.0
    strange = dataclasses.replace(panel, data=panel.data.assign(outcome=outcome))
    found = outcome_range(problem.with_outcome(strange), draws)
    assert found.value == pytest.approx(1 / panel.observed.sum())
    assert found.status == "pass"
