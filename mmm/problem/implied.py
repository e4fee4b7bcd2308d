"""What the priors make of all media together before the outcome is looked at: next to nothing, or nearly everything?

Where money of media and outcome stand in different units, a prior on the return says that media bring a thousandth of the
outcome, or a thousand times as much, and no posterior gets away from it.
"""

import numpy as np

from mixproof.errors import Fault
from mmm.faults import FAULTS
from mmm.problem.problem import Problem

PLAUSIBLE_SHARE = (0.01, 0.6)
"""Share of the outcome that media bring at the median of the prior: below or above, units are the first suspect.

Of 40 simulated worlds of each kind none lies outside; a unit of cents or thousands moves the share by a hundred or more.
"""
DRAWS, SEED = 2000, 1
CODE = "media-share-implausible"


def media_share(problem: Problem) -> float:
    """Return the share of the outcome that all media bring at the median of the prior; NaN where it cannot be told.

    NaN where the outcome adds up to nothing, or a prior is about a coefficient. A prior on the marginal return is taken as
    one on the return, which is at least as large where response saturates.
    """
    known = problem.window & np.isfinite(problem.outcome)
    money = float((problem.outcome[known] * problem.value[known]).sum())
    spent = np.nansum(problem.spend, axis=(0, 1))
    rng, total = np.random.default_rng(SEED), np.zeros(DRAWS)
    for prior, amount in zip(problem.priors, spent, strict=True):
        value = np.exp(prior.law.mu + prior.law.sigma * rng.standard_normal(DRAWS)) - prior.law.shift
        if prior.quantity == "coefficient" or (prior.quantity != "share" and not money > 0):
            return float("nan")
        total += value if prior.quantity == "share" else value * amount / money
    return float(np.median(total))


def share_faults(problem: Problem, accepted: tuple[str, ...]) -> list[Fault]:
    """Return a fault where the priors make media bring less than 1 % or more than 60 % of the outcome.

    Parameters
    ----------
    problem : Problem
    accepted : tuple of str
        Codes under `data.accept`.

    Returns
    -------
    list of Fault
    """
    share = media_share(problem)
    low, high = PLAUSIBLE_SHARE
    if CODE in accepted or np.isnan(share) or low <= share <= high:
        return []
    _, _, remedy = FAULTS[CODE]
    times = f"{share:,.0f}" if share >= 10 else f"{share:.1f}"
    shown = f"{times} times the outcome" if share > 1 else f"{share:.2%} of the outcome"
    smaller, larger = ("the outcome", "spend") if share < low else ("spend", "the outcome")
    what = (
        f"Before the data, the priors make all media together bring {shown} at the median; "
        f"{smaller} may stand in a smaller unit than {larger} (cents, or {larger} in thousands)."
    )
    return [Fault(CODE, "data: outcome and spend of channels", what, remedy)]
