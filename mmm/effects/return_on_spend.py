"""What a channel returned on its spend, as draws, and whether these draws are good enough to be reported.

ROI, marginal ROI and cost per incremental action. With an additive outcome the ROI of a channel whose prior is about ROI is
what is sampled, and so is, but for a factor, the contribution of one whose prior is about its share. These are judged by all
their draws. Others are worked out from thinned draws: few of a large panel, of which R-hat says less.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from mmm.effects.contribution import Contributions
from mmm.effects.terms import STEP
from mmm.numerics.convergence import Table, diagnostics
from mmm.numerics.mixture import Account, proportional
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem

Accounts = Mapping[int, Account]
"""Of channels whose spend may follow demand: what they may have brought if it does, by the position in the panel."""


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
    observed : numpy.ndarray, shape (channel, sample)
        Part of `roi` that lies above the lowest observed level.
    """

    spend: np.ndarray
    roi: np.ndarray
    mroi: np.ndarray
    actions_per_money: np.ndarray
    observed: np.ndarray


def returns(problem: Problem, found: Contributions, groups: list[list[int]] | None = None) -> Returns:
    """Return the returns of each group of channel numbers; by default of each channel.

    NaN where a group costs nothing or the outcome has no money value.

    Parameters
    ----------
    problem : Problem
    found : Contributions
        Of the window, in original outcome.
    groups : list of list of int, optional
        Places in the panel's channels that are taken together.

    Returns
    -------
    Returns
        Of each group instead of each channel where `groups` are given.
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
        observed=together(found.money.sum(axis=1) - found.assumed_money),
    )


def assumed_share(found: Contributions, members: Sequence[int]) -> np.ndarray:
    """Return which share of what channels brought lies below their lowest observed level, shape (sample,), between 0 and 1.

    Parameters
    ----------
    found : Contributions
    members : sequence of int
        Places in the panel's channels.

    Returns
    -------
    numpy.ndarray, shape (sample,)
        0 where nothing was brought.
    """
    part = np.abs(found.assumed[list(members)]).sum(axis=0)
    whole = np.abs(found.media[list(members)]).sum(axis=0)
    return np.minimum(part / np.where(whole > 0, whole, 1.0), 1.0)


def roi_by_geo(problem: Problem, found: Contributions) -> np.ndarray:
    """Return the ROI of each channel in each geo, shape (channel, geo, sample); NaN where nothing was spent.

    Parameters
    ----------
    problem : Problem
    found : Contributions
        Of the window, in original outcome.

    Returns
    -------
    numpy.ndarray, shape (channel, geo, sample)
        Money per unit of spend.
    """
    spend = problem.spend.sum(axis=1).T
    return found.money / np.where(spend > 0, spend, np.nan)[..., None]


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

    Returns
    -------
    dict of str to (R-hat, bulk ESS, tail ESS)
        By label: ``ROI of tv``, or ``contribution of tv`` where it has no ROI.
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


def widened(found: Contributions, accounts: Accounts) -> Contributions:
    """Return contributions in which those of some channels are what both accounts of them leave open.

    Parameters
    ----------
    found : Contributions
        Of a model in which spend only acts forwards.
    accounts : mapping of int to Account
        By the position among the panel's channels.

    Returns
    -------
    Contributions
        What such a channel no longer brings is the intercept's, draw by draw: all parts still add up to what is expected.
    """
    for number, account in accounts.items():
        own = found.media[number]
        found = moved(found, number, account.together(own) - own)
    return found


def moved(found: Contributions, number: int, shift: np.ndarray) -> Contributions:
    """Return contributions in which a channel brings `shift` (sample,) more over the window, and the intercept less.

    Parameters
    ----------
    found : Contributions
    number : int
        Position among the panel's channels.
    shift : numpy.ndarray, shape (sample,)
        In original outcome.

    Returns
    -------
    Contributions
        Dates, geos, gain, money and carryover have their mean proportion to the contribution in the shift, too.
    """
    own, part = found.media[number], found.channels[number]
    by_date, by_geo = found.by_date.copy(), found.by_geo.copy()
    for values in (by_date, by_geo):
        extra = proportional(values[part], own, shift)
        values[part] += extra
        values[0] -= extra
    changed = {}
    for name in ("money", "gain", "gain_money", "carry_in", "carry_out", "assumed", "assumed_money"):
        values = getattr(found, name).copy()
        values[number] += proportional(values[number], own, shift)
        changed[name] = values
    return replace(found, by_date=by_date, by_geo=by_geo, **changed)
