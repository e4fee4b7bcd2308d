"""A national world where spend chases demand that the tables do not show."""

import numpy as np

from mixproof.aggregates.simulate.demand import drift, lingering, standardised
from mixproof.aggregates.simulate.market import (
    Size,
    any_shape,
    base,
    buy_media,
    national_path,
    open_market,
    ripple,
)
from mixproof.aggregates.simulate.planning import (
    channel_names,
    plan_spend,
    react,
    split_budget,
    spread_returns,
)
from mixproof.aggregates.simulate.scene import Scene

SIZE = Size(weeks=156, geos=1, channels=5)
DESCRIPTION = (
    "demand that nobody measured drives the baseline and, through the planners, the spend of search "
    "and of one more channel"
)

EAGER = ("search", "social")
"""Channels whose budgets follow demand; search most, since people who want to buy search."""


def build(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world in which latent demand raises both the baseline and the spend of some channels.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of everything drawn.
    size : Size
        Weeks, one geo, and channels.

    Returns
    -------
    Scene
        Its latent demand stands in ``hidden``.
    """
    market = open_market(rng, size)
    names = channel_names(size.channels)
    media_share = rng.uniform(0.15, 0.30)
    demand = standardised(
        0.6 * drift(rng, market.periods) + 0.8 * lingering(rng, market.periods, rng.uniform(0.75, 0.9))
    )
    eagerness = {"search": rng.uniform(0.3, 0.5), "social": rng.uniform(0.15, 0.3)}
    timing = {}
    for name in names:
        path = plan_spend(rng, name, market.season)
        if name in EAGER:
            path = react(rng, path, demand, eagerness[name])
        timing[name] = national_path(market, path)
    shapes = [any_shape(rng) for _ in names]
    media = buy_media(
        market, timing, split_budget(rng, names), spread_returns(rng, len(names)), shapes, media_share
    )
    others = base(rng, market, media_share, wander=0.02)
    others["unseen_demand"] = market.local_revenue * rng.uniform(0.06, 0.10) * demand
    noise = ripple(rng, market, sd=rng.uniform(0.02, 0.04), memory=rng.uniform(0.1, 0.4))
    hidden = {"unseen_demand": national_path(market, demand)}
    return Scene(
        market.dates, market.geos, market.population, media, others, noise, hidden=hidden, chased=EAGER
    )
