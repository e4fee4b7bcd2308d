"""Whether the draws of what is reported are good enough: ROI of each channel, or its contribution where it has none.

With an additive outcome the ROI of a channel whose prior is about ROI is what is sampled, and so is, but for a factor,
the contribution of one whose prior is about its share. These are judged by all their draws. Others are worked out from
thinned draws: few of a large panel, of which R-hat says less.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from mmm.effects.contribution import Contributions
from mmm.effects.draws import Draws
from mmm.effects.return_on_spend import returns
from mmm.numerics.convergence import diagnostics
from mmm.problem.priors import channel_prior
from mmm.problem.problem import Setting

Table = dict[str, tuple[float, float, float]]


def reported_diagnostics(
    setting: Setting, posterior: xr.Dataset, work_out: Callable[[], tuple[Draws, Contributions]]
) -> Table:
    """Return R-hat, bulk and tail effective sample size of each channel's ROI, or contribution where it has none.

    Parameters
    ----------
    setting : Setting
    posterior : xarray.Dataset
        Dims ``chain`` and ``draw`` and each variable's own.
    work_out : callable
        Returns thinned draws and the contributions computed from them; called only where some channel needs them.
    """
    has_roi, names = _has_roi(setting), setting.panel.channels
    labels = {
        n: f"ROI of {n}" if roi else f"contribution of {n}" for n, roi in zip(names, has_roi, strict=True)
    }
    direct = sampled_as_reported(setting)
    rows = {labels[name]: posterior["media_value"].sel(channel=name, drop=True) for name in direct}
    if len(direct) < len(names):
        draws, found = work_out()
        values = draws.by_chain(np.where(has_roi[:, None], returns(setting, found).roi, found.media))
        others = {name: each for name, each in zip(names, values, strict=True) if name not in direct}
        worked_out = xr.Dataset({labels[name]: (("chain", "draw"), each) for name, each in others.items()})
        return diagnostics(xr.Dataset(rows)) | diagnostics(worked_out)
    return diagnostics(xr.Dataset(rows))


def sampled_as_reported(setting: Setting) -> list[str]:
    """Return the channels of which ``media_value`` is the ROI, or the contribution but for a factor, in every draw."""
    apart = setting.config.geo.pooling == "none" and len(setting.panel.geos) > 1
    if setting.multiplicative or apart:
        return []
    reported = np.where(_has_roi(setting), "roi", "share")
    names = setting.panel.channels
    return [
        name
        for name, quantity in zip(names, reported, strict=True)
        if channel_prior(name, setting.panel, setting.config)[0] == quantity
    ]


def _has_roi(setting: Setting) -> np.ndarray:
    """Return which channels cost money and bring an outcome with a money value, shape (channel,)."""
    spend = setting.spend.sum(axis=(0, 1))
    valued: np.ndarray = (spend > 0) & np.isfinite(setting.value[setting.window]).all()
    return valued
