"""One judge for the draws of every tool: how good they are, and when they were good enough.

Only NumPy and arviz-stats, and nothing of any tool: every tool's draws of ROI go through the same lines.

References
----------
Vehtari, Gelman, Simpson, Carpenter, Burkner (2021), Rank-normalization, folding, and localization, Bayesian Analysis 16(2).
"""

from dataclasses import dataclass

import numpy as np
from arviz_stats.base import array_stats

MAX_R_HAT, MIN_ESS = 1.01, 400.0
STEP = 50
"""Draws a chain between two looks at how good the draws were by then."""
FEWEST = 50


@dataclass(frozen=True, slots=True)
class Quality:
    """The worst channel's numbers."""

    r_hat: float
    ess_bulk: float
    ess_tail: float

    @property
    def ess(self) -> float:
        """The smaller of bulk and tail."""
        return min(self.ess_bulk, self.ess_tail)


def quality(roi: np.ndarray) -> Quality:
    """Return R-hat, bulk and tail effective sample size of the worst channel.

    Parameters
    ----------
    roi : numpy.ndarray, shape (channel, chain, draw)
        A chain that never moved counts as no draws at all.
    """
    if (np.ptp(roi, axis=-1) == 0).any():
        return Quality(np.inf, 0.0, 0.0)
    return Quality(
        max(float(array_stats.rhat(draws)) for draws in roi),
        min(float(array_stats.ess(draws, method="bulk")) for draws in roi),
        min(float(array_stats.ess(draws, method="tail", prob=(0.05, 0.95))) for draws in roi),
    )


def draws_until(roi: np.ndarray, ess: float, r_hat: float) -> int | None:
    """Return after how many draws a chain every channel had this quality; None when not within those there are.

    Looked at every `STEP` draws; an effective sample size never promised too early by one lucky look: it must hold at
    the next look too, where there is one.
    """
    length = roi.shape[-1]
    looks = sorted({*range(FEWEST, length, STEP), length})
    good = []
    for draws in looks:
        found = quality(roi[..., :draws])
        good.append(found.ess >= ess and found.r_hat <= r_hat)
    for place, draws in enumerate(looks):
        if all(good[place : place + 2]):
            return draws
    return None


def seconds_until(
    roi: np.ndarray, ess: float, r_hat: float, *, posterior: float, sampling: float, tune: int
) -> float | None:
    """Return seconds from the start of the process until every channel had this quality; None when it never had.

    Parameters
    ----------
    roi : numpy.ndarray, shape (channel, chain, draw)
    ess, r_hat : float
        What every channel must have.
    posterior : float
        Seconds from the start of the process to the whole posterior.
    sampling : float
        Seconds of it that were tuning and drawing; taken as even over both.
    tune : int
        Steps of tuning a chain.
    """
    needed = draws_until(roi, ess, r_hat)
    if needed is None:
        return None
    length = roi.shape[-1]
    return posterior - sampling * (length - needed) / (tune + length)
