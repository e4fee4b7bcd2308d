"""Controls: standardised, so that one prior means the same for each of them."""

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.components.design import Design
from mmm.config import MmmConfig

SCALE = 0.3
"""Prior sd of the effect of one standard deviation of a control, as a fraction of an average period."""


def build(panel: Panel, config: MmmConfig) -> Design | None:
    """Return each control less its mean, over its standard deviation (all geos and dates together)."""
    if not panel.data.sizes["control"]:
        return None
    values = panel.data["controls"].transpose("geo", "date", "control").values
    flat = values.reshape(-1, values.shape[-1])
    spread = flat.std(axis=0)
    standardised = (values - flat.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    names = tuple(str(name) for name in panel.data["control"].values)
    return Design(names, standardised, np.full(len(names), SCALE))
