"""How far a factor moves with spend, where a media-mix model knows what each channel brings at other levels of it.

Increments saturate and credit mostly does not: the factor of a test at usual spend is too high for a doubled budget. A model
says what a unit of spend brings at both levels, and the ratio is what the factor changes by,

    log kappa at a level = log kappa at the test + log(increment per unit at the level / increment per unit at the test).

Without a model a factor is not used beyond what was tested; nor is it where the model's own curve ends.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from lift.moments import Array

BEYOND, BY_MODEL = "beyond what was tested", "beyond what was tested, by the model"
"""Status of a period with far more credit than any test: without a factor, or with one that a model's curve carries there."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What a model says that a channel brings by level of spend.

    Parameters
    ----------
    spend, outcome : numpy.ndarray, shape (level,)
        Money over the whole modelled window, rising from zero, and what it brings, posterior means.
    days : int
        Length of that window.
    between : callable
        Money from one ISO day to another, both inclusive; NaN where it is not known.
    """

    spend: Array
    outcome: Array
    days: int
    between: Callable[[str, str], float]

    def ratio(self, period: tuple[str, str], usual: tuple[str, str]) -> float:
        """Return the increment per unit of spend in a period over that at the test.

        Parameters
        ----------
        period, usual : tuple of two str
            First and last day: of the period, and of the days that tell the spend of the test.

        Returns
        -------
        float
            NaN where spend is not known, beyond the curve, or brings nothing.
        """
        now, then = (self._per_unit(self.between(*span) / _days(*span)) for span in (period, usual))
        return now / then if now > 0 and then > 0 else float("nan")

    def _per_unit(self, daily: float) -> float:
        level = daily * self.days
        if not 0 < level <= self.spend[-1]:
            return float("nan")
        return float(np.interp(level, self.spend, self.outcome)) / level


def _days(start: str, end: str) -> int:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days + 1
