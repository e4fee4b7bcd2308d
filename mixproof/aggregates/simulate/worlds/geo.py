"""An ordinary geo world: regions with plans of their own, a newsletter, promotions and a national price."""

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
from mixproof.aggregates.simulate.planning import channel_names, split_budget, spread_returns
from mixproof.aggregates.simulate.scene import Scene
from mixproof.aggregates.simulate.worlds import geos
from mixproof.aggregates.simulate.worlds.demo import newsletter, weeks_of_promotion

SIZE = Size(weeks=156, geos=20, channels=5)
DESCRIPTION = "regions with media plans of their own, a newsletter, regional promotions and a national price"


def build(rng: np.random.Generator, size: Size) -> Scene:
    """Return a geo world with all that a regional panel may hold: organic media, treatments, a control.

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
    timing = {name: geos.regional_timing(rng, market, name) for name in names}
    strength = {name: geos.unequal_effects(rng, market, 0.25) for name in names}
    shapes = [any_shape(rng) for _ in names]
    budget, returns = split_budget(rng, names), spread_returns(rng, len(names))
    paid = buy_media(market, timing, budget, returns, shapes, media_share, strength)
    promotion = weeks_of_promotion(rng, market)
    price = np.round(100.0 + 3.0 * lingering(rng, market.periods, 0.7), 1)
    others = base(rng, market, media_share, wander=rng.uniform(0.01, 0.04))
    others["price"] = market.local_revenue * rng.uniform(-0.012, -0.004) * (price - 100.0)
    others["promotion"] = market.local_revenue * rng.uniform(0.04, 0.09) * promotion
    return Scene(
        market.dates,
        market.geos,
        market.population,
        (*paid, newsletter(rng, market)),
        others,
        noise=ripple(rng, market, sd=rng.uniform(0.03, 0.06), memory=rng.uniform(0.0, 0.3)),
        columns={"promotion": promotion, "price_index": national_path(market, price)},
        treatments=("promotion",),
        controls=("price_index",),
    )
