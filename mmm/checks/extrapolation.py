"""Extrapolation: would more of a channel be read off a part of its response curve that was never observed?

What lies below all that was observed is asked of the draws: see `mmm.checks.observed_part`.
"""

import numpy as np

from mixproof.records.verdict import Finding
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination
from mmm.effects.terms import carryover_weights, observed_exposure
from mmm.transforms.convolution import convolve

NAME = "extrapolation"


def run(examined: Examination) -> list[Finding]:
    """Return findings for each channel: how low and how high its carried-over exposure was ever seen."""
    problem = examined.problem
    findings = []
    for number, name in enumerate(problem.panel.channels):
        weights = carryover_weights(problem, examined.draws, number).mean(axis=-1)
        carried = convolve(observed_exposure(problem, number).amount, weights)
        findings += judge(name, carried[problem.window])
    return findings


def judge(channel: str, carried: np.ndarray) -> list[Finding]:
    """Return the findings on a channel with carried-over exposure `carried` (cell,).

    Parameters
    ----------
    channel : str
    carried : numpy.ndarray, shape (cell,)
        In model exposure.

    Returns
    -------
    list of Finding
        None for a channel that never ran.
    """
    usual = carried.mean()
    if usual <= 0:
        return []
    low, high = (float(end) for end in np.quantile(carried, [0.05, 0.95]) / usual)
    words = {"channel": channel, "low": low, "high": high}
    if high < 1:  # the mean lies above what all but a few periods reach: it is no usual level
        count = int((carried > usual).sum())
        sentence = wording.SELDOM.format(channel=channel, count=count, cells=carried.size)
        return [Finding(NAME, "warning", sentence, high, thresholds.HIGHEST_EXPOSURE, channel)]
    seldom_high = high < thresholds.HIGHEST_EXPOSURE
    sentence = (wording.NEVER_HIGH if seldom_high else wording.SEEN_LOW_AND_HIGH).format(**words)
    return [
        Finding(
            NAME,
            "warning" if seldom_high else "pass",
            sentence,
            high,
            thresholds.HIGHEST_EXPOSURE,
            channel,
        )
    ]


CHECK = Check(NAME, run)
