from typing import Any

import numpy as np
import pytest
from scipy import stats

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.draws import thin
from mmm.effects.fitted import fit_table, fitted
from mmm.effects.predictive import one_step_ahead
from mmm.problem.model_outcome import model_outcome
from mmm.problem.problem import set_up


def test_predictions_ranks_and_densities_are_those_of_the_one_step_law(
    demo: tuple[Panel, MmmConfig, Any],
) -> None:
    panel, config, tree = demo
    setting, draws = set_up(panel, config), thin(tree["posterior"].to_dataset(), 40)
    result, law = fitted(setting, draws), one_step_ahead(setting, draws)
    np.testing.assert_allclose(result.predicted, law.mean().mean(axis=-1), rtol=1e-10)
    outcome = model_outcome(panel, config, setting.scaling)
    by_hand = stats.t.cdf(outcome[..., None], law.tail, law.location, law.spread).mean(axis=-1)
    np.testing.assert_allclose(result.rank[panel.observed], by_hand[panel.observed], rtol=1e-10)
    assert np.isnan(result.rank[~panel.observed]).all()
    assert result.log_density.shape == (int(panel.observed.sum()), 40)
    assert ((result.lower < result.predicted) & (result.predicted < result.upper)).mean() > 0.99


def test_table_has_the_window_and_is_the_same_each_time(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    setting, draws = set_up(panel, config), thin(tree["posterior"].to_dataset(), 40)
    table = fit_table(setting, fitted(setting, draws))
    assert len(table) == int(setting.window.sum())
    assert table["residual"].to_numpy() == pytest.approx(
        (table["actual"] - table["predicted_mean"]).to_numpy()
    )
    assert table.equals(fit_table(setting, fitted(setting, draws)))
