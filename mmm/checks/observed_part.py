"""The observed part of a return: how much of what a channel brought lies below the lowest level that was ever observed?

A channel that is never off has a part of its effect in all periods alike. Data see what came of moving above that level; what
the level itself brings against none they cannot tell from the baseline: it is what the priors on the return and on the form of
the curve say. `mmm.effects.contribution.lowest_effect` works the part out, draw by draw.
"""

from collections.abc import Sequence

import numpy as np

from mixproof.records.verdict import Finding
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination
from mmm.effects.return_on_spend import assumed_share

NAME = "observed_part"


def run(examined: Examination) -> list[Finding]:
    """Return one finding a channel that ran: which share of what it brought was never observed."""
    found = examined.found
    shares = [assumed_share(found, [number]) for number in range(len(found.channels))]
    ran = [bool(np.any(found.media[number] != 0)) for number in range(len(found.channels))]
    rows = zip(examined.problem.panel.channels, shares, ran, strict=True)
    return [judge(name, share) for name, share, there in rows if there]


def judge(channel: str, share: np.ndarray) -> Finding:
    """Return the finding on a channel of whose contribution this share lies below its lowest observed level.

    Parameters
    ----------
    channel : str
    share : numpy.ndarray, shape (sample,)
        Between 0 and 1.

    Returns
    -------
    Finding
    """
    likely = float((share > thresholds.MOSTLY).mean())
    low, high = (float(end) for end in np.quantile(share, [0.05, 0.95]))
    words = {"channel": channel, "share": float(share.mean()), "low": low, "high": high, "likely": likely}
    if likely > thresholds.ASSUMED_POSSIBLE:
        sentence = wording.MOSTLY_ASSUMED.format(**words)
        return Finding(NAME, "warning", sentence, likely, thresholds.ASSUMED_POSSIBLE, channel)
    sentence = wording.MOSTLY_OBSERVED.format(**words)
    return Finding(NAME, "pass", sentence, likely, thresholds.ASSUMED_POSSIBLE, channel)


def mostly_assumed(findings: Sequence[Finding]) -> list[str]:
    """Return the channels of whose return most may lie below what was observed."""
    return [str(f.subject) for f in findings if f.check == NAME and f.status == "warning"]


CHECK = Check(NAME, run)
