"""Priors in terms people can answer, turned into distributions the sampler likes."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.config import LINKS, ChannelPrior, MmmConfig, QuantilePrior

DEFAULT_ROI = ChannelPrior(roi=QuantilePrior(median=1.0, upper=4.0, worthless=0.1))
DEFAULT_SHARE = ChannelPrior(share=QuantilePrior(median=0.02, upper=0.15, worthless=0.1))
INTERCEPT_SCALE = 0.5
"""Prior sd of a geo's intercept about an average period (about 0 with a log link), in model outcome."""
GEO_SPREAD = 0.3
"""Scale of the half-normal prior of the spread over geos of log (value + shift) of a channel."""
NOISE_MEDIAN, NOISE_SPREAD = 0.1, 0.8
"""Prior median of a geo's residual sd, in model outcome, and sd of its logarithm."""
AUTOCORRELATION_RANGE = (-0.4, 0.98)
"""Bounds of the residual autocorrelation; its logit between them is normal."""
AUTOCORRELATION_LOGIT = (0.2, 1.0)
"""Mean and sd of that logit: median .36, 90 % from -.17 to .81."""
TAIL_FLOOR, TAIL_MEDIAN, TAIL_SPREAD = 2.0, 15.0, 1.0
"""Degrees of freedom of the Student-t are the floor plus a log-normal of this median and sd of its logarithm."""
DISPERSION_MEDIAN, DISPERSION_SPREAD = 50.0, 1.5
"""Prior median of the negative binomial's alpha and sd of its logarithm."""
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
    `QuantilePrior` refuses such a statement. log d is halved down to neighbouring floats: every check solves this, and
    importing SciPy's root finders takes a quarter of a check.
    """
    median, upper = prior.median, prior.upper
    if prior.worthless == 0:
        return ShiftedLogNormal(float(np.log(median)), float(np.log(upper / median) / _Z95), 0.0)
    ratio = NormalDist().inv_cdf(prior.worthless) / _Z95

    low, high = float(np.log(median)) - 40, float(np.log(upper)) + 12
    while low < (middle := 0.5 * (low + high)) < high:
        shift = np.exp(middle)
        if np.log(shift / (median + shift)) < ratio * np.log((upper + shift) / (median + shift)):
            low = middle
        else:
            high = middle
    shift = float(np.exp(middle))
    return ShiftedLogNormal(
        float(np.log(median + shift)), float(np.log((upper + shift) / (median + shift)) / _Z95), shift
    )


def intercept_centre(config: MmmConfig) -> float:
    """Return the prior mean of the intercept: an average period, in model outcome."""
    return 1.0 if LINKS[config.likelihood.family] == "identity" else 0.0


Quantity = Literal["roi", "mroi", "share", "coefficient"]
QUANTITIES: tuple[Quantity, ...] = ("roi", "mroi", "share", "coefficient")


@dataclass(frozen=True, slots=True)
class MediaPrior:
    """What is believed of one channel: in which quantity, and the law of its value."""

    quantity: Quantity
    law: ShiftedLogNormal


def media_priors(panel: Panel, config: MmmConfig) -> tuple[MediaPrior, ...]:
    """Return the prior of each channel, in the panel's order.

    Parameters
    ----------
    panel : Panel
        For channels, and for whether they cost money.
    config : MmmConfig
        For the priors that are stated.

    Returns
    -------
    tuple of MediaPrior
    """
    stated = [channel_prior(name, panel, config) for name in panel.channels]
    return tuple(MediaPrior(quantity, shifted_lognormal(prior)) for quantity, prior in stated)


def law_parameters(priors: tuple[MediaPrior, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mu, sigma and shift of the priors' shifted log-normals, each of shape (channel,)."""
    laws = [prior.law for prior in priors]
    return (
        np.array([law.mu for law in laws]),
        np.array([law.sigma for law in laws]),
        np.array([law.shift for law in laws]),
    )


def channel_prior(name: str, panel: Panel, config: MmmConfig) -> tuple[Quantity, QuantilePrior]:
    """Return in which quantity channel `name` has its prior, and that prior.

    ROI is the default where the channel has cost money and the outcome has a money value, share elsewhere.

    Parameters
    ----------
    name : str
        One of the panel's channels.
    panel : Panel
        For whether the channel costs money and the outcome has a worth.
    config : MmmConfig
        For the prior that is stated.

    Returns
    -------
    tuple of ({"roi", "mroi", "share", "coefficient"}, QuantilePrior)
    """
    spend = panel.data["spend"].transpose(..., "channel").values[..., panel.channels.index(name)]
    costs = name in panel.paid and bool((spend > 0).any())
    valued = bool(np.isfinite(panel.data["outcome_value"].values).all())
    default = DEFAULT_ROI if costs and valued else DEFAULT_SHARE
    prior = config.channel(name).prior or default
    quantity = next(q for q in QUANTITIES if getattr(prior, q) is not None)
    return quantity, getattr(prior, quantity)
