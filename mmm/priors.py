"""Priors in terms people can answer, turned into distributions the sampler likes."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.optimize import brentq

from mixlift.aggregates.panel import Panel
from mmm.config import ChannelPrior, MmmConfig, QuantilePrior

DEFAULT_ROI = ChannelPrior(roi=QuantilePrior(median=1.0, upper=5.0, worthless=0.1))
DEFAULT_SHARE = ChannelPrior(share=QuantilePrior(median=0.02, upper=0.15, worthless=0.1))
_Z95 = NormalDist().inv_cdf(0.95)


@dataclass(frozen=True, slots=True)
class ShiftedLogNormal:
    """The law of ``exp(mu + sigma z) - shift`` for standard normal z: skewed to the right, zero and below allowed."""

    mu: float
    sigma: float
    shift: float

    def quantile(self, probability: float) -> float:
        """Return the value below which `probability` of the prior lies."""
        return float(np.exp(self.mu + self.sigma * NormalDist().inv_cdf(probability)) - self.shift)


def shifted_lognormal(prior: QuantilePrior) -> ShiftedLogNormal:
    """Return the shifted log-normal with the stated median, 95 % quantile and probability of zero or less.

    Notes
    -----
    With shift d, median M and 95 % quantile U: ``mu = log(M + d)`` and ``sigma = log((U + d) / (M + d)) / z(.95)``;
    d solves ``log(d / (M + d)) = z(worthless) sigma``. No shift is needed when `worthless` is 0. The law tends to
    a normal as d grows, so `worthless` cannot exceed what a normal with that median and quantile gives;
    `QuantilePrior` refuses such a statement.
    """
    median, upper = prior.median, prior.upper
    if prior.worthless == 0:
        return ShiftedLogNormal(float(np.log(median)), float(np.log(upper / median) / _Z95), 0.0)
    ratio = NormalDist().inv_cdf(prior.worthless) / _Z95

    def gap(log_shift: float) -> float:
        shift = np.exp(log_shift)
        return float(np.log(shift / (median + shift)) - ratio * np.log((upper + shift) / (median + shift)))

    shift = float(np.exp(brentq(gap, np.log(median) - 40, np.log(upper) + 12)))
    return ShiftedLogNormal(
        float(np.log(median + shift)), float(np.log((upper + shift) / (median + shift)) / _Z95), shift
    )


def channel_prior(name: str, panel: Panel, config: MmmConfig) -> tuple[str, QuantilePrior]:
    """Return in which quantity ("roi", "mroi", "share", "coefficient") channel `name` has its prior, and that prior.

    ROI is the default where the channel costs money and the outcome has a money value, share elsewhere.
    """
    valued = bool(np.isfinite(panel.data["outcome_value"].values).all())
    default = DEFAULT_ROI if name in panel.paid and valued else DEFAULT_SHARE
    prior = config.channel(name).prior or default
    quantity = next(q for q in ("roi", "mroi", "share", "coefficient") if getattr(prior, q) is not None)
    return quantity, getattr(prior, quantity)
