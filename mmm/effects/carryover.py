"""How the effect of an exposure is spread over the periods after it, and how long half of it takes."""

import numpy as np
import pandas as pd

from mmm.effects.draws import Draws
from mmm.effects.intervals import estimate
from mmm.effects.media import carryover_weights
from mmm.effects.tables import CARRYOVER
from mmm.problem.problem import Setting
from mmm.transforms import half_life


def half_lives(setting: Setting, draws: Draws) -> np.ndarray:
    """Return the half-life of each channel's carryover, in periods, shape (channel, sample)."""
    channels = range(len(setting.panel.channels))
    return np.stack([half_life(carryover_weights(setting, draws, number).T) for number in channels])


def carryover_table(setting: Setting, draws: Draws) -> pd.DataFrame:
    """Return the table ``carryover``: each channel's weight at each lag."""
    frames = []
    for number, name in enumerate(setting.panel.channels):
        weights = carryover_weights(setting, draws, number)
        columns = {"channel": name, "lag": np.arange(len(weights))}
        frames.append(pd.DataFrame(columns | estimate("weight", weights, setting.config.interval)))
    return CARRYOVER.frame(pd.concat(frames, ignore_index=True))
