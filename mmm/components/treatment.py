"""Treatments: things that were done without buying media, such as promotions; their zero is doing nothing."""

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.components.design import Design
from mmm.config import MmmConfig

SCALE = 0.2
"""Prior sd of the effect of the largest dose, as a fraction of an average period."""


def build(panel: Panel, config: MmmConfig) -> Design | None:
    """Return each treatment over its largest absolute dose; not centred, so that no dose means no contribution."""
    if not panel.data.sizes["treatment"]:
        return None
    values = panel.data["treatments"].transpose("geo", "date", "treatment").values
    largest = np.abs(values).max(axis=(0, 1))
    names = tuple(str(name) for name in panel.data["treatment"].values)
    return Design(names, values / np.where(largest > 0, largest, 1.0), np.full(len(names), SCALE))
