"""Holdouts and geo panels with known truth, for tests, studies and the data of the shipped examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lift.geo.estimators.donors import Flags, Floats
from lift.moments import Array


@dataclass(frozen=True, slots=True)
class HoldoutWorld:
    """What is true in a simulated holdout.

    Parameters
    ----------
    shares : mapping of str to float
        Intended share of each arm, adding up to 1.
    lifts : mapping of str to float
        True relative lift of the conversion rate of each arm's EXPOSED people; 0 for the control.
    strata : mapping of str to float
        Conversion rate of each stratum without treatment.
    days : int
        Entry days.
    users : int
        People who enter on an average day in each stratum.
    exposure : float
        Share of a treated arm's people who see the treatment; nobody of the control does.
    order_mean, order_sigma : float
        Mean order value, and standard deviation of its logarithm.
    """

    shares: Mapping[str, float]
    lifts: Mapping[str, float]
    strata: Mapping[str, float]
    days: int = 28
    users: int = 1000
    exposure: float = 1.0
    order_mean: float = 50.0
    order_sigma: float = 1.0


def simulate_holdout(world: HoldoutWorld, seed: int) -> pd.DataFrame:
    """Return the sums of a simulated holdout, one row an arm, stratum and entry day.

    People buy more often the more they bought before (the covariate), so that adjustment has something to gain.

    Returns
    -------
    pandas.DataFrame
        Columns arm, stratum, day, users, converters, revenue, revenue_squared, before, before_squared,
        before_revenue, before_converters, exposed, exposed_converters, exposed_revenue.
    """
    generator = np.random.default_rng(seed)
    arms, shares = list(world.shares), np.array(list(world.shares.values()))
    rows = []
    for stratum, rate in world.strata.items():
        for day in range(world.days):
            size = generator.poisson(world.users * (1.15 if day % 7 < 5 else 0.65))
            for arm, count in zip(arms, generator.multinomial(size, shares), strict=True):
                treated = world.lifts.get(arm, 0.0)
                exposure = world.exposure if arm in world.lifts else 0.0
                sums = _people(generator, int(count), rate, treated, exposure, world)
                rows.append({"arm": arm, "stratum": stratum, "day": day, **sums})
    return pd.DataFrame(rows)


def _people(
    generator: np.random.Generator, count: int, rate: float, lift: float, exposure: float, world: HoldoutWorld
) -> dict[str, float]:
    """Return the sums of `count` simulated people."""
    before = generator.gamma(0.3, 40.0, count)
    exposed = generator.random(count) < exposure
    chance = np.minimum(rate * (0.7 + 0.3 * before / 12.0) * (1 + lift * exposed), 1.0)
    bought = generator.random(count) < chance
    log_mean = np.log(world.order_mean) - world.order_sigma**2 / 2
    value = np.round(bought * generator.lognormal(log_mean, world.order_sigma, count), 2)
    before = np.round(before, 2)
    return {
        "users": count,
        "converters": int(bought.sum()),
        "revenue": round(float(value.sum()), 2),
        "revenue_squared": round(float((value**2).sum()), 4),
        "before": round(float(before.sum()), 2),
        "before_squared": round(float((before**2).sum()), 4),
        "before_revenue": round(float((before * value).sum()), 4),
        "before_converters": round(float(before[bought].sum()), 2),
        "exposed": int(exposed.sum()),
        "exposed_converters": int((exposed & bought).sum()),
        "exposed_revenue": round(float(value[exposed].sum()), 2),
    }


def simulate_revenue_sums(
    generator: np.random.Generator, *, people: int, rate: float, sigma: float, replications: int
) -> Array:
    """Return n, sum and sum of squares of revenue per person for many independent arms.

    Parameters
    ----------
    generator : numpy.random.Generator
    people : int
        People in the arm.
    rate : float
        Conversion rate.
    sigma : float
        Standard deviation of the logarithm of order values, whose median is 1.
    replications : int

    Returns
    -------
    numpy.ndarray, shape (replication, 3)
    """
    buyers = generator.binomial(people, rate, replications)
    ends = np.cumsum(buyers)
    values = generator.lognormal(0.0, sigma, int(ends[-1]))
    sums = _segments(values, buyers, ends), _segments(values**2, buyers, ends)
    return np.column_stack([np.full(replications, float(people)), *sums])


def _segments(values: Array, sizes: Sequence[int] | np.ndarray, ends: np.ndarray) -> Array:
    """Return the sum of each of consecutive segments of `values`; an empty one is 0."""
    running = np.concatenate([[0.0], np.cumsum(values)])
    found = running[ends] - running[ends - np.asarray(sizes)]
    return np.where(np.asarray(sizes) > 0, found, 0.0)


@dataclass(frozen=True, slots=True)
class GeoWorld:
    """How a simulated panel moves.

    Parameters
    ----------
    units, periods : int
    level : float
        Median outcome of a unit and period.
    spread : float
        Standard deviation of log size over units.
    shock : float
        Innovation of the common random walks, in logs.
    loading : float
        Standard deviation, over units, of how strongly they follow the common walks (mean 1 for the first).
    noise : float
        Standard deviation of a unit's own AR(1) deviation, in logs.
    autocorrelation : float
        Of that deviation.
    weekly : float
        Amplitude of the cycle of seven periods, in logs.
    """

    units: int
    periods: int
    level: float = 200.0
    spread: float = 0.8
    shock: float = 0.01
    loading: float = 0.3
    noise: float = 0.06
    autocorrelation: float = 0.4
    weekly: float = 0.15


def simulate_panel(world: GeoWorld, seed: int, known: int | None = None, future: int = 0) -> Floats:
    """Return outcomes without any test, shape (units, periods).

    Parameters
    ----------
    world : GeoWorld
    seed : int
    known : int, optional
        Periods that all futures of a seed share; default all.
    future : int, default 0
        What comes after `known`: another number is another future of the same panel.
    """
    random = np.random.default_rng(seed)
    steps = random.normal(size=(2, world.periods)) * world.shock
    loads = random.normal([1.0, 0.0], world.loading, size=(world.units, 2))
    innovations = (
        random.normal(size=(world.units, world.periods)) * world.noise * np.sqrt(1 - world.autocorrelation**2)
    )
    if known is not None:
        other = np.random.default_rng([seed, future])
        later = world.periods - known
        steps[:, known:] = other.normal(size=(2, later)) * world.shock
        sd = world.noise * np.sqrt(1 - world.autocorrelation**2)
        innovations[:, known:] = other.normal(size=(world.units, later)) * sd
    walks = steps.cumsum(axis=1)
    own = np.empty_like(innovations)
    own[:, 0] = random.normal(size=world.units) * world.noise
    for t in range(1, world.periods):
        own[:, t] = world.autocorrelation * own[:, t - 1] + innovations[:, t]
    cycle = world.weekly * np.sin(2 * np.pi * np.arange(world.periods) / 7)
    size = random.lognormal(np.log(world.level), world.spread, world.units)
    return size[:, None] * np.exp(loads @ walks + own + cycle)


def with_lift(outcome: Floats, treated: Flags, split: int, lift: float, last: int | None = None) -> Floats:
    """Return the panel with a relative lift in the treated units from `split` on (up to `last`).

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
    treated : numpy.ndarray of bool, shape (units,)
    split : int
        First period of the test.
    lift : float
    last : int, optional
        Period after the test.
    """
    changed = outcome.copy()
    changed[treated, split:last] *= 1 + lift
    return changed
