"""What a channel returned on its spend: ROI, marginal ROI and cost per incremental action, as draws."""

from dataclasses import dataclass

import numpy as np

from mmm.effects.contribution import Contributions
from mmm.effects.media import STEP
from mmm.problem.problem import Problem


@dataclass(frozen=True, slots=True)
class Returns:
    """Returns of channels, or of groups of channels, over the modelled window; the sample is last.

    Parameters
    ----------
    spend : numpy.ndarray, shape (channel,)
        NaN where anything in it costs nothing.
    roi : numpy.ndarray, shape (channel, sample)
        Money brought per unit of spend.
    mroi : numpy.ndarray, shape (channel, sample)
        Money gained per unit of spend when all spend rises by 1 %.
    actions_per_money : numpy.ndarray, shape (channel, sample)
        Incremental outcome per unit of spend; the cost per incremental action is its inverse.
    """

    spend: np.ndarray
    roi: np.ndarray
    mroi: np.ndarray
    actions_per_money: np.ndarray


def returns(problem: Problem, found: Contributions, groups: list[list[int]] | None = None) -> Returns:
    """Return the returns of each group of channel numbers; by default of each channel.

    NaN where a group costs nothing or the outcome has no money value.
    """
    groups = groups or [[number] for number in range(len(found.channels))]
    spend = problem.spend.sum(axis=(0, 1))
    cost = np.array([spend[members].sum() for members in groups])
    divisor = np.where(cost > 0, cost, np.nan)[:, None]

    def together(values: np.ndarray) -> np.ndarray:
        return np.stack([values[members].sum(axis=0) for members in groups]) / divisor

    return Returns(
        spend=cost,
        roi=together(found.money.sum(axis=1)),
        mroi=together(found.gain_money) / STEP,
        actions_per_money=together(found.media),
    )


def roi_by_geo(problem: Problem, found: Contributions) -> np.ndarray:
    """Return the ROI of each channel in each geo, shape (channel, geo, sample); NaN where nothing was spent."""
    spend = problem.spend.sum(axis=1).T
    return found.money / np.where(spend > 0, spend, np.nan)[..., None]
