"""Outcome and spend together: totals, profit and return on spend from one machine, so that they never contradict."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from lift.geo.data.donors import Floats
from lift.geo.estimators.trimmed_match import trimmed_match
from lift.geo.inference.placebo import Inference, Reference, invert_effect, invert_ratio


class Joint(Protocol):
    """Whatever can answer for combinations of outcome and spend."""

    def combination(self, outcome: float, spend: float) -> Inference:
        """Return the effect on ``outcome x outcome series + spend x spend series``, treated total."""
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
    """

    total: Floats
    scale: Floats
    slope: Floats
    level: float
    widen: float

    def combination(self, outcome: float, spend: float) -> Inference:
        """Return the effect on a combination of outcome and spend."""
        weights = np.array([outcome, spend])[: self.total.shape[0]]
        spread = np.sqrt(np.einsum("s,bsr,r->b", weights, self.scale, weights))
        return invert_effect(Reference(weights @ self.total, self.slope, spread), self.level, self.widen)

    def ratio(self, value: float) -> Inference:
        """Return the return on spend; the test of 0 is the test of the outcome itself."""
        weights = np.array([value, 1.0])
        scale = self.scale * weights[:, None] * weights
        return invert_ratio(weights[:, None] * self.total, scale, self.level, self.widen)


@dataclass(frozen=True, slots=True)
class KnownSpendJoint:
    """Answers where the change of spend is taken as known: stated in the YAML, or estimated without an interval."""

    effect: Inference
    spend: float | None

    def combination(self, outcome: float, spend: float) -> Inference:
        """Return the effect on the combination; without a p-value where spend shifts it."""
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


@dataclass(frozen=True, slots=True)
class PairsJoint:
    """Answers of trimmed match.

    Parameters
    ----------
    response : numpy.ndarray, shape (series, pairs)
        Treated minus control, outcome and spend.
    share : numpy.ndarray, shape (pairs,)
        How a total effect is spread over pairs.
    trim, level : float
    seed : int
    widen : float
    """

    response: Floats
    share: Floats
    trim: float
    level: float
    seed: int
    widen: float

    def combination(self, outcome: float, spend: float) -> Inference:
        """Return the effect on a combination of outcome and spend."""
        weights = np.array([outcome, spend])[: self.response.shape[0]]
        return self._match(weights @ self.response, self.share)

    def ratio(self, value: float) -> Inference:
        """Return the iROAS; unbounded where pairs' spend moved in both directions."""
        dose = self.response[1]
        if not ((dose >= 0).all() or (dose <= 0).all()) or not dose.any():
            effect = self.combination(value, 0.0)
            return replace(effect, point=float("nan"), lower=-np.inf, upper=np.inf, shape="unbounded")
        return self._match(value * self.response[0], dose)

    def _match(self, response: Floats, dose: Floats) -> Inference:
        return trimmed_match(response, dose, self.trim, self.level, self.seed, self.widen).inference


def scaled(found: Inference, factor: float, shift: float = 0.0) -> Inference:
    """Return an inference in another unit: ``factor x value + shift``.

    Parameters
    ----------
    found : Inference
    factor : float
        Not zero.
    shift : float
    """
    ends = sorted((factor * found.lower + shift, factor * found.upper + shift))
    return replace(found, point=factor * found.point + shift, lower=ends[0], upper=ends[1])


def relative(found: Inference, actual: float) -> Inference:
    """Return a total effect as a share of the counterfactual total, ``h / (actual - h)``.

    Parameters
    ----------
    found : Inference
        Total effect.
    actual : float
        Total of the treated geos as it was.
    """

    def share(total: float) -> float:
        if np.isnan(total):
            return total
        if total == -np.inf:
            return -1.0
        return total / (actual - total) if total < actual else np.inf

    lower, upper = share(found.lower), share(found.upper)
    # An effect as large as the actual total leaves no counterfactual: the share has no upper end.
    open_ = found.shape == "interval" and not np.isfinite(upper)
    return replace(
        found, point=share(found.point), lower=lower, upper=upper, shape="unbounded" if open_ else found.shape
    )


def cost_per_increment(ratio: Inference) -> Inference:
    """Return spend per incremental unit of outcome from outcome per unit of spend.

    Parameters
    ----------
    ratio : Inference
        Incremental outcome per unit of incremental spend.

    Notes
    -----
    A set of ratios that holds zero turns into one without bounds: no cost per increment can be ruled out.
    """
    point = 1 / ratio.point if ratio.point else float("inf")
    if ratio.shape == "empty":
        return replace(ratio, point=point)
    if ratio.lower <= 0 <= ratio.upper:
        return replace(ratio, point=point, lower=-np.inf, upper=np.inf, shape="unbounded")
    return replace(ratio, point=point, lower=1 / ratio.upper, upper=1 / ratio.lower, shape="interval")
