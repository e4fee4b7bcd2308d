from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mmm.config import Likelihood, MmmConfig
from mmm.effects.contribution import contributions, decompose
from mmm.effects.counterfactual import outcome_difference
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem


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
