"""Holidays are counted in the period they fall in: at year ends, in ISO week 53, in months of any length."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.panel import Frequency
from mmm.components import holiday
from mmm.config import MmmConfig
from tests.mmm.random_panels import Shape, design_of, random_panel

# country, names, frequency, first date, periods, holiday -> period starts that have one day of it
CASES: list[tuple[str, str, Frequency, str, int, str, list[str]]] = [
    ("Christmas in ISO week 53", "DE", "weekly", "2020-12-07", 6, "Christmas Day", ["2020-12-21"]),
    ("New Year in ISO week 53 of the year before", "DE", "weekly", "2020-12-07", 6, "New Year's Day", ["2020-12-28"]),
    ("on the first day of a period", "DE", "weekly", "2023-12-04", 6, "New Year's Day", ["2024-01-01"]),
    ("on the last day of a period", "DE", "weekly", "2022-12-05", 6, "New Year's Day", ["2022-12-26"]),
    ("weeks from Sunday", "US", "weekly", "2023-11-05", 4, "Thanksgiving Day", ["2023-11-19"]),
    ("in the last week", "DE", "weekly", "2023-12-04", 4, "Christmas Day", ["2023-12-25"]),
    ("months", "DE", "monthly", "2022-01-01", 13, "New Year's Day", ["2022-01-01", "2023-01-01"]),
    ("days", "DE", "daily", "2023-12-20", 10, "Christmas Day", ["2023-12-25"]),
    ("years", "DE", "yearly", "2019-01-01", 3, "Labor Day", ["2019-01-01", "2020-01-01", "2021-01-01"]),
]  # fmt: skip


def config(country: str, **more: Any) -> MmmConfig:
    return MmmConfig.model_validate({"baseline": {"holidays": {"country": country, **more}}})


@pytest.mark.parametrize(
    ("country", "frequency", "start", "dates", "name", "periods"),
    [c[1:] for c in CASES],
    ids=[c[0] for c in CASES],
)
def test_periods(
    country: str, frequency: Frequency, start: str, dates: int, name: str, periods: list[str]
) -> None:
    panel = random_panel(Shape(dates=dates), start=start, frequency=frequency)
    design = design_of(holiday, panel, config(country, names=(name,)))
    assert design is not None
    column = design.matrix[0][:, design.features.index(name)]
    found = pd.DatetimeIndex(panel.data["date"].values)[column > 0]
    assert list(found) == list(pd.DatetimeIndex(periods))
    assert set(column) <= {0.0, 1.0}


def test_all_holidays_of_a_country_and_those_of_a_state() -> None:
    panel = random_panel(Shape(dates=52), start="2023-01-02")
    nation, state = (design_of(holiday, panel, config("DE", **more)) for more in ({}, {"subdivision": "BY"}))
    assert nation is not None and state is not None
    assert set(nation.features) < set(state.features)
    assert "Epiphany" in set(state.features) - set(nation.features)
    assert (
        nation.matrix.sum() == 9 - 1
    )  # nine public holidays a year; the first of January 2023 lies before the panel


def test_the_holidays_of_a_year_add_up_and_an_unknown_name_has_no_column() -> None:
    panel = random_panel(Shape(dates=3), start="2022-01-01", frequency="yearly")
    design = design_of(holiday, panel, config("SE", names=("Sunday",)))
    assert design is None  # nothing of that name falls there: no effect to estimate
    days = design_of(holiday, panel, config("DE"))
    assert days is not None
    assert np.all(days.matrix[0].sum(axis=1) == [9, 9, 9])


def test_no_holidays_unless_asked_for() -> None:
    assert design_of(holiday, random_panel(Shape()), MmmConfig()) is None
