"""Baseline: does anything sell without media, or are media given more outcome than there was?"""

import numpy as np

from mixproof.records.verdict import Finding, Status
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination

NAME = "baseline"


def run(examined: Examination) -> list[Finding]:
    """Return in how many draws and periods the whole baseline, all geos together, is below zero."""
    found = examined.found
    parts = [number for number, part in enumerate(found.parts) if part.kind == "baseline"]
    return [judge(found.by_date[parts].sum(axis=0))]


def judge(baseline: np.ndarray) -> Finding:
    """Return the finding on the baseline (date, sample)."""
    share = float(np.mean(baseline < 0))
    status: Status = "pass" if share < thresholds.NEGATIVE_BASELINE else "warning"
    if share >= thresholds.FAILING_NEGATIVE_BASELINE:
        status = "failure"
    sentence = (wording.BASELINE_FINE if status == "pass" else wording.BASELINE_NEGATIVE).format(share=share)
    return Finding(NAME, status, sentence, share, thresholds.NEGATIVE_BASELINE)


CHECK = Check(NAME, run)
