"""Kinds of world in which spend follows what sells without it, by other ways than `chasing`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from mixproof.aggregates.simulate.demand import drift, lingering, standardised
from mixproof.aggregates.simulate.market import Size, national_path
from mixproof.aggregates.simulate.planning import react
from mixproof.aggregates.simulate.scene import Scene
from mixproof.aggregates.simulate.worlds.ordinary import Build, Draft, bought, draft, scene_of


def _demand_weak(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which one channel follows unseen demand weakly."""
    return _followed(rng, draft(rng, size), ["search"], (0.1, 0.2))


def _demand_strong(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which one channel follows unseen demand strongly."""
    return _followed(rng, draft(rng, size), ["search"], (0.6, 0.9))


def _demand_all(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which every channel follows unseen demand."""
    plan = draft(rng, size)
    return _followed(rng, plan, plan.names, (0.25, 0.45))


def _followed(
    rng: np.random.Generator, plan: Draft, names: Sequence[str], eagerness: tuple[float, float]
) -> Scene:
    """Return the world of a plan whose channels `names` follow demand that no table shows."""
    market = plan.market
    demand = standardised(
        0.6 * drift(rng, market.periods) + 0.8 * lingering(rng, market.periods, rng.uniform(0.75, 0.9))
    )
    for name in names:
        eager = rng.uniform(*eagerness)
        plan.timing[name] = np.stack([react(rng, path, demand, eager) for path in plan.timing[name]])
    plan.others["unseen_demand"] = market.local_revenue * rng.uniform(0.06, 0.10) * demand
    plan.hidden["unseen_demand"] = national_path(market, demand)
    plan.chased = tuple(names)
    return scene_of(plan)


def _economy(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which an economy that no table shows moves slowly, and budgets and sales with it."""
    plan = draft(rng, size)
    market = plan.market
    slow = drift(rng, market.periods, calm=0.99)
    plan.others["economy"] = market.local_revenue * rng.uniform(0.05, 0.10) * slow
    for name in plan.names:
        plan.timing[name] = plan.timing[name] * np.exp(rng.uniform(0.15, 0.35) * slow)
    plan.hidden["economy"] = national_path(market, slow)
    plan.chased = tuple(plan.names)
    return scene_of(plan)


def _budget_of_sales(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which two budgets are set anew each month as a share of what was sold the month before.

    The response is fixed by the plan without feedback; spend and sales are then made week after week.
    """
    plan = draft(rng, size)
    market = plan.market
    demand = lingering(rng, market.periods, rng.uniform(0.85, 0.95))
    plan.others["unseen_demand"] = market.local_revenue * rng.uniform(0.06, 0.10) * demand
    media, others = list(bought(plan)), sum(plan.others.values()) + plan.noise
    names = ("search", "social")
    places = [n for n, m in enumerate(media) if m.name in names]
    power = {n: rng.uniform(1.5, 3.0) for n in places}
    spend = [np.array(m.spend) for m in media]
    planned = [np.array(path) for path in spend]
    for start in range(4, market.periods, 4):
        brought = sum(m.response.effect(path[:, :start]) for m, path in zip(media, spend, strict=True))
        sold = (others[:, :start] + brought)[:, start - 4 :].sum() / (4 * market.revenue)
        for n in places:
            month = slice(start, start + 4)
            spend[n][:, month] = np.round(planned[n][:, month] * sold ** power[n], 2)
    plan.chased = names
    return scene_of(
        plan, tuple(replace(m, spend=path, exposure=path) for m, path in zip(media, spend, strict=True))
    )


KINDS: Mapping[str, Build] = {
    "demand_weak": _demand_weak,
    "demand_strong": _demand_strong,
    "demand_all": _demand_all,
    "economy": _economy,
    "budget_of_sales": _budget_of_sales,
}
"""By name; each takes a source of everything drawn and a size."""
