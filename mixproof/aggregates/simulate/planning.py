"""How planners spend: always on, in flights, in bursts, with the season, in steps; and in what split."""

from collections.abc import Callable, Mapping

import numpy as np

from mixproof.aggregates.simulate.demand import lingering, standardised

Plan = Callable[[np.random.Generator, np.ndarray], np.ndarray]


def always_on(rng: np.random.Generator, season: np.ndarray) -> np.ndarray:
    """Return spend that never stops: bids and budgets move from week to week and with each quarter.

    Parameters
    ----------
    rng : numpy.random.Generator
    season : numpy.ndarray, shape (period,)
        Only its length is read.

    Returns
    -------
    numpy.ndarray, shape (period,)
        Above 0; the scale is free.
    """
    periods = len(season)
    quarter = np.repeat(rng.normal(0, 0.3, periods // 13 + 1), 13)[:periods]
    return np.exp(quarter + 0.3 * lingering(rng, periods, 0.5) + 0.12 * rng.normal(size=periods))


def flights(rng: np.random.Generator, season: np.ndarray) -> np.ndarray:
    """Return spend in campaigns of three to eight weeks with dark weeks between.

    Parameters
    ----------
    rng : numpy.random.Generator
    season : numpy.ndarray, shape (period,)
        Only its length is read.

    Returns
    -------
    numpy.ndarray, shape (period,)
        0 in dark weeks; the scale is free.
    """
    path = np.zeros(len(season))
    start = int(rng.integers(0, 6))
    while start < len(path):
        length = int(rng.integers(3, 9))
        weight = rng.lognormal(0, 0.45)
        piece = path[start : start + length]
        piece[:] = weight * rng.lognormal(0, 0.2, len(piece)) * np.linspace(1.2, 0.8, length)[: len(piece)]
        start += length + int(rng.integers(2, 9))
    return path


def bursts(rng: np.random.Generator, season: np.ndarray) -> np.ndarray:
    """Return short irregular bursts of one to three weeks, about one in five weeks.

    Parameters
    ----------
    rng : numpy.random.Generator
    season : numpy.ndarray, shape (period,)
        Only its length is read.

    Returns
    -------
    numpy.ndarray, shape (period,)
        0 between bursts; the scale is free.
    """
    periods = len(season)
    path = np.zeros(periods)
    for start in np.flatnonzero(rng.random(periods) < 0.12):
        length = int(rng.integers(1, 4))
        path[start : start + length] += rng.lognormal(0, 0.5)
    return path if path.any() else path + 1.0


def seasonal(rng: np.random.Generator, season: np.ndarray) -> np.ndarray:
    """Return spend laid on the known season, with the planner's own judgement of weeks.

    Parameters
    ----------
    rng : numpy.random.Generator
    season : numpy.ndarray, shape (period,)
        Standardised; planners see it one to three weeks ahead.

    Returns
    -------
    numpy.ndarray, shape (period,)
        0 in about one week of twelve; the scale is free.
    """
    periods = len(season)
    ahead = np.roll(season, -int(rng.integers(1, 4)))
    path = np.exp(0.35 * ahead + 0.45 * lingering(rng, periods, 0.6) + 0.2 * rng.normal(size=periods))
    return path * (rng.random(periods) > 0.08)


def steps(rng: np.random.Generator, season: np.ndarray) -> np.ndarray:
    """Return spend that is reset every one to four months, with weekly delivery about it.

    Parameters
    ----------
    rng : numpy.random.Generator
    season : numpy.ndarray, shape (period,)
        Only its length is read.

    Returns
    -------
    numpy.ndarray, shape (period,)
        Above 0; the scale is free.
    """
    periods = len(season)
    path = np.empty(periods)
    start = 0
    while start < periods:
        length = int(rng.integers(4, 18))
        path[start : start + length] = rng.lognormal(0, 0.6)
        start += length
    return path * rng.lognormal(0, 0.15, periods)


PLANS: Mapping[str, Plan] = {
    "always_on": always_on,
    "flights": flights,
    "bursts": bursts,
    "seasonal": seasonal,
    "steps": steps,
}
"""Ways of planning, by name."""

CHANNELS: tuple[tuple[str, str, float], ...] = (
    ("tv", "flights", 0.32),
    ("search", "always_on", 0.24),
    ("social", "steps", 0.16),
    ("video", "flights", 0.14),
    ("radio", "bursts", 0.08),
    ("display", "always_on", 0.10),
    ("outdoor", "bursts", 0.09),
    ("print", "seasonal", 0.07),
    ("affiliates", "always_on", 0.08),
    ("audio", "flights", 0.06),
)
"""Usual channels: name, way of planning, usual share of the budget."""


def channel_names(count: int) -> list[str]:
    """Return `count` names of usual channels; beyond ten, numbered."""
    usual = [name for name, _, _ in CHANNELS]
    return [
        usual[i % len(usual)] + (f"_{i // len(usual) + 1}" if i >= len(usual) else "") for i in range(count)
    ]


def plan_spend(rng: np.random.Generator, name: str, season: np.ndarray) -> np.ndarray:
    """Return the timing of a usual channel's spend, shape (period,), mean 1.

    Parameters
    ----------
    rng : numpy.random.Generator
    name : str
        A channel of `CHANNELS`, with or without a suffix after an underscore.
    season : numpy.ndarray, shape (period,)
        Standardised.

    Returns
    -------
    numpy.ndarray, shape (period,)
        At least 0, mean 1.
    """
    plans = {usual: plan for usual, plan, _ in CHANNELS}
    path = PLANS[plans[name.split("_")[0]]](rng, season)
    return path / path.mean()


def react(rng: np.random.Generator, path: np.ndarray, seen: np.ndarray, eagerness: float) -> np.ndarray:
    """Return spend that also follows what the planner sees of demand, mean kept.

    Parameters
    ----------
    path : numpy.ndarray, shape (period,)
    seen : numpy.ndarray, shape (period,)
        Demand, standardised.
    eagerness : float
        Change of log spend per standard deviation of demand; the planner reads demand with an error of .3.

    Returns
    -------
    numpy.ndarray, shape (period,)
        With the mean of `path`.
    """
    followed = path * np.exp(eagerness * (seen + rng.normal(0, 0.3, len(path))))
    return followed * path.mean() / followed.mean()


def split_budget(rng: np.random.Generator, names: list[str]) -> np.ndarray:
    """Return each channel's share of the budget, shape (channel,), sums to 1: the usual shares, jittered.

    Parameters
    ----------
    rng : numpy.random.Generator
    names : list of str
        Channels of `CHANNELS`, with or without a suffix after an underscore.

    Returns
    -------
    numpy.ndarray, shape (channel,)
        Sums to 1.
    """
    usual = {name: share for name, _, share in CHANNELS}
    share = np.array([usual[name.split("_")[0]] for name in names]) * rng.lognormal(0, 0.3, len(names))
    return share / share.sum()


def spread_returns(rng: np.random.Generator, count: int, low: float = 0.3, high: float = 4.0) -> np.ndarray:
    """Return true ROIs, shape (channel,): evenly spread in logs, jittered, in random order.

    Parameters
    ----------
    rng : numpy.random.Generator
    count : int
        Number of channels.
    low, high : float, default 0.3
        Ends of the range of ROI, money per money.

    Returns
    -------
    numpy.ndarray, shape (channel,)
    """
    edges = np.linspace(np.log(low), np.log(high), count + 1)
    return np.exp(rng.permutation(rng.uniform(edges[:-1], edges[1:])))


def alike(rng: np.random.Generator, path: np.ndarray, correlation: float) -> np.ndarray:
    """Return a second path of this `correlation` to `path`, for a twin with the same plan; mean 1, >= 0.

    Parameters
    ----------
    rng : numpy.random.Generator
    path : numpy.ndarray, shape (period,)
        The first path.
    correlation : float
        Between -1 and 1.

    Returns
    -------
    numpy.ndarray, shape (period,)
        At least 0, mean 1.
    """
    own = standardised(path * rng.normal(size=len(path)) + 0.2 * rng.normal(size=len(path)))
    first = standardised(path)
    own = standardised(own - first * (own * first).mean())
    twin = path.mean() + path.std() * (correlation * first + np.sqrt(1 - correlation**2) * own)
    floor = min(0.0, twin.min())
    return (twin - floor) / (twin - floor).mean()
