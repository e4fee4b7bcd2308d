"""A channel's response to exposure, stage by stage, so that the derivative can go back through it.

The stages are those of `mmm.effects.terms.response`; the curve may be replaced by a bound of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mmm.effects.terms import carryover_weights
from mmm.plan.window import Window
from mmm.problem.draws import Draws
from mmm.problem.pathways import Pathway
from mmm.transforms import SaturationTransform
from mmm.transforms.convolution import lag_matrix

LEAST_EXPOSURE = 1e-4
"""Exposure at which a response's slope is read where there is less: at none some slopes are infinite."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How one channel's signal becomes its share of the possible effect: the curve, or a bound of it.

    Parameters
    ----------
    curve, slope : callable
        From signal (geo, date, sample) to the same shape.
    both : callable
        From signal to curve and slope, in one go where that saves time.
    """

    curve: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]
    both: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, slots=True)
class ChannelDraws:
    """One channel's parameters in some draws.

    Parameters
    ----------
    place : int
        Among the panel's channels.
    weights : numpy.ndarray, shape (lag, sample)
        Of carryover.
    coefficient : numpy.ndarray, shape (geo, 1, sample)
        Model effect at full response.
    shape : Shape
    parameters : dict of str to numpy.ndarray, shape (sample,)
        Of the saturation.
    way : Pathway
        Order of carryover and saturation.
    frequency : numpy.ndarray, shape (geo,)
        Average frequency over its typical value; NaN where the channel has none.
    """

    place: int
    weights: np.ndarray
    coefficient: np.ndarray
    shape: Shape
    parameters: dict[str, np.ndarray]
    way: Pathway
    frequency: np.ndarray


def channel_draws(window: Window, draws: Draws, number: int) -> ChannelDraws:
    """Return the parameters of paid channel number `number` in `draws`.

    Parameters
    ----------
    window : Window
    draws : Draws
    number : int
        Among the paid channels.

    Returns
    -------
    ChannelDraws
    """
    problem, place = window.problem, window.places[number]
    name, saturation = problem.panel.channels[place], problem.pathways[place].saturation
    parameters = {
        prior.name: draws.values(f"saturation_{prior.name}", **{f"saturation_{prior.name}_channel": name})
        for prior in saturation.priors
    }
    return ChannelDraws(
        place,
        carryover_weights(problem, draws, place),
        draws.values("coefficient", channel=name)[:, None],
        shape_of(saturation, parameters),
        parameters,
        problem.pathways[place],
        window.frequency[:, place],
    )


def shape_of(saturation: SaturationTransform, parameters: dict[str, np.ndarray]) -> Shape:
    """Return the curve of a saturation with its parameters (sample,), its slope, and both.

    Parameters
    ----------
    saturation : SaturationTransform
    parameters : dict of str to numpy.ndarray, shape (sample,)

    Returns
    -------
    Shape
    """

    def curve(x: np.ndarray) -> np.ndarray:
        return saturation.curve(x, **parameters)

    def slope(x: np.ndarray) -> np.ndarray:
        return saturation.slope(np.maximum(x, LEAST_EXPOSURE), **parameters)

    def both(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return curve(x), slope(x)

    def hill(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        # The slope follows from the curve: one logarithm and one exponential instead of two each.
        near = np.maximum(x, LEAST_EXPOSURE)
        share = curve(near)
        rise = parameters["hill_slope"] * share
        rise *= 1.0 - share
        rise /= near
        little = x < LEAST_EXPOSURE
        return (np.where(little, curve(x), share) if little.any() else share), rise

    return Shape(curve, slope, hill if saturation.name == "hill" else both)


def path_of(window: Window, place: int, inside: np.ndarray) -> np.ndarray:
    """Return exposure before, inside and after the window, shape (geo, date).

    Parameters
    ----------
    window : Window
    place : int
        Among the panel's channels.
    inside : numpy.ndarray, shape (geo, period)
        Exposure in the window.

    Returns
    -------
    numpy.ndarray, shape (geo, date)
    """
    after = np.zeros((len(inside), window.tail))
    return np.concatenate([window.before[..., place], inside, after], axis=1)


def respond(part: ChannelDraws, path: np.ndarray, lead: int, slopes: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the response to paths of exposure behind their first `lead` periods, and the slope of the curve on the way.

    Parameters
    ----------
    part : ChannelDraws
    path : numpy.ndarray, shape (row, date)
        Model exposure; a row is a geo, or a level of one.
    lead : int
        Periods before the window.
    slopes : bool
        Whether the second array is needed.

    Returns
    -------
    tuple of numpy.ndarray
        Response (row, date - lead, sample), and what `respond_back` takes.
    """
    way = part.way
    lags = way.carryover.lags
    if way.adstock_first and not way.by_frequency:
        signal = lag_matrix(path, lags)[:, lead:] @ part.weights
        return part.shape.both(signal) if slopes else (part.shape.curve(signal), signal)
    if way.by_frequency:
        share = part.shape.curve(part.frequency[:, None, None])
        signal = path[..., None] * share
        slope = np.broadcast_to(share, (len(path), path.shape[1] - lead, share.shape[-1]))
    else:
        signal = part.shape.curve(path[..., None])
        slope = part.shape.slope(path[:, lead:, None]) if slopes else signal
    carried = np.zeros((len(path), path.shape[1] - lead, part.weights.shape[1]))
    for lag in range(lags + 1):
        carried += part.weights[lag] * signal[:, lead - lag : signal.shape[1] - lag]
    return carried, slope


def respond_back(part: ChannelDraws, by_response: np.ndarray, slope: np.ndarray, periods: int) -> np.ndarray:
    """Return the derivative by each exposure of the window, by draw, from that by each response.

    Parameters
    ----------
    part : ChannelDraws
    by_response : numpy.ndarray, shape (row, date or 1, sample)
    slope : numpy.ndarray, shape (row, date, sample)
        As `respond` returns it.
    periods : int
        Of the window; what follows is its tail.

    Returns
    -------
    numpy.ndarray, shape (row, period)
        Summed over draws.
    """
    way = part.way
    first = way.adstock_first and not way.by_frequency
    # what does not differ by date comes as one date
    turned = (
        by_response * slope
        if first
        else np.broadcast_to(by_response, np.broadcast_shapes(by_response.shape, slope.shape))
    )
    result = np.zeros((len(by_response), periods))
    for lag in range(way.carryover.lags + 1):
        piece = turned[:, lag : lag + periods]
        if first:
            result += piece @ part.weights[lag]
        else:
            result += piece * slope[:, :periods] @ part.weights[lag]
    return result
