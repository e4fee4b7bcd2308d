"""What the priors imply before the outcome is explained by them.

A prior on ROI is one on a share of the outcome too, and many priors together may give media more than was sold. Draws
are made in NumPy, by `mmm.prior.draws`; effects are those of a fit, computed from them by the same functions.
"""

from mixproof.aggregates.panel import Panel
from mixproof.records.verdict import Verdict
from mmm.analyse import Analysis, findings_table
from mmm.config import MmmConfig
from mmm.effects.channels import channels_table
from mmm.effects.contribution import contributions
from mmm.effects.response import half_lives
from mmm.prior.draws import prior_draws
from mmm.prior.findings import baseline, implied_returns, media_share, outcome_range
from mmm.problem.problem import build_problem


def check_prior(panel: Panel, config: MmmConfig, seed: int) -> Analysis:
    """Return what the priors imply: the table ``channels`` of prior draws, and findings with their verdict.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
    seed : int
        Of the prior draws.

    Returns
    -------
    Analysis
        Table ``channels`` in original units, and findings.

    Raises
    ------
    DataError
        The outcome does not suit the likelihood.

    References
    ----------
    Gabry, Simpson, Vehtari, Betancourt and Gelman (2019), Visualization in Bayesian workflow, section 3.
    """
    problem = build_problem(panel, config)
    draws = prior_draws(problem, seed)
    found = contributions(problem, draws)
    findings = [*implied_returns(problem, found), media_share(problem, found)]
    findings += [baseline(found), outcome_range(problem, draws)]
    verdict = Verdict(tuple(findings))
    channels = channels_table(problem, found, half_lives(problem, draws))
    return Analysis({"channels": channels, "verdict": findings_table(verdict)}, verdict)
