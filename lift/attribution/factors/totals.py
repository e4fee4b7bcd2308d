"""What channels are left with over all periods that have a factor, and in what they err together.

Periods are added up draw by draw. Factors of neighbouring periods are all but the same, so that ends of single intervals must
not be treated as independent; channels share what their factors have in common, so that their sum is less, or more, certain
than its parts say.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lift.moments import Array


@dataclass(slots=True)
class _Sum:
    """A channel over its periods: credit with a factor and its draws, what has none, first and last day, and tests."""

    draws: Array
    start: str = ""
    end: str = ""
    credit: float = 0.0
    periods: int = 0
    without: int = 0
    tests: int = 0


@dataclass(slots=True)
class Totals:
    """Calibrated credit of one system in one unit, added up over periods.

    Parameters
    ----------
    system, unit : str
    level : float
        Of the intervals.
    """

    system: str
    unit: str
    level: float
    _sums: dict[str, _Sum] = field(default_factory=dict)

    @property
    def tails(self) -> Array:
        """Return the probabilities of the median and of both ends of intervals."""
        return np.array([0.5, (1 - self.level) / 2, (1 + self.level) / 2])

    def add(self, period: tuple[str, str, str, float, int], draws: Array | None) -> None:
        """Add a channel's period.

        Parameters
        ----------
        period : tuple
            Channel, first day, last day, credit, and the tests of the channel.
        draws : numpy.ndarray, shape (draw,), or None
            Calibrated credit; None where the period has no factor.
        """
        channel, start, end, credit, tests = period
        found = self._sums.setdefault(channel, _Sum(np.zeros(0), tests=tests))
        if draws is None:
            found.without += 1
            return
        found.draws = draws + (found.draws if found.periods else 0.0)
        found.start, found.end = min(found.start or start, start), max(found.end, end)
        found.credit += credit
        found.periods += 1

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of ``attribution_total``: channels that have a factor in some period."""
        for channel, found in self._usable():
            middle, low, high = (float(value) for value in np.quantile(found.draws, self.tails))
            yield {
                "system": self.system,
                "channel": channel,
                "unit": self.unit,
                "start": found.start,
                "end": found.end,
                "periods": found.periods,
                "without_factor": found.without,
                "attributed": found.credit,
                "calibrated": middle,
                "calibrated_lower": low,
                "calibrated_upper": high,
                "level": self.level,
                "tests": found.tests,
            }

    def covariance(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of ``attribution_covariance``: every pair of channels, each with itself too."""
        usable = list(self._usable())
        if not usable:
            return
        table = np.cov(np.stack([found.draws for _, found in usable])).reshape(len(usable), len(usable))
        for row, (channel, _) in zip(table, usable, strict=True):
            for value, (other, _) in zip(row, usable, strict=True):
                yield {
                    "system": self.system,
                    "unit": self.unit,
                    "channel": channel,
                    "other": other,
                    "covariance": float(value),
                }

    def _usable(self) -> Iterator[tuple[str, _Sum]]:
        return ((channel, found) for channel, found in self._sums.items() if found.periods)
