"""Can any people have these sums? What contradicts arithmetic is no data."""

from collections.abc import Mapping

import numpy as np

SLACK = 1e-6
"""Relative: exports are rounded."""


def impossible(sums: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return, for each rule that rows break, the sentence and the mask of those rows.

    Parameters
    ----------
    sums : mapping of str to numpy.ndarray, shape (row,)
        By role: users, converters, revenue, revenue_squared, covariate, covariate_squared, covariate_revenue,
        covariate_converters, exposed, exposed_converters; only what the table has.

    Notes
    -----
    Squares: by Cauchy and Schwarz the sum of squares of k people is at least (sum)^2 / k.
    """
    users, converters = sums["users"], sums["converters"]
    broken: dict[str, np.ndarray] = {"more converters than users": converters > users}
    if "revenue" in sums:
        revenue, squares = sums["revenue"], sums["revenue_squared"]
        least = revenue**2 / np.maximum(converters, 1)
        broken["squared revenue below revenue squared over converters"] = squares < least * (1 - SLACK)
        broken["revenue without converters"] = (converters == 0) & (revenue != 0)
    if "covariate" in sums:
        covariate, squares = sums["covariate"], sums["covariate_squared"]
        least = covariate**2 / np.maximum(users, 1)
        broken["squared covariate below covariate squared over users"] = squares < least * (1 - SLACK)
        if "covariate_revenue" in sums and "revenue" in sums:
            most = np.sqrt(squares * sums["revenue_squared"])
            broken["covariate times revenue beyond what the squares allow"] = np.abs(
                sums["covariate_revenue"]
            ) > most * (1 + SLACK)
        if "covariate_converters" in sums:
            most = np.sqrt(squares * np.maximum(converters, 0))
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
