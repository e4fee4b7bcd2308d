"""Tests of several channels at once, such as a holdout from all media: what channels are left with adds up to it.

The test is one more readout of the same likelihood, not a scale that is laid on afterwards: the channels whose own tests leave
most open give most. Where the channels' own tests and the test of all together disagree, that is said with its numbers.
"""

from collections.abc import Sequence

import numpy as np

from lift.attribution.factors.matching import Match
from lift.attribution.factors.model import Factors, Total
from mixproof.records.verdict import Finding, Status

APART = 2.0
"""Standard errors between the sum of channels and the test of all above which they are said to disagree."""


def reconcile(
    factors: Factors, channels: Sequence[str], tests: Sequence[Match], seed: int
) -> tuple[Factors, list[Finding]]:
    """Return factors that have seen tests of several channels too, and how far these were from the sum of channels.

    Parameters
    ----------
    factors : Factors
        That know the tests of single channels.
    channels : sequence of str
        Their names.
    tests : sequence of Match
        Of several channels each.
    seed : int

    Returns
    -------
    Factors
    list of Finding
        One a test.
    """
    findings = []
    for number, test in enumerate(tests):
        names = list(test.parts)
        total = Total(
            channels=tuple(channels.index(name) for name in names),
            time=test.time,
            effect=test.effect,
            se=test.se,
            credit=tuple(test.parts[name][0] for name in names),
            noise=tuple(test.parts[name][1] for name in names),
        )
        factors, predicted = factors.with_total(total, seed + number)
        findings.append(_finding(test, names, predicted))
    return factors, findings


def _finding(test: Match, names: Sequence[str], predicted: np.ndarray) -> Finding:
    """Return how far the sum of channels was from what the test of all of them measured."""
    middle, spread = float(predicted.mean()), float(predicted.std())
    z = (test.effect - middle) / float(np.hypot(test.se, spread))
    status: Status = "warning" if abs(z) > APART else "pass"
    said = "disagree" if status == "warning" else "agree"
    what = (
        f"{' + '.join(names)} and {test.experiment} {said}: the channels' own factors add up to {middle:,.0f} {test.unit}"
        f" (standard deviation {spread:,.0f}), the test of all together measured {test.effect:,.0f} (standard error"
        f" {test.se:,.0f}): {z:+.1f} standard errors. Calibrated credit is held to both."
    )
    return Finding("attribution_together", status, what, abs(z), APART, test.experiment)
