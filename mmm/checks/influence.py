"""Influence: are there single periods that decide the result?

References
----------
Vehtari, Simpson, Gelman, Yao, Gabry 2024, Pareto smoothed importance sampling, JMLR 25(72).
"""

import numpy as np
from arviz_stats.base import array_stats

from mixlift.records.verdict import Finding, Status
from mmm.checks import thresholds, wording
from mmm.checks.examination import Check, Examination

NAME = "influence"


def run(examined: Examination) -> list[Finding]:
    """Return how many outcomes could not be left out without changing the posterior."""
    panel = examined.setting.panel
    geo, date = np.nonzero(panel.observed)
    k_hat = pareto_k(examined.fitted.log_density)
    worst = int(np.argmax(k_hat))
    place = str(panel.data["date"].values[date[worst]])[:10]
    if len(panel.geos) > 1:
        place = f"{panel.geos[geo[worst]]}, {place}"
    return [judge(k_hat, place)]


def pareto_k(log_density: np.ndarray) -> np.ndarray:
    """Return the Pareto k of leaving each cell out, shape (cell,), from log densities (cell, sample)."""
    # It takes the log density itself: the weights of leaving out are its inverse.
    _, k_hat = array_stats.psislw(log_density, r_eff=1.0, axis=-1)
    return np.nan_to_num(np.asarray(k_hat, dtype=float), nan=np.inf)


def judge(k_hat: np.ndarray, place: str) -> Finding:
    """Return the finding on Pareto k (cell,)."""
    limit = thresholds.MAX_K_HAT
    count = int((k_hat > limit).sum())
    share = count / k_hat.size
    status: Status = "pass" if share <= thresholds.WARNING_K_SHARE else "warning"
    if share > thresholds.FAILING_K_SHARE:
        status = "failure"
    sentence = (wording.INFLUENCE_FINE if status == "pass" else wording.INFLUENCE).format(
        count=count, cells=k_hat.size, share=share, limit=limit, k=float(k_hat.max()), place=place
    )
    return Finding(NAME, status, sentence, share, thresholds.WARNING_K_SHARE)


CHECK = Check(NAME, run)
