"""What a channel would have brought at other levels of spend, all periods scaled alike."""

import numpy as np
import pandas as pd

from mmm.effects.contribution import Decomposition, decompose
from mmm.effects.intervals import estimate
from mmm.effects.media import effect, observed_exposure
from mmm.effects.tables import RESPONSE
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem

MULTIPLIERS = np.round(np.arange(0.0, 2.01, 0.1), 1)
"""Levels at which response curves are read, in times of what was observed."""


def observed_range(problem: Problem, channel: int) -> tuple[float, float]:
    """Return the lowest and highest exposure of a single period of the window; 1 is a typical active period."""
    inside = problem.media.exposure[..., channel][problem.window]
    return float(inside.min()), float(inside.max())


def response_curves(problem: Problem, draws: Draws, multipliers: np.ndarray = MULTIPLIERS) -> np.ndarray:
    """Return each channel's contribution at each multiple of its exposure, shape (channel, multiplier, sample).

    Zero at no exposure, the channel's contribution at 1. In a multiplicative model the other channels stay as they
    are and the curve, whose value at 1 would exceed the channel's share of joint effects, is scaled to it.
    """
    channels = len(problem.panel.channels)
    curves = np.empty((channels, len(multipliers), draws.count))
    for place, block in draws.blocks((channels + 12) * problem.window.size):
        cells = decompose(problem, block)
        for channel in range(channels):
            curves[channel, :, place] = _curve(problem, block, cells, channel, multipliers)
    return curves


def _curve(
    problem: Problem, draws: Draws, cells: Decomposition, channel: int, multipliers: np.ndarray
) -> np.ndarray:
    """Return one channel's contribution at each multiplier, shape (multiplier, sample)."""
    exposure, inside = observed_exposure(problem, channel), problem.window[..., None]
    present = cells.media[channel]
    without = cells.expected * np.exp(-present) if problem.multiplicative else cells.per_effect

    def brought(own: np.ndarray) -> np.ndarray:
        worth = without * (np.expm1(own) if problem.multiplicative else own)
        return np.where(inside, worth, 0.0).sum(axis=(0, 1))

    curve = np.stack([brought(effect(problem, draws, channel, exposure.times(m))) for m in multipliers])
    if not problem.multiplicative:
        return curve
    alone = brought(present)
    share = np.where(inside, present * cells.per_effect, 0.0).sum(axis=(0, 1))
    return curve * np.where(alone == 0, 1.0, share / np.where(alone == 0, 1.0, alone))


def response_table(problem: Problem, draws: Draws) -> pd.DataFrame:
    """Return the table ``response``: each channel's contribution at each level of spend."""
    curves = response_curves(problem, draws)
    exposure = problem.panel.data["exposure"].transpose("geo", "date", "channel").values
    in_window = np.where(problem.window[..., None], exposure, 0.0).sum(axis=(0, 1))
    spend = problem.spend.sum(axis=(0, 1))
    frames = []
    for number, name in enumerate(problem.panel.channels):
        low, high = observed_range(problem, number)
        amount = in_window[number] if np.isnan(spend[number]) else spend[number]
        columns = {
            "channel": name,
            "multiplier": MULTIPLIERS,
            "spend": amount * MULTIPLIERS,
            # 1 is a typical active period, so the multiplier is what such a period would see.
            "observed": (low <= MULTIPLIERS) & (high >= MULTIPLIERS),
        }
        frames.append(pd.DataFrame(columns | estimate("outcome", curves[number], problem.config.interval)))
    return RESPONSE.frame(pd.concat(frames, ignore_index=True))
