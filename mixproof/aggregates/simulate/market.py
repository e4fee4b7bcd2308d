"""Putting a world together: the market, its calendar, and media with the returns they are meant to have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mixproof.aggregates.simulate.demand import drift, lingering, season
from mixproof.aggregates.simulate.mechanisms import Shape, forgetting, gamma_delay, respond, triangle_delay
from mixproof.aggregates.simulate.scene import Medium

FIRST_DATE = "2022-01-03"
"""The Monday on which every world's outcome begins."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a world is: periods of the window, geos, paid channels."""

    weeks: int
    geos: int
    channels: int


@dataclass(frozen=True, slots=True)
class Market:
    """Where a world plays.

    Parameters
    ----------
    dates : pandas.DatetimeIndex
        The warm-up and the window.
    geos : tuple of str
    population : numpy.ndarray, shape (geo,)
    revenue : float
        Usual revenue of a week, all geos.
    season : numpy.ndarray, shape (period,)
        The yearly pattern, standardised; the same in all geos.
    warm_up : int
        Weeks of media before the window.
    """

    dates: pd.DatetimeIndex
    geos: tuple[str, ...]
    population: np.ndarray
    revenue: float
    season: np.ndarray
    warm_up: int = 0

    @property
    def periods(self) -> int:
        """Number of weeks, the warm-up included."""
        return len(self.dates)

    @property
    def window(self) -> int:
        """Number of weeks in which the outcome is known."""
        return self.periods - self.warm_up

    @property
    def share(self) -> np.ndarray:
        """Each geo's share of the people, shape (geo,)."""
        return self.population / self.population.sum()

    @property
    def local_revenue(self) -> np.ndarray:
        """Usual revenue of a week by geo, shape (geo, 1), proportional to population."""
        return self.revenue * self.share[:, None]


def open_market(rng: np.random.Generator, size: Size, warm_up: int = 0, unequal: float = 20.0) -> Market:
    """Return a market of this size; the largest geo has `unequal` times the people of the smallest.

    Parameters
    ----------
    rng : numpy.random.Generator
    size : Size
        Geos and weeks of the window.
    warm_up : int, default 0
        Weeks before the window.
    unequal : float, default 20.0
        Population of the largest geo over that of the smallest.

    Returns
    -------
    Market
        Usual revenue is a total a week, in money.
    """
    dates = pd.date_range(
        pd.Timestamp(FIRST_DATE) - pd.Timedelta(weeks=warm_up), periods=size.weeks + warm_up, freq="7D"
    )
    if size.geos == 1:
        geos: tuple[str, ...] = ("national",)
        population = np.array([float(round(rng.uniform(5e6, 6e7), -3))])
    else:
        width = len(str(size.geos))
        geos = tuple(f"region_{i + 1:0{width}d}" for i in range(size.geos))
        inner = np.sort(rng.uniform(0, 1, max(size.geos - 2, 0)))
        rank = rng.permutation(np.concatenate([[0.0], inner, [1.0]]))
        population = np.round(2e5 * unequal**rank, -2)
    revenue = float(rng.uniform(0.05, 0.12) * population.sum())
    return Market(dates, geos, population, revenue, season(rng, dates), warm_up)


def national_path(market: Market, path: np.ndarray) -> np.ndarray:
    """Return a national path, shape (period,), as the same path in each geo, shape (geo, period).

    Parameters
    ----------
    market : Market
        Its geos.
    path : numpy.ndarray, shape (period,)
        In any unit per head.

    Returns
    -------
    numpy.ndarray, shape (geo, period)
        A read-only view.
    """
    return np.broadcast_to(path, (len(market.geos), market.periods))


def any_shape(rng: np.random.Generator, lags: int = 12) -> Shape:
    """Return a mechanism of any form: at once or late, tiring by threshold, reach or doubling.

    Parameters
    ----------
    rng : numpy.random.Generator
    lags : int, default 12
        Longest delay, in periods.

    Returns
    -------
    Shape
        With half point, slope and order drawn.
    """
    delays = (
        forgetting(rng.uniform(0.1, 0.75), lags),
        gamma_delay(rng.uniform(0.3, 3.0), rng.uniform(0.6, 1.6), lags),
        triangle_delay(int(rng.integers(1, 4)), int(rng.integers(5, 9))),
    )
    curves = (("hill", rng.uniform(0.8, 2.0)), ("reach", 1.0), ("log", 1.0))
    curve, slope = curves[int(rng.integers(0, 3))]
    return Shape(
        delays[int(rng.integers(0, 3))],
        curve,  # type: ignore[arg-type]
        half=rng.uniform(0.6, 2.5),
        slope=slope,
        tires_first=bool(rng.random() < 0.3),
    )


def buy_media(
    market: Market,
    timing: Mapping[str, np.ndarray],
    budget: Sequence[float] | np.ndarray,
    returns: Sequence[float] | np.ndarray,
    shapes: Sequence[Shape],
    media_share: float,
    strength: Mapping[str, np.ndarray] | None = None,
) -> tuple[Medium, ...]:
    """Return paid channels that together bring `media_share` of usual revenue, each with exactly its return.

    Parameters
    ----------
    market : Market
    timing : mapping of str to numpy.ndarray, shape (geo, period)
        When each channel spends, per head; only the form matters.
    budget : sequence of float, one a channel
        Shares of the budget.
    returns : sequence of float, one a channel
        True ROI in the window; 0 for a worthless channel.
    shapes : sequence of Shape, one a channel
    media_share : float
        Contribution of all channels over the window, as a fraction of usual revenue; it sets the total
        budget.
    strength : mapping of str to numpy.ndarray, shape (geo,), optional
        How strongly each geo responds.

    Returns
    -------
    tuple of Medium
        In the order of `timing`; spend in money, rounded to cents.
    """
    each = np.asarray(budget) * np.asarray(returns)
    total = media_share * market.revenue * market.window / each.sum()
    bought = []
    for i, (name, form) in enumerate(timing.items()):
        local = np.asarray(form) * market.share[:, None]
        spend = np.round(local * (budget[i] * total / local[:, market.warm_up :].sum()), 2)
        worth = float(returns[i] * spend[:, market.warm_up :].sum())
        force = np.ones(len(market.geos)) if strength is None else strength[name]
        response = respond(shapes[i], spend, market.population, force, worth, market.warm_up)
        bought.append(Medium(name, spend, response, spend))
    return tuple(bought)


def base(
    rng: np.random.Generator, market: Market, media_share: float, wander: float, swing: float = 0.09
) -> dict[str, np.ndarray]:
    """Return what sells without media: level, trend, season and drift, each of shape (geo, period).

    Parameters
    ----------
    media_share : float
        What media bring; the level is the rest of usual revenue.
    wander : float
        Standard deviation of the drift, as a fraction of revenue.
    swing : float
        Standard deviation of the season, as a fraction of revenue.

    Returns
    -------
    dict of str to numpy.ndarray, each shape (geo, period)
        In money a period.
    """
    time = np.linspace(-0.5, 0.5, market.periods)
    local = market.local_revenue
    return {
        "level": local * (1.0 - media_share) * np.ones(market.periods),
        "trend": local * rng.uniform(-0.12, 0.18) * time,
        "season": local * swing * rng.uniform(0.7, 1.3) * market.season,
        "drift": local * wander * drift(rng, market.periods),
    }


def ripple(rng: np.random.Generator, market: Market, sd: float, memory: float) -> np.ndarray:
    """Return AR(1) noise, shape (geo, period): autocorrelation `memory`, `sd` as a fraction of revenue.

    Parameters
    ----------
    rng : numpy.random.Generator
    market : Market
        Its calendar, geos and usual revenue.
    sd : float
        Standard deviation as a fraction of each geo's revenue.
    memory : float
        Autocorrelation from one period to the next.

    Returns
    -------
    numpy.ndarray, shape (geo, period)
        In money a period.
    """
    paths = np.stack([lingering(rng, market.periods, memory) for _ in market.geos])
    return market.local_revenue * sd * paths
