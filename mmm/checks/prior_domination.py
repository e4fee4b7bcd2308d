"""Prior and data: for which channels is the answer what was believed before, and for which does it contradict that?"""

import numpy as np
from scipy.special import ndtri

from mixproof.records.verdict import Finding
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination
from mmm.checks.data_alone import DataAlone, data_alone

NAME = "prior_domination"
BINS = 20


def run(examined: Examination) -> list[Finding]:
    """Return one finding a channel: how far its posterior overlaps its prior, in the quantity the prior is about."""
    score, value = (
        examined.posterior[name].transpose("channel", ...).values for name in ("media_z", "media_value")
    )
    laws = [prior.law for prior in examined.problem.priors]
    return [
        judge(name, overlap(score[number].ravel()), data_alone(value[number].ravel(), laws[number]))
        for number, name in enumerate(examined.problem.panel.channels)
    ]


def overlap(score: np.ndarray) -> float:
    """Return the share that the law of `score` has in common with the standard normal, its prior.

    Notes
    -----
    sum_b min(1/B, p_b) over B bins of equal prior probability: 1 if the data said nothing, 0 if the posterior lies
    where the prior did not look.
    """
    edges = ndtri(np.arange(1, BINS) / BINS)
    counts = np.bincount(np.searchsorted(edges, score), minlength=BINS)
    return float(np.minimum(1 / BINS, counts / counts.sum()).sum())


def judge(channel: str, common: float, alone: DataAlone) -> Finding:
    """Return the finding on a channel whose posterior has `common` in common with its prior, or whose data contradict that.

    Parameters
    ----------
    channel : str
    common : float
        As `overlap` gives it, between 0 and 1.
    alone : DataAlone
        What the data say without the prior.

    Returns
    -------
    Finding
    """
    if alone.tail <= thresholds.CONFLICT_TAIL:
        words = wording.PRIOR_CONFLICT.format(
            channel=channel, tail=alone.tail, side=alone.side, limit=thresholds.CONFLICT_TAIL
        )
        return Finding(NAME, "warning", words, alone.tail, thresholds.CONFLICT_TAIL, channel)
    dominated = common >= thresholds.PRIOR_OVERLAP
    sentence = (wording.PRIOR_SPEAKS if dominated else wording.DATA_SPEAK).format(
        channel=channel, overlap=common
    )
    return Finding(
        NAME, "warning" if dominated else "pass", sentence, common, thresholds.PRIOR_OVERLAP, channel
    )


CHECK = Check(NAME, run)
