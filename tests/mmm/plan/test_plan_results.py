import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mmm.plan.analyse import make_plan
from mmm.plan.config import PlanConfig
from mmm.plan.tables import TABLES
from tests.mmm.plan.planning_cases import problem_of, random_posterior

SCENARIOS = [
    {"name": "half of c0", "times": {"c0": 0.5}},
    {"name": "dear c1", "prices": {"c1": 2.0}},
    {"name": "all on c2", "budgets": {"c0": 0.0, "c1": 0.0, "c2": 7000.0}},
]


def tables_of(plan: dict[str, Any] | None = None, **panel: Any) -> dict[str, pd.DataFrame]:
    problem = problem_of(**panel)
    config = PlanConfig.model_validate_json(json.dumps({"scenarios": SCENARIOS, **(plan or {})}))
    posterior = random_posterior(problem, 200)
    return make_plan(posterior, problem.panel, problem.config, config, 1, {"c0": "prior-dominated"}).tables


@pytest.mark.parametrize(
    "panel",
    [{}, {"geos": 2, "impressions": True}, {"family": "lognormal"}, {"counts": True}],
)
def test_tables_have_their_columns_and_agree_with_each_other(panel: dict[str, Any]) -> None:
    found = tables_of(**panel)
    assert set(found) == {spec.name for spec in TABLES}
    for spec in TABLES:
        assert list(found[spec.name].columns) == [column.name for column in spec.columns]
    budget, channels = found["plan_budget"], found["plan_channels"].set_index("channel")
    for which in ("current", "optimum", "proposed"):
        by_channel = budget.groupby("channel")[which].sum()
        np.testing.assert_allclose(channels.loc[by_channel.index, which], by_channel)
        assert channels.loc["all paid channels", which] == pytest.approx(budget[which].sum())
    scenarios = found["plan_scenarios"].set_index("scenario")
    assert scenarios.loc["current", "spend"] == pytest.approx(budget["current"].sum())
    assert scenarios.loc["current", "outcome_mean"] == pytest.approx(
        channels.loc["all paid channels", "outcome_current_mean"], rel=1e-6
    )
    assert scenarios.loc["proposed", "outcome_mean"] == pytest.approx(
        channels.loc["all paid channels", "outcome_proposed_mean"], rel=1e-6
    )
    row = found["plan_certificate"].iloc[0]
    assert row["draws_used"] == row["draws_unused"] == 100
    assert row["spend_optimum"] == pytest.approx(budget["optimum"].sum())
    assert row["spend_optimum"] <= row["spend_current"] * (1 + 1e-9)
    same = np.allclose(budget["proposed"], budget["optimum"])
    assert same == (row["recommendation"] == "change")


def test_scenarios_stand_beside_the_current_plan_with_differences_and_probabilities() -> None:
    rows = tables_of()["plan_scenarios"].set_index("scenario")
    assert rows.loc["current", ["difference_mean", "better", "profit_difference_mean"]].tolist() == [
        0.0,
        0.0,
        0.0,
    ]
    assert rows.loc["dear c1", "spend"] == pytest.approx(rows.loc["current", "spend"])
    assert rows.loc["dear c1", "difference_mean"] < 0
    assert rows.loc["all on c2", "spend"] == pytest.approx(7000.0)
    assert rows.loc["half of c0", "profit_mean"] == pytest.approx(
        rows.loc["half of c0", "value_mean"] - rows.loc["half of c0", "spend"]
    )
    assert ((rows["better"] >= 0) & (rows["better"] <= 1)).all()


def test_curves_begin_at_nothing_pass_through_the_plans_and_say_what_was_observed() -> None:
    found = tables_of()
    curves, channels = found["plan_curves"], found["plan_channels"].set_index("channel")
    for name, rows in curves.groupby("channel"):
        assert rows["outcome_mean"].iloc[0] == 0
        now = rows[rows["plan"].str.contains("current")].iloc[0]
        assert now["spend"] == pytest.approx(channels.loc[name, "current"])
        assert now["outcome_mean"] == pytest.approx(channels.loc[name, "outcome_current_mean"], rel=0.05)
        assert now["observed"]
        assert rows["observed"].is_monotonic_decreasing


def test_marks_of_channels_are_carried_into_table_and_notes() -> None:
    found = tables_of()
    assert found["plan_channels"].set_index("channel")["caution"].to_dict()["c0"] == "prior-dominated"
    assert any("prior-dominated" in text for text in found["plan_notes"]["sentence"])
    closed = tables_of({"current": {"budgets": {"c2": 0.0}}})
    assert any("spends nothing on c2" in text for text in closed["plan_notes"]["sentence"])
