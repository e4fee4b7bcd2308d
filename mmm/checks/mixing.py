"""What keeps chains apart that were stopped, since more draws would not have brought them together.

Asked of the parameters, which of them have an answer of their own in every chain, and of the data, which control leaves media
nothing to explain: where a control has nearly all of the outcome's movement, what is left is no noise to speak of, and every
parameter that bends the rest has many narrow answers.
"""

import re
from collections.abc import Mapping

import numpy as np

from mixproof.aggregates.contract.outcomes import explained
from mixproof.records.verdict import Finding
from mmm.checks import thresholds, wording
from mmm.problem.problem import Problem

NAMED = 4
"""Subjects that are named; more would not be read."""
SUBJECTS = (
    (
        re.compile(r"^(?:media|coefficient|adstock|saturation|geo_spread|geo_z|ROI of|contribution of)"),
        "channel",
    ),
    (re.compile(r"^control"), "control"),
    (re.compile(r"^(?:treatment|event|holiday)"), "event or treatment"),
    (re.compile(r"^drift"), "the drift of the baseline"),
    (re.compile(r"^shock"), "the shocks that geos share"),
    (re.compile(r"^season"), "the season"),
    (re.compile(r"^(?:trend|level|intercept)"), "level and trend"),
    (re.compile(r"^(?:noise|autocorrelation|tail|dispersion)"), "the noise"),
    (re.compile(r"^evidence"), "the bias of experiments"),
)
"""What a parameter belongs to, by the beginning of its label."""
WITH_NAME = ("channel", "control", "event or treatment")


def stopped(
    diagnostics: Mapping[str, tuple[float, float, float]], problem: Problem, draws: int, name: str
) -> Finding:
    """Return the finding on a fit that was stopped: how far apart its chains are, what does not mix, and why.

    Parameters
    ----------
    diagnostics : mapping of str to (R-hat, bulk ESS, tail ESS)
        Of every parameter, by label.
    problem : Problem
    draws : int
        A chain.
    name : str
        Of the check.

    Returns
    -------
    Finding
        A failure.
    """
    apart = unmixed(diagnostics)
    worst = max(row[0] for row in diagnostics.values() if np.isfinite(row[0]))
    swallowing = controls_that_explain(problem)
    if swallowing:
        listed = " and ".join(f"{control} ({share:.0%})" for control, share in swallowing.items())
        why = wording.CONTROLS_SWALLOW.format(controls=listed, them="it" if len(swallowing) == 1 else "them")
    else:
        why = wording.NOTHING_SWALLOWS.format(limit=thresholds.SWALLOWED)
    sentence = wording.STOPPED.format(draws=draws, r_hat=worst, subjects=", ".join(apart[:NAMED]))
    subject = " and ".join(swallowing) or None
    return Finding(name, "failure", f"{sentence} {why}", worst, thresholds.MAX_R_HAT, subject)


def unmixed(diagnostics: Mapping[str, tuple[float, float, float]]) -> list[str]:
    """Return what the parameters whose chains disagree belong to, such as ``channel tv``, the worst first."""
    worst: dict[str, float] = {}
    for label, (r_hat, _, _) in diagnostics.items():
        if r_hat > thresholds.FAILING_R_HAT:
            subject = belongs_to(label)
            worst[subject] = max(worst.get(subject, 0.0), r_hat)
    return sorted(worst, key=lambda subject: -worst[subject])


def belongs_to(label: str) -> str:
    """Return what a parameter belongs to, in plain words."""
    kind = next((words for pattern, words in SUBJECTS if pattern.match(label)), label)
    inside = re.search(r"\[(.*)\]$", label)
    if kind not in WITH_NAME or inside is None:
        return kind
    return f"{kind} {inside[1].split(', ')[-1]}"


def controls_that_explain(problem: Problem) -> dict[str, float]:
    """Return each control with most of the outcome's variation beyond trend and season, and how much it has."""
    panel = problem.panel
    outcome = np.where(problem.window, problem.outcome, np.nan)
    dates = panel.data["date"].values
    paths = panel.data["controls"].transpose("control", "geo", "date").values
    found = {  # a control that runs against the outcome leaves as little
        str(name): max(explained(outcome, sign * path, panel.frequency, dates) for sign in (1, -1))
        for name, path in zip(panel.data["control"].values, paths, strict=True)
    }
    return {name: share for name, share in found.items() if share >= thresholds.SWALLOWED}
