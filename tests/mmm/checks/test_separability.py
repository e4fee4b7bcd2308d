import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mixproof.aggregates.simulate import simulate_world
from mixproof.records.verdict import Finding
from mmm.checks import separability
from mmm.config import MmmConfig
from mmm.effects.contribution import Contributions, contributions
from mmm.problem.draws import Draws, thin
from mmm.problem.problem import Problem, build_problem


def relation(size: int, *pairs: tuple[int, int]) -> np.ndarray:
    matrix = np.zeros((size, size), dtype=bool)
    for a, b in pairs:
        matrix[a, b] = matrix[b, a] = True
    return matrix


CONNECTED = [
    (relation(3), ()),
    (relation(4, (0, 2)), ((0, 2),)),
    (relation(4, (0, 2), (2, 3)), ((0, 2, 3),)),
    (relation(5, (0, 4), (1, 2)), ((0, 4), (1, 2))),
]


@pytest.mark.parametrize(("linked", "expected"), CONNECTED)
def test_what_is_linked_through_a_third_belongs_together(linked: np.ndarray, expected: tuple) -> None:
    assert separability.connected(linked) == expected


RELATED = [(-0.6, 0.8, True), (-0.6, 0.6, False), (-0.4, 0.8, False), (0.0, 0.95, True), (-0.9, 0.0, False)]


@pytest.mark.parametrize(("trade", "together", "expected"), RELATED)
def test_trade_off_needs_collinearity_and_duplicates_need_nothing(
    trade: float, together: float, expected: bool
) -> None:
    pair = [np.array([[1.0, value], [value, 1.0]]) for value in (trade, together)]
    np.testing.assert_array_equal(
        separability.related(*pair), relation(2, (0, 1)) if expected else relation(2)
    )


@dataclasses.dataclass
class Examined:
    """Only what this check looks at."""

    problem: Problem
    draws: Draws
    found: Contributions
    groups: tuple[tuple[int, ...], ...]


def findings(problem: Problem, draws: Draws, found: Contributions) -> tuple[Any, list[Finding]]:
    groups = separability.groups(problem, found, draws)
    return groups, separability.run(Examined(problem, draws, found, groups))  # type: ignore[arg-type]


def test_channels_bought_together_are_reported_as_a_sum(
    as_panel: Callable[..., Panel], from_prior: Callable[..., Any]
) -> None:
    panel = as_panel(simulate_world("worthless", 1).scene)
    problem = build_problem(panel, MmmConfig())
    draws = thin(from_prior(panel, MmmConfig(), 40)["posterior"].to_dataset(), 40)
    found = contributions(problem, draws)
    groups, (finding,) = findings(problem, draws, found)
    assert groups == ((0, 1),)
    assert (finding.status, finding.subject) == ("warning", "social + video")
    assert "social and video" in finding.sentence
    assert finding.value > 0.9


def test_channels_that_trade_off_say_so(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    data = panel.data.copy(deep=True)
    tv = data["exposure"].values[..., 0]
    jitter = np.random.default_rng(8).lognormal(0, 0.6, tv.shape)
    data["exposure"].values[..., 2] = tv * jitter
    problem = build_problem(dataclasses.replace(panel, data=data), config)
    draws = thin(tree["posterior"].to_dataset(), 40)
    found = contributions(problem, draws)
    found.by_date[found.channels[2]] = 5e7 / len(problem.dates) - found.by_date[found.channels[0]]
    groups, (finding,) = findings(problem, draws, found)
    assert groups == ((0, 2),)
    assert finding.value == pytest.approx(-1)
    assert "gains the other loses" in finding.sentence


def test_channels_bought_apart_are_told_apart(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    problem, draws = build_problem(panel, config), thin(tree["posterior"].to_dataset(), 40)
    groups, (finding,) = findings(problem, draws, contributions(problem, draws))
    assert groups == ()
    assert finding.status == "pass"


def test_large_geos_are_not_collinear_for_their_size(
    geo_panel: Panel, from_prior: Callable[..., Any]
) -> None:
    problem = build_problem(geo_panel, MmmConfig())
    draws = thin(from_prior(geo_panel, MmmConfig(), 10)["posterior"].to_dataset(), 10)
    together = separability.collinearity(problem, draws)
    np.testing.assert_allclose(np.diag(together), 1)
    assert np.abs(together[~np.eye(len(together), dtype=bool)]).max() < 0.9
