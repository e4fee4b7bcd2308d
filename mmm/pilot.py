"""Two short chains before the others: they find out, for all of them, in which coordinates the posterior is round.

From the mode alone every chain would spend half of its steps on learning that again. The pilots step in coordinates
that the curvature at the mode makes round; the map made from their draws (see `mmm.warm`) then serves all chains, which
have only the length of their steps left to learn. The pilots' draws are not part of the posterior.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from mmm.chains import LOW_RANK_DIMENSIONS
from mmm.config import FitOptions
from mmm.crew import Checkpoint, Crew
from mmm.curvature import curvature_factor
from mmm.engine import Engine, Mode
from mmm.kernel.coordinates import with_coordinates
from mmm.kernel.dressing import dress
from mmm.warm import start_from, warm_engine, whitened

PILOTS, DRAWS = 2, 150
REACH = 2.0
"""How far pilots start from the mode, in the standard deviations that its curvature implies."""


def piloted(engine: Engine, options: FitOptions, seed: int, is_late: Callable[[Crew], bool]) -> Engine:
    """Return the engine of the same model whose chains begin where pilots have been.

    It is `engine` itself where pilots would cost more than they save: in many dimensions, and where the user has said
    how long chains adapt; and where PyMC computes the model.

    Parameters
    ----------
    engine : Engine
    options : FitOptions
    seed : int
        Of the fit; the pilots' own follow from it.
    is_late : callable
        Called many times a second with the pilots; where it returns True they are given up, and `engine` is returned.
    """
    mode = engine.mode
    if mode is None or options.tune is not None or mode.model.layout.size > LOW_RANK_DIMENSIONS:
        return engine  # also one that is warm already, which keeps no mode
    few = options.model_copy(update={"chains": PILOTS, "max_draws": DRAWS})
    own = int(np.random.SeedSequence([seed, PILOTS]).generate_state(1)[0])
    crew = Crew(_about(mode), few, own, Checkpoint(None, ""))
    try:
        for _ in crew.reach(DRAWS):
            if is_late(crew):
                return engine
        posterior, _ = crew.collect(DRAWS)
    finally:
        crew.stop()
    size = mode.model.layout.size
    points = posterior["kept"].values[..., :size].reshape(-1, size)
    return warm_engine(mode.model, start_from(mode.model, points), "pilots")


def _about(mode: Mode) -> Engine:
    """Return the engine whose coordinates are those of the curvature at the mode; its draws stay as the sampler has them."""
    model, top = mode.model, mode.point
    factor = curvature_factor(model.log_density, top, model.layout.spread)

    def begin(seed: Any) -> np.ndarray:
        return np.random.default_rng(seed).uniform(-REACH, REACH, len(top))

    compiled = dress(whitened(), model.sizes, begin, with_coordinates(model.buffer, top, factor))
    return Engine("kernel", compiled, lambda draws: draws, start="curvature")
