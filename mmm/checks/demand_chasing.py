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
from mmm.checks.check import Check, Examination
from mmm.checks.demand_chasing_evidence import log_evidence
from mmm.checks.demand_chasing_series import series_of
from mmm.problem.problem import Problem

NAME = "demand_chasing"
FEWEST_PERIODS = 52
"""Periods below which the two accounts cannot be told apart."""


def run(examined: Examination) -> list[Finding]:
    """Return a finding for each channel whose spend follows demand, or that none is seen to."""
    return judge(examined.chasing)


def evidence(problem: Problem) -> dict[str, float]:
    """Return the log evidence that spend follows demand, by paid channel; empty where there are too few periods."""
    series = series_of(problem)
    return log_evidence(series) if series.known.sum() >= FEWEST_PERIODS else {}


def judge(found: Mapping[str, float]) -> list[Finding]:
    """Return the findings on all channels: whether any follows demand is asked of all of them together first."""
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
    return [_warning(name, single[name], overall) for name in named]


def chase_probability(found: Mapping[str, float]) -> float:
    """Return the probability that one of the channels follows demand, where that was as likely as not beforehand."""
    return float(special.expit(special.logsumexp(list(found.values())) - np.log(len(found))))


def _warning(channel: str, probability: float, overall: float) -> Finding:
    """Return the warning about one channel."""
    if probability <= thresholds.CHASING_POSSIBLE:  # too little of its own to say how its spend moves
        sentence = wording.CHASING_BESIDE.format(channel=channel, probability=probability, overall=overall)
        return Finding(NAME, "warning", sentence, probability, thresholds.CHASING_NAMED, channel)
    certain = probability > thresholds.CHASING_CERTAIN
    limit = thresholds.CHASING_CERTAIN if certain else thresholds.CHASING_POSSIBLE
    sentence = wording.CHASING.format(
        channel=channel,
        verb=wording.CHASING_CERTAIN if certain else wording.CHASING_POSSIBLE,
        probability=probability,
        alarm=thresholds.CHASING_CERTAIN_ALARM if certain else thresholds.CHASING_POSSIBLE_ALARM,
    )
    return Finding(NAME, "warning", sentence, probability, limit, channel)


CHECK = Check(NAME, run)
