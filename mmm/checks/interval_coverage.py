"""Coverage: do as many outcomes lie in their one-step-ahead predictive intervals as should?"""

import numpy as np

from mixproof.records.verdict import Finding, Status
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination

NAME = "coverage"


def run(examined: Examination) -> list[Finding]:
    """Return the share of known outcomes inside the equal-tailed predictive interval of the config's level."""
    rank = examined.fitted.rank[examined.problem.panel.observed]
    level = examined.problem.config.interval.level
    return [judge(rank, level)]


def judge(rank: np.ndarray, level: float) -> Finding:
    """Return the finding on predictive ranks (cell,).

    Parameters
    ----------
    rank : numpy.ndarray, shape (cell,)
        Predictive probability of an outcome below the actual one.
    level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Finding
    """
    tail = (1 - level) / 2
    covered = float(np.mean((rank >= tail) & (rank <= 1 - tail)))
    status = status_of(covered, rank.size, level)
    below, above = {
        "pass": (wording.COVERED, wording.COVERED),
        "note": (wording.BARELY_COVERED, wording.MORE_THAN_COVERED),
    }.get(status, (wording.NOT_COVERED, wording.OVER_COVERED))
    sentence = below if covered < level else above
    return Finding(
        NAME, status, sentence.format(covered=covered, cells=rank.size, level=level), covered, level
    )


def status_of(covered: float, cells: int, level: float) -> Status:
    """Return how coverage is judged; chance and fitting to the same data are allowed for.

    Parameters
    ----------
    covered : float
        Share of outcomes inside their intervals.
    cells : int
        How many outcomes that is a share of.
    level : float
        Share that should lie inside.

    Returns
    -------
    str
        ``"note"`` where coverage is off by more than chance and yet within what is allowed for seeing the same data.
    """
    chance = float(thresholds.COVERAGE_SIGMAS * np.sqrt(level * (1 - level) / cells))
    slack = thresholds.COVERAGE_SLACK + chance
    if covered < level - max(slack, thresholds.FAILING_COVERAGE):
        return "failure"
    if abs(covered - level) > slack:
        return "warning"
    return "note" if abs(covered - level) > max(chance, thresholds.COVERAGE_SLACK) else "pass"


CHECK = Check(NAME, run)
