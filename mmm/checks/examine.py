"""From a posterior to what is examined: effects from thinned draws, diagnostics from all of them."""

import json

import xarray as xr

from mixlift.beside import Beside, in_turn
from mmm.checks.demand_chasing import evidence
from mmm.checks.examination import Examination
from mmm.checks.separability import groups
from mmm.convergence import diagnostics
from mmm.effects.contribution import contributions
from mmm.effects.draws import thin
from mmm.effects.fitted import fitted
from mmm.effects.reported import reported_diagnostics
from mmm.effects.setting import Setting, effect_draws

FIT_DRAWS = 1000
"""Draws that predictions are made from."""


def examine(posterior: xr.DataTree, setting: Setting, *, beside: Beside = in_turn) -> Examination:
    """Return the examination of a fit.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `mmm.fit.fit` returns it.
    setting : Setting
        Of the panel and config of the fit.
    beside : callable
        How to do what needs no effects beside the effects; default one after the other.
    """
    sampled = posterior["posterior"].to_dataset()
    with beside(lambda: json.dumps([diagnostics(sampled), evidence(setting)])) as apart:
        draws = thin(sampled, effect_draws(setting))
        found = contributions(setting, draws)
        predicted = fitted(setting, thin(sampled, min(FIT_DRAWS, draws.count)))
        reported = reported_diagnostics(setting, sampled, lambda: (draws, found))
        parameters, chasing = json.loads(apart())
    return Examination(
        setting=setting,
        posterior=sampled,
        statistics=posterior["sample_stats"].to_dataset(),
        draws=draws,
        found=found,
        fitted=predicted,
        diagnostics={name: tuple(row) for name, row in parameters.items()},
        reported=reported,
        groups=groups(setting, found, draws),
        chasing=chasing,
    )
