"""How simulated advertising acts: late, and on audiences that tire; written apart from the fitted models."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

Curve = Literal["hill", "reach", "log"]


def gamma_delay(peak: float, spread: float, lags: int) -> np.ndarray:
    """Return the shares of an effect that arrive 0..`lags` periods late, gamma-shaped, mode at `peak`.

    Parameters
    ----------
    peak : float
        Delay at which most arrives, in periods; 0 gives an exponential decay.
    spread : float
        Scale of the gamma, in periods: the larger, the longer the tail.
    lags : int
        Longest delay.

    Returns
    -------
    numpy.ndarray, shape (lags + 1,), sums to 1
    """
    delay = np.arange(lags + 1) + 0.5
    weight = delay ** (peak / spread) * np.exp(-delay / spread)
    return weight / weight.sum()


def triangle_delay(peak: int, lags: int) -> np.ndarray:
    """Return shares that rise in a line to delay `peak` and fall in a line to `lags`; sums to 1.

    Parameters
    ----------
    peak : int
        Delay at which most arrives, in periods; at most `lags`.
    lags : int
        Longest delay.

    Returns
    -------
    numpy.ndarray, shape (lags + 1,), sums to 1
    """
    delay = np.arange(lags + 1.0)
    rising = (delay + 1.0) / (peak + 1.0)
    falling = (lags + 1.0 - delay) / (lags + 1.0 - peak)
    weight = np.minimum(rising, falling)
    return weight / weight.sum()


def forgetting(memory: float, lags: int) -> np.ndarray:
    """Return shares when the fraction `memory` of an audience remembers for one more period; sums to 1.

    Parameters
    ----------
    memory : float
        Between 0 and 1.
    lags : int
        Longest delay, in periods.

    Returns
    -------
    numpy.ndarray, shape (lags + 1,), sums to 1
    """
    weight = memory ** np.arange(lags + 1.0)
    return weight / weight.sum()


def spread_out(exposure: np.ndarray, delay: np.ndarray) -> np.ndarray:
    """Return exposure as it arrives, shape (geo, period): each share of `delay` that many periods later.

    Parameters
    ----------
    exposure : numpy.ndarray, shape (geo, period)
        Before any delay.
    delay : numpy.ndarray, shape (lag,)
        Shares that add up to 1.

    Returns
    -------
    numpy.ndarray, shape (geo, period)
        What would arrive after the last period is cut off.
    """
    arrived = np.zeros_like(exposure, dtype=float)
    periods = exposure.shape[1]
    for late, share in enumerate(delay[:periods]):
        arrived[:, late:] += share * exposure[:, : periods - late]
    return arrived


def tire(pressure: np.ndarray, curve: Curve, slope: float) -> np.ndarray:
    """Return the fraction of the full effect at `pressure` (1 is the half point of hill and of reach).

    ``hill``: audiences respond in the order of their thresholds; ``reach``: chance of being met at least once
    by random contacts; ``log``: no ceiling, each doubling adds the same (scaled to 1 at pressure 1).

    Parameters
    ----------
    pressure : numpy.ndarray
        Any shape, at least 0; 1 is the half point.
    curve : Curve
        See above.
    slope : float
        Of hill; the others do not read it.

    Returns
    -------
    numpy.ndarray, the shape of `pressure`
    """
    if curve == "hill":
        raised = pressure**slope
        return raised / (1.0 + raised)
    if curve == "reach":
        return 1.0 - 0.5**pressure
    return np.log2(1.0 + pressure)


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of a channel's mechanism, without its size.

    Parameters
    ----------
    delay : numpy.ndarray, shape (lag,)
        Shares by delay.
    curve : {"hill", "reach", "log"}
    half : float
        Pressure of the half effect, as a multiple of the mean pressure in periods with any.
    slope : float
        Exponent of the hill.
    tires_first : bool
        Whether the audience tires in the period of exposure and the effect comes late (True), or pressure
        builds up first (False).
    """

    delay: np.ndarray
    curve: Curve = "hill"
    half: float = 1.0
    slope: float = 1.0
    tires_first: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """A channel's mechanism with its size.

    Parameters
    ----------
    shape : Shape
    half : numpy.ndarray, shape (geo,)
        Exposure per period at the half effect.
    ceiling : numpy.ndarray, shape (geo,)
        Outcome per period at the full effect.
    """

    shape: Shape
    half: np.ndarray
    ceiling: np.ndarray

    def effect(self, exposure: np.ndarray) -> np.ndarray:
        """Return the outcome brought, shape (geo, period), by `exposure` (geo, period)."""
        pressure = exposure / self.half[:, None]
        form = self.shape
        if form.tires_first:
            answered = spread_out(tire(pressure, form.curve, form.slope), form.delay)
        else:
            answered = tire(spread_out(pressure, form.delay), form.curve, form.slope)
        return self.ceiling[:, None] * answered


def respond(
    shape: Shape, exposure: np.ndarray, size: np.ndarray, strength: np.ndarray, worth: float, warm_up: int = 0
) -> Response:
    """Return the response of this `shape` that brings exactly `worth` in the window.

    Parameters
    ----------
    shape : Shape
    exposure : numpy.ndarray, shape (geo, period)
    size : numpy.ndarray, shape (geo,)
        Population: the half point and the ceiling are proportional to it.
    strength : numpy.ndarray, shape (geo,)
        How strongly each geo responds, 1 on average.
    worth : float
        Contribution over the window, all geos, outcome units.
    warm_up : int
        Periods before the window.

    Returns
    -------
    Response
        With its ceiling scaled so; a ceiling of 0 where exposure brings nothing.
    """
    each = exposure / size[:, None]
    usual = each[each > 0].mean() if (each > 0).any() else 1.0
    unit = Response(shape, shape.half * usual * size, size * strength)
    brought = unit.effect(exposure)[:, warm_up:].sum()
    factor = worth / brought if brought > 0 else 0.0
    return Response(shape, unit.half, unit.ceiling * factor)


class Mechanism(Protocol):
    """What brings outcome, shape (geo, period), when exposure (geo, period) acts."""

    def effect(self, exposure: np.ndarray) -> np.ndarray:
        """Return the outcome brought by `exposure`."""


@dataclass(frozen=True, slots=True)
class Changing:
    """A mechanism that changes over time: in strength, or because its audience grows.

    Parameters
    ----------
    inner : Mechanism
    strength, audience : numpy.ndarray, shape (period,)
        1 is what `inner` has. Twice the audience brings twice as much of half the pressure.
    """

    inner: Mechanism
    strength: np.ndarray
    audience: np.ndarray

    def effect(self, exposure: np.ndarray) -> np.ndarray:
        """Return the outcome brought, shape (geo, period), by `exposure` (geo, period)."""
        brought = self.inner.effect(exposure / self.audience[: exposure.shape[1]])
        return brought * (self.strength * self.audience)[: exposure.shape[1]]


@dataclass(frozen=True, slots=True)
class Pooled:
    """A mechanism that acts in finer periods than those recorded.

    Parameters
    ----------
    inner : Mechanism
        Of the finer periods.
    pattern : numpy.ndarray, shape (geo, fine)
        Each fine period's share of its recorded period.
    starts : numpy.ndarray, shape (period,)
        First fine period of each recorded one.
    """

    inner: Mechanism
    pattern: np.ndarray
    starts: np.ndarray

    def effect(self, exposure: np.ndarray) -> np.ndarray:
        """Return the outcome brought, shape (geo, period), by `exposure` (geo, period)."""
        lengths = np.diff([*self.starts, self.pattern.shape[1]])
        fine = np.repeat(exposure, lengths, axis=1) * self.pattern
        return np.asarray(np.add.reduceat(self.inner.effect(fine), self.starts, axis=1))
