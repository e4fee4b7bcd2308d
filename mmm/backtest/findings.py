"""How far the forecasts of a backtest may be believed, and whether they were worth more than naive ones."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mixproof.records.verdict import Finding, Status, Verdict
from mmm.backtest.leave_future_out import Fit, Origin
from mmm.backtest.scores import NAIVE
from mmm.checks import convergence, thresholds
from mmm.checks import interval_coverage as coverage
from mmm.numerics.convergence import diagnostics

COVERED = (
    "In the backtest, {covered:.0%} of {count} outcomes lay in their {level:.0%} interval one step ahead."
)
TOO_SURE = (
    "In the backtest, only {covered:.0%} of {count} outcomes lay in their {level:.0%} interval one step ahead: the model is"
    " surer of the future than it should be."
)
TOO_WIDE = (
    "In the backtest, {covered:.0%} of {count} outcomes lay in their {level:.0%} interval one step ahead: the model is less"
    " sure of the future than it could be."
)
SKILL = (
    "Forecasts over {steps} were closer than “{naive}”: their mean absolute error was {skill:.0%} smaller"
    " (90 % interval {lower:.0%} to {upper:.0%})."
)
NO_SKILL = (
    "Forecasts over {steps} are not shown to be closer than “{naive}”: their mean absolute error was {skill:.0%} smaller, with"
    " a 90 % interval from {lower:.0%} to {upper:.0%}. Claim no forecasting skill over it."
)
UNKNOWN_SKILL = (
    "There are too few forecasts over {steps} to compare with “{naive}”. Claim no forecasting skill over it."
)
WEIGHTS = "{fits} fits served {origins} origins; the others are reweighted draws, none with a Pareto k above {limit:.2f}."


def judge(origins: Sequence[Origin], scores: pd.DataFrame) -> Verdict:
    """Return the verdict on a backtest.

    Parameters
    ----------
    origins : sequence of Origin
        In the order of time.
    scores : pandas.DataFrame
        The table ``backtest_scores``.

    Returns
    -------
    Verdict
        On convergence, weights, coverage, and skill against naive forecasts.
    """
    fits = {origin.fit.forecast: origin.fit for origin in origins}
    return Verdict(
        (
            *_convergence(list(fits.values())),
            _weights(origins, len(fits)),
            *(_coverage(scores, level) for level in (50, 90)),
            *_skills(scores),
        )
    )


def _convergence(fits: Sequence[Fit]) -> list[Finding]:
    """Return the worst R-hat and effective sample size of all fits, held to what any fit is held to."""
    found: dict[str, tuple[float, float, float]] = {}
    for number, fit in enumerate(fits, 1):
        rows = diagnostics(fit.posterior)
        found |= {f"{name}, fit {number}": row for name, row in rows.items()}
    what = "parameters of all fits"
    return [
        convergence.agreement(found, what, thresholds.FAILING_R_HAT),
        convergence.size(found, what, thresholds.FAILING_ESS),
    ]


def _weights(origins: Sequence[Origin], fits: int) -> Finding:
    used = [origin.weights.k_hat for origin in origins]
    limit = min(origin.weights.highest for origin in origins)
    sentence = WEIGHTS.format(fits=fits, origins=len(origins), limit=limit)
    worst = max(used)
    return Finding("backtest_weights", "pass", sentence, None if worst == -np.inf else float(worst), limit)


def _coverage(scores: pd.DataFrame, percent: int) -> Finding:
    """Return the finding on the table's coverage one step ahead, with the allowance for chance of any coverage."""
    (row,) = scores[(scores["forecaster"] == "model") & (scores["steps"] == 1)].to_dict("records")
    covered, count, level = float(row[f"coverage_{percent}"]), int(row["forecasts"]), percent / 100
    status = coverage.status_of(covered, count, level)
    sentence = COVERED if status == "pass" else TOO_SURE if covered < level else TOO_WIDE
    words = sentence.format(covered=covered, count=count, level=level)
    return Finding("backtest_coverage", status, words, covered, level)


def _skills(scores: pd.DataFrame) -> list[Finding]:
    naive = scores[scores["forecaster"].isin(list(NAIVE))]
    columns = ("forecaster", "steps", "skill", "skill_lower", "skill_upper")
    return [_skill(*row) for row in zip(*(naive[name].tolist() for name in columns), strict=True)]


def _skill(naive: str, last: int, skill: float, lower: float, upper: float) -> Finding:
    """Return the finding on one naive forecaster, over steps from 1 to `last`."""
    steps = "one period" if last == 1 else f"1 to {last} periods"
    known = bool(np.isfinite(lower))
    status: Status = "pass" if known and lower > 0 else "warning"
    sentence = SKILL if status == "pass" else NO_SKILL if known else UNKNOWN_SKILL
    words = sentence.format(steps=steps, naive=naive, skill=skill, lower=lower, upper=upper)
    return Finding("backtest_skill", status, words, lower if known else None, 0.0)
