"""Simulated geo panels with known truth, for studies, tests and the shipped example."""

from dataclasses import dataclass

import numpy as np

from lift.geo.data.donors import Flags, Floats


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


def simulate_panel(world: GeoWorld, seed: int) -> Floats:
    """Return outcomes without any test, shape (units, periods).

    Parameters
    ----------
    world : GeoWorld
    seed : int
    """
    random = np.random.default_rng(seed)
    walks = (random.normal(size=(2, world.periods)) * world.shock).cumsum(axis=1)
    loads = random.normal([1.0, 0.0], world.loading, size=(world.units, 2))
    innovations = (
        random.normal(size=(world.units, world.periods)) * world.noise * np.sqrt(1 - world.autocorrelation**2)
    )
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
