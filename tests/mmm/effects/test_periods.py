from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.contribution import contributions
from mmm.effects.periods import (
    contributions_table,
    decomposition_table,
    periods_in_full,
    waterfall_table,
)
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem

WHOLE = [
    # a quarter has as many Mondays as it has, whichever of them the data hold
    ("2024-12-23", "quarter", "weekly", 1, 13),
    ("2024-12-30", "year", "weekly", 1, 53),
    ("2022-01-03", "quarter", "weekly", 1, 13),
    ("2024-02-05", "year", "weekly", 1, 53),
    ("2024-01-15", "quarter", "daily", 1, 91),
    ("2024-11-01", "quarter", "monthly", 1, 3),
    ("1907-01-01", "year", "yearly", 1, 1),
    ("2024-04-01", "fiscal_year", "daily", 4, 365),
    ("2024-03-31", "fiscal_year", "daily", 4, 366),
    ("2025-01-01", "fiscal_quarter", "daily", 12, 90),
    ("2024-02-29", "month", "daily", 1, 29),
]


@pytest.mark.parametrize(("date", "grain", "frequency", "starts", "expected"), WHOLE)
def test_a_whole_period_has_as_many_data_periods_as_begin_in_it(
    date: str, grain: str, frequency: Any, starts: int, expected: int
) -> None:
    assert periods_in_full(pd.Timestamp(date), grain, frequency, starts) == expected


@pytest.mark.parametrize(("starts", "fiscal"), [(1, set()), (4, {"fiscal_quarter"})])
def test_fiscal_quarters_are_given_where_they_are_others(
    starts: int, fiscal: set[str], prepared: Any
) -> None:
    problem, found = prepared
    config = problem.config.model_copy(update={"fiscal_year_starts": starts})
    calendar = contributions_table(replace(problem, config=config), found)
    assert set(calendar["grain"]) == {"month", "quarter", "fiscal_year", "year"} | fiscal
    assert (calendar["periods"] <= calendar["periods_in_full"]).all()
    inner = calendar.drop_duplicates(["grain", "period"]).groupby("grain", sort=False)
    for _, rows in inner:
        between = rows.iloc[1:-1]
        assert (between["periods"] == between["periods_in_full"]).all()


@pytest.fixture(scope="module")
def prepared(demo: tuple[Panel, MmmConfig, Any]) -> Any:
    panel, config, tree = demo
    problem = build_problem(panel, config)
    return problem, contributions(problem, thin(tree["posterior"].to_dataset(), 40))


def test_all_tables_add_up_to_the_same(prepared: Any) -> None:
    problem, found = prepared
    whole = waterfall_table(problem, found).set_index("component")["contribution_mean"]
    # The drift is centred: its sum is 0 up to rounding, hence a thousandth of a currency unit of slack.
    by_date = decomposition_table(problem, found).groupby("component")["contribution_mean"].sum()
    np.testing.assert_allclose(by_date[whole.index], whole, rtol=1e-9, atol=1e-3)
    calendar = contributions_table(problem, found)
    for _, grain in calendar.groupby("grain"):
        total = grain.groupby("component")
        np.testing.assert_allclose(total["contribution_mean"].sum()[whole.index], whole, rtol=1e-9, atol=1e-3)
        assert (total["periods"].sum() == problem.window.sum()).all()
        spend = total["spend"].sum(min_count=1)
        np.testing.assert_allclose(spend[problem.panel.channels], problem.spend.sum(axis=(0, 1)))
        np.testing.assert_allclose(grain.groupby("period")["share_mean"].sum(), 1.0)


def test_the_waterfall_is_stacked_from_the_intercept_to_paid_media(prepared: Any) -> None:
    table = waterfall_table(*prepared)
    assert table["component"].iloc[0] == "intercept"
    assert list(dict.fromkeys(table["kind"])) == ["baseline", "treatment", "organic", "paid"]
    assert table["share_mean"].sum() == pytest.approx(1.0)
