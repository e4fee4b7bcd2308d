from typing import Any

import numpy as np
import pytest
from scipy import stats

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.fitted import fit_table, fitted
from mmm.effects.predictive import one_step_ahead
from mmm.problem.draws import thin
from mmm.problem.model_outcome import model_outcome
from mmm.problem.problem import build_problem


def test_predictions_ranks_and_densities_are_those_of_the_one_step_law(
    demo: tuple[Panel, MmmConfig, Any],
) -> None:
    panel, config, tree = demo
    problem, draws = build_problem(panel, config), thin(tree["posterior"].to_dataset(), 40)
    result, law = fitted(problem, draws), one_step_ahead(problem, draws)
    np.testing.assert_allclose(result.predicted, law.mean().mean(axis=-1), rtol=1e-10)
    outcome = model_outcome(panel, config, problem.scaling)
    by_hand = stats.t.cdf(outcome[..., None], law.tail, law.location, law.spread).mean(axis=-1)
    np.testing.assert_allclose(result.rank[panel.observed], by_hand[panel.observed], rtol=1e-10)
    assert np.isnan(result.rank[~panel.observed]).all()
    assert result.log_density.shape == (int(panel.observed.sum()), 40)
    assert ((result.lower < result.predicted) & (result.predicted < result.upper)).mean() > 0.99


def test_table_has_the_window_and_is_the_same_each_time(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    problem, draws = build_problem(panel, config), thin(tree["posterior"].to_dataset(), 40)
    table = fit_table(problem, fitted(problem, draws))
    assert len(table) == int(problem.window.sum())
    assert table["residual"].to_numpy() == pytest.approx(
        (table["actual"] - table["predicted_mean"]).to_numpy()
    )
    assert table.equals(fit_table(problem, fitted(problem, draws)))
