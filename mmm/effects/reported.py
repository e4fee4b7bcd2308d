"""Whether the draws of what is reported are good enough: ROI of each channel, or its contribution where it has none.

With an additive outcome the ROI of a channel whose prior is about ROI is what is sampled, and so is, but for a factor,
the contribution of one whose prior is about its share. These are judged by all their draws. Others are worked out from
thinned draws: few of a large panel, of which R-hat says less.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from mmm.effects.contribution import Contributions
from mmm.effects.return_on_spend import returns
from mmm.numerics.convergence import Table, diagnostics
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem


def reported_diagnostics(
    problem: Problem, posterior: xr.Dataset, work_out: Callable[[], tuple[Draws, Contributions]]
) -> Table:
    """Return R-hat, bulk and tail effective sample size of each channel's ROI, or contribution where it has none.

    Parameters
    ----------
    problem : Problem
    posterior : xarray.Dataset
        Dims ``chain`` and ``draw`` and each variable's own.
    work_out : callable
        Returns thinned draws and the contributions computed from them; called only where some channel needs them.
    """
    has_roi, names = _has_roi(problem), problem.panel.channels
    labels = {
        n: f"ROI of {n}" if roi else f"contribution of {n}" for n, roi in zip(names, has_roi, strict=True)
    }
    direct = sampled_as_reported(problem)
    rows = {labels[name]: posterior["media_value"].sel(channel=name, drop=True) for name in direct}
    if len(direct) < len(names):
        draws, found = work_out()
        values = draws.by_chain(np.where(has_roi[:, None], returns(problem, found).roi, found.media))
        others = {name: each for name, each in zip(names, values, strict=True) if name not in direct}
        worked_out = xr.Dataset({labels[name]: (("chain", "draw"), each) for name, each in others.items()})
        return diagnostics(xr.Dataset(rows)) | diagnostics(worked_out)
    return diagnostics(xr.Dataset(rows))


def sampled_as_reported(problem: Problem) -> list[str]:
    """Return the channels of which ``media_value`` is the ROI, or the contribution but for a factor, in every draw."""
    if problem.multiplicative or problem.pooling == "none":
        return []
    reported = np.where(_has_roi(problem), "roi", "share")
    rows = zip(problem.panel.channels, problem.priors, reported, strict=True)
    return [name for name, prior, quantity in rows if prior.quantity == quantity]


def _has_roi(problem: Problem) -> np.ndarray:
    """Return which channels cost money and bring an outcome with a money value, shape (channel,)."""
    spend = problem.spend.sum(axis=(0, 1))
    valued: np.ndarray = (spend > 0) & np.isfinite(problem.value[problem.window]).all()
    return valued
