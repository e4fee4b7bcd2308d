"""What the past lets expect of sales and of a channel's credit, and how far a series has moved since, by its own past.

A move counts against the moves of windows of the same length before: a series that always strays has not moved.
"""

import numpy as np
import pandas as pd
from scipy.optimize import nnls
from scipy.signal import lfilter

from mixproof.aggregates.panel import Panel

BEFORES = (8, 13, 26)
"""Periods that sales are held against, with and without a year apart: the way is taken whose past is the quietest."""
BEFORE, LONGEST, YEAR = 26, 13, 52
"""Periods that a window is held against, and the longest window."""
SHORTEST = 8
"""Periods that must lie before a window."""
_FLOOR = 0.02
"""The least that a past is taken to stray, in logarithms."""
DECAYS, POWERS = (0.0, 0.3, 0.6, 0.8, 0.92), (0.4, 0.7, 1.0)
"""Carryover and saturation that are tried for the credit of a channel."""


def expected_credit(
    credit: np.ndarray, panel: Panel, channel: str, starts: pd.Index, changed: np.ndarray
) -> np.ndarray:
    """Return the credit that a channel's media let expect: carried over and saturating as fits its past best.

    Parameters
    ----------
    credit : numpy.ndarray, shape (period,)
    panel : Panel
    channel : str
    starts : pandas.Index
        First days of the credit's periods, ISO.
    changed : numpy.ndarray of bool, shape (period,)
        Periods that are not learnt from.

    Returns
    -------
    numpy.ndarray, shape (period,)
        Constant where the panel does not know the channel.
    """
    flat = np.full(len(credit), credit[~changed].mean())
    if channel not in panel.channels:
        return flat
    drive = np.nan_to_num(series(panel, "exposure", channel))
    days = pd.DatetimeIndex(days_of(panel))
    best, least = flat, float(((credit - flat)[~changed] ** 2).sum())
    for decay in DECAYS:
        stock = lfilter([1.0], [1.0, -decay], drive)
        for power in POWERS:
            shape = pd.Series(stock**power, days).reindex(pd.DatetimeIndex(starts)).to_numpy()
            if not np.isfinite(shape).all() or not shape[~changed].any():
                continue
            columns = np.stack([shape / shape.max(), np.ones_like(shape)], axis=-1)
            fitted = np.maximum(columns @ nnls(columns[~changed], credit[~changed])[0], 1e-9)
            error = float(((credit - fitted)[~changed] ** 2).sum())
            if error < least:
                best, least = fitted, error
    return best


def expected_sales(panel: Panel, values: np.ndarray, changed: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return what trend, season, controls and media of the past let expect of the outcome, in every period.

    Parameters
    ----------
    panel : Panel
    values : numpy.ndarray, shape (date,)
        The outcome of all geos together.
    changed : numpy.ndarray of bool, shape (known date,)
        Which of the known periods are not learnt from.
    known : numpy.ndarray of bool, shape (date,)
        Periods with an outcome above zero.

    Returns
    -------
    numpy.ndarray, shape (date,)
        At least a tenth of the mean outcome learnt from.
    """
    time = np.arange(len(values)) / YEAR
    columns = [np.ones_like(time), time]
    if known.sum() > 1.5 * YEAR and panel.frequency == "weekly":
        columns += [wave(2 * np.pi * k * time) for k in (1, 2) for wave in (np.sin, np.cos)]
    for channel in panel.channels:
        stock = lfilter([1.0], [1.0, -0.5], np.nan_to_num(series(panel, "exposure", channel))) ** 0.7
        columns.append(stock / max(stock.max(), 1e-12))
    if "controls" in panel.data:
        columns += list(np.nan_to_num(panel.data["controls"].mean("geo").transpose("control", "date").values))
    learnt = np.flatnonzero(known)[~changed]
    design = np.stack(columns, axis=-1)
    fitted = design @ np.linalg.lstsq(design[learnt], values[learnt], rcond=None)[0]
    return np.maximum(fitted, 0.1 * values[learnt].mean())


def fall(
    seen: np.ndarray, likely: np.ndarray, changed: np.ndarray, seasonal: bool = False
) -> tuple[float, float]:
    """Return how far a series has moved in the changed periods, in logarithms, and in robust deviations of its own past.

    Parameters
    ----------
    seen, likely : numpy.ndarray, shape (period,)
        What was counted, and what it is held against.
    changed : numpy.ndarray of bool, shape (period,)
    seasonal : bool
        Whether the same step a year before is taken off, where it is known.

    Returns
    -------
    float
    float
    """
    spread, size = _against_past(seen, likely, changed, seasonal)
    return size, abs(size) / spread


def spread_of(seen: np.ndarray, likely: np.ndarray, changed: np.ndarray) -> float:
    """Return how far windows of the past have strayed, in logarithms.

    Parameters
    ----------
    seen, likely : numpy.ndarray, shape (period,)
    changed : numpy.ndarray of bool, shape (period,)

    Returns
    -------
    float
        1 where the past is too short to tell.
    """
    return _against_past(seen, likely, changed, seasonal=False)[0]


def _against_past(
    seen: np.ndarray, likely: np.ndarray, changed: np.ndarray, seasonal: bool
) -> tuple[float, float]:
    """Return the robust deviation of steps in the past, and the step of the changed periods; 1 and 0 for too short a past."""
    if not changed.any() or changed.all():
        return 1.0, 0.0
    first, length = int(np.argmax(changed)), min(int(changed.sum()), LONGEST)
    start = len(seen) - length if changed[-1] else first
    ways = [(before, apart) for before in BEFORES for apart in (0, YEAR)] if seasonal else [(BEFORE, 0)]
    found = []
    for before, apart in ways:

        def step(place: int, before: int = before, apart: int = apart) -> float:
            own = _step(seen, likely, place, length, before)
            return own - _step(seen, likely, place - apart, length, before) if apart else own

        places = range(SHORTEST + apart, first - length + 1)
        if len(places) < 4 or start < SHORTEST + apart:
            continue
        past = np.array([step(place) for place in places])
        spread = max(1.4826 * float(np.median(np.abs(past - np.median(past)))), _FLOOR)
        found.append((spread, step(start) - float(np.median(past))))
    return min(found, default=(1.0, 0.0))


def _step(seen: np.ndarray, likely: np.ndarray, place: int, length: int, before: int) -> float:
    """Return what was counted over what was likely in a window, over the same in the periods before it, in logarithms."""
    parts = slice(place, place + length), slice(max(0, place - before), place)
    ratios = [seen[part].sum() / max(likely[part].sum(), 1e-9) for part in parts]
    return float(np.log(max(ratios[0], 1e-9) / max(ratios[1], 1e-9)))


def series(panel: Panel, name: str, channel: str) -> np.ndarray:
    """Return a channel's sum over geos by period.

    Parameters
    ----------
    panel : Panel
    name : str
        Variable of the panel; spend stands in for an exposure that is not there.
    channel : str

    Returns
    -------
    numpy.ndarray, shape (date,)
    """
    known = name if name in panel.data else "spend"
    return panel.data[known].sel(channel=channel).sum("geo").values.astype(float)


def days_of(panel: Panel) -> np.ndarray:
    """Return the first days of a panel's periods."""
    return panel.data["date"].values.astype("datetime64[D]")
