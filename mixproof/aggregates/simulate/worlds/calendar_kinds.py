"""Kinds of world recorded by day and by month: media are decided by week and act by day."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from mixproof.aggregates.simulate.demand import lingering
from mixproof.aggregates.simulate.market import FIRST_DATE, Size
from mixproof.aggregates.simulate.mechanisms import Pooled, forgetting, gamma_delay
from mixproof.aggregates.simulate.scene import Scene
from mixproof.aggregates.simulate.worlds.ordinary import Build, draft, scene_of

DAYS = 7


def _daily(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world by day, with a pattern of the week in spend and sales."""
    return _by_day(rng, size, FIRST_DATE)


def _monthly(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world by calendar month, added up from days."""
    scene = _by_day(rng, size, "2019-01-01")
    starts = np.flatnonzero(scene.dates.day == 1)
    starts, end = starts[:-1], int(starts[-1])  # the last month may be cut off

    def added(path: np.ndarray) -> np.ndarray:
        return np.add.reduceat(path[:, :end], starts, axis=1)

    media = []
    for medium in scene.media:
        days, sums = medium.exposure[:, :end], added(medium.exposure)
        size_of = np.repeat(sums, np.diff([*starts, end]), axis=1)
        pattern = np.divide(days, size_of, out=np.zeros_like(days), where=size_of > 0)
        spend = np.round(sums, 2)
        media.append(
            replace(medium, exposure=spend, spend=spend, response=Pooled(medium.response, pattern, starts))
        )
    return replace(
        scene,
        dates=scene.dates[starts],
        media=tuple(media),
        others={name: added(path) for name, path in scene.others.items()},
        noise=added(scene.noise),
        frequency="monthly",
    )


def _by_day(rng: np.random.Generator, size: Size, first: str) -> Scene:
    """Return an ordinary world whose weeks are spread over days."""
    plan = draft(rng, size)
    weekly = plan.market
    dates = pd.date_range(first, periods=DAYS * weekly.periods, freq="D")
    week = np.exp(0.15 * rng.normal(size=DAYS))
    sales_week = week / week.mean()
    plan.market = replace(
        weekly,
        dates=dates,
        revenue=weekly.revenue / DAYS,
        season=np.interp(np.arange(len(dates)) / DAYS, np.arange(weekly.periods), weekly.season),
    )
    for name in plan.names:
        days = np.exp(0.25 * rng.normal(size=DAYS))
        path = np.repeat(plan.timing[name], DAYS, axis=1) * np.tile(days / days.mean(), weekly.periods)
        plan.timing[name] = path * rng.lognormal(0, 0.1, path.shape)
        delay = (
            forgetting(rng.uniform(0.6, 0.95), 84)
            if rng.random() < 0.5
            else gamma_delay(rng.uniform(2, 14), rng.uniform(3, 8), 84)
        )
        plan.shapes[name] = replace(plan.shapes[name], delay=delay)
    at, known = np.arange(len(dates)) / DAYS, np.arange(weekly.periods)
    plan.others = {
        name: np.stack([np.interp(at, known, row) for row in path]) / DAYS
        for name, path in plan.others.items()
    }
    plan.others["weekday"] = plan.market.local_revenue * 0.7 * (np.tile(sales_week, weekly.periods) - 1)
    noise = np.stack([lingering(rng, len(dates), rng.uniform(0.1, 0.4)) for _ in weekly.geos])
    plan.noise = plan.market.local_revenue * rng.uniform(0.04, 0.08) * noise
    return replace(scene_of(plan), frequency="daily")


KINDS: Mapping[str, Build] = {
    "daily": _daily,
    "monthly": _monthly,
}
"""By name; each takes a source of everything drawn and a size."""
