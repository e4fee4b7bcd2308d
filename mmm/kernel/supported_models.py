"""Which models the kernel covers: what it lacks for the others is said, and PyMC computes them."""

import numpy as np

from mmm.problem.problem import Problem


def uncovered(problem: Problem) -> str | None:
    """Return what the kernel lacks for this model, in words; None when it covers all of it."""
    if problem.config.likelihood.family == "negative_binomial":
        return "the negative binomial likelihood"
    if any(prior.quantity == "mroi" for prior in problem.priors):
        return "a prior on mROI"
    if np.isfinite(problem.panel.data["frequency"].values).any():
        return "reach and frequency"
    for way in problem.pathways:
        if way.carryover.transform.loop is None:
            return f"the adstock {way.carryover.transform.name}"
        if way.saturation.loop is None or way.saturation.loop_back is None:
            return f"the saturation {way.saturation.name}"
    return None
