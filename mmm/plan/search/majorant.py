"""Concave functions above what a plan brings: the best path under one of them cannot be beaten by any path.

Draw by draw, each response is replaced by the least concave function above it: where the curve is S-shaped (Hill with a slope
above 1), the line from nothing to its tangent point, then the curve; where the coefficient is negative, the line or curve below
which the response cannot bend. Sums over lags and means over draws stay concave.
"""

from dataclasses import replace

import numpy as np

from mmm.plan.channel import LEAST_EXPOSURE, ChannelDraws, Shape, channel_draws, shape_of
from mmm.plan.outcome import PlanOutcome
from mmm.problem.draws import Draws


def majorised(outcome: PlanOutcome, most: np.ndarray) -> PlanOutcome:
    """Return outcomes that are concave in money and never below those of `outcome`; additive models only.

    Parameters
    ----------
    outcome : PlanOutcome
    most : numpy.ndarray, shape (geo, period, channel)
        Money that no path exceeds.

    Returns
    -------
    PlanOutcome
    """
    highest = outcome.window.exposure(most).max(axis=1)
    before = outcome.window.before.max(axis=1, initial=0.0)[:, outcome.window.places]
    top = np.maximum(np.maximum(highest, before), 1e-9)

    def read(window: object, draws: Draws, number: int) -> ChannelDraws:
        part = channel_draws(outcome.window, draws, number)
        return part if part.way.by_frequency else replace(part, shape=concave_above(part, top[:, number]))

    return PlanOutcome(outcome.window, outcome.draws, outcome.unit, read, [outcome.without()])


def concave_above(part: ChannelDraws, top: np.ndarray) -> Shape:
    """Return a shape that times the coefficient is concave and never below the channel's own.

    Parameters
    ----------
    part : ChannelDraws
    top : numpy.ndarray, shape (geo,)
        Highest signal.

    Returns
    -------
    Shape
        On signals (geo, date, sample), or (geo, date, 1) before they are carried over.
    """
    family, parameters, own = part.way.saturation, part.parameters, part.shape
    count = part.weights.shape[1]
    power = parameters.get("hill_slope", np.ones(count))
    half = parameters.get("half_saturation", np.ones(count))
    curved = (power > 1.0) if family.name == "hill" else np.zeros(count, bool)
    excess = np.where(curved, power - 1.0, 1.0)
    tangent = np.where(curved, half * excess ** (1.0 / power), 0.0)
    line = np.where(curved, excess / power / np.where(curved, tangent, 1.0), 0.0)
    harmful = part.coefficient < 0.0
    steepest = own.slope(np.zeros(count))

    def concave(x: np.ndarray) -> np.ndarray:
        # Where slopes are not read, the tangent of the least exposure stands above a curve that begins steeply.
        near = np.maximum(x, LEAST_EXPOSURE)
        return np.where(x < tangent, line * x, own.curve(near) - steepest * (near - x))

    def rise(x: np.ndarray) -> np.ndarray:
        return np.where(x < tangent, line, own.slope(x))

    def both(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        near = np.maximum(x, LEAST_EXPOSURE)
        value, slope = own.both(near)
        straight = x < tangent
        return np.where(straight, line * x, value - steepest * (near - x)), np.where(straight, line, slope)

    if not harmful.any():
        return Shape(concave, rise, both)
    touch, chord, at_touch = _below(part, top, curved)

    def curve(x: np.ndarray) -> np.ndarray:
        below = np.where(x > touch, at_touch + chord * (x - touch), own.curve(np.minimum(x, touch)))
        return np.where(harmful, below, concave(x))

    def slope(x: np.ndarray) -> np.ndarray:
        below = np.where(x > touch, chord, own.slope(np.minimum(x, touch)))
        return np.where(harmful, below, rise(x))

    def all_both(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        value, steep = both(x)
        held = np.broadcast_to(harmful, np.broadcast_shapes(value.shape, harmful.shape))
        value, steep = np.broadcast_to(value, held.shape).copy(), np.broadcast_to(steep, held.shape).copy()
        samples = np.flatnonzero(harmful.any(axis=(0, 1)))  # few draws: only theirs are worked out twice
        some = _of_samples(part, samples)
        x_some = x[..., samples] if x.shape[-1] > 1 else x
        touched, line_some, start = touch[..., samples], chord[..., samples], at_touch[..., samples]
        inner, inner_slope = some.both(np.minimum(x_some, touched))
        past = x_some > touched
        low, low_slope = (
            np.where(past, start + line_some * (x_some - touched), inner),
            np.where(past, line_some, inner_slope),
        )
        value[..., samples] = np.where(harmful[..., samples], low, value[..., samples])
        steep[..., samples] = np.where(harmful[..., samples], low_slope, steep[..., samples])
        return value, steep

    return Shape(curve, slope, all_both)


def _of_samples(part: ChannelDraws, samples: np.ndarray) -> Shape:
    """Return the channel's own shape in some samples."""
    return shape_of(part.way.saturation, {name: values[samples] for name, values in part.parameters.items()})


def _below(
    part: ChannelDraws, top: np.ndarray, curved: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the least point of each curve's convex minorant up to `top` where a line to its end begins, its slope, and value.

    A concave curve's minorant is the line from nothing. An S-shaped one follows the curve to the point whose tangent meets
    the end, found by bisection between nothing and the point of inflection.
    """
    end = np.broadcast_to(top[:, None, None], (len(top), 1, len(curved)))
    high = part.shape.curve(end)
    power = part.parameters.get("hill_slope", np.ones(len(curved)))
    half = part.parameters.get("half_saturation", np.ones(len(curved)))
    ratio = np.where(curved, (power - 1.0) / (power + 1.0), 0.0)
    inflection = np.minimum(half * ratio ** (1.0 / power), end)
    start, stop = np.zeros_like(inflection), inflection
    for _ in range(60):
        middle = 0.5 * (start + stop)
        over = part.shape.curve(middle) + part.shape.slope(middle) * (end - middle) > high
        start, stop = np.where(over, start, middle), np.where(over, middle, stop)
    touch = np.where(curved, start, 0.0)
    value = part.shape.curve(touch)
    return touch, (high - value) / np.maximum(end - touch, 1e-300), value
