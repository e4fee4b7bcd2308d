"""Months are sums of days: what a month's spend brings is what its days bring."""

import numpy as np

from mixproof.aggregates.simulate import simulate_world
from mixproof.aggregates.simulate.mechanisms import Pooled, Response, Shape


def test_pooled_periods_bring_what_their_parts_bring() -> None:
    inner = Response(Shape(np.array([0.5, 0.5]), "log"), np.ones(1), np.ones(1))
    days = np.array([[1.0, 0.0, 2.0, 1.0, 3.0]])
    starts = np.array([0, 3])
    sums = np.add.reduceat(days, starts, axis=1)
    pattern = days / np.repeat(sums, [3, 2], axis=1)
    expected = np.add.reduceat(inner.effect(days), starts, axis=1)
    np.testing.assert_allclose(Pooled(inner, pattern, starts).effect(sums), expected)


def test_daily_and_monthly_worlds_say_so() -> None:
    daily, monthly = (simulate_world(kind, 1, weeks=60) for kind in ("daily", "monthly"))
    assert daily.data_config["frequency"] == "daily"
    assert daily.scene.outcome().shape == (1, 420)
    assert monthly.data_config["frequency"] == "monthly"
    assert (monthly.scene.dates.day == 1).all()
