"""How often the check for chasing is right, measured on simulated worlds like the data at hand.

Each row is of worlds of one frequency and length, of kinds whose spend ignores demand, and where there are such kinds of
that length, of those whose spend follows it. ``benchmarks/results/kinds_chasing.csv`` has every channel;
`benchmarks.kinds.rates` makes the rows, and a test holds the two together.
"""

import math
from dataclasses import dataclass

import numpy as np

from mixproof.aggregates.panel import Frequency


@dataclass(frozen=True, slots=True)
class Rates:
    """What the check says in one class of simulated worlds.

    Parameters
    ----------
    like : str
        The worlds, in words.
    frequency : {"daily", "weekly", "monthly", "yearly"}
    periods : int
        With an outcome.
    geos : bool
        Whether there are several.
    worlds : int
        In which no spend follows demand.
    warned, certain : float
        Share of them that are told that spend may follow demand, and that it does.
    marked : float
        Share of all channels whose spend ignores demand that are marked, worlds with a chase among them.
    found : float
        Share of channels whose spend follows demand that are marked; NaN where no world of the class has any.
    """

    like: str
    frequency: Frequency
    periods: int
    geos: bool
    worlds: int
    warned: float
    certain: float
    marked: float
    found: float


RATES: tuple[Rates, ...] = (
    Rates("of one year of weeks", "weekly", 52, False, 14, 0.14, 0.0, 0.09, math.nan),
    Rates("of two years of weeks", "weekly", 104, False, 14, 0.36, 0.07, 0.29, math.nan),
    Rates("of three years of weeks", "weekly", 156, False, 252, 0.17, 0.05, 0.18, 0.77),
    Rates("of four years of weeks", "weekly", 208, False, 14, 0.14, 0.0, 0.09, math.nan),
    Rates("of two years of weeks in eight regions", "weekly", 104, True, 24, 0.12, 0.08, 0.07, 0.94),
    Rates("of a year and a half of days", "daily", 546, False, 8, 0.75, 0.38, 0.62, math.nan),
    Rates("of six years of months", "monthly", 72, False, 13, 0.23, 0.0, 0.15, math.nan),
)
"""From all seeds in the committed table."""


def nearest(frequency: str, periods: int, geos: bool) -> Rates:
    """Return the rates in the worlds nearest to some data: of the same frequency where there are any, then of the same length.

    Parameters
    ----------
    frequency : str
    periods : int
        With an outcome.
    geos : bool
        Whether there are several.

    Returns
    -------
    Rates
    """
    same = [each for each in RATES if each.frequency == frequency] or list(RATES)
    alike = [each for each in same if each.geos == geos] or same
    return min(alike, key=lambda each: abs(np.log(each.periods / max(periods, 1))))
