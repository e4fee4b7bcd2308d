"""From a posterior to what is examined: effects from thinned draws, diagnostics from all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from mmm.checks.check import Draft, Examination
from mmm.checks.demand_chasing import evidence
from mmm.checks.separability import groups
from mmm.config import DRAFT
from mmm.effects.contribution import Contributions, contributions, draw_budget
from mmm.effects.fitted import Fitted, expected_mean, fitted
from mmm.effects.return_on_spend import reported_diagnostics
from mmm.numerics.convergence import STOPPED, Table, diagnostics, from_dataset
from mmm.problem.draws import Draws, thin
from mmm.problem.problem import Problem

FIT_DRAWS = 1000
"""Draws that predictions are made from."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What thinned draws say of effects and predictions; see `Examination` for the fields."""

    draws: Draws
    found: Contributions
    fitted: Fitted
    reported: Table
    groups: tuple[tuple[int, ...], ...]


def work_out(posterior: xr.DataTree, problem: Problem) -> Effects:
    """Return the effects and predictions of a fit.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `mmm.fit.fit` returns it.
    problem : Problem
        Of the panel and config of the fit.

    Returns
    -------
    Effects
    """
    sampled = posterior["posterior"].to_dataset()
    draws = thin(sampled, draw_budget(problem))
    found = contributions(problem, draws)
    result = fitted(problem, thin(sampled, min(FIT_DRAWS, draws.count)))
    if draws.count > FIT_DRAWS:  # components add up to what is expected only in the draws they come from
        result = replace(result, expected=expected_mean(problem, draws))
    return Effects(
        draws=draws,
        found=found,
        fitted=result,
        reported=_reported(posterior) or reported_diagnostics(problem, sampled, lambda: (draws, found)),
        groups=groups(problem, found, draws),
    )


def examine(posterior: xr.DataTree, problem: Problem, effects: Effects) -> Examination:
    """Return the examination of a fit.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `mmm.fit.fit` returns it.
    problem : Problem
        Of the panel and config of the fit.
    effects : Effects
        As `work_out` returns them.

    Returns
    -------
    Examination
    """
    return Examination(
        problem=problem,
        posterior=posterior["posterior"].to_dataset(),
        statistics=posterior["sample_stats"].to_dataset(),
        draws=effects.draws,
        found=effects.found,
        fitted=effects.fitted,
        diagnostics=_parameters(posterior),
        reported=effects.reported,
        groups=effects.groups,
        chasing=evidence(problem),
        draft=_draft(posterior.attrs),
        stopped=int(posterior.attrs.get(STOPPED, 0)),
    )


def _parameters(posterior: xr.DataTree) -> Table:
    """Return R-hat and effective sample sizes of all parameters: those that sampling was stopped by, where they are kept."""
    if "convergence" in posterior.children:
        return from_dataset(posterior["convergence"].to_dataset())[0]
    found = diagnostics(posterior["posterior"].to_dataset())
    if _draft(posterior.attrs) is not None:  # made independent, its draws say nothing of chains
        return dict.fromkeys(found, (np.nan, np.nan, np.nan))
    return found


def _reported(posterior: xr.DataTree) -> Table:
    """Return the same of the returns that are reported, where sampling has looked at them; else nothing."""
    if "convergence" not in posterior.children:
        return {}
    return from_dataset(posterior["convergence"].to_dataset())[1]


def _draft(said: Mapping[Any, Any]) -> Draft | None:
    if said.get("method") != DRAFT:
        return None
    return Draft(float(said["k_hat"]), float(said["effective_draws"]))
