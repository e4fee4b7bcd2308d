"""From a posterior to what is examined: effects from thinned draws, diagnostics from all of them."""

import xarray as xr

from mixlift.aggregates.panel import Panel
from mmm.checks.examination import Examination
from mmm.checks.separability import groups
from mmm.config import MmmConfig
from mmm.convergence import diagnostics
from mmm.effects.contribution import contributions
from mmm.effects.draws import thin
from mmm.effects.fitted import fitted
from mmm.effects.reported import reported_diagnostics
from mmm.effects.setting import effect_draws, set_up

FIT_DRAWS = 1000
"""Draws that predictions are made from."""


def examine(posterior: xr.DataTree, panel: Panel, config: MmmConfig) -> Examination:
    """Return the examination of a fit.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `mmm.fit.fit` returns it.
    panel : Panel
    config : MmmConfig
        Those of the fit.
    """
    setting = set_up(panel, config)
    sampled = posterior["posterior"].to_dataset()
    draws = thin(sampled, effect_draws(setting))
    found = contributions(setting, draws)
    return Examination(
        setting=setting,
        posterior=sampled,
        statistics=posterior["sample_stats"].to_dataset(),
        draws=draws,
        found=found,
        fitted=fitted(setting, thin(sampled, min(FIT_DRAWS, draws.count))),
        diagnostics=diagnostics(sampled),
        reported=reported_diagnostics(setting, sampled, lambda: (draws, found)),
        groups=groups(setting, found, draws),
    )
