"""An ordinary market before it is bought, which each kind of trouble then changes in one way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from mixproof.aggregates.simulate.demand import drift
from mixproof.aggregates.simulate.market import (
    Market,
    Size,
    any_shape,
    base,
    buy_media,
    national_path,
    open_market,
    ripple,
)
from mixproof.aggregates.simulate.mechanisms import Shape
from mixproof.aggregates.simulate.planning import channel_names, plan_spend, split_budget, spread_returns
from mixproof.aggregates.simulate.scene import Medium, Scene
from mixproof.aggregates.simulate.worlds.geos import regional_timing, unequal_effects

Build = Callable[[np.random.Generator, Size], Scene]
NATIONAL = Size(weeks=156, geos=1, channels=5)
REGIONS = Size(weeks=104, geos=8, channels=4)


@dataclass(slots=True)
class Draft:
    """A market whose media are planned and not bought yet.

    Parameters
    ----------
    market : Market
    share : float
        What media bring, as a fraction of usual revenue.
    timing : dict of str to numpy.ndarray, shape (geo, period)
        When each channel spends; only the form matters.
    budget, returns : numpy.ndarray, shape (channel,)
        Shares of the budget, and true ROI.
    shapes : dict of str to Shape
    others : dict of str to numpy.ndarray, shape (geo, period)
        What sells without media, in money.
    noise : numpy.ndarray, shape (geo, period)
    strength : mapping of str to numpy.ndarray, shape (geo,), or None
        How strongly each geo responds.
    columns, controls, treatments, hidden, chased
        As in `Scene`.
    """

    market: Market
    share: float
    timing: dict[str, np.ndarray]
    budget: np.ndarray
    returns: np.ndarray
    shapes: dict[str, Shape]
    others: dict[str, np.ndarray]
    noise: np.ndarray
    strength: Mapping[str, np.ndarray] | None = None
    columns: dict[str, np.ndarray] = field(default_factory=dict)
    controls: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    hidden: dict[str, np.ndarray] = field(default_factory=dict)
    chased: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The channels, in their order."""
        return list(self.timing)


def draft(rng: np.random.Generator, size: Size) -> Draft:
    """Return an ordinary market: mixed mechanisms, a mildly drifting baseline, errors that linger a little.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of everything drawn.
    size : Size
        Weeks, geos and channels; several geos have plans and effects of their own.

    Returns
    -------
    Draft
    """
    market = open_market(rng, size)
    names, share = channel_names(size.channels), rng.uniform(0.15, 0.35)
    several = len(market.geos) > 1
    timing = {
        name: regional_timing(rng, market, name)
        if several
        else national_path(market, plan_spend(rng, name, market.season))
        for name in names
    }
    strength = {name: unequal_effects(rng, market, 0.3) for name in names} if several else None
    shapes = {name: any_shape(rng) for name in names}
    budget, returns = split_budget(rng, names), spread_returns(rng, len(names))
    others = base(rng, market, share, wander=rng.uniform(0.01, 0.04))
    if several:
        others["level"] = others["level"] * rng.lognormal(0, 0.15, (len(market.geos), 1))
        own = np.stack([drift(rng, market.periods) for _ in market.geos])
        others["local_drift"] = market.local_revenue * rng.uniform(0.01, 0.03) * own
    noise = ripple(rng, market, sd=rng.uniform(0.02, 0.04), memory=rng.uniform(0.0, 0.4))
    return Draft(market, share, timing, budget, returns, shapes, others, noise, strength)


def bought(plan: Draft) -> tuple[Medium, ...]:
    """Return the media of a draft, each with exactly its return."""
    return buy_media(
        plan.market,
        plan.timing,
        plan.budget,
        plan.returns,
        [plan.shapes[name] for name in plan.names],
        plan.share,
        plan.strength,
    )


def scene_of(plan: Draft, media: tuple[Medium, ...] | None = None, **more: object) -> Scene:
    """Return the world of a draft.

    Parameters
    ----------
    plan : Draft
    media : tuple of Medium, optional
        Where they are not simply `bought`.
    **more : object
        Further fields of `Scene`.

    Returns
    -------
    Scene
    """
    market = plan.market
    return Scene(
        market.dates,
        market.geos,
        market.population,
        bought(plan) if media is None else media,
        plan.others,
        plan.noise,
        columns=plan.columns,
        treatments=plan.treatments,
        controls=plan.controls,
        warm_up=market.warm_up,
        hidden=plan.hidden,
        chased=plan.chased,
        **more,  # type: ignore[arg-type]
    )


def flips(rng: np.random.Generator, periods: int, low: tuple[float, float] = (0.1, 0.4)) -> np.ndarray:
    """Return spend that is never off: it flips between a low and a high level in flights of 2 to 12 weeks.

    Parameters
    ----------
    rng : numpy.random.Generator
    periods : int
    low : tuple of float
        Range of the low level, as a share of the high one.

    Returns
    -------
    numpy.ndarray, shape (period,)
        Above 0, mean 1.
    """
    level, high, path, start = rng.uniform(*low), bool(rng.random() < 0.5), np.empty(periods), 0
    while start < periods:
        length = int(rng.integers(2, 13))
        path[start : start + length] = 1.0 if high else level
        start, high = start + length, not high
    path *= rng.lognormal(0, 0.06, periods)
    return path / path.mean()
