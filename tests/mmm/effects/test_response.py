"""Response curves against worlds whose curves are known; carryover weights and half-lives against known decays."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mmm.config import Likelihood, MmmConfig
from mmm.effects.contribution import contributions
from mmm.effects.response import (
    MULTIPLIERS,
    carryover_table,
    half_lives,
    observed_range,
    response_curves,
    response_table,
)
from mmm.effects.terms import STEP, carryover_weights
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem
from mmm.transforms import weibull_pdf


@pytest.mark.parametrize("family", ["student_t", "lognormal"])
def test_curves_pass_through_zero_and_the_contribution_and_rise(
    family: str, geo_panel: Panel, from_prior: Callable[..., Any]
) -> None:
    config = MmmConfig(likelihood=Likelihood(family=family))  # type: ignore[arg-type]
    problem = build_problem(geo_panel, config)
    draws = thin(from_prior(geo_panel, config, 6)["posterior"].to_dataset(), 6)
    found = contributions(problem, draws)
    curves = response_curves(problem, draws, np.array([0.0, 0.5, 1.0, 1.0 + STEP]))
    np.testing.assert_allclose(curves[:, 0], 0, atol=1e-6)
    np.testing.assert_allclose(curves[:, 2], found.media, rtol=1e-9)
    helps = np.sign(found.media)
    assert (helps * (curves[:, 1] - curves[:, 0]) >= 0).all()
    assert (helps * (curves[:, 2] - curves[:, 1]) >= 0).all()
    if family == "student_t":
        np.testing.assert_allclose(curves[:, 3] - curves[:, 2], found.gain, rtol=1e-6)


def test_table_marks_what_was_observed(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    problem = build_problem(panel, config)
    curves = response_curves(problem, thin(tree["posterior"].to_dataset(), 10))
    table = response_table(problem, curves, {})
    assert len(table) == len(panel.channels) * len(MULTIPLIERS)
    for number, name in enumerate(panel.channels):
        rows = table[table["channel"] == name].set_index("multiplier")
        low, high = observed_range(problem, number)
        assert rows.loc[1.0, "observed"]
        assert (rows["observed"] == [(low <= m <= high) for m in rows.index]).all()
        inside = (
            panel.data["spend" if name in panel.paid else "exposure"].sel(channel=name).values[problem.window]
        )
        assert rows.loc[1.0, "spend"] == pytest.approx(inside.sum())
        assert rows.loc[0.5, "spend"] == pytest.approx(inside.sum() / 2)


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
