"""A world of unequal regions: sizes twenty to one, effects that differ, shared shocks and local ones."""

import numpy as np

from mixproof.aggregates.simulate.demand import drift, lingering
from mixproof.aggregates.simulate.market import Market, Size, any_shape, base, buy_media, open_market, ripple
from mixproof.aggregates.simulate.planning import channel_names, plan_spend, split_budget, spread_returns
from mixproof.aggregates.simulate.scene import Scene

SIZE = Size(weeks=104, geos=11, channels=5)
DESCRIPTION = (
    "regions twenty to one in size, with unequal effects, shared and local shocks, "
    "and spend that differs in timing"
)

NATIONAL = ("tv",)
"""Channels bought for the whole country at once, with regional weights only."""


def build(rng: np.random.Generator, size: Size) -> Scene:
    """Return a geo world whose media effects differ between regions, log standard deviation about .3.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of everything drawn.
    size : Size
        Weeks, geos and channels.

    Returns
    -------
    Scene
        With the true response of each channel in each geo.
    """
    market = open_market(rng, size)
    names = channel_names(size.channels)
    media_share = rng.uniform(0.15, 0.35)
    timing = {name: regional_timing(rng, market, name) for name in names}
    strength = {name: unequal_effects(rng, market, 0.3) for name in names}
    shapes = [any_shape(rng) for _ in names]
    budget, returns = split_budget(rng, names), spread_returns(rng, len(names))
    media = buy_media(market, timing, budget, returns, shapes, media_share, strength)
    others = base(rng, market, media_share, wander=rng.uniform(0.02, 0.05))
    # Regions differ in how much their people buy, and each has a drift of its own.
    others["level"] = others["level"] * rng.lognormal(0, 0.15, (len(market.geos), 1))
    own = np.stack([drift(rng, market.periods) for _ in market.geos])
    others["local_drift"] = market.local_revenue * rng.uniform(0.01, 0.04) * own
    shared = (
        market.local_revenue * rng.uniform(0.01, 0.03) * lingering(rng, market.periods, rng.uniform(0.2, 0.6))
    )
    noise = shared + ripple(rng, market, sd=rng.uniform(0.03, 0.06), memory=rng.uniform(0.1, 0.4))
    return Scene(market.dates, market.geos, market.population, media, others, noise)


def regional_timing(rng: np.random.Generator, market: Market, name: str) -> np.ndarray:
    """Return spend per head, shape (geo, period): a national plan with regional weights, or regional plans.

    A regional channel follows the national plan in part; the rest is decided region by region.

    Parameters
    ----------
    rng : numpy.random.Generator
    market : Market
        Its calendar and geos.
    name : str
        A channel of `CHANNELS`, with or without a suffix after an underscore.

    Returns
    -------
    numpy.ndarray, shape (geo, period)
        At least 0; only the form matters.
    """
    regions = len(market.geos)
    weight = rng.lognormal(0, 0.3, (regions, 1))
    nationwide = plan_spend(rng, name, market.season)
    if name.split("_")[0] in NATIONAL:
        return weight * nationwide * rng.lognormal(0, 0.1, (regions, market.periods))
    own = np.stack([plan_spend(rng, name, market.season) for _ in range(regions)])
    together = rng.uniform(0.2, 0.6)
    return weight * (together * nationwide + (1.0 - together) * own)


def unequal_effects(rng: np.random.Generator, market: Market, log_sd: float) -> np.ndarray:
    """Return how strongly each geo responds, shape (geo,), 1 on average over people.

    Parameters
    ----------
    rng : numpy.random.Generator
    market : Market
        Its geos and their shares of people.
    log_sd : float
        Standard deviation of the logarithm between geos.

    Returns
    -------
    numpy.ndarray, shape (geo,)
    """
    strength = rng.lognormal(0, log_sd, len(market.geos))
    return strength / (strength * market.share).sum()
