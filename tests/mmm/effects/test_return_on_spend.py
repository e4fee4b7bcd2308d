from typing import Any

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.contribution import contributions
from mmm.effects.media import STEP
from mmm.effects.return_on_spend import returns, roi_by_geo
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem


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
