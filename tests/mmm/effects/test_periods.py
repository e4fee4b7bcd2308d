from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.contribution import contributions
from mmm.effects.periods import contributions_table, decomposition_table, period_labels, waterfall_table
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem

LABELS = [
    ("2024-03-31", "month", 1, "2024-03"),
    ("2024-03-31", "quarter", 1, "2024-Q1"),
    ("2024-03-31", "year", 1, "2024"),
    ("2024-03-31", "fiscal_year", 1, "FY2024"),
    ("2024-03-31", "fiscal_year", 4, "FY2024"),
    ("2024-04-01", "fiscal_year", 4, "FY2025"),
    ("2024-12-30", "fiscal_year", 10, "FY2025"),
]


@pytest.mark.parametrize(("date", "grain", "starts", "label"), LABELS)
def test_a_date_belongs_to_the_period_in_which_it_starts(
    date: str, grain: str, starts: int, label: str
) -> None:
    assert period_labels(pd.DatetimeIndex([date]), grain, starts) == [label]


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
