"""What every geo estimator returns: how much each donor geo and each pre-test period counts in the counterfactual.

All estimators of this folder have one algebraic form. With the treated geos' mean ``y1``, donor weights ``w`` and
period weights ``v``, the counterfactual is ``w'Y_t + (y1 - w'Y) v``: a weighted donor series, moved to the level of
the treated geos before the test. They differ only in how ``w`` and ``v`` are found. That is what makes placebo
tests, spend and hypothesised effects cheap: each is one more matrix product with the same weights.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Donors:
    """Weights for several treated sets at once.

    Parameters
    ----------
    unit : numpy.ndarray, shape (sets, units)
        Weight of each unit in the counterfactual of the treated mean; zero for treated units.
    time : numpy.ndarray, shape (sets, pre), or None
        Weights of the pre-test periods that fix the level; each row sums to one. None: all periods alike.
    """

    unit: Floats
    time: Floats | None = None


Estimator = Callable[[Floats, Flags, int], Donors]
"""``(outcome (units, time), treated (sets, units), split) -> Donors``; periods before `split` are pre-test."""


def contrasts(donors: Donors, treated: Flags) -> Floats:
    """Return each set's contrast, shape (sets, units): treated mean minus weighted donors.

    Parameters
    ----------
    donors : Donors
    treated : numpy.ndarray of bool, shape (sets, units)

    Returns
    -------
    numpy.ndarray, shape (sets, units)
    """
    return treated / treated.sum(axis=1, keepdims=True) - donors.unit
