"""Outcome and spend together: totals, profit and return on spend from one machine, so that they never contradict."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from lift.geo.estimators.donors import Floats
from lift.geo.inference.placebo import Inference, Reference, invert_effect, invert_ratio


class Joint(Protocol):
    """Whatever can answer for combinations of outcome and spend."""

    def combination(self, outcome: float, spend: float) -> Inference:
        """Return the effect on ``outcome x outcome series + spend x spend series``, treated total.

        Parameters
        ----------
        outcome : float
            Weight of the outcome series: its value in money, or 0.
        spend : float
            Weight of the spend series: -1 for profit, 1 for spend alone.

        Returns
        -------
        Inference
            Total over the test's periods, in the unit that the weights make.
        """
        ...

    def ratio(self, value: float) -> Inference:
        """Return the effect on the outcome, `value` money a unit, per unit of the effect on spend."""
        ...


@dataclass(frozen=True, slots=True)
class PlaceboJoint:
    """Answers from reference sets.

    Parameters
    ----------
    total : numpy.ndarray, shape (series, sets)
        Effects on outcome and, where known, spend; set 0 is the treated one.
    scale : numpy.ndarray, shape (sets, series, series)
    slope : numpy.ndarray, shape (sets,)
        What a total effect of one would add to each set's effect.
    level, widen : float
    side : {0, 1, -1}
        Direction in which the effect on the outcome is looked for; spend alone is always two-sided.
    """

    total: Floats
    scale: Floats
    slope: Floats
    level: float
    widen: float
    side: int = 0

    def combination(self, outcome: float, spend: float) -> Inference:
        """Return the effect on a combination of outcome and spend.

        Parameters
        ----------
        outcome, spend : float
            Weights of the two series; `spend` is not read where there is no spend series.

        Returns
        -------
        Inference
            Total over the test's periods, in the unit that the weights make.
        """
        weights = np.array([outcome, spend])[: self.total.shape[0]]
        spread = np.sqrt(np.einsum("s,bsr,r->b", weights, self.scale, weights))
        reference = Reference(weights @ self.total, self.slope, spread)
        return invert_effect(reference, self.level, self.widen, self.side if outcome else 0)

    def ratio(self, value: float) -> Inference:
        """Return the return on spend; the test of 0 is the test of the outcome itself."""
        weights = np.array([value, 1.0])
        scale = self.scale * weights[:, None] * weights
        return invert_ratio(weights[:, None] * self.total, scale, self.level, self.widen, self.side)


@dataclass(frozen=True, slots=True)
class KnownSpendJoint:
    """Answers where the change of spend is taken as known: stated in the YAML, or estimated without an interval."""

    effect: Inference
    spend: float | None

    def combination(self, outcome: float, spend: float) -> Inference:
        """Return the effect on the combination; without a p-value where spend shifts it.

        Parameters
        ----------
        outcome, spend : float
            Weights of the outcome series and of the known change of spend.

        Returns
        -------
        Inference
            Total over the test's periods, in the unit that the weights make.
        """
        known = self.spend or 0.0
        if not outcome:
            return replace(
                self.effect,
                point=spend * known,
                lower=spend * known,
                upper=spend * known,
                p_value=float("nan"),
                shape="interval",
            )
        moved = scaled(self.effect, outcome, spend * known)
        return moved if not spend else replace(moved, p_value=float("nan"))

    def ratio(self, value: float) -> Inference:
        """Return the effect divided by the known spend; unbounded when that is zero."""
        if not self.spend:
            return replace(self.effect, point=float("nan"), lower=-np.inf, upper=np.inf, shape="unbounded")
        return scaled(self.effect, value / self.spend)


def scaled(found: Inference, factor: float, shift: float = 0.0) -> Inference:
    """Return an inference in another unit: ``factor x value + shift``.

    Parameters
    ----------
    found : Inference
    factor : float
        Not zero.
    shift : float

    Returns
    -------
    Inference
        Same level and p-value; a negative factor swaps the ends.
    """
    ends = sorted((factor * found.lower + shift, factor * found.upper + shift))
    return replace(found, point=factor * found.point + shift, lower=ends[0], upper=ends[1])
