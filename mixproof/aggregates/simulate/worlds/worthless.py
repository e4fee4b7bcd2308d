"""A national world with a channel that brings nothing and two that are bought together."""

import numpy as np

from mixproof.aggregates.simulate.market import (
    Size,
    any_shape,
    base,
    buy_media,
    national_path,
    open_market,
    ripple,
)
from mixproof.aggregates.simulate.planning import alike, always_on, plan_spend, split_budget, spread_returns
from mixproof.aggregates.simulate.scene import Scene

SIZE = Size(weeks=156, geos=1, channels=6)
DESCRIPTION = "display brings nothing at all; social and video are bought together and are nearly collinear"

WORTHLESS = "display"
TWINS = ("social", "video")
ORDER = (*TWINS, WORTHLESS, "tv", "search", "radio", "outdoor", "print", "affiliates", "audio")


def build(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world with one channel of true contribution 0 and two whose spends correlate .95 to .98.

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
    names = list(ORDER[: size.channels])
    media_share = rng.uniform(0.15, 0.30)
    plan = {name: plan_spend(rng, name, market.season) for name in names}
    together = always_on(rng, market.season)
    plan[TWINS[0]] = together / together.mean()
    plan[TWINS[1]] = alike(rng, plan[TWINS[0]], rng.uniform(0.95, 0.98))
    timing = {name: national_path(market, path) for name, path in plan.items()}
    returns = spread_returns(rng, len(names))
    returns[names.index(WORTHLESS)] = 0.0
    shapes = [any_shape(rng) for _ in names]
    media = buy_media(market, timing, split_budget(rng, names), returns, shapes, media_share)
    others = base(rng, market, media_share, wander=rng.uniform(0.01, 0.04))
    noise = ripple(rng, market, sd=rng.uniform(0.02, 0.045), memory=rng.uniform(0.0, 0.4))
    return Scene(market.dates, market.geos, market.population, media, others, noise)
