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
    """Return the finding on predictive ranks (cell,); chance and fitting to the same data are allowed for."""
    tail = (1 - level) / 2
    covered = float(np.mean((rank >= tail) & (rank <= 1 - tail)))
    chance = thresholds.COVERAGE_SIGMAS * np.sqrt(level * (1 - level) / rank.size)
    slack = float(thresholds.COVERAGE_SLACK + chance)
    status: Status = "pass" if abs(covered - level) <= slack else "warning"
    if covered < level - max(slack, thresholds.FAILING_COVERAGE):
        status = "failure"
    sentence = wording.COVERED
    if status != "pass":
        sentence = wording.NOT_COVERED if covered < level else wording.OVER_COVERED
    return Finding(
        NAME, status, sentence.format(covered=covered, cells=rank.size, level=level), covered, level
    )


CHECK = Check(NAME, run)
