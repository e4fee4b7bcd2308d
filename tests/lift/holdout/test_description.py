"""What happened in each arm and on each entry day, added up by hand."""

import math

import pandas as pd
import pytest

from lift.holdout.description import arm_rows, cohort_rows, largest_order_variation
from lift.holdout.table import HoldoutData, holdout_from_frame
from tests.lift.conftest import section

COLUMNS = {"arm": "arm", "day": "day", "users": "users", "converters": "converters"}
MONEY = {"revenue": "revenue", "revenue_squared": "revenue_squared"}
ROWS = [
    ("control", 0, 1000, 100, 5000.0, 300000.0),
    ("control", 1, 500, 25, 1200.0, 70000.0),
    ("treated", 0, 2000, 260, 13000.0, 800000.0),
    ("treated", 1, 1000, 60, 3100.0, 190000.0),
]


def _data(days: int, columns: dict[str, str]) -> HoldoutData:
    frame = pd.DataFrame(ROWS, columns=["arm", "day", "users", "converters", *MONEY])
    return holdout_from_frame(section(columns=columns), frame[frame["day"] < days].reset_index(drop=True))


def test_arms_are_added_up() -> None:
    control, treated = arm_rows(section(), _data(2, COLUMNS | MONEY))
    assert (control["arm"], control["role"], treated["role"]) == ("control", "control", "treated")
    assert (control["users"], control["converters"], control["revenue"]) == (1500, 125, 6200)
    assert control["conversion_rate"] == pytest.approx(125 / 1500)
    assert treated["revenue_per_user"] == pytest.approx(16100 / 3000)
    assert treated["revenue_per_converter"] == pytest.approx(16100 / 320)
    assert math.isnan(treated["exposed"])


def test_without_revenue_nothing_is_said_of_it() -> None:
    (row, _) = arm_rows(section(columns=COLUMNS), _data(2, COLUMNS))
    assert all(math.isnan(row[name]) for name in ("revenue", "revenue_per_user", "order_variation"))


def test_the_most_uneven_orders_of_an_arm() -> None:
    mean, square = 6200 / 125, 370000 / 125
    expected = math.sqrt((square - mean**2) * 125 / 124) / mean
    found = [row["order_variation"] for row in arm_rows(section(), _data(2, COLUMNS | MONEY))]
    assert found[0] == pytest.approx(expected)
    assert largest_order_variation(_data(2, COLUMNS | MONEY)) == max(found)


def test_each_day_stands_against_the_rate_of_the_control() -> None:
    first, second = cohort_rows(section(), _data(2, COLUMNS))
    assert (first["actual"], first["counterfactual"], first["effect"]) == (
        260,
        pytest.approx(200),
        pytest.approx(60),
    )
    assert second["counterfactual"] == pytest.approx(1000 * 25 / 500)
    assert second["cumulative"] == pytest.approx(first["effect"] + second["effect"])
    alone = 2000**2 * (0.13 * 0.87 / 2000 + 0.1 * 0.9 / 1000)
    assert first["cumulative_se"] == pytest.approx(math.sqrt(alone))


def test_one_day_is_no_course() -> None:
    assert cohort_rows(section(), _data(1, COLUMNS)) == []
