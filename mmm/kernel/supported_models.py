"""Which models the kernel covers: what it lacks for the others is said, and PyMC computes them."""

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.problem.priors import channel_prior


def uncovered(panel: Panel, config: MmmConfig) -> str | None:
    """Return what the kernel lacks for this model, in words; None when it covers all of it."""
    if config.likelihood.family == "negative_binomial":
        return "the negative binomial likelihood"
    if any(channel_prior(name, panel, config)[0] == "mroi" for name in panel.channels):
        return "a prior on mROI"
    if np.isfinite(panel.data["frequency"].values).any():
        return "reach and frequency"
    return None
