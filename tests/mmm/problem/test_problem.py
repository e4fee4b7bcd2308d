"""Panel and config worked out once: window, units and link; nothing of them changes when outcomes become unknown."""

import dataclasses

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mixproof.errors import DataError
from mmm.config import Likelihood, MmmConfig
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel


def test_spend_and_dates_are_those_of_the_window(demo_panel: Panel) -> None:
    problem = build_problem(demo_panel, MmmConfig())
    warm_up = int((~demo_panel.observed[0]).sum())
    assert warm_up > 0
    assert problem.span == slice(warm_up, demo_panel.data.sizes["date"])
    assert (problem.spend[:, :warm_up, : len(demo_panel.paid)] == 0).all()
    assert np.isnan(problem.spend[..., len(demo_panel.paid) :]).all()
    assert len(problem.dates) == demo_panel.observed.sum()


@pytest.mark.parametrize("family", ["normal", "student_t", "negative_binomial", "lognormal"])
def test_the_link_decides_whether_parts_multiply(family: str) -> None:
    config = MmmConfig(likelihood=Likelihood(family=family, autocorrelation=False))  # type: ignore[arg-type]
    problem = build_problem(random_panel(Shape(counts=True)), config)
    assert problem.multiplicative == (family in ("negative_binomial", "lognormal"))


def test_an_outcome_that_does_not_suit_the_likelihood_is_refused(demo_panel: Panel) -> None:
    with pytest.raises(DataError, match="not whole"):
        build_problem(demo_panel, MmmConfig.model_validate({"likelihood": {"family": "negative_binomial"}}))


def test_a_value_that_is_unknown_anywhere_is_unknown(demo_panel: Panel) -> None:
    data = demo_panel.data.copy(deep=True)
    data["outcome_value"].values[0, -1] = np.nan
    panel = dataclasses.replace(demo_panel, data=data)
    assert np.isnan(build_problem(panel, MmmConfig()).value).all()
    assert np.isfinite(build_problem(demo_panel, MmmConfig()).value).all()


@pytest.mark.parametrize(
    ("geos", "pooling", "expected"), [(1, "partial", "full"), (1, "none", "full"), (2, "none", "none")]
)
def test_one_geo_has_nothing_to_pool(geos: int, pooling: str, expected: str) -> None:
    config = MmmConfig.model_validate({"geo": {"pooling": pooling}})
    assert build_problem(random_panel(Shape(geos=geos)), config).pooling == expected


def test_outcomes_that_become_unknown_change_no_unit() -> None:
    panel = random_panel(Shape(geos=2))
    problem = build_problem(panel, MmmConfig())
    outcome = panel.data["outcome"].copy()
    outcome[:, -4:] = np.nan
    other = problem.with_outcome(dataclasses.replace(panel, data=panel.data.assign(outcome=outcome)))
    np.testing.assert_array_equal(other.model_outcome[:, :-4], problem.model_outcome[:, :-4])
    assert np.isnan(other.model_outcome[:, -4:]).all()
    assert other.scaling is problem.scaling
    assert other.media is problem.media
