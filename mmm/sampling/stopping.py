"""Whether sampling may stop: the parameters are good enough, and so are the returns that will be reported.

Parameters can all meet the bar while a return, which mixes several of them, just misses it: the run would stop by its
own choice, and its verdict would then say that it should not have.
"""

import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.contribution import Contributions, contributions
from mmm.effects.draws import Draws, thin
from mmm.effects.reported import reported_diagnostics
from mmm.numerics.convergence import Convergence, diagnostics, worst_of
from mmm.problem.problem import effect_draws, set_up


def judged(posterior: xr.Dataset, panel: Panel, config: MmmConfig, divergences: int) -> Convergence:
    """Return the worst numbers over all parameters and, once these are good enough, over all returns too.

    Parameters
    ----------
    posterior : xarray.Dataset
        Dims ``chain`` and ``draw`` and each variable's own.
    panel, config
        Those of the fit.
    divergences : int

    Notes
    -----
    Returns are computed from the same draws as in `mmm.checks`, so that both come to the same answer.
    """
    parameters = diagnostics(posterior)
    state = worst_of(parameters, divergences)
    if not state.enough:
        return state
    setting = set_up(panel, config)

    def work_out() -> tuple[Draws, Contributions]:
        draws = thin(posterior, effect_draws(setting))
        return draws, contributions(setting, draws)

    return worst_of(parameters | reported_diagnostics(setting, posterior, work_out), divergences)
