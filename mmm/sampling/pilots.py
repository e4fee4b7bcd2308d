"""Two short chains before the others: they find out, for all of them, in which coordinates the posterior is round.

From the mode alone every chain would spend half of its steps on learning that again, and in many dimensions it would
learn scales only. The map made from the pilots' draws (`preconditioning`) serves all chains, which have only the length
of their steps left to learn. Pilots of small models step in coordinates that the curvature at the mode makes round; in
larger ones, whose sizes of groups are far from normal, that curvature misleads. The pilots' draws are not part of the
posterior.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from mmm.config import FitOptions
from mmm.kernel.buffer.pack import with_coordinates
from mmm.kernel.load import kernel_functions
from mmm.numerics.mode import curvature_factor
from mmm.sampling.chain import LOW_RANK_DIMENSIONS, WARM_TUNE
from mmm.sampling.chain_set import ChainSet, Checkpoint
from mmm.sampling.engine import Engine, Mode
from mmm.sampling.nutpie_model import nutpie_model
from mmm.sampling.preconditioning import start_from, warm_engine

PILOTS = 2
FEWEST_DRAWS = 150
"""Draws of a pilot at least; together they make one for each dimension."""
TUNE = 200
"""Steps of adaptation of pilots that do not know the curvature."""
MOST_DIMENSIONS = 600
"""Above this a step in coordinates that correlate all parameters would take longer than the gradient itself."""
REACH = 2.0
"""How far pilots start from the mode, in the standard deviations that its curvature implies."""


def piloted(engine: Engine, options: FitOptions, seed: int, is_late: Callable[[ChainSet], bool]) -> Engine:
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

    Returns
    -------
    Engine
        Warm where pilots have run.
    """
    mode = engine.mode
    if mode is None or options.tune is not None or mode.model.layout.size > MOST_DIMENSIONS:
        return engine  # also one that is warm already, which keeps no mode
    size = mode.model.layout.size
    tune, draws = pilot_steps(size)
    few = options.model_copy(update={"chains": PILOTS, "tune": tune, "max_draws": draws})
    own = int(np.random.SeedSequence([seed, PILOTS]).generate_state(1)[0])
    pilot = _about(mode) if size <= LOW_RANK_DIMENSIONS else replace(engine, variables=lambda drawn: drawn)
    chains = ChainSet(pilot, few, own, Checkpoint(None, ""), pilots=True)
    try:
        for _ in chains.reach(draws):
            if is_late(chains):
                return engine
        posterior, _ = chains.collect(draws)
    finally:
        chains.stop()
    points = posterior["kept"].values[..., :size].reshape(-1, size)
    if not np.ptp(points, axis=0).all():
        return engine  # they are stuck: what they know is where not to begin
    return warm_engine(mode.model, start_from(mode.model, points), "pilots")


def pilot_steps(size: int) -> tuple[int, int]:
    """Return steps of adaptation and draws of each pilot of a model with `size` parameters."""
    return WARM_TUNE if size <= LOW_RANK_DIMENSIONS else TUNE, max(FEWEST_DRAWS, -(-size // PILOTS))


def _about(mode: Mode) -> Engine:
    """Return the engine whose coordinates are those of the curvature at the mode; its draws stay as the sampler has them."""
    model, top = mode.model, mode.point
    factor = curvature_factor(model.log_density, top, model.layout.spread)

    def begin(seed: Any) -> np.ndarray:
        return np.random.default_rng(seed).uniform(-REACH, REACH, len(top))

    data = with_coordinates(model.buffer, top, factor)
    compiled = nutpie_model(kernel_functions(), model.sizes, begin, data)
    return Engine("kernel", compiled, lambda draws: draws, start="curvature")
