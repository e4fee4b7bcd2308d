"""An ordinary national world: channels of any mechanism, one price, nothing that is meant to mislead."""

import numpy as np

from mixproof.aggregates.simulate.demand import lingering
from mixproof.aggregates.simulate.market import (
    Size,
    any_shape,
    base,
    buy_media,
    national_path,
    open_market,
    ripple,
)
from mixproof.aggregates.simulate.planning import channel_names, plan_spend, split_budget, spread_returns
from mixproof.aggregates.simulate.scene import Scene

SIZE = Size(weeks=156, geos=1, channels=6)
DESCRIPTION = "a national market with channels of any mechanism and a price that is observed"


def build(rng: np.random.Generator, size: Size) -> Scene:
    """Return a national world with mixed mechanisms, an observed price and a mildly drifting baseline.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of everything drawn.
    size : Size
        Weeks, one geo, and channels.

    Returns
    -------
    Scene
        With the true response of each channel.
    """
    market = open_market(rng, size)
    names = channel_names(size.channels)
    media_share = rng.uniform(0.15, 0.35)
    timing = {name: national_path(market, plan_spend(rng, name, market.season)) for name in names}
    shapes = [any_shape(rng) for _ in names]
    budget, returns = split_budget(rng, names), spread_returns(rng, len(names))
    media = buy_media(market, timing, budget, returns, shapes, media_share)
    price = np.round(100.0 + 3.0 * lingering(rng, market.periods, 0.7), 1)
    others = base(rng, market, media_share, wander=rng.uniform(0.01, 0.04))
    others["price"] = market.local_revenue * rng.uniform(-0.012, -0.004) * (price - 100.0)
    return Scene(
        market.dates,
        market.geos,
        market.population,
        media,
        others,
        noise=ripple(rng, market, sd=rng.uniform(0.02, 0.04), memory=rng.uniform(0.0, 0.4)),
        columns={"price_index": national_path(market, price)},
        controls=("price_index",),
    )
