"""What prior draws of the effects say, in sentences: returns, media's share, the baseline, the range of outcomes."""

from dataclasses import replace

import numpy as np

from mixproof.records.verdict import Finding, Status
from mmm.effects.contribution import Contributions
from mmm.effects.intervals import interval
from mmm.effects.predictive import one_step_ahead
from mmm.effects.return_on_spend import returns
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem

MEDIA_TOO_LARGE = (0.05, 0.5)
"""Share of prior draws in which media bring more than the whole outcome: worth a warning, and past belief."""
BASELINE_NEGATIVE = (0.25, 0.5)
"""Share of prior draws and periods with a negative baseline: likewise."""
OUTCOME_OUTSIDE = (0.1, 0.5)
"""Share of observed outcomes outside the central 99 % of what the prior expects: likewise."""
TAIL = 0.005


def implied_returns(problem: Problem, found: Contributions) -> list[Finding]:
    """Return, for each channel with a known return, the interval of ROI that the priors imply; always a pass.

    Parameters
    ----------
    problem : Problem
        For priors and the interval of the YAML.
    found : Contributions
        Of prior draws.

    Returns
    -------
    list of Finding
        One a channel with spend.
    """
    roi, level = returns(problem, found).roi, problem.config.interval.level
    findings = []
    for name, values in zip(problem.panel.channels, roi, strict=True):
        if np.isfinite(values).all():
            lower, upper = interval(values, problem.config.interval)
            middle = float(np.median(values))
            sentence = (
                f"Before the data, the ROI of {name} is {middle:.2f} at the median and lies between "
                f"{float(lower):.2f} and {float(upper):.2f} with {level:.0%} probability."
            )
            findings.append(Finding("prior_returns", "pass", sentence, middle, None, name))
    return findings


def media_share(problem: Problem, found: Contributions) -> Finding:
    """Return how often the priors give media more than the whole outcome.

    Parameters
    ----------
    problem : Problem
        For the outcome in the window.
    found : Contributions
        Of prior draws.

    Returns
    -------
    Finding
        With the share of draws beyond the whole outcome as value.
    """
    sold = float(np.nansum(np.where(problem.window, problem.outcome, np.nan)))
    share = found.media.sum(axis=0) / sold
    beyond = float(np.mean(share > 1.0))
    lower, middle, upper = np.quantile(share, [0.05, 0.5, 0.95])
    sentence = (
        f"Before the data, all media together bring {middle:.0%} of the outcome at the median, {lower:.0%} to "
        f"{upper:.0%} with 90% probability, and more than there was in {beyond:.1%} of draws."
    )
    if beyond >= MEDIA_TOO_LARGE[0]:
        sentence += " Lower the priors on media, or check units and currency."
    return Finding(
        "prior_media_share", _status(beyond, MEDIA_TOO_LARGE), sentence, beyond, MEDIA_TOO_LARGE[0]
    )


def baseline(found: Contributions) -> Finding:
    """Return in how many prior draws and periods the whole baseline, all geos together, is below zero."""
    parts = [number for number, part in enumerate(found.parts) if part.kind == "baseline"]
    share = float(np.mean(found.by_date[parts].sum(axis=0) < 0))
    sentence = f"Before the data, the baseline is negative in {share:.1%} of draws and periods."
    if share >= BASELINE_NEGATIVE[0]:
        sentence += " Lower the priors on media."
    return Finding("prior_baseline", _status(share, BASELINE_NEGATIVE), sentence, share, BASELINE_NEGATIVE[0])


def outcome_range(problem: Problem, draws: Draws) -> Finding:
    """Return how many observed outcomes lie outside the central 99 % of the prior predictive distribution.

    Parameters
    ----------
    problem : Problem
        With the observed outcomes.
    draws : Draws
        From the prior.

    Returns
    -------
    Finding
        With the share of outcomes outside as value.
    """
    panel = problem.panel
    known = problem.model_outcome
    # With every outcome unknown, no period is foretold from the one before.
    unseen = panel.data.assign(outcome=panel.data["outcome"] * np.nan)
    blind = problem.with_outcome(replace(panel, data=unseen))
    below = one_step_ahead(blind, draws).distribution(np.nan_to_num(known)).mean(axis=-1)[panel.observed]
    outside = float(np.mean((below < TAIL) | (below > 1 - TAIL)))
    sentence = (
        f"{outside:.1%} of the observed outcomes lie outside what the priors expect with 99% probability."
    )
    if outside >= OUTCOME_OUTSIDE[0]:
        sentence += " Widen the baseline (trend, seasonality, events) or check the outcome."
    return Finding("prior_outcome", _status(outside, OUTCOME_OUTSIDE), sentence, outside, OUTCOME_OUTSIDE[0])


def _status(share: float, limits: tuple[float, float]) -> Status:
    """Return what a share held against the limits of warning and failure gives."""
    return "failure" if share >= limits[1] else "warning" if share >= limits[0] else "pass"
