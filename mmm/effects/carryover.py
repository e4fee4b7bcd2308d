"""How the effect of an exposure is spread over the periods after it, and how long half of it takes."""

import numpy as np
import pandas as pd

from mmm.effects.intervals import estimate
from mmm.effects.media import carryover_weights
from mmm.effects.tables import CARRYOVER
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem
from mmm.transforms import half_life


def half_lives(problem: Problem, draws: Draws) -> np.ndarray:
    """Return the half-life of each channel's carryover, in periods, shape (channel, sample)."""
    channels = range(len(problem.panel.channels))
    return np.stack([half_life(carryover_weights(problem, draws, number).T) for number in channels])


def carryover_table(problem: Problem, draws: Draws) -> pd.DataFrame:
    """Return the table ``carryover``: each channel's weight at each lag."""
    frames = []
    for number, name in enumerate(problem.panel.channels):
        weights = carryover_weights(problem, draws, number)
        columns = {"channel": name, "lag": np.arange(len(weights))}
        frames.append(pd.DataFrame(columns | estimate("weight", weights, problem.config.interval)))
    return CARRYOVER.frame(pd.concat(frames, ignore_index=True))
