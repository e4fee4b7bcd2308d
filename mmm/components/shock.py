"""Common shocks: what happens to all geos in a period and to no other, such as weather or a competitor's campaign.

Without them, geos that move together count as independent witnesses, and what is bought for the whole country gets
the credit of every shared surprise, with an interval far too narrow.
"""

import numpy as np

from mixlift.aggregates.panel import Panel
from mmm.components.design import Design, dates, shared
from mmm.config import MmmConfig

SIZE = 0.05
"""Scale of the half-normal prior of the shocks' standard deviation, as a fraction of an average period."""


def build(panel: Panel, config: MmmConfig) -> Design | None:
    """Return one indicator a period with an outcome, for panels of several geos whose config does not decline it."""
    if len(panel.geos) == 1 or not config.geo.common_shocks:
        return None
    known = panel.observed.any(axis=0)
    names = [str(day.date()) for day in dates(panel)[known]]
    return shared(names, np.eye(len(known))[:, known], 1.0, SIZE)
