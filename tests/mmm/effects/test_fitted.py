"""Predictions against outcomes, and the table of parameters with its diagnostics."""

from typing import Any

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from mixproof.aggregates.panel import Panel
from mmm.config import Interval, MmmConfig
from mmm.effects.fitted import fit_table, fitted, parameters_table
from mmm.effects.predictive import one_step_ahead
from mmm.numerics.convergence import diagnostics
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


RNG = np.random.default_rng(3)
POSTERIOR = xr.Dataset(
    {
        "noise": (("chain", "draw"), RNG.normal(2, 0.5, size=(4, 250))),
        "effect": (("chain", "draw", "channel"), RNG.normal(size=(4, 250, 2))),
        "fixed": (("chain", "draw"), np.ones((4, 250))),
    },
    coords={"channel": ["tv", "radio"]},
)


def test_one_row_a_parameter_with_its_label_and_diagnostics() -> None:
    table = parameters_table(POSTERIOR, diagnostics(POSTERIOR), Interval()).set_index("parameter")
    assert set(table.index) == {"noise", "effect[tv]", "effect[radio]", "fixed"}
    values = POSTERIOR["noise"].values
    assert table.loc["noise", "mean"] == pytest.approx(values.mean())
    assert table.loc["noise", "sd"] == pytest.approx(values.std(ddof=1))
    np.testing.assert_allclose(
        table.loc["noise", ["lower", "upper"]].astype(float), np.quantile(values, [0.05, 0.95])
    )
    assert table.loc["noise", "r_hat"] < 1.02
    assert table.loc["fixed", ["r_hat", "ess_bulk"]].isna().all()
