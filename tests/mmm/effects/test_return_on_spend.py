"""Returns against their definition, and the draws by which they are judged: all where sampled, else what is worked out."""

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.contribution import contributions
from mmm.effects.return_on_spend import reported_diagnostics, returns, roi_by_geo, sampled_as_reported
from mmm.effects.terms import STEP
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem
from tests.mmm.conftest import prior_draws
from tests.mmm.random_panels import Shape, random_panel


@pytest.fixture(scope="module")
def prepared(demo: tuple[Panel, MmmConfig, Any]) -> Any:
    panel, config, tree = demo
    problem = build_problem(panel, config)
    return problem, contributions(problem, thin(tree["posterior"].to_dataset(), 40))


def test_returns_are_value_over_spend_of_the_window(prepared: Any) -> None:
    problem, found = prepared
    window = problem.window[0]
    for number, name in enumerate(problem.panel.paid):
        spend = problem.panel.data["spend"].sel(channel=name).values[0, window].sum()
        earned = returns(problem, found)
        assert earned.spend[number] == pytest.approx(spend)
        np.testing.assert_allclose(earned.roi[number], found.media[number] / spend)
        np.testing.assert_allclose(earned.mroi[number], found.gain[number] / (STEP * spend))
        np.testing.assert_allclose(earned.actions_per_money[number], found.media[number] / spend)


def test_unpaid_media_have_no_return(prepared: Any) -> None:
    problem, found = prepared
    number = problem.panel.channels.index("newsletter")
    earned = returns(problem, found)
    assert np.isnan(earned.spend[number])
    assert np.isnan(earned.roi[number]).all()
    mixed = returns(problem, found, [[0, number]])
    assert np.isnan(mixed.roi).all()


def test_a_group_returns_the_sum_over_the_sum(prepared: Any) -> None:
    problem, found = prepared
    group, alone = returns(problem, found, [[0, 2]]), returns(problem, found)
    spend = alone.spend[[0, 2]]
    np.testing.assert_allclose(group.roi[0], (alone.roi[[0, 2]] * spend[:, None]).sum(axis=0) / spend.sum())


def test_geo_returns_add_up(prepared: Any) -> None:
    problem, found = prepared
    paid = len(problem.panel.paid)
    np.testing.assert_allclose(roi_by_geo(problem, found)[:paid, 0], returns(problem, found).roi[:paid])


MARGINAL = {"prior": {"mroi": {"median": 0.6, "upper": 2.5, "worthless": 0.1}}}
SHARE = {"prior": {"share": {"median": 0.05, "upper": 0.2, "worthless": 0.1}}}
CASES: list[tuple[Shape, dict[str, Any], list[str]]] = [
    (Shape(paid=2, organic=1, missing=2, warm_up=3), {}, ["paid 0", "paid 1", "organic 0"]),
    (Shape(geos=3, paid=2, organic=1, missing=2), {}, ["paid 0", "paid 1", "organic 0"]),
    (Shape(paid=2, organic=1), {"channels": {"paid 0": MARGINAL}}, ["paid 1", "organic 0"]),
    (Shape(paid=2, organic=1), {"channels": {"paid 1": SHARE}}, ["paid 0", "organic 0"]),
    (Shape(paid=2, organic=1), {"likelihood": {"family": "lognormal"}}, []),
    (Shape(geos=2, paid=2), {"geo": {"pooling": "none"}}, []),
]


def never() -> NoReturn:
    raise AssertionError("nothing has to be worked out")


@pytest.mark.parametrize(("shape", "sections", "expected"), CASES)
def test_those_channels_have_what_is_reported_in_their_draws(
    shape: Shape, sections: dict[str, Any], expected: list[str]
) -> None:
    panel, config = random_panel(shape, seed=3), MmmConfig.model_validate(sections)
    problem = build_problem(panel, config)
    assert sampled_as_reported(problem) == expected
    tree = prior_draws(panel, config, 60)
    posterior = tree["posterior"].to_dataset()
    draws = thin(posterior, 60)
    found = contributions(problem, draws)
    roi = returns(problem, found).roi
    for name in expected:
        number = panel.channels.index(name)
        worked_out = roi[number] if name in panel.paid else found.media[number]
        value = draws.values("media_value", channel=name)
        np.testing.assert_allclose(worked_out, value * (worked_out[0] / value[0]), rtol=1e-9)
        if name in panel.paid:
            np.testing.assert_allclose(worked_out, value, rtol=1e-9)
    table = reported_diagnostics(problem, posterior, lambda: (draws, found))
    assert set(table) == {
        f"ROI of {name}" if name in panel.paid else f"contribution of {name}" for name in panel.channels
    }


def test_nothing_is_worked_out_where_all_is_sampled(as_panel: Callable[..., Panel]) -> None:
    """And so thinning, which a large panel needs, has no part in when sampling stops."""
    panel, config = random_panel(Shape(geos=2, paid=2, organic=1), seed=3), MmmConfig()
    posterior = prior_draws(panel, config, 60)["posterior"].to_dataset()
    table = reported_diagnostics(build_problem(panel, config), posterior, never)
    assert len(table) == 3
