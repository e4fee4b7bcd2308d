"""Block conformal inference: is the test's stretch of residuals unusual among all stretches of its length?"""

from collections.abc import Callable
from typing import Literal

import numpy as np

from lift.geo.certificate import sizes
from lift.geo.donors import Flags, Floats
from lift.geo.inference import Inference, invert_by_search

Statistic = Literal["sum", "path"]
Gap = Callable[[Floats, Flags], Floats]
"""``(outcome (units, time), treated (units,)) -> residuals (time,)`` of a fit to ALL periods."""


def conformal_p_value(residuals: Floats, periods: int, statistic: Statistic = "sum") -> float:
    """Return the share of cyclic shifts of the residuals whose last `periods` are at least as unusual as the test's.

    Parameters
    ----------
    residuals : numpy.ndarray, shape (time,)
        Residuals under the hypothesis, test periods last.
    periods : int
        Number of test periods.
    statistic : {"sum", "path"}
        "sum": the size of the total, which a constant effect moves; "path": the total of the sizes, which also
        rejects effects that are not constant.

    References
    ----------
    Chernozhukov, V., Wuthrich, K. and Zhu, Y. (2021). An Exact and Robust Conformal Inference Method for
    Counterfactual and Synthetic Controls. JASA 116, 1849-1864. Cyclic shifts keep serial correlation whole; free
    permutations, as in common implementations, do not.
    """
    total = residuals.size
    blocks = residuals[(np.arange(total)[:, None] + np.arange(total - periods, total)) % total]
    found = np.abs(blocks.sum(axis=1)) if statistic == "sum" else np.abs(blocks).sum(axis=1)
    return float((found >= found[0] * (1 - 1e-9)).mean())


def conformal_inference(
    gap: Gap,
    outcome: Floats,
    treated: Flags,
    split: int,
    level: float,
    point: float,
    statistic: Statistic = "sum",
) -> Inference:
    """Return point, interval and p-value for the treated total, all from one set of hypotheses.

    Parameters
    ----------
    gap : callable
        Fits all periods and returns the treated MEAN's residuals.
    outcome : numpy.ndarray, shape (units, time)
    treated : numpy.ndarray of bool, shape (units,)
    split : int
        Number of pre-test periods.
    level : float
    point : float
        The estimate by the fit to pre-test periods alone, which is printed and from which the search begins.
    statistic : {"sum", "path"}

    Notes
    -----
    The counterfactual is fitted again under every hypothesis, test periods included. A set without any member means
    that no constant effect fits; that can only happen with "path".
    """
    periods = outcome.shape[1] - split
    spread = np.zeros_like(outcome)
    spread[:, split:] = (sizes(outcome[:, :split].mean(axis=1), treated) / periods)[:, None]

    def p_at(total: float) -> float:
        return conformal_p_value(gap(outcome - total * spread, treated), periods, statistic)

    base = gap(outcome, treated)
    # Residuals are shrunk by a fit that saw the test; the search only needs their order of magnitude.
    step = max(
        float(base.std()) * treated.sum() * np.sqrt(periods), 1e-9 * float(np.abs(outcome).mean()) * periods
    )
    return invert_by_search(p_at, point, step, level, outcome.shape[1] - 1)
