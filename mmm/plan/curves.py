"""Outcome at levels of each channel's money in each geo, with the phasing of the current plan: smooth curves, draw by draw.

Between levels a curve is the cubic that has value and slope of both ends right (Hermite). Such a piece lies within the
triangle strip of its four control points, whatever its form: that is what bounds over all amounts rest on.
"""

from dataclasses import dataclass, replace

import numpy as np

from mmm.plan.channel import ChannelDraws, channel_draws, respond
from mmm.plan.window import Window
from mmm.problem.draws import Draws
from mmm.transforms.convolution import lag_matrix

LEVELS = 25
"""Levels of money at which curves are read; closer together where there is little of it."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Gains of items, an item being a channel in a geo, at levels of money.

    Parameters
    ----------
    money : numpy.ndarray, shape (item, level)
        Rising; from the least to the most that is allowed.
    gain : numpy.ndarray, shape (item, level, sample)
        What the money brings beyond none.
    slope : numpy.ndarray, shape (item, level, sample)
        Derivative of `gain` by money.
    """

    money: np.ndarray
    gain: np.ndarray
    slope: np.ndarray

    def mean(self) -> "Curves":
        """Return the mean curves: one sample."""
        return Curves(
            self.money, self.gain.mean(axis=-1, keepdims=True), self.slope.mean(axis=-1, keepdims=True)
        )

    def less_cost(self, cost: float) -> "Curves":
        """Return the curves less `cost` times the money."""
        return Curves(self.money, self.gain - cost * self.money[..., None], self.slope - cost)

    def at(self, amounts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return gain and slope of each item at its amount (item,), both of shape (item, sample)."""
        rows = np.arange(len(self.money))
        last = self.money.shape[1] - 2
        place = np.clip((self.money[:, 1:-1] <= amounts[:, None]).sum(axis=1), 0, last)
        start, end = self.money[rows, place], self.money[rows, place + 1]
        width = np.where(end > start, end - start, 1.0)
        t = np.clip((amounts - start) / width, 0.0, 1.0)[:, None]
        values = self.gain[rows, place], self.gain[rows, place + 1]
        rises = self.slope[rows, place] * width[:, None], self.slope[rows, place + 1] * width[:, None]
        return _hermite(t, *values, *rises, width[:, None])

    def total(self, amounts: np.ndarray) -> np.ndarray:
        """Return the gain of all items together by draw, shape (sample,)."""
        return self.at(amounts)[0].sum(axis=0)

    def control_points(self) -> tuple[np.ndarray, np.ndarray]:
        """Return money and value of the control points of mean curves, shapes (item, 3 (level - 1) + 1)."""
        gain, slope = self.gain.mean(axis=-1), self.slope.mean(axis=-1)
        third = np.diff(self.money, axis=1) / 3
        columns_x = [self.money[:, :-1], self.money[:, :-1] + third, self.money[:, 1:] - third]
        columns_y = [gain[:, :-1], gain[:, :-1] + third * slope[:, :-1], gain[:, 1:] - third * slope[:, 1:]]
        x = np.stack(columns_x, axis=-1).reshape(len(gain), -1)
        y = np.stack(columns_y, axis=-1).reshape(len(gain), -1)
        return np.concatenate([x, self.money[:, -1:]], axis=1), np.concatenate([y, gain[:, -1:]], axis=1)


def _hermite(
    t: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    rise_low: np.ndarray,
    rise_high: np.ndarray,
    width: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return value and derivative of the cubic with these ends at `t` of its width."""
    value = (
        (1 + 2 * t) * (1 - t) ** 2 * low
        + t * (1 - t) ** 2 * rise_low
        + t**2 * (3 - 2 * t) * high
        - t**2 * (1 - t) * rise_high
    )
    slope = 6 * t * (1 - t) * (high - low) + (1 - t) * (1 - 3 * t) * rise_low + t * (3 * t - 2) * rise_high
    return value, slope / width


def levels(least: np.ndarray, most: np.ndarray, count: int = LEVELS) -> np.ndarray:
    """Return amounts from the least to the most, closer together at the lower end.

    Parameters
    ----------
    least, most : numpy.ndarray, shape (item,)
    count : int

    Returns
    -------
    numpy.ndarray, shape (item, level)
    """
    steps = np.linspace(0.0, 1.0, count) ** 2
    return least[:, None] + (most - least)[:, None] * steps


def curves(window: Window, draws: Draws, money: np.ndarray, unit: np.ndarray) -> Curves:
    """Return the gains of every item at levels of money; additive models only.

    Parameters
    ----------
    window : Window
    draws : Draws
    money : numpy.ndarray, shape (item, level)
        Items run over geos, and in each over channels.
    unit : numpy.ndarray, shape (geo,)
        What a unit of outcome counts.

    Returns
    -------
    Curves
    """
    geos, _, channels = window.current.shape
    by_channel = money.reshape(geos, channels, -1)
    scale = (unit * window.problem.scaling.outcome)[:, None, None]
    parts = [channel_curves(window, draws, number, by_channel[:, number]) for number in range(channels)]
    gain, slope = (
        np.stack([scale * getattr(part, name) for part in parts], axis=1).reshape(*money.shape, draws.count)
        for name in ("gain", "slope")
    )
    return Curves(money, gain, slope)


def channel_curves(window: Window, draws: Draws, number: int, money: np.ndarray) -> Curves:
    """Return the gains of one channel at levels of its money in each geo, in model outcome; additive models only.

    Parameters
    ----------
    window : Window
    draws : Draws
    number : int
        Among the paid channels.
    money : numpy.ndarray, shape (geo, level)

    Returns
    -------
    Curves
        One item a geo.
    """
    gain = np.empty((*money.shape, draws.count))
    slope = np.empty_like(gain)
    for place, block in draws.blocks((len(window.dates) + window.tail) * money.shape[1] * 2):
        part = channel_draws(window, block, number)
        for geo in range(len(money)):
            gain[geo, :, place], slope[geo, :, place] = _read(window, part, (geo, number), money[geo])
    # At no money some slopes are infinite, and a cubic with more than three times its rise would overshoot.
    width = np.where(np.diff(money[:, :2]) > 0, np.diff(money[:, :2]), 1.0)
    rise = 3.0 * np.abs(gain[:, 1] - gain[:, 0]) / width
    slope[:, 0] = np.clip(slope[:, 0], -rise, rise)
    return Curves(money, gain, slope)


def _read(
    window: Window, part: ChannelDraws, item: tuple[int, int], money: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return gain and slope of one item at its levels, shapes (level, sample), in model outcome."""
    geo, number = item
    amounts = np.concatenate([[0.0], money])
    whole = np.zeros((len(amounts), *window.current.shape[1:]))
    whole[..., number] = amounts[:, None] * window.phase[geo, :, number]
    exposure = window.exposure(whole, geo)[..., number]
    rise = window.exposure_slope(whole, geo)[..., number] * window.phase[geo, :, number]
    before = np.repeat(window.before[geo, None, :, part.place], len(amounts), axis=0)
    lead, after = before.shape[1], np.zeros((len(amounts), window.tail))
    here = replace(part, frequency=part.frequency[geo, None])
    response, slopes = respond(here, np.concatenate([before, exposure, after], axis=1), lead, slopes=True)
    gain = part.coefficient[geo] * response.sum(axis=1)
    if here.way.adstock_first and not here.way.by_frequency:
        moved = np.concatenate([np.zeros_like(before), rise, after], axis=1)
        along = (slopes * (lag_matrix(moved, here.way.carryover.lags)[:, lead:] @ part.weights)).sum(axis=1)
    else:  # all weights of a period's carryover fall into window and tail, and they add up to one
        along = (slopes[:, : rise.shape[1]] * rise[..., None]).sum(axis=1)
    return gain[1:] - gain[0], (part.coefficient[geo] * along)[1:]
