"""One channel's response in the kernel, forward and back: carryover and saturation, in either order."""

import math

import numpy as np

from mmm.kernel.buffer.header import ChannelHead, Head
from mmm.kernel.maths.carry import carry, carry_back
from mmm.kernel.maths.compile_options import glue, leaf
from mmm.kernel.maths.families import saturate, saturate_back, weights
from mmm.kernel.maths.reading import area, at
from mmm.kernel.maths.series import fill
from mmm.transforms.family import WEIGHT_SPACE


@leaf
def channel_parameter(buffer: np.ndarray, point: np.ndarray, record: int, position: int) -> float:
    """Return a channel's parameter on its own scale; 0 where it has none."""
    index = int(buffer[record + position])
    if index < 0:
        return 0.0
    if buffer[record + position + ChannelHead.TO_LINK] == 1.0:
        return 1.0 / (1.0 + math.exp(-point[index]))
    return math.exp(point[index])


@leaf
def add_derivative(
    buffer: np.ndarray, point: np.ndarray, record: int, position: int, derivative: float, gradient: np.ndarray
) -> None:
    """Add the derivative by a channel's parameter on its own scale to that by the unconstrained one, if it has it."""
    index = int(buffer[record + position])
    if index < 0:
        return
    value = channel_parameter(buffer, point, record, position)
    if buffer[record + position + ChannelHead.TO_LINK] == 1.0:
        value *= 1.0 - value
    gradient[index] += derivative * value


@leaf
def channel_memory(buffer: np.ndarray, work: np.ndarray, channel: int) -> np.ndarray:
    """Return a channel's working memory: response, slope, what the family keeps, zeros, and the saturated exposure."""
    size = 4 * at(buffer, Head.CELLS) + at(buffer, Head.TAPS)
    start = at(buffer, Head.IN_CHANNEL) + channel * size
    return work[start : start + size]


@glue
def respond(buffer: np.ndarray, point: np.ndarray, work: np.ndarray, channel: int) -> None:
    """Write one channel's response, what the way back needs, and its carryover weights into the working memory."""
    cells, taps = at(buffer, Head.CELLS), at(buffer, Head.TAPS)
    record = at(buffer, Head.OF_CHANNEL) + channel * ChannelHead.LENGTH
    lags = int(buffer[record + ChannelHead.LAGS])
    place = at(buffer, Head.IN_KERNEL) + channel * 3 * taps
    kernel = work[place : place + taps]
    weights(
        int(buffer[record + ChannelHead.ADSTOCK]), lags,
        channel_parameter(buffer, point, record, ChannelHead.AT_ADSTOCK),
        channel_parameter(buffer, point, record, ChannelHead.AT_ADSTOCK_SECOND),
        kernel, work[place + taps : place + 2 * taps], work[place + 2 * taps : place + 3 * taps],
        area(buffer, work, Head.IN_WEIGHT_SPACE, WEIGHT_SPACE * (taps + 1)),
    )  # fmt: skip
    first = channel_parameter(buffer, point, record, ChannelHead.AT_SATURATION)
    second = channel_parameter(buffer, point, record, ChannelHead.AT_SATURATION_SECOND)
    family = int(buffer[record + ChannelHead.SATURATION])
    start = at(buffer, Head.OF_EXPOSURE) + channel * (taps + cells)
    memory = channel_memory(buffer, work, channel)
    response, slope, extra = memory[:cells], memory[cells : 2 * cells], memory[2 * cells : 3 * cells]
    if buffer[record + ChannelHead.SATURATION_FIRST] != 0.0:
        for cell in range(cells):
            slope[cell] = buffer[start + taps + cell]
        fill(memory[3 * cells : 3 * cells + taps], 0.0)
        saturate(family, first, second, slope, memory[3 * cells + taps :], extra)
        carry(memory[3 * cells :], taps, 1, kernel, lags, response)
    else:
        carry(buffer, start + taps, 1, kernel, lags, slope)
        saturate(family, first, second, slope, response, extra)


@glue
def respond_back(
    buffer: np.ndarray, point: np.ndarray, work: np.ndarray, channel: int, gradient: np.ndarray
) -> None:
    """Add the derivatives by one channel's carryover and saturation parameters; that by its response is overwritten."""
    cells, taps = at(buffer, Head.CELLS), at(buffer, Head.TAPS)
    record = at(buffer, Head.OF_CHANNEL) + channel * ChannelHead.LENGTH
    lags = int(buffer[record + ChannelHead.LAGS])
    place = at(buffer, Head.IN_KERNEL) + channel * 3 * taps
    first = channel_parameter(buffer, point, record, ChannelHead.AT_SATURATION)
    second = channel_parameter(buffer, point, record, ChannelHead.AT_SATURATION_SECOND)
    family = int(buffer[record + ChannelHead.SATURATION])
    memory = channel_memory(buffer, work, channel)
    slope, extra = memory[cells : 2 * cells], memory[2 * cells : 3 * cells]
    by_weight = work[at(buffer, Head.IN_BY_WEIGHT) : at(buffer, Head.IN_BY_WEIGHT) + taps]
    begin = at(buffer, Head.IN_ADJOINT)
    adjoint = work[begin : begin + cells]
    if buffer[record + ChannelHead.SATURATION_FIRST] != 0.0:
        kept = memory[3 * cells :]
        carry_back(kept, taps, adjoint, lags, by_weight)
        # Slopes by the exposure are not needed: their place takes the derivative by the saturated exposure.
        carry(work, begin, -1, work[place : place + taps], lags, slope)
        by_first, by_second = saturate_back(family, first, second, slope, kept[taps:], extra)
    else:
        by_first, by_second = saturate_back(family, first, second, adjoint, memory[:cells], extra)
        for cell in range(cells):
            adjoint[cell] *= slope[cell]
        start = at(buffer, Head.OF_EXPOSURE) + channel * (taps + cells)
        carry_back(buffer, start + taps, adjoint, lags, by_weight)
    for part in range(2):
        total = 0.0
        for lag in range(lags + 1):
            total += by_weight[lag] * work[place + (part + 1) * taps + lag]
        add_derivative(buffer, point, record, ChannelHead.AT_ADSTOCK + part, total, gradient)
    add_derivative(buffer, point, record, ChannelHead.AT_SATURATION, by_first, gradient)
    add_derivative(buffer, point, record, ChannelHead.AT_SATURATION_SECOND, by_second, gradient)
