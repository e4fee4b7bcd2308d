"""Common shocks: what happens to all geos in a period and to no other, such as weather or a competitor's campaign.

Without them, geos that move together count as independent witnesses, and what is bought for the whole country gets
the credit of every shared surprise, with an interval far too narrow.
"""

import numpy as np

from mmm.components.design import ComponentInput, Design, paths_ahead, shared

SIZE = 0.05
"""Scale of the half-normal prior of the shocks' standard deviation, as a fraction of an average period."""


MEMORY = 0.6
"""Autocorrelation of the shocks: what surprises everybody this week has often not passed by the next."""


def build(given: ComponentInput) -> Design | None:
    """Return a basis of all paths over the dates with an outcome that intercept, trend, season and drift cannot draw.

    The columns are the principal paths of an AR(1) of unit variance, less their part in what the other components draw
    anyway; without that part the sampler need not tell them apart.
    """
    panel = given.panel
    if len(panel.geos) == 1 or not given.config.geo.common_shocks:
        return None
    known = panel.observed.any(axis=0)
    drawn = [features[known] for features in given.drawn_by(("trend", "seasonality", "drift"))]
    left, singular, _ = np.linalg.svd(np.column_stack([np.ones(known.sum()), *drawn]), full_matrices=True)
    rest = left[:, int((singular > singular[0] * 1e-10).sum()) :]
    if rest.shape[1] == 0:  # a short panel, of which drift alone draws every path
        return None
    time = np.flatnonzero(known)
    covariance = MEMORY ** np.abs(time[:, None] - time[None, :])
    variance, paths = np.linalg.eigh(rest.T @ covariance @ rest)
    columns = np.zeros((len(known), rest.shape[1]))
    columns[known] = rest @ paths[:, ::-1]
    names = [f"path {number + 1}" for number in range(columns.shape[1])]
    return shared(names, columns, np.sqrt(variance[::-1]), SIZE)


def ahead(design: Design, given: ComponentInput, known: int) -> Design:
    """Return the design with what the shocks so far leave of themselves, and behind it paths of the surprises to come.

    Parameters
    ----------
    design : Design
        Of the first `known` dates.
    given : ComponentInput
        Of all dates.
    known : int

    Returns
    -------
    Design
        Features of `design`, then one for each surprise to come.

    Notes
    -----
    The autocorrelated process given its paths at dates with an outcome. The part of it that other components draw is
    theirs, and counts as not known here.
    """
    seen = given.panel.observed.any(axis=0)
    time = np.concatenate([np.flatnonzero(seen), np.arange(known, len(seen))])
    covariance = MEMORY ** np.abs(time[:, None] - time[None, :])
    count = int(seen.sum())
    basis = design.matrix[0, :known][seen[:known]]
    over = covariance[count:, :count] @ basis / design.scale**2
    left = covariance[count:, count:] - (over * design.scale**2) @ over.T
    return paths_ahead(design, known, over, left)
