"""Block conformal inference: is the test's stretch of residuals unusual among all stretches of its length?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from lift.geo.estimators.donors import Estimator, Flags, Floats, contrasts
from lift.geo.estimators.rolling import Fits
from lift.geo.inference.placebo import Inference, invert_by_search, p_value_of
from lift.geo.trust.certificate import Certificate, Window, judge, sizes, windows_alike
from lift.geo.trust.support import independent_sets

Statistic = Literal["sum", "path"]
Gap = Callable[[Floats, Flags], Floats]
"""``(outcome (units, time), treated (units,)) -> residuals (time,)`` of a fit to ALL periods."""


def shifts(residuals: Floats, periods: int, statistic: Statistic = "sum") -> Floats:
    """Return how unusual the last `periods` of each cyclic shift of the residuals are, the unshifted test's first.

    Parameters
    ----------
    residuals : numpy.ndarray, shape (time,)
        Residuals under the hypothesis, test periods last.
    periods : int
        Number of test periods.
    statistic : {"sum", "path"}
        "sum": the size of the total, which a constant effect moves; "path": the total of the sizes, which also
        rejects effects that are not constant.

    Returns
    -------
    numpy.ndarray, shape (time,)

    References
    ----------
    Chernozhukov, V., Wuthrich, K. and Zhu, Y. (2021). An Exact and Robust Conformal Inference Method for
    Counterfactual and Synthetic Controls. JASA 116, 1849-1864. Cyclic shifts keep serial correlation whole; free
    permutations, as in common implementations, do not.
    """
    total = residuals.size
    blocks = residuals[(np.arange(total)[:, None] + np.arange(total - periods, total)) % total]
    return np.abs(blocks.sum(axis=1)) if statistic == "sum" else np.abs(blocks).sum(axis=1)


def certify_stretches(
    fits: Fits,
    members: Mapping[str, Estimator],
    outcome: Floats,
    length: int,
    level: float,
    pseudo_tests: int,
) -> Certificate:
    """Return the certificate of the block conformal interval on windows before the test.

    The pseudo-tests are those of `lift.geo.trust.certificate.certify`, each fitted anew to all periods up to the window's end.
    None has an effect injected: under the truth it would be taken out again.

    Parameters
    ----------
    fits : Fits
        Set 0 is the treated one; the last origin is the real test and is not used.
    members : mapping of str to callable
        Estimators of the mix.
    outcome : numpy.ndarray, shape (units, time)
    length : int
        Periods in the test.
    level : float
    pseudo_tests : int
        Fewest wanted.

    Returns
    -------
    Certificate
        Coverage of the interval, without an injected effect.
    """
    found = []
    for scores, chosen in windows_alike(fits, outcome, length, pseudo_tests):
        known = outcome[:, : scores.origin + length]
        sets, mix = fits.treated[chosen], scores.mix[chosen]
        refitted = [member(known, sets, known.shape[1]) for member in members.values()]
        contrast = np.einsum("bk,kbn->bn", mix, np.stack([contrasts(donors, sets) for donors in refitted]))
        residuals = contrast @ known
        residuals = residuals - residuals.mean(axis=1, keepdims=True)
        rows = [shifts(row, length) for row in residuals]
        total = (sets @ known[:, scores.origin :]).sum(axis=1)
        alike = independent_sets(residuals[:, : scores.origin])
        found.append(Window(rows, rows, scores.total[0][chosen], total, scores.origin, length, alike))
    return judge(found, level, 0.0)


def conformal_inference(
    gap: Gap,
    outcome: Floats,
    treated: Flags,
    split: int,
    level: float,
    point: float,
    statistic: Statistic = "sum",
    widen: float = 1.0,
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
    widen : float
        Factor, at least 1, on the statistics of the other stretches.

    Returns
    -------
    Inference
        The interval is in the outcome's unit, a total over the test.

    Notes
    -----
    The counterfactual is fitted again under every hypothesis, test periods included. A set without any member means
    that no constant effect fits; that can only happen with "path".
    """
    periods = outcome.shape[1] - split
    spread = np.zeros_like(outcome)
    spread[:, split:] = (sizes(outcome[:, :split].mean(axis=1), treated) / periods)[:, None]

    def p_at(total: float) -> float:
        found = shifts(gap(outcome - total * spread, treated), periods, statistic)
        return float(p_value_of(found, np.ones(1), widen))

    base = gap(outcome, treated)
    # Residuals are shrunk by a fit that saw the test; the search only needs their order of magnitude.
    step = max(
        float(base.std()) * treated.sum() * np.sqrt(periods), 1e-9 * float(np.abs(outcome).mean()) * periods
    )
    return replace(invert_by_search(p_at, point, step, level, outcome.shape[1] - 1), widened=widen)
