"""Common shocks: what happens to all geos in a period and to no other, such as weather or a competitor's campaign.

Without them, geos that move together count as independent witnesses, and what is bought for the whole country gets
the credit of every shared surprise, with an interval far too narrow.
"""

import numpy as np

from mixlift.aggregates.panel import Panel
from mmm.components import drift, seasonality, trend
from mmm.components.design import Design, shared
from mmm.config import MmmConfig

SIZE = 0.05
"""Scale of the half-normal prior of the shocks' standard deviation, as a fraction of an average period."""


def build(panel: Panel, config: MmmConfig) -> Design | None:
    """Return a basis of all paths over the dates with an outcome that intercept, season and drift cannot draw.

    The basis is orthonormal, so independent coefficients of one size are independent shocks of that size, less
    their part in what the other components draw anyway; without that part the sampler need not tell them apart.
    """
    if len(panel.geos) == 1 or not config.geo.common_shocks:
        return None
    known = panel.observed.any(axis=0)
    smooth = [component.build(panel, config) for component in (trend, seasonality, drift)]
    drawn = [design.matrix[0][known] for design in smooth if design is not None]
    basis = np.column_stack([np.ones(known.sum()), *drawn])
    left, singular, _ = np.linalg.svd(basis, full_matrices=True)
    rank = int((singular > singular[0] * 1e-10).sum())
    columns = np.zeros((len(known), int(known.sum()) - rank))
    columns[known] = left[:, rank:]
    return shared([f"path {number + 1}" for number in range(columns.shape[1])], columns, 1.0, SIZE)
