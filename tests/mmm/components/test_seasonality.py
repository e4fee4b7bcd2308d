"""Fourier pairs: phase fixed to the calendar, periods exact, defaults by frequency."""

import numpy as np
import pytest

from mixproof.aggregates.panel import Frequency
from mmm.components import seasonality
from mmm.config import MmmConfig, Seasonality
from tests.mmm.random_panels import Shape, design_of, random_panel

DEFAULTS: list[tuple[Frequency, int, int, int]] = [  # frequency, dates, yearly pairs, weekly pairs
    ("weekly", 156, 15, 0),  # the most
    ("weekly", 104, 13, 0),  # one for every eight outcomes
    ("weekly", 53, 6, 0),
    ("weekly", 52, 0, 0),  # less than a year
    ("daily", 365, 15, 3),
    ("monthly", 60, 5, 0),  # finer waves cannot be seen in months
    ("monthly", 13, 1, 0),
    ("yearly", 40, 0, 0),
]


def config(**pairs: int) -> MmmConfig:
    return MmmConfig.model_validate({"baseline": {"seasonality": pairs}})


@pytest.mark.parametrize(("frequency", "dates", "yearly", "weekly"), DEFAULTS)
def test_defaults(frequency: Frequency, dates: int, yearly: int, weekly: int) -> None:
    panel = random_panel(Shape(dates=dates), frequency=frequency)
    found = seasonality.pairs(panel, Seasonality())
    assert found["yearly"] == yearly
    assert (found["monthly"], found["weekly"]) == (0, weekly)
    design = design_of(seasonality, panel, MmmConfig())
    features = 0 if design is None else len(design.features)
    assert features == 2 * sum(found.values())


def test_the_phase_is_that_of_the_calendar_whenever_the_panel_begins() -> None:
    early = design_of(
        seasonality, random_panel(Shape(dates=60), start="2022-01-03"), config(yearly=3, monthly=2)
    )
    late = design_of(
        seasonality, random_panel(Shape(dates=40), start="2022-05-23"), config(yearly=3, monthly=2)
    )
    assert early is not None and late is not None
    np.testing.assert_allclose(early.matrix[0, 20:], late.matrix[0], atol=1e-9)


def test_a_cycle_comes_back_after_its_length() -> None:
    panel = random_panel(Shape(dates=4 * 365 + 2), frequency="daily", start="2020-01-01")
    design = design_of(seasonality, panel, config(yearly=2, weekly=3))
    assert design is not None
    columns = dict(zip(design.features, design.matrix[0].T, strict=True))
    for name, period in (("yearly sin 1", 1461), ("weekly cos 3", 7)):
        np.testing.assert_allclose(columns[name][period:], columns[name][:-period], atol=1e-8)
    # 1970-01-01 has phase zero: every sine is 0 and every cosine 1 there, so also 18,262.5 days (50 years) later.
    origin = random_panel(Shape(dates=3), frequency="daily", start="1970-01-01")
    first = design_of(seasonality, origin, config(yearly=2, weekly=1))
    assert first is not None
    np.testing.assert_allclose(first.matrix[0, 0], [0, 1, 0, 1, 0, 1], atol=1e-12)


def test_later_pairs_are_believed_to_be_smaller() -> None:
    design = design_of(seasonality, random_panel(Shape(dates=60)), config(yearly=4))
    assert design is not None
    np.testing.assert_allclose(design.scale[::2], seasonality.SCALE / np.sqrt([1, 2, 3, 4]))
    np.testing.assert_allclose(design.scale[::2], design.scale[1::2])
