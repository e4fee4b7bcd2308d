from typing import Any

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.carryover import carryover_table, half_lives
from mmm.effects.media import carryover_weights
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem
from mmm.transforms import weibull_pdf


def test_weights_are_those_of_the_sampled_parameters(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    problem, draws = build_problem(panel, config), thin(tree["posterior"].to_dataset(), 40)
    table = carryover_table(problem, draws)
    sampled = tree["posterior"].sel(adstock_upper_quartile_channel="tv", adstock_shape_channel="tv")
    expected = weibull_pdf.weights(
        13,
        upper_quartile=sampled["adstock_upper_quartile"].values.ravel(),
        shape=sampled["adstock_shape"].values.ravel(),
    )
    np.testing.assert_allclose(carryover_weights(problem, draws, 0).T, expected, rtol=1e-12)
    tv = table[table["channel"] == "tv"]
    np.testing.assert_allclose(tv["weight_mean"], expected.mean(axis=0), rtol=1e-12)
    assert tv["weight_mean"].sum() == pytest.approx(1)
    assert half_lives(problem, draws).shape == (6, 40)
