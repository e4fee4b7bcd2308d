"""The panel after its end: dates, what is taken from the year before, and what is said of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mixproof.aggregates.panel import Frequency
from mixproof.errors import ConfigError
from mmm.config import MmmConfig
from mmm.forecast.config import Outlook
from mmm.forecast.future import LAST_PERIODS, LAST_YEAR, MediaPath, continued, later_dates, likened
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

PANEL = random_panel(Shape(geos=2, dates=70, paid=1, organic=1, controls=2, treatments=1))
EVENTS = MmmConfig.model_validate({"baseline": {"events": ({"name": "sale", "dates": ("2024-05-08",)},)}})
PROBLEM = build_problem(PANEL, EVENTS)


def outlook(**options: Any) -> Outlook:
    return Outlook.model_validate(options)


@pytest.mark.parametrize(
    ("frequency", "start", "first", "last"),
    [
        ("daily", "2024-02-01", "2024-04-11", "2024-04-14"),
        ("weekly", "2023-01-02", "2024-05-06", "2024-05-27"),
        ("monthly", "2020-01-01", "2025-11-01", "2026-02-01"),
        ("yearly", "1950-01-01", "2020-01-01", "2023-01-01"),
    ],
)
def test_dates_go_on_as_they_were(frequency: Frequency, start: str, first: str, last: str) -> None:
    panel = random_panel(Shape(dates=70), start=start, frequency=frequency)
    assert [str(day) for day in later_dates(panel, 4)[[0, -1]]] == [first, last]


@pytest.mark.parametrize(
    ("dates", "count", "wanted"),
    [
        (70, 3, [18, 19, 20]),  # the same weeks of the year before
        (70, 54, [*range(18, 70), 18, 19]),  # two years before where one year before is not over
        (30, 3, [27, 28, 29]),  # no year is known
    ],
)
def test_each_period_is_likened_to_one_of_the_panel(dates: int, count: int, wanted: list[int]) -> None:
    assert likened(random_panel(Shape(dates=dates)), count).tolist() == wanted


def test_everything_is_as_a_year_before_unless_told() -> None:
    found = continued(PROBLEM, Outlook(), 5, 4)
    assert (found.known, found.start, len(found.dates)) == (70, 71, 4)
    for name in ("spend", "exposure", "controls", "treatments", "outcome_value"):
        values = found.panel.data[name].values
        np.testing.assert_array_equal(values[:, :70], PANEL.data[name].values)
        np.testing.assert_array_equal(values[:, 70:], values[:, 18:23])
    assert not found.panel.observed[:, 70:].any()
    said = {each.name: each.said for each in found.assumed}
    assert said["paid 0"] == said["control 1"] == LAST_YEAR
    assert said["sale"] == "on no date of the window"  # the week before it begins


def test_what_is_told_is_done_and_said() -> None:
    told = outlook(
        held={"control 0": "last_value"},
        values={"treatment 0": 0.0},
        events={"sale": ("2024-06-03", "2030-01-01")},
    )
    media = MediaPath(np.full((2, 5, 2), 7.0), np.full((2, 5, 2), 3.0))
    found = continued(PROBLEM, told, 5, 5, media=media)
    data = found.panel.data.isel(date=slice(70, None))
    assert (data["controls"].values[..., 0] == PANEL.data["controls"].values[:, -1:, 0]).all()
    assert (data["treatments"].values == 0).all()
    assert (data["spend"].values == 7).all() and (data["exposure"].values == 3).all()
    said = {each.name: each.said for each in found.assumed}
    assert said["control 0"] == "at its last value" and said["treatment 0"] == "at 0, as stated"
    assert said["paid 0"] == "as planned" and said["sale"] == "on 2024-05-08, 2024-06-03"


def test_a_short_panel_says_that_it_is_short() -> None:
    short = replace(PANEL, data=PANEL.data.isel(date=slice(0, 30)))
    said = {each.said for each in continued(build_problem(short, MmmConfig()), Outlook(), 4, 4).assumed}
    assert said == {LAST_PERIODS}


@pytest.mark.parametrize(
    "options",
    [{"held": {"price": "last_value"}}, {"values": {"paid 0": 1.0}}, {"events": {"fair": ("2024-06-03",)}}],
)
def test_names_that_the_model_does_not_have_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as refused:
        continued(PROBLEM, outlook(**options), 4, 4)
    assert refused.value.faults[0].code == "forecast-unknown"
