"""What the model needs to know of the media: exposures in model units, and what turns a prior into a coefficient."""

from dataclasses import dataclass

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.problem.priors import MediaPrior
from mmm.problem.scaling import Scaling


@dataclass(frozen=True, slots=True)
class Media:
    """Media in model units, for channels in the panel's order.

    Parameters
    ----------
    exposure : numpy.ndarray, shape (geo, date, channel)
        1 is a typical active period.
    frequency : numpy.ndarray, shape (geo, date, channel)
        Average frequency over its typical value; NaN for channels without reach and frequency.
    window : numpy.ndarray of bool, shape (geo, date)
        From the first to the last known outcome of each geo.
    spend : numpy.ndarray, shape (geo, channel)
        Spend in the window; NaN for unpaid channels.
    weight : numpy.ndarray, shape (geo, date, channel)
        What one unit of model effect is worth in the unit of the channel's prior, over `target`.
    target : numpy.ndarray, shape (geo, channel)
        What a prior value of 1 stands for, in the same unit: a coefficient follows from
        ``coefficient * (sum(weight * response) + fixed) = value * target``.
    fixed : numpy.ndarray, shape (geo, channel)
        Non-zero where the prior is on the coefficient itself.
    """

    exposure: np.ndarray
    frequency: np.ndarray
    window: np.ndarray
    spend: np.ndarray
    weight: np.ndarray
    target: np.ndarray
    fixed: np.ndarray


def outcome_window(panel: Panel) -> np.ndarray:
    """Return the mask from each geo's first to its last known outcome, shape (geo, date)."""
    observed = panel.observed
    started = np.maximum.accumulate(observed, axis=1)
    not_over = np.maximum.accumulate(observed[:, ::-1], axis=1)[:, ::-1]
    return started & not_over


def money_per_effect(panel: Panel, scaling: Scaling, link: str) -> tuple[np.ndarray, np.ndarray]:
    """Return outcome and money that a unit of model effect stands for, each of shape (geo, date).

    With a log link a unit of effect multiplies the outcome, so the outcome itself is the weight (first order).

    Parameters
    ----------
    panel : Panel
        For the outcome and its worth.
    scaling : Scaling
        Outcome per model outcome.
    link : {"identity", "log"}
        Of the likelihood.

    Returns
    -------
    tuple of (numpy.ndarray, numpy.ndarray), each shape (geo, date)
        In original outcome, and in money.
    """
    outcome = panel.data["outcome"].transpose("geo", "date").values
    value = panel.data["outcome_value"].transpose("geo", "date").values
    per_effect = np.broadcast_to(scaling.outcome[:, None], outcome.shape)
    if link == "log":
        per_effect = np.where(np.isfinite(outcome), outcome, 0.0)
    return per_effect, per_effect * np.where(np.isfinite(value), value, 1.0)


def prepare(panel: Panel, scaling: Scaling, priors: tuple[MediaPrior, ...], link: str) -> Media:
    """Return the media of `panel` in model units.

    Parameters
    ----------
    panel : Panel
    scaling : Scaling
    priors : tuple of MediaPrior
        One a channel, in the panel's order.
    link : {"identity", "log"}

    Returns
    -------
    Media
    """
    exposure = panel.data["exposure"].transpose("geo", "date", "channel").values
    frequency = panel.data["frequency"].transpose("geo", "date", "channel").values
    spend = panel.data["spend"].transpose("geo", "date", "channel").values
    window = outcome_window(panel)
    outcome, money = money_per_effect(panel, scaling, link)
    total = np.nansum(panel.data["outcome"].transpose("geo", "date").values, axis=1)
    in_window = np.where(window[..., None], spend, 0.0).sum(axis=1)
    weight, target = np.zeros_like(exposure), np.zeros((exposure.shape[0], exposure.shape[2]))
    fixed = np.zeros_like(target)
    for number, prior in enumerate(priors):
        # A channel that was never on has no worth that its prior could be about: it stays on the coefficient.
        quantity = prior.quantity if np.any(exposure[..., number] > 0) else "coefficient"
        if quantity in ("roi", "mroi"):
            weight[..., number], target[:, number] = money * window, in_window[:, number]
        elif quantity == "share":
            weight[..., number], target[:, number] = outcome * window, total
        else:
            fixed[:, number] = 1.0 / len(panel.geos)
            target[:, number] = fixed[:, number] / scaling.outcome.mean()
            continue
        size = target[:, number].sum()
        weight[..., number] /= size
        target[:, number] /= size
    return Media(
        exposure=exposure / scaling.exposure[:, None, :],
        frequency=frequency / scaling.frequency,
        window=window,
        spend=in_window,
        weight=weight,
        target=target,
        fixed=fixed,
    )
