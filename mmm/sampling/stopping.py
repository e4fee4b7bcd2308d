"""Whether sampling may stop: the parameters are good enough, and so are the returns that will be reported.

Parameters can all meet the bar while a return, which mixes several of them, just misses it: the run would stop by its
own choice, and its verdict would then say that it should not have.
"""

from dataclasses import dataclass

import xarray as xr

from mmm.checks.mixing import controls_that_explain
from mmm.checks.thresholds import SWALLOWED_WHOLE
from mmm.effects.contribution import Contributions, contributions, draw_budget
from mmm.effects.return_on_spend import reported_diagnostics
from mmm.numerics.convergence import Convergence, Table, diagnostics, worst_of
from mmm.problem.draws import Draws, thin
from mmm.problem.problem import Problem


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found at a target.

    Parameters
    ----------
    parameters : dict of str to (R-hat, bulk ESS, tail ESS)
    reported : dict of str to (R-hat, bulk ESS, tail ESS)
        Of the returns; empty where the parameters were not good enough yet for them to be looked at.
    state : Convergence
        The worst of all that counts.
    """

    parameters: Table
    reported: Table
    state: Convergence


def judged(posterior: xr.Dataset, problem: Problem, divergences: int) -> Judgement:
    """Return R-hat and effective sample sizes of all parameters, and the worst numbers that decide whether to stop.

    The worst are over all parameters and, once these are good enough, over all returns too.

    Parameters
    ----------
    posterior : xarray.Dataset
        Dims ``chain`` and ``draw`` and each variable's own.
    problem : Problem
    divergences : int
        Divergent transitions of all chains.

    Returns
    -------
    Judgement

    Notes
    -----
    Returns are computed from the same draws as in `mmm.checks`, so that both come to the same answer.
    """
    parameters = diagnostics(posterior)
    state = worst_of(parameters, divergences)
    if not state.enough:
        return Judgement(parameters, {}, state)

    def work_out() -> tuple[Draws, Contributions]:
        draws = thin(posterior, draw_budget(problem))
        return draws, contributions(problem, draws)

    reported = reported_diagnostics(problem, posterior, work_out)
    return Judgement(parameters, reported, worst_of(parameters | reported, divergences))


def swallowed(problem: Problem) -> bool:
    """Return whether a control has so much of the outcome's movement that nothing is left for media to explain."""
    return any(share >= SWALLOWED_WHOLE for share in controls_that_explain(problem).values())
