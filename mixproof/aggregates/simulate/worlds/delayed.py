"""A national world of late effects: the response peaks one to four weeks on, over a baseline that drifts."""

import numpy as np

from mixproof.aggregates.simulate.market import Size, base, buy_media, national_path, open_market, ripple
from mixproof.aggregates.simulate.mechanisms import Shape, gamma_delay, triangle_delay
from mixproof.aggregates.simulate.planning import channel_names, plan_spend, split_budget, spread_returns
from mixproof.aggregates.simulate.scene import Scene

SIZE = Size(weeks=156, geos=1, channels=5)
DESCRIPTION = (
    "carryover that peaks one to four weeks late, threshold saturation, a drifting baseline, "
    "a season that is no sine, and errors that linger"
)


def build(rng: np.random.Generator, size: Size) -> Scene:
    """Return a world with delayed-peak carryover, Hill saturation, AR(1) errors and a drifting baseline.

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
    shapes = [_late(rng) for _ in names]
    media = buy_media(
        market, timing, split_budget(rng, names), spread_returns(rng, len(names)), shapes, media_share
    )
    others = base(rng, market, media_share, wander=rng.uniform(0.03, 0.07))
    noise = ripple(rng, market, sd=rng.uniform(0.025, 0.05), memory=rng.uniform(0.4, 0.7))
    return Scene(market.dates, market.geos, market.population, media, others, noise)


def _late(rng: np.random.Generator) -> Shape:
    """Return a mechanism whose effect peaks one to four weeks after the exposure."""
    if rng.random() < 0.5:
        delay = gamma_delay(rng.uniform(1.0, 4.0), rng.uniform(0.5, 1.2), 16)
    else:
        delay = triangle_delay(int(rng.integers(1, 5)), int(rng.integers(6, 11)))
    return Shape(delay, "hill", half=rng.uniform(0.6, 2.0), slope=rng.uniform(0.8, 2.0))
