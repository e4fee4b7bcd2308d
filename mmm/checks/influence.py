"""Influence: are there single periods that decide the result?

References
----------
Vehtari, Simpson, Gelman, Yao, Gabry 2024, Pareto smoothed importance sampling, JMLR 25(72).
"""

import numpy as np

from mixproof.records.verdict import Finding, Status
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination
from mmm.numerics.importance_weights import tail_shape

NAME = "influence"


def run(examined: Examination) -> list[Finding]:
    """Return how many outcomes could not be left out without changing the posterior."""
    panel = examined.problem.panel
    geo, date = np.nonzero(panel.observed)
    k_hat = pareto_k(examined.fitted.log_density)
    worst = int(np.argmax(k_hat))
    place = str(panel.data["date"].values[date[worst]])[:10]
    if len(panel.geos) > 1:
        place = f"{panel.geos[geo[worst]]}, {place}"
    return [judge(k_hat, place)]


def pareto_k(log_density: np.ndarray) -> np.ndarray:
    """Return the Pareto k of leaving each cell out, shape (cell,), from log densities (cell, sample)."""
    # The weights of leaving a cell out are the inverse of its density. Where no tail can be fitted, nothing is known.
    return np.nan_to_num(tail_shape(-log_density), nan=np.inf, posinf=np.inf)


def judge(k_hat: np.ndarray, place: str) -> Finding:
    """Return the finding on Pareto k (cell,).

    Parameters
    ----------
    k_hat : numpy.ndarray, shape (cell,)
    place : str
        Geo and date of the largest, for the sentence.

    Returns
    -------
    Finding
    """
    limit = thresholds.MAX_K_HAT
    count = int((k_hat > limit).sum())
    share = count / k_hat.size
    status: Status = "pass" if share <= thresholds.WARNING_K_SHARE else "warning"
    if share > thresholds.FAILING_K_SHARE:
        status = "failure"
    passed = wording.INFLUENCE_FEW if count else wording.INFLUENCE_FINE
    largest = float(k_hat.max())
    words = (passed if status == "pass" else wording.INFLUENCE).format(
        count=count,
        cells=k_hat.size,
        share=share,
        limit=limit,
        k=largest,
        largest=f"largest {largest:.2f}" if np.isfinite(largest) else "not to be told",
        place=place,
    )
    return Finding(NAME, status, words, share, thresholds.WARNING_K_SHARE)


CHECK = Check(NAME, run, of_sample=True)
