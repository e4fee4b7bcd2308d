import dataclasses
from typing import Any

import numpy as np
import pytest

from mixlift.aggregates.panel import Panel
from mmm.checks import thresholds
from mmm.checks.demand_chasing import Following, calendar, following, judge, score_limit, unexplained_demand
from mmm.config import MmmConfig
from mmm.effects.contribution import Contributions, contributions, decompose
from mmm.effects.draws import thin
from mmm.effects.setting import Setting, set_up

DATES = 156
WEEK = np.arange(DATES)
TIMES = np.column_stack(
    [np.ones(DATES), WEEK / DATES]
    + [wave(2 * np.pi * k * WEEK / 52.18) for k in (1, 2, 3) for wave in (np.sin, np.cos)]
)


def slow(rng: np.random.Generator, memory: float) -> np.ndarray:
    path = np.zeros(DATES + 60)
    for step in range(1, len(path)):
        path[step] = memory * path[step - 1] + np.sqrt(1 - memory**2) * rng.normal()
    return path[60:]


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_spend_that_ignores_demand_raises_no_more_alarms_than_stated(memory: float) -> None:
    rng = np.random.default_rng(9)
    limit = score_limit(0.05, 1)
    scores = [following(np.exp(0.4 * slow(rng, memory)), slow(rng, memory), TIMES).score for _ in range(300)]
    # Were the rate 0.07, its measured bound for the slowest series, 48 of 300 would come with probability 1e-7.
    assert sum(score > limit for score in scores) < 48
    assert abs(np.mean(scores)) < 0.35  # 5.5 standard errors of a score with sd 1.1


def test_spend_that_follows_demand_is_found() -> None:
    rng = np.random.default_rng(10)
    limit = score_limit(thresholds.CHASING_CERTAIN, 5)
    for _ in range(20):
        demand = slow(rng, 0.85)
        spend = np.exp(0.4 * (demand + 0.3 * rng.normal(size=DATES)) + 0.1 * rng.normal(size=DATES))
        assert following(spend, 0.08 * demand + 0.03 * rng.normal(size=DATES), TIMES).score > limit


def test_a_shared_season_and_pauses_are_no_chase() -> None:
    rng = np.random.default_rng(12)
    season = np.sin(2 * np.pi * WEEK / 52.18)
    spend = np.exp(season + 0.2 * rng.normal(size=DATES)) * (WEEK % 7 > 1)
    assert following(spend, season + 0.2 * rng.normal(size=DATES), TIMES).score < score_limit(0.3, 1) + 2


LEVELS = [
    ({"tv": 0.2, "search": 3.5}, [("warning", "search", "follows demand")]),
    ({"tv": 0.2, "search": 1.5}, [("warning", "search", "may follow demand")]),
    ({"tv": 0.2, "search": 0.9}, [("pass", None, "closest is search")]),
    ({"tv": 2.5, "search": 3.5}, [("warning", "tv", "follows"), ("warning", "search", "follows")]),
    ({}, [("pass", None, "too few")]),
]


@pytest.mark.parametrize(("scores", "expected"), LEVELS)
def test_findings_say_what_only_an_experiment_can_settle(scores: dict, expected: list) -> None:
    found = judge({name: Following(0.4, 0.2, score) for name, score in scores.items()})
    assert [(f.status, f.subject) for f in found] == [row[:2] for row in expected]
    for finding, (status, _, words) in zip(found, expected, strict=True):
        assert words in finding.sentence
        assert ("experiment" in finding.sentence and "control" in finding.sentence) == (status == "warning")


@dataclasses.dataclass
class Examined:
    """Only what this check looks at."""

    setting: Setting
    found: Contributions


def test_demand_is_what_nothing_named_explains(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    setting, draws = set_up(panel, config), thin(tree["posterior"].to_dataset(), 40)
    found = contributions(setting, draws)
    demand = unexplained_demand(Examined(setting, found))  # type: ignore[arg-type]
    cells = decompose(setting, draws)
    size = np.nanmean(setting.outcome)
    kept = [n for n, part in enumerate(found.parts) if part.name in ("intercept", "drift")]
    drift = cells.values[kept].sum(axis=0).mean(axis=-1)
    residual = setting.outcome - cells.expected.mean(axis=-1)
    np.testing.assert_allclose(demand, ((drift + residual) / size)[0, setting.span], rtol=1e-9)
    assert calendar(setting).shape == (len(setting.dates), 14)


def test_dates_with_an_unknown_geo_are_left_out(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    data = panel.data.copy(deep=True)
    data["outcome"].values[0, 60] = np.nan
    setting = set_up(dataclasses.replace(panel, data=data), config)
    found = contributions(setting, thin(tree["posterior"].to_dataset(), 10))
    demand = unexplained_demand(Examined(setting, found))  # type: ignore[arg-type]
    assert list(np.flatnonzero(np.isnan(demand))) == [60 - setting.span.start]
