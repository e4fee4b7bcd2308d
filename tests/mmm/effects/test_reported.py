"""Returns that are sampled themselves are judged by all their draws; the others by what is worked out from some."""

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.contribution import contributions
from mmm.effects.reported import reported_diagnostics, sampled_as_reported
from mmm.effects.return_on_spend import returns
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem
from tests.mmm.conftest import prior_draws
from tests.mmm.random_panels import Shape, random_panel

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
