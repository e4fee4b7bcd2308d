"""Can any people have these sums? What contradicts arithmetic is no data."""

from collections.abc import Mapping

import numpy as np

SLACK = 1e-6
"""Relative: sums of floating-point numbers are not exact."""
_MOST_DECIMALS = 6
"""A column with more decimals is taken as it is; half a unit there would be less than `SLACK` of anything."""


def impossible(sums: Mapping[str, np.ndarray], noise: float = 0.0) -> dict[str, np.ndarray]:
    """Return, for each rule that rows break, the sentence and the mask of those rows.

    Parameters
    ----------
    sums : mapping of str to numpy.ndarray, shape (row,)
        By role: users, converters, revenue, revenue_squared, covariate, covariate_squared, covariate_revenue,
        covariate_converters, exposed, exposed_converters; only what the table has.
    noise : float, default 0
        How far privacy noise may have moved a row's converters, up or down.

    Returns
    -------
    dict of str to numpy.ndarray of bool, shape (row,)
        Empty where the sums are possible.

    Notes
    -----
    Squares: by Cauchy and Schwarz the sum of squares of k people is at least (sum)^2 / k. Both may have been rounded to
    the decimals that their column shows: 100.60 for 100.604 has a larger square than the one that was added up.
    """
    users, converters = sums["users"], sums["converters"]
    broken: dict[str, np.ndarray] = {"more converters than users": converters > users + noise}
    if "revenue" in sums:
        revenue, squares = sums["revenue"], sums["revenue_squared"]
        broken["squared revenue below revenue squared over converters"] = _too_small(
            squares, revenue, converters
        )
        broken["revenue without converters"] = (converters == 0) & (revenue != 0)
    if "covariate" in sums:
        covariate, squares = sums["covariate"], sums["covariate_squared"]
        broken["squared covariate below covariate squared over users"] = _too_small(squares, covariate, users)
        if "covariate_revenue" in sums and "revenue" in sums:
            most = np.sqrt(squares * sums["revenue_squared"])
            broken["covariate times revenue beyond what the squares allow"] = np.abs(
                sums["covariate_revenue"]
            ) > most * (1 + SLACK)
        if "covariate_converters" in sums:
            most = np.sqrt(squares * np.maximum(converters + noise, 0))
            broken["covariate of converters beyond what the squares allow"] = np.abs(
                sums["covariate_converters"]
            ) > most * (1 + SLACK)
    if "exposed" in sums:
        broken["more exposed people than users"] = sums["exposed"] > users
    if "exposed_converters" in sums:
        most = np.minimum(converters, sums["exposed"])
        broken["more exposed converters than converters or exposed people"] = (
            sums["exposed_converters"] > most
        )
    return {sentence: mask for sentence, mask in broken.items() if mask.any()}


def _too_small(squares: np.ndarray, total: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Return which sums of squares are smaller than any people with this total could have, rounding allowed for."""
    nearest = np.maximum(np.abs(total) - rounding(total), 0.0)
    least = nearest**2 / np.maximum(people, 1)
    return squares + rounding(squares) < least * (1 - SLACK)


def rounding(column: np.ndarray) -> float:
    """Return half a unit of the last decimal that a column shows; 0 where it shows more than can be told."""
    for decimals in range(_MOST_DECIMALS + 1):
        if np.allclose(column, np.round(column, decimals), rtol=1e-13, atol=1e-9):
            return 0.5 * 10.0**-decimals
    return 0.0
