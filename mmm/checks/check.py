"""What is examined: the fit, its effects and its predictions, each computed once for all checks and tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import xarray as xr

from mixproof.records.verdict import Finding
from mmm.effects.contribution import Contributions
from mmm.effects.fitted import Fitted
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem


@dataclass(frozen=True, slots=True)
class Draft:
    """What a posterior that is only an approximation says of itself: Pareto k of its weights, and draws of equal worth."""

    k_hat: float
    effective_draws: float


@dataclass(frozen=True, slots=True)
class Examination:
    """A fit under examination.

    Parameters
    ----------
    problem : Problem
    posterior, statistics : xarray.Dataset
        All draws and the sampler's statistics.
    draws : Draws
        The thinned draws that the effects were computed from.
    found : Contributions
    fitted : Fitted
    diagnostics : mapping of str to (R-hat, bulk ESS, tail ESS)
        Of every parameter.
    reported : mapping of str to (R-hat, bulk ESS, tail ESS)
        Of what is reported: each channel's ROI, or its contribution where it has none.
    groups : tuple of tuple of int
        Channels that are reported as a sum.
    chasing : mapping of str to float
        Log evidence that spend follows demand, by paid channel; empty where it cannot be told.
    draft : Draft or None
        None for a sampled posterior.
    stopped : int
        Draws a chain at which sampling was stopped, since the chains were far apart; else 0.
    """

    problem: Problem
    posterior: xr.Dataset
    statistics: xr.Dataset
    draws: Draws
    found: Contributions
    fitted: Fitted
    diagnostics: Mapping[str, tuple[float, float, float]]
    reported: Mapping[str, tuple[float, float, float]]
    groups: tuple[tuple[int, ...], ...]
    chasing: Mapping[str, float]
    draft: Draft | None = None
    stopped: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """A question to a fit: one file, one row in `CHECKS`; those `of_sample` are not asked of a draft, which is none."""

    name: str
    run: Callable[[Examination], list[Finding]]
    of_sample: bool = False
