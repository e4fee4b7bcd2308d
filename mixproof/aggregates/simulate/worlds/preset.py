"""The presets that others publish timings on: rigid mechanisms, smooth seasons, plain noise, several sizes.

The process is the textbook one (straight trend, yearly sines, forgetting at a constant rate, threshold
saturation, independent normal errors), which is close to what most media-mix models assume: a test of speed
and scale, not of doubt.

References
----------
PyMC Labs (2025), PyMC-Marketing vs Meridian: presets ``small``, ``growing``, ``medium`` and ``large`` by
weeks, geos and channels. The numbers drawn here are our own.
"""

import numpy as np

from mixproof.aggregates.simulate.market import Size, buy_media, national_path, open_market, ripple
from mixproof.aggregates.simulate.mechanisms import Shape, forgetting
from mixproof.aggregates.simulate.planning import channel_names, plan_spend, split_budget, spread_returns
from mixproof.aggregates.simulate.scene import Scene
from mixproof.aggregates.simulate.worlds.geos import regional_timing, unequal_effects

DESCRIPTION = (
    "a textbook market in a published size: forgetting at a constant rate, smooth seasons, plain noise"
)

SIZES = {
    "small": Size(weeks=104, geos=1, channels=4),
    "growing": Size(weeks=131, geos=2, channels=6),
    "medium": Size(weeks=156, geos=8, channels=8),
    "large": Size(weeks=208, geos=50, channels=30),
    "planner": Size(weeks=156, geos=40, channels=6),
}
"""Presets by name; ``planner`` is this project's own, for timings of a usual regional plan."""


def build(rng: np.random.Generator, size: Size) -> Scene:
    """Return a textbook world of this size, with one observed control.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of everything drawn.
    size : Size
        Weeks, geos and channels; one of `SIZES`.

    Returns
    -------
    Scene
        With the true response of each channel.
    """
    market = open_market(rng, size, unequal=8.0)
    names = channel_names(size.channels)
    media_share = rng.uniform(0.2, 0.35)
    if size.geos == 1:
        timing = {name: national_path(market, plan_spend(rng, name, market.season)) for name in names}
    else:
        timing = {name: regional_timing(rng, market, name) for name in names}
    strength = {name: unequal_effects(rng, market, 0.2) for name in names}
    shapes = [
        Shape(
            forgetting(rng.uniform(0.1, 0.7), 8),
            "hill",
            half=rng.uniform(0.8, 2.0),
            slope=rng.uniform(1.0, 1.6),
        )
        for _ in names
    ]
    budget, returns = split_budget(rng, names), spread_returns(rng, len(names), 0.5, 3.0)
    media = buy_media(market, timing, budget, returns, shapes, media_share, strength)
    angle = 2.0 * np.pi * market.dates.day_of_year.to_numpy() / 365.25
    phase = rng.uniform(0, 2 * np.pi, 2)
    waves = 0.08 * np.cos(angle - phase[0]) + 0.03 * np.cos(2 * angle - phase[1])
    weather = np.round(rng.normal(size=(size.geos, market.periods)), 3)
    others = {
        "level": market.local_revenue
        * (1.0 - media_share)
        * rng.lognormal(0, 0.1, (size.geos, 1))
        * np.ones(market.periods),
        "trend": market.local_revenue * rng.uniform(0.0, 0.15) * np.linspace(-0.5, 0.5, market.periods),
        "season": market.local_revenue * waves,
        "weather": market.local_revenue * 0.02 * weather,
    }
    return Scene(
        market.dates,
        market.geos,
        market.population,
        media,
        others,
        noise=ripple(rng, market, sd=rng.uniform(0.03, 0.05), memory=0.0),
        columns={"weather": weather},
        controls=("weather",),
    )
