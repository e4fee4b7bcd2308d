"""Kinds of world in which media act otherwise than models of media suppose."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from mixproof.aggregates.simulate.demand import drift, lingering
from mixproof.aggregates.simulate.market import Size, national_path
from mixproof.aggregates.simulate.mechanisms import Changing, Shape, forgetting, gamma_delay
from mixproof.aggregates.simulate.planning import alike
from mixproof.aggregates.simulate.scene import Scene, Synergy
from mixproof.aggregates.simulate.worlds.ordinary import Build, bought, draft, flips, scene_of


def _never_off(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world of channels that flip between two levels and are never off, under strong concave saturation."""
    plan = draft(rng, size)
    market = plan.market
    several = len(market.geos) > 1
    for name in plan.names:
        plan.timing[name] = np.stack([flips(rng, market.periods) for _ in market.geos])
        plan.shapes[name] = Shape(
            forgetting(rng.uniform(0.1, 0.5), 12),
            "hill",
            half=rng.uniform(0.15, 0.6),
            slope=rng.uniform(0.8, 1.0),
        )
    if several:
        plan.returns = rng.uniform(0.2, 0.4, len(plan.names))
        plan.share = rng.uniform(0.05, 0.12)
        plan.others["level"] = plan.others["level"] / plan.others["level"].sum() * market.local_revenue.sum()
        plan.others["level"] *= (1 - plan.share) * market.periods
    return scene_of(plan)


def _long_carryover(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world whose effects peak five to nine weeks late and last for half a year."""
    plan = draft(rng, size)
    for name in plan.names:
        delay = gamma_delay(rng.uniform(5.0, 9.0), rng.uniform(1.0, 2.5), 30)
        plan.shapes[name] = replace(plan.shapes[name], delay=delay)
    return scene_of(plan)


def _synergy(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which the first two channels bring more together than each alone."""
    plan = draft(rng, size)
    media = bought(plan)
    first, second = (medium.response.effect(medium.exposure) for medium in media[:2])
    together = np.sqrt(np.maximum(first * second, 0.0)).sum()
    strength = rng.uniform(0.3, 0.6) * (first.sum() + second.sum()) / together
    return scene_of(plan, media, synergy=Synergy(media[0].name, media[1].name, strength))


def _drifting_effects(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which the strength of each channel wanders by a third over the years."""
    plan = draft(rng, size)
    ones = np.ones(plan.market.periods)
    return scene_of(
        plan,
        tuple(
            replace(
                m, response=Changing(m.response, np.exp(rng.uniform(0.2, 0.45) * drift(rng, len(ones))), ones)
            )
            for m in bought(plan)
        ),
    )


def _reach_grows(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which frequency saturates while reach doubles or triples over the years."""
    plan = draft(rng, size)
    periods = plan.market.periods
    for name in plan.names:
        plan.shapes[name] = Shape(forgetting(rng.uniform(0.1, 0.6), 12), "reach", half=rng.uniform(0.4, 1.0))
    media = []
    for m in bought(plan):
        steepness, middle = rng.uniform(4, 10), rng.uniform(0.3, 0.7)
        logistic = 1 / (1 + np.exp(-steepness * (np.linspace(0, 1, periods) - middle)))
        audience = 0.5 + rng.uniform(0.5, 1.0) * logistic
        media.append(replace(m, response=Changing(m.response, np.ones(periods), audience)))
    return scene_of(plan, tuple(media))


def _harmful(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world with a channel that drives customers away: its ROI is -1.5."""
    plan = draft(rng, size)
    worst = plan.names.index("search")
    plan.returns = np.where(np.arange(len(plan.names)) == worst, 0.0, plan.returns)
    earned = (plan.budget * plan.returns).sum()
    plan.returns[worst] = -1.5
    plan.budget[worst] = min(plan.budget[worst], 0.25 * earned / 1.5)
    return scene_of(plan)


def _split_alike(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which one channel is broken out into three of equal size, bought together."""
    return _split(rng, size, np.full(3, 1 / 3), 0.97)


def _split_unequal(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which one channel is broken out into three of unequal size with plans of their own."""
    return _split(rng, size, np.array([0.7, 0.2, 0.1]), 0.4)


def _split(rng: np.random.Generator, size: Size, parts: np.ndarray, correlation: float) -> Scene:
    """Return a world whose second channel has three parts of one mechanism and one return."""
    plan = draft(rng, size)
    whole = plan.names[1]
    path, shape, place = plan.timing.pop(whole)[0], plan.shapes.pop(whole), 1
    share, earned = plan.budget[place], plan.returns[place]
    for number in range(len(parts)):
        own = alike(rng, path, correlation) if number else path
        plan.timing[f"{whole}_{number + 1}"] = national_path(plan.market, own)
        plan.shapes[f"{whole}_{number + 1}"] = shape
    plan.budget = np.concatenate([np.delete(plan.budget, place), share * parts])
    plan.returns = np.concatenate([np.delete(plan.returns, place), np.full(len(parts), earned)])
    return scene_of(plan)


def _outlier_spend(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which each channel spends four to eight times the usual in two or three single weeks."""
    plan = draft(rng, size)
    for name in plan.names:
        path = np.array(plan.timing[name])
        for week in rng.choice(plan.market.periods, int(rng.integers(2, 4)), replace=False):
            path[:, week] = path.mean() * rng.uniform(4, 8)
        plan.timing[name] = path
    return scene_of(plan)


def _mediators(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world with a control that lies between media and outcome: interest, through which half of an effect goes."""
    plan = draft(rng, size)
    media = bought(plan)
    brought = sum(m.response.effect(m.exposure) for m in media[:2])
    usual = plan.market.local_revenue * 0.02
    own, error = (usual * lingering(rng, plan.market.periods, memory) for memory in (0.6, 0.0))
    plan.others["interest"] = own
    plan.columns["interest_index"] = np.round(100 * (0.5 * brought + own + error + 4 * usual) / usual)
    plan.controls = ("interest_index",)
    return scene_of(plan, media)


KINDS: Mapping[str, Build] = {
    "never_off": _never_off,
    "long_carryover": _long_carryover,
    "synergy": _synergy,
    "drifting_effects": _drifting_effects,
    "reach_grows": _reach_grows,
    "harmful": _harmful,
    "split_alike": _split_alike,
    "split_unequal": _split_unequal,
    "outlier_spend": _outlier_spend,
    "mediators": _mediators,
}
"""By name; each takes a source of everything drawn and a size."""
