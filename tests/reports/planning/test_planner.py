"""The planner's page: inert whatever names say, small, and the same numbers as the tables of a plan."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mixproof.records.verdict import Finding, Verdict
from mmm.config import Interval
from mmm.plan.config import PlanConfig, Scenario
from mmm.plan.constraints import constraints
from mmm.plan.grid import planner_grid
from mmm.plan.outcome import TABLE_DRAWS, PlanOutcome, fewer, halves
from mmm.plan.results import Plans, scenarios_table
from mmm.plan.window import build_window
from reports.planning.planner import inert, render_planner
from reports.render import TEMPLATES
from tests.mmm.plan.planning_cases import problem_of, random_posterior

NODE = shutil.which("node")
PROGRAM = """
const { model } = require(process.argv[1]);
const given = JSON.parse(require("fs").readFileSync(0)), m = model(given.grid);
const found = given.amounts.map((money) => m.summary(m.total(money), money.reduce((sum, one) => sum + one, 0)));
const best = given.best ? m.best(...given.best) : null, yaml = m.yaml([{ name: 'a "b"', money: given.amounts[0] }]);
console.log(JSON.stringify({ found, best, yaml, plans: given.grid.plans.map((plan) => m.estimate(m.fixed(plan))) }));
"""
PLAIN = Verdict((Finding("fit", "pass", "fine"),))


def small(channels: int = 3, draws: int = 800, kind: str = "equal_tailed") -> tuple[dict[str, Any], Plans]:
    """Return the grid of a small panel, and the plans whose tables it must agree with."""
    problem = problem_of(weeks=70, channels=channels)
    config = problem.config.model_copy(update={"interval": Interval(level=0.9, kind=kind)})
    problem = replace(problem, config=config)
    posterior, plan = random_posterior(problem, draws, slope=1.2), PlanConfig(periods=4)
    window = build_window(problem, plan)
    _, unused = halves(posterior, window)
    outcome = PlanOutcome(window, fewer(unused, TABLE_DRAWS), np.ones(1))
    paths = dict.fromkeys(("current", "proposed", "optimum"), window.current)
    plans = Plans(outcome, constraints(window, plan), plan, paths, config.interval)
    return planner_grid(posterior, window, plan), plans


def computed(
    grid: dict[str, Any], amounts: list[list[float]], best: list[Any] | None = None
) -> dict[str, Any]:
    """Return what the page's own script computes."""
    assert NODE is not None
    given = json.dumps({"grid": grid, "amounts": amounts, "best": best})
    done = subprocess.run(
        [NODE, "-e", PROGRAM, str(TEMPLATES / "planner.js")],
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.skipif(NODE is None, reason="there is no Node.js on this machine")
@pytest.mark.parametrize("kind", ["equal_tailed", "highest_density"])
def test_twenty_random_scenarios_have_the_numbers_of_the_plan(kind: str) -> None:
    grid, plans = small(kind=kind)
    rng = np.random.default_rng(4)
    amounts = [[round(float(one["top"] * rng.random()), 2) for one in grid["channels"]] for _ in range(20)]
    names = [one["name"] for one in grid["channels"]]
    scenarios = tuple(
        Scenario(name=f"s{n}", budgets=dict(zip(names, money, strict=True)))
        for n, money in enumerate(amounts)
    )
    told = Plans(
        plans.outcome,
        plans.kept,
        plans.plan.model_copy(update={"scenarios": scenarios}),
        plans.paths,
        plans.options,
    )
    rows = scenarios_table(told).set_index("scenario").loc[[one.name for one in scenarios]].to_dict("records")
    for row, found in zip(rows, computed(grid, amounts)["found"], strict=True):
        scale = abs(row["outcome_mean"])
        for quantity, size in (("outcome", scale), ("value", scale), ("roi", row["roi_mean"]), ("difference", scale),
                               ("profit", scale), ("profit_difference", scale)):  # fmt: skip
            for end in ("mean", "lower", "upper"):
                assert found[quantity][end] == pytest.approx(
                    row[f"{quantity}_{end}"], rel=5e-5, abs=5e-5 * abs(size)
                )
        assert found["better"] == pytest.approx(row["better"], abs=0.003)
        assert found["spend"] == pytest.approx(row["spend"]) and found["cpia"] == pytest.approx(
            row["cpia_mean"], rel=5e-5
        )


@pytest.mark.skipif(NODE is None, reason="there is no Node.js on this machine")
def test_the_best_amounts_keep_their_limits_and_beat_random_ones() -> None:
    grid, plans = small()
    least, most = (
        [0.2 * one["current"] for one in grid["channels"]],
        [1.6 * one["current"] for one in grid["channels"]],
    )
    rng = np.random.default_rng(5)
    found = computed(grid, [[0.0] * 3], [grid["total"], least, most, False])["best"]
    assert sum(found) <= grid["total"] * (1 + 1e-9)
    assert all(low - 1e-6 <= x <= high + 1e-6 for low, x, high in zip(least, found, most, strict=True))

    def mean(amounts: np.ndarray) -> float:
        return float(plans.outcome.brought(plans.window.spread(np.asarray(amounts)[None])).mean())

    others = rng.uniform(least, most, (300, 3))
    others = others[others.sum(axis=1) <= grid["total"]]
    assert len(others) > 50
    assert mean(found) >= max(map(mean, others)) * (1 - 1e-6)


def test_six_channels_and_400_draws_are_one_file_of_300_kilobytes() -> None:
    grid, _ = small(channels=6, draws=800)
    assert grid["draws"] == 400
    assert len(render_planner(grid, "name", "run", PLAIN).encode()) <= 300_000


def test_only_the_page_s_own_script_and_style_may_act() -> None:
    page = render_planner(small(draws=40)[0], "name", "run", PLAIN)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    rules = policy[1].replace("&#39;", "'")
    for tag in ("script", "style"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in rules
    assert "default-src 'none'" in rules and "unsafe" not in rules
    assert not re.search(
        r"(?:src|href)=|url\(|@import|\son\w+=|\sstyle=", page.split("<script")[0].split("</style>")[1]
    )


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "<!--<script>", "'\"&{{7*7}}", "\u2028]]>"]
)
def test_names_are_inert(name: str) -> None:
    grid, _ = small(draws=40)
    grid["channels"][0] |= {"name": name, "caution": name}
    page = render_planner({**grid, "currency": name, "unit": name}, name, "run", PLAIN)
    assert page.count("<script") == 2 and page.count("</script>") == 2 and "<!--" not in page
    assert "{{" not in inert({"a": "<&>"}) and json.loads(inert({"a": name})) == {"a": name}


def test_a_result_that_may_not_be_reported_is_marked() -> None:
    grid, _ = small(draws=40)
    assert "watermark" not in render_planner(grid, "name", "run", PLAIN).split("</style>")[1]
    failed = Verdict((Finding("fit", "failure", "broken"),))
    assert 'class="watermark"' in render_planner(grid, "name", "run", failed)
