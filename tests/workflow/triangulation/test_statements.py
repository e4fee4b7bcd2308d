"""What one source says: ratios, quantiles and what a return means on another spend."""

import numpy as np
import pytest
from scipy import stats

from workflow.triangulation.statements import EXPERIMENT, MODEL, NAN, TRIANGULATION, Statement, rows

SAID = Statement(
    "search", EXPERIMENT, "spring", ("2024-01-01", "2024-01-28"), 200.0, (300.0, 100.0, 700.0), 0.9
)


def test_per_unit_of_spend() -> None:
    assert SAID.per_spend == (1.5, 0.5, 3.5)
    unknown = Statement("search", EXPERIMENT, "", ("", ""), NAN, (300.0, 100.0, 700.0), 0.9)
    assert np.isnan(unknown.per_spend).all()


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5, 0.8, 0.95])
def test_quantiles_are_normal_on_each_side(share: float) -> None:
    side = 200.0 if share < 0.5 else 400.0
    expected = 300.0 + side * stats.norm.ppf(share) / stats.norm.ppf(0.95)
    assert SAID.quantile(share) == pytest.approx(expected)


def test_the_same_return_on_another_spend() -> None:
    moved = SAID.at(1000.0, ("2024-01-01", "2024-12-30"))
    assert moved.increment == (1500.0, 500.0, 3500.0)
    assert moved.per_spend == SAID.per_spend
    assert moved.window[1] == "2024-12-30"


def test_rows_of_the_table() -> None:
    model = Statement("search", MODEL, "", ("", ""), NAN, (5.0, NAN, NAN), note="only within a + b")
    frame = rows([model, SAID], "EUR")
    assert list(frame.columns) == [column.name for column in TRIANGULATION.columns]
    assert frame["source"].tolist() == [EXPERIMENT, MODEL]
    assert frame["per_spend_upper"].tolist()[0] == 3.5
    assert frame["per_spend"].isna().tolist() == [False, True]
