import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mixproof.aggregates.simulate import simulate_world
from mixproof.records.verdict import Finding
from mmm.checks import thresholds
from mmm.checks.chasing_rates import Rates
from mmm.checks.demand_chasing import chase_probability, evidence, run
from mmm.checks.demand_chasing import judge as judged_near
from mmm.config import MmmConfig
from mmm.problem.problem import Problem, build_problem

NEAR = Rates("of three years of weeks", "weekly", 156, False, 400, 0.21, 0.04, 0.18, 0.76)


def judge(found: dict[str, float], near: Rates = NEAR) -> list[Finding]:
    return judged_near(found, near)


LEVELS = [
    ({"tv": -3.0, "search": 3.0}, [("warning", "search", "follows demand")]),
    ({"tv": -3.0, "search": 0.5}, [("warning", "search", "may follow demand")]),
    ({"tv": -3.0, "search": -2.5}, [("pass", None, "closest is search")]),
    (
        {"tv": -3.0, "search": -1.0},
        [("note", None, "that on search: the probability that any channel's does is 17%")],
    ),
    ({"tv": 0.5, "search": 3.5}, [("warning", "tv", "may follow"), ("warning", "search", "follows")]),
    ({}, [("pass", None, "too few")]),
]


@pytest.mark.parametrize(("found", "expected"), LEVELS)
def test_findings_say_what_only_an_experiment_can_settle(found: dict, expected: list) -> None:
    findings = judge(found)
    assert [(f.status, f.subject) for f in findings] == [row[:2] for row in expected]
    for finding, (status, _, words) in zip(findings, expected, strict=True):
        assert words in finding.sentence
        assert ("experiment" in finding.sentence and "control" in finding.sentence) == bool(found)
        unseen = bool(found) and status == "pass"
        assert ("cannot see" in finding.sentence) == unseen


def test_a_channel_named_beside_others_is_not_said_to_move_with_sales_itself() -> None:
    clear, beside = sorted(judge({"tv": 3.5, "search": -2.0}), key=lambda finding: finding.subject != "tv")
    assert "moves with sales" in clear.sentence and clear.value > thresholds.CHASING_POSSIBLE
    assert (beside.status, beside.subject) == ("warning", "search") and beside.value == pytest.approx(
        0.119, abs=1e-3
    )
    assert "moves with sales" not in beside.sentence and "its own alone only 12%" in beside.sentence
    assert beside.threshold == thresholds.CHASING_NAMED


def test_probability_follows_from_even_odds_shared_by_all_channels() -> None:
    assert chase_probability({"tv": np.log(3.0)}) == pytest.approx(0.75)
    assert chase_probability({"tv": np.log(3.0), "search": np.log(1.0)}) == pytest.approx(2 / 3)
    assert chase_probability({"tv": 0.0, "search": 0.0, "radio": 0.0}) == pytest.approx(0.5)


def test_the_limit_is_held_over_all_channels_together() -> None:
    one = np.log(0.5)  # by itself above the limit, beside nine that speak against it below
    assert judge({"tv": one})[0].status == "warning"
    assert judge({"tv": one} | {f"c{i}": -6.0 for i in range(9)})[0].status == "pass"


@dataclasses.dataclass
class Examined:
    """Only what this check looks at."""

    chasing: dict[str, float]
    problem: Problem


@pytest.fixture(scope="module")
def chased(as_panel: Callable[..., Panel]) -> list[dict[str, float]]:
    """Return the evidence of 18 worlds in which search follows demand that no table shows."""
    scenes = [simulate_world("chasing", seed).scene for seed in range(18)]
    return [evidence(build_problem(as_panel(scene), MmmConfig())) for scene in scenes]


def test_spend_that_follows_unseen_demand_is_warned(chased: list[dict[str, float]]) -> None:
    # At the measured rate of .85 (benchmarks/results/demand_chasing.md) six or fewer of 18 come with probability 1e-6.
    assert sum(judge(found)[0].status == "warning" for found in chased) >= 7


def test_no_chase_of_the_shipped_kind_is_left_unsaid(chased: list[dict[str, float]]) -> None:
    """In words, where not as a warning; deterministic worlds, and none of 120 others was below the limit."""
    assert all("follow" in judge(found)[0].sentence.split(":")[0] for found in chased)
    assert all("demand" in judge(found)[0].sentence.split(":")[0] for found in chased)


def test_spend_that_ignores_demand_is_seldom_warned(as_panel: Callable[..., Panel]) -> None:
    # At a rate of .12, eleven or more of 16 come with probability 2e-7.
    settings = [
        build_problem(as_panel(simulate_world("worthless", seed).scene), MmmConfig()) for seed in range(16)
    ]
    findings = [run(Examined(evidence(problem), problem)) for problem in settings]  # type: ignore[arg-type]
    assert sum(found[0].status == "warning" for found in findings) <= 10


def test_demand_that_is_given_as_a_control_is_no_longer_chased(
    chased: list[dict[str, float]], as_panel: Callable[..., Panel]
) -> None:
    shown = []
    for seed in range(8):
        scene = simulate_world("chasing", seed).scene
        named = {"demand": scene.hidden["unseen_demand"]}
        panel = as_panel(dataclasses.replace(scene, columns=named, controls=("demand",)))
        shown.append(evidence(build_problem(panel, MmmConfig()))["search"])
    hidden = [found["search"] for found in chased[:8]]
    assert np.mean(shown) < np.log(0.3) < np.mean(hidden)


def test_too_few_periods_are_said_not_judged(as_panel: Callable[..., Panel]) -> None:
    problem = build_problem(as_panel(simulate_world("national", 1, weeks=51).scene), MmmConfig())
    assert evidence(problem) == {}
    assert "too few" in run(Examined(evidence(problem), problem))[0].sentence  # type: ignore[arg-type]


def test_geos_are_added_up_and_rows_may_come_in_any_order(geo_panel: Panel) -> None:
    found = evidence(build_problem(geo_panel, MmmConfig()))
    turned: Any = geo_panel.data.isel(geo=[2, 0, 1])
    again = evidence(build_problem(dataclasses.replace(geo_panel, data=turned), MmmConfig()))
    assert set(found) == set(geo_panel.paid)
    assert again == pytest.approx(found, abs=1e-6)


def test_limits_are_in_order() -> None:
    assert 0 < thresholds.CHASING_UNSEEN < thresholds.CHASING_POSSIBLE < thresholds.CHASING_CERTAIN < 1


def test_the_rates_of_the_nearest_worlds_are_quoted() -> None:
    certain, beside = judge({"tv": 3.5, "search": -2.0})
    assert (
        "Of 400 simulated worlds of three years of weeks in which spend ignores demand, 4% are told so too"
        in certain.sentence
    )
    both = "18% of channels whose spend ignores demand and 76% of channels whose spend follows it are marked"
    assert both in certain.sentence and both in beside.sentence
    unknown = dataclasses.replace(NEAR, found=float("nan"))
    assert "ignores demand are marked" in judge({"tv": 3.5, "search": -2.0}, unknown)[1].sentence
    assert "21% are told so too" in judge({"tv": 0.5})[0].sentence


def test_a_channel_whose_spend_was_planned_ahead_is_media_and_not_asked(
    as_panel: Callable[..., Panel],
) -> None:
    panel = as_panel(simulate_world("chasing", 0).scene)
    asked = evidence(build_problem(panel, MmmConfig()))
    planned = build_problem(panel, MmmConfig.model_validate({"channels": {"search": {"planned": True}}}))
    found = evidence(planned)
    assert "search" in asked and found == {name: each for name, each in asked.items() if name != "search"}
    said = run(Examined(found, planned))  # type: ignore[arg-type]
    assert (said[0].status, said[0].subject) == ("pass", "search") and "fixed ahead of time" in said[
        0
    ].sentence
    assert {finding.subject for finding in said if finding.status == "warning"} <= set(found)
    every = build_problem(panel, MmmConfig.model_validate({"default": {"planned": True}}))
    assert evidence(every) == {}
