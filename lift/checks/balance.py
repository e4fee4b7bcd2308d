"""Were the arms alike before the test? A test of the covariate where no effect can be."""

import math
from collections.abc import Mapping

from scipy.special import ndtr

from lift.checks.thresholds import BALANCE_P
from mixproof.records.verdict import Finding


def check(
    experiment: str, control: tuple[float, float], arms: Mapping[str, tuple[float, float]]
) -> list[Finding]:
    """Return a finding for each arm's pre-test difference from the control.

    Parameters
    ----------
    experiment : str
    control : tuple of float
        Mean of the covariate and its squared standard error.
    arms : mapping of str to tuple of float
        The same for each treated arm.
    """
    findings = []
    for name, (mean, variance) in arms.items():
        spread = math.sqrt(variance + control[1])
        p_value = (
            float(2 * ndtr(-abs(mean - control[0]) / spread)) if spread > 0 else float(mean == control[0])
        )
        bad = p_value < BALANCE_P
        words = f"Before the test arm {name} averaged {mean:.5g} and the control {control[0]:.5g} (p = {p_value:.3g})."
        words += " Chance does not make such a difference: look at how people were assigned." if bad else ""
        findings.append(
            Finding("balance", "warning" if bad else "pass", words, p_value, BALANCE_P, experiment)
        )
    return findings
