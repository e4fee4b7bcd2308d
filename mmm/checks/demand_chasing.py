"""Demand chasing: does spend follow what sells without media, so that its return is mixed up with that demand?

Asked of the data, not of the posterior: a model that takes demand for an effect of the channel leaves none of it to
see. `log_evidence` weighs the two accounts for each channel; here they become a probability, in which a chase by
one of the channels was as likely as none beforehand, and a finding.

Measured on worlds that were not used to build it (``benchmarks/results/demand_chasing.md``; 240 of each kind): a chase of
the shipped kind is said in 91 % of worlds, of one flighted channel in 45 %, of a weak one in 55 %, of demand that
does not last in 35 %; that it may be there, without a warning, in all others of the shipped kind. Without a chase a
warning comes in 9 to 21 % of worlds, 29 % of small ones with much media, and up to 40 % where unseen demand is large and
media bring half of all sales. A probability, not a proof: both ways.

References
----------
See `mmm.checks.demand_chasing_evidence`.
"""

from collections.abc import Mapping

import numpy as np
from scipy import special

from mixproof.records.verdict import Finding
from mmm.checks import thresholds, wording
from mmm.checks.chasing_rates import Rates, nearest
from mmm.checks.check import Check, Examination
from mmm.checks.demand_chasing_evidence import log_evidence
from mmm.checks.demand_chasing_series import series_of
from mmm.problem.problem import Problem

NAME = "demand_chasing"
FEWEST_PERIODS = 52
"""Periods below which the two accounts cannot be told apart."""


def run(examined: Examination) -> list[Finding]:
    """Return a finding for each channel whose spend follows demand, or that none is seen to."""
    panel, window = examined.problem.panel, examined.problem.window
    near = nearest(panel.frequency, int(window.any(axis=0).sum()), len(panel.geos) > 1)
    return [*said_of_plans(examined.problem), *judge(examined.chasing, near)]


def evidence(problem: Problem) -> dict[str, float]:
    """Return the log evidence that spend follows demand, by paid channel; empty where there are too few periods.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    dict of str to float
        Without channels whose spend was fixed ahead of time, as the YAML says: they are media like all others, and not asked.
    """
    series = series_of(problem)
    if series.known.sum() < FEWEST_PERIODS:
        return {}
    planned = planned_ahead(problem)
    return {name: found for name, found in log_evidence(series).items() if name not in planned}


def planned_ahead(problem: Problem) -> list[str]:
    """Return the paid channels whose spend was fixed ahead of time, as the YAML says."""
    return [name for name in problem.panel.paid if problem.config.channel(name).planned]


def said_of_plans(problem: Problem) -> list[Finding]:
    """Return a finding on each channel that is not asked, since the YAML says that its spend was fixed ahead of time."""
    return [
        Finding(NAME, "pass", wording.CHASING_PLANNED.format(channel=name), subject=name)
        for name in planned_ahead(problem)
    ]


def judge(found: Mapping[str, float], near: Rates) -> list[Finding]:
    """Return the findings on all channels: whether any follows demand is asked of all of them together first.

    Parameters
    ----------
    found : mapping of str to float
        Log evidence that spend follows demand, by channel that is asked.
    near : Rates
        How often the check is right in the worlds nearest to the data.

    Returns
    -------
    list of Finding
    """
    if not found:
        return [Finding(NAME, "pass", wording.CHASING_UNKNOWN)]
    overall = chase_probability(found)
    single = {name: float(special.expit(each)) for name, each in found.items()}
    closest = max(single, key=lambda name: single[name])
    if overall <= thresholds.CHASING_POSSIBLE:
        seen = overall > thresholds.CHASING_UNSEEN
        words = wording.CHASING_OPEN if seen else wording.NO_CHASING
        sentence = words.format(probability=overall, limit=thresholds.CHASING_POSSIBLE, channel=closest)
        return [Finding(NAME, "note" if seen else "pass", sentence, overall, thresholds.CHASING_POSSIBLE)]
    named = [name for name, each in single.items() if each > thresholds.CHASING_NAMED] or [closest]
    return [_warning(name, single[name], overall, near) for name in named]


def chase_probability(found: Mapping[str, float]) -> float:
    """Return the probability that one of the channels follows demand, where that was as likely as not beforehand."""
    return float(special.expit(special.logsumexp(list(found.values())) - np.log(len(found))))


def _warning(channel: str, probability: float, overall: float, near: Rates) -> Finding:
    """Return the warning about one channel."""
    rates = {"worlds": near.worlds, "like": near.like, "marked": near.marked, "found": _found(near)}
    if probability <= thresholds.CHASING_POSSIBLE:  # too little of its own to say how its spend moves
        sentence = wording.CHASING_BESIDE.format(
            channel=channel, probability=probability, overall=overall, **rates
        )
        return Finding(NAME, "warning", sentence, probability, thresholds.CHASING_NAMED, channel)
    certain = probability > thresholds.CHASING_CERTAIN
    limit = thresholds.CHASING_CERTAIN if certain else thresholds.CHASING_POSSIBLE
    sentence = wording.CHASING.format(
        channel=channel,
        verb=wording.CHASING_CERTAIN if certain else wording.CHASING_POSSIBLE,
        probability=probability,
        alarm=near.certain if certain else near.warned,
        **rates,
    )
    return Finding(NAME, "warning", sentence, probability, limit, channel)


def _found(near: Rates) -> str:
    """Return what is known of channels that do follow demand in such worlds."""
    return "" if np.isnan(near.found) else f" and {near.found:.0%} of channels whose spend follows it"


CHECK = Check(NAME, run)
