"""Convergence: do all chains agree, and are there enough draws, for every parameter and every ROI?

References
----------
Vehtari, Gelman, Simpson, Carpenter, Bürkner 2021, Rank-normalization, folding, and localization, Bayesian Analysis 16.
"""

from collections.abc import Mapping

import numpy as np

from mixproof.records.verdict import Finding, Status
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination
from mmm.checks.mixing import stopped

NAME = "convergence"
Diagnostics = Mapping[str, tuple[float, float, float]]


def run(examined: Examination) -> list[Finding]:
    """Return the worst R-hat and the smallest effective sample size, of parameters and of what is reported.

    A reported return that misses the bar is a failure; a parameter in the background that misses it by little
    is a warning. Of a fit that was stopped, since its chains were far apart, one failure says what kept them so.
    """
    if examined.stopped:
        return [stopped(examined.diagnostics, examined.problem, examined.stopped, NAME)]
    return [
        agreement(examined.diagnostics, "parameters", thresholds.FAILING_R_HAT),
        agreement(examined.reported, "returns", thresholds.MAX_R_HAT),
        size(examined.diagnostics, "parameters", thresholds.FAILING_ESS),
        size(examined.reported, "returns", thresholds.MIN_ESS),
    ]


def agreement(diagnostics: Diagnostics, what: str, failing: float) -> Finding:
    """Return the finding on the largest R-hat; an undefined one is the worst.

    Parameters
    ----------
    diagnostics : mapping of str to (R-hat, bulk ESS, tail ESS)
        By label.
    what : str
        What these are, for the sentence.
    failing : float
        R-hat above which the finding is a failure.

    Returns
    -------
    Finding
    """
    values = {name: np.inf if np.isnan(row[0]) else row[0] for name, row in diagnostics.items()}
    parameter = max(values, key=lambda name: values[name])
    worst, limit = values[parameter], thresholds.MAX_R_HAT
    status: Status = "pass" if worst <= limit else "failure" if worst > failing else "warning"
    sentence = (wording.AGREE if status == "pass" else wording.DISAGREE).format(
        what=what, r_hat=worst, parameter=parameter, limit=limit
    )
    return Finding(NAME, status, sentence, worst, limit)


def size(diagnostics: Diagnostics, what: str, failing: float) -> Finding:
    """Return the finding on the smallest bulk or tail effective sample size; an undefined one is zero.

    Parameters
    ----------
    diagnostics : mapping of str to (R-hat, bulk ESS, tail ESS)
        By label.
    what : str
        What these are, for the sentence.
    failing : float
        Size below which the finding is a failure.

    Returns
    -------
    Finding
    """
    values = {name: float(np.nan_to_num(min(row[1:]))) for name, row in diagnostics.items()}
    parameter = min(values, key=lambda name: values[name])
    least, limit = values[parameter], thresholds.MIN_ESS
    status: Status = "pass" if least >= limit else "failure" if least < failing else "warning"
    sentence = (wording.ENOUGH if status == "pass" else wording.TOO_FEW).format(
        what=what, ess=least, parameter=parameter, limit=limit
    )
    return Finding(NAME, status, sentence, least, limit)


CHECK = Check(NAME, run, of_sample=True)
