"""What prior draws say: the stated returns, and shares that are held against their limits."""

import dataclasses

import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.effects.contribution import contributions
from mmm.effects.return_on_spend import returns
from mmm.prior.draws import DRAWS, prior_draws
from mmm.prior.findings import baseline, implied_returns, media_share, outcome_range
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

FIVE_SIGMA = 5 * np.sqrt(0.25 / DRAWS)
"""How far the share of draws below a quantile may lie off it: one false alarm in 1.7 million."""
MEDIAN, UPPER = 2.0, 6.0
STATED = {"channels": {"paid 0": {"prior": {"roi": {"median": MEDIAN, "upper": UPPER}}}}}


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


@pytest.mark.parametrize(
    ("factor", "status", "words"),
    [(0.001, "pass", "0.0% of draws"), (1e6, "failure", "Lower the priors on media")],
)
def test_media_beyond_the_outcome_are_told(factor: float, status: str, words: str) -> None:
    problem = build_problem(random_panel(Shape()), MmmConfig())
    found = contributions(problem, prior_draws(problem, 5))
    channels = list(found.channels)
    found.by_date[channels] *= factor
    found.by_geo[channels] *= factor
    said = media_share(problem, found)
    assert said.status == status and words in said.sentence


def test_a_baseline_below_zero_is_counted() -> None:
    problem = build_problem(random_panel(Shape()), MmmConfig())
    found = contributions(problem, prior_draws(problem, 5))
    found.by_date[:] = 1.0
    assert (baseline(found).status, baseline(found).value) == ("pass", 0.0)
    parts = [number for number, part in enumerate(found.parts) if part.kind == "baseline"]
    half = found.by_date.shape[1] // 2
    found.by_date[parts, :half] = -1.0
    assert baseline(found).value == pytest.approx(half / found.by_date.shape[1])
    assert baseline(found).status in ("warning", "failure")


def test_only_channels_with_spend_have_a_return_to_tell() -> None:
    problem = build_problem(random_panel(Shape(organic=1)), MmmConfig.model_validate(STATED))
    found = contributions(problem, prior_draws(problem, 5))
    said = implied_returns(problem, found)
    assert [finding.subject for finding in said] == ["paid 0", "paid 1"]
    assert said[0].value == pytest.approx(MEDIAN, rel=0.2)
