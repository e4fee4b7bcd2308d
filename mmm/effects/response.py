"""What a channel would have brought at other levels of spend, and how its effect is spread over the periods after.

Response curves scale all periods alike; carryover is each channel's weight at each lag, and how long half of it takes.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from mmm.effects.contribution import Decomposition, decompose
from mmm.effects.intervals import estimate
from mmm.effects.tables import CARRYOVER, RESPONSE
from mmm.effects.terms import carryover_weights, observed_exposure, responses
from mmm.numerics.mixture import Account, proportional
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem
from mmm.transforms import half_life

MULTIPLIERS = np.round(np.arange(0.0, 2.01, 0.1), 1)
"""Levels at which response curves are read, in times of what was observed."""


def observed_range(problem: Problem, channel: int) -> tuple[float, float]:
    """Return the lowest and highest exposure of a single period of the window; 1 is a typical active period.

    Parameters
    ----------
    problem : Problem
    channel : int
        Place in the panel's channels.

    Returns
    -------
    tuple of float
        Lowest and highest model exposure.
    """
    inside = problem.media.exposure[..., channel][problem.window]
    return float(inside.min()), float(inside.max())


def response_curves(problem: Problem, draws: Draws, multipliers: np.ndarray = MULTIPLIERS) -> np.ndarray:
    """Return each channel's contribution at each multiple of its exposure, shape (channel, multiplier, sample).

    Zero at no exposure, the channel's contribution at 1. In a multiplicative model the other channels stay as they
    are and the curve, whose value at 1 would exceed the channel's share of joint effects, is scaled to it.

    Parameters
    ----------
    problem : Problem
    draws : Draws
    multipliers : numpy.ndarray, shape (multiplier,)
        In times of the observed exposure.

    Returns
    -------
    numpy.ndarray, shape (channel, multiplier, sample)
        In original outcome, over all geos and the window.
    """
    channels = len(problem.panel.channels)
    curves = np.empty((channels, len(multipliers), draws.count))
    for place, block in draws.blocks((channels + 12) * problem.window.size):
        cells = decompose(problem, block) if problem.multiplicative else None
        for channel in range(channels):
            exposure = observed_exposure(problem, channel)
            own = responses(problem, block, channel, exposure, multipliers)
            coefficient = block.values("coefficient", channel=problem.panel.channels[channel])
            if cells is None:
                curves[channel, :, place] = _added(problem, coefficient, own)
            else:
                effects = (coefficient[:, None, :] * each for each in own)
                curves[channel, :, place] = _multiplied(problem, cells, channel, effects)
    return curves


def _added(problem: Problem, coefficient: np.ndarray, own: Iterable[np.ndarray]) -> np.ndarray:
    """Return one channel's contribution at each of its responses, shape (multiplier, sample)."""
    inside = problem.window[:, None, :].astype(float)
    outcome = coefficient * problem.scaling.outcome[:, None]
    return np.stack([(outcome * (inside @ response)[:, 0]).sum(axis=0) for response in own])


def _multiplied(
    problem: Problem, cells: Decomposition, channel: int, effects: Iterable[np.ndarray]
) -> np.ndarray:
    """Return one channel's contribution at each of its effects in a multiplicative model, shape (multiplier, sample)."""
    inside, present = problem.window[..., None], cells.media[channel]
    without = cells.expected * np.exp(-present)

    def brought(effect: np.ndarray) -> np.ndarray:
        return np.where(inside, without * np.expm1(effect), 0.0).sum(axis=(0, 1))

    curve = np.stack([brought(effect) for effect in effects])
    alone = brought(present)
    share = np.where(inside, present * cells.per_effect, 0.0).sum(axis=(0, 1))
    return curve * np.where(alone == 0, 1.0, share / np.where(alone == 0, 1.0, alone))


def response_table(problem: Problem, curves: np.ndarray, accounts: Mapping[int, Account]) -> pd.DataFrame:
    """Return the table ``response``: each channel's contribution at each level of spend.

    Parameters
    ----------
    problem : Problem
    curves : numpy.ndarray, shape (channel, multiplier, sample)
        As `response_curves` returns them at `MULTIPLIERS`; not changed.
    accounts : mapping of int to Account
        Of channels whose spend may follow demand, by position.

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``response``.
    """
    curves = curves.copy()
    for number, account in accounts.items():
        own = curves[number, MULTIPLIERS == 1.0][0]
        curves[number] += proportional(curves[number], own, account.together(own) - own)
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
            "caution": "",
        }
        frames.append(pd.DataFrame(columns | estimate("outcome", curves[number], problem.config.interval)))
    return RESPONSE.frame(pd.concat(frames, ignore_index=True))


def half_lives(problem: Problem, draws: Draws) -> np.ndarray:
    """Return the half-life of each channel's carryover, in periods, shape (channel, sample).

    Parameters
    ----------
    problem : Problem
    draws : Draws

    Returns
    -------
    numpy.ndarray, shape (channel, sample)
        In periods.
    """
    channels = range(len(problem.panel.channels))
    return np.stack([half_life(carryover_weights(problem, draws, number).T) for number in channels])


def carryover_table(problem: Problem, draws: Draws) -> pd.DataFrame:
    """Return the table ``carryover``: each channel's weight at each lag.

    Parameters
    ----------
    problem : Problem
    draws : Draws

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``carryover``.
    """
    frames = []
    for number, name in enumerate(problem.panel.channels):
        weights = carryover_weights(problem, draws, number)
        columns = {"channel": name, "lag": np.arange(len(weights))}
        frames.append(pd.DataFrame(columns | estimate("weight", weights, problem.config.interval)))
    return CARRYOVER.frame(pd.concat(frames, ignore_index=True))
