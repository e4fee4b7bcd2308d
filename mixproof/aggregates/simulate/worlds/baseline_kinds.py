"""Kinds of world whose baseline, errors or tables are not what models suppose; spend has nothing to do with them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from mixproof.aggregates.simulate.demand import lingering
from mixproof.aggregates.simulate.market import Size, national_path
from mixproof.aggregates.simulate.scene import Scene
from mixproof.aggregates.simulate.worlds.ordinary import Build, bought, draft, scene_of


def _ordinary(rng: np.random.Generator, size: Size) -> Scene:
    """Return an ordinary world, for histories of other lengths."""
    return scene_of(draft(rng, size))


def _heavy_tails(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world whose errors are Student-t with two to three degrees of freedom."""
    plan = draft(rng, size)
    tails = rng.standard_t(rng.uniform(2.1, 3.0), plan.noise.shape)
    plan.noise = plan.market.local_revenue * rng.uniform(0.015, 0.03) * tails
    return scene_of(plan)


def _broken_trend(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world whose level falls or rises within two weeks by a tenth to a fifth, and whose trend then turns."""
    plan = draft(rng, size)
    periods = plan.market.periods
    at = int(periods * rng.uniform(0.3, 0.7))
    after = np.clip((np.arange(periods) - at) / 2.0, 0, 1)
    turn = np.maximum(np.arange(periods) - at, 0) / periods
    jump = rng.choice([-1, 1]) * rng.uniform(0.1, 0.2)
    plan.others["break"] = plan.market.local_revenue * (jump * after + rng.uniform(-0.3, 0.3) * turn)
    return scene_of(plan)


def _narrow_peaks(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world with three peaks a year, each of one or two weeks, that no table names."""
    plan = draft(rng, size)
    day = plan.market.dates.day_of_year.to_numpy()
    peaks = np.zeros(plan.market.periods)
    for centre in rng.choice(365, 3, replace=False):
        apart = np.abs(day - centre)
        peaks += rng.uniform(0.15, 0.4) * (np.minimum(apart, 365 - apart) <= rng.uniform(4, 8))
    plan.others["peaks"] = plan.market.local_revenue * peaks
    return scene_of(plan)


def _many_controls(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world with ten controls, of which nine are noise."""
    plan = draft(rng, size)
    for number in range(10):
        path = np.round(100 + 10 * lingering(rng, plan.market.periods, rng.uniform(0.0, 0.9)), 1)
        plan.columns[f"index_{number + 1}"] = national_path(plan.market, path)
    plan.controls = tuple(plan.columns)
    real = plan.columns["index_1"]
    plan.others["index"] = plan.market.local_revenue * rng.uniform(0.002, 0.005) * (real - 100)
    return scene_of(plan)


def _promotions(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world of promotions timed to demand, which media support; the table names them as treatment."""
    plan = draft(rng, size)
    periods = plan.market.periods
    demand = lingering(rng, periods, 0.8)
    price_cut = (demand + rng.normal(0, 0.5, periods) > 1.0).astype(float)
    plan.others["unseen_demand"] = plan.market.local_revenue * rng.uniform(0.04, 0.07) * demand
    plan.columns["promotion"] = national_path(plan.market, price_cut)
    plan.others["promotion"] = plan.market.local_revenue * rng.uniform(0.05, 0.15) * price_cut
    plan.treatments = ("promotion",)
    for name in plan.names[:2]:
        plan.timing[name] = plan.timing[name] * (1 + rng.uniform(0.3, 0.8) * price_cut)
    return scene_of(plan)


def _wrong_entries(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world whose tables are wrong: a channel's half year a week late, a missing week, a decimal slip."""
    plan = draft(rng, size)
    media = list(bought(plan))
    periods = plan.market.periods
    for number, place in enumerate(rng.choice(len(media), 3, replace=False)):
        spend = np.array(media[place].spend)
        if number == 0:
            start = int(rng.integers(0, periods - 26))
            spend[:, start + 1 : start + 26] = spend[:, start : start + 25]
        else:
            active = np.flatnonzero(spend.sum(axis=0) > 0)
            week = int(rng.choice(active))
            spend[:, week] = 0.0 if number == 1 else np.round(spend[:, week] * 10, 2)
        media[place] = replace(media[place], recorded=spend)
    return scene_of(plan, tuple(media))


KINDS: Mapping[str, Build] = {
    "ordinary": _ordinary,
    "heavy_tails": _heavy_tails,
    "broken_trend": _broken_trend,
    "narrow_peaks": _narrow_peaks,
    "many_controls": _many_controls,
    "promotions": _promotions,
    "wrong_entries": _wrong_entries,
}
"""By name; each takes a source of everything drawn and a size."""
