"""One channel's response in the kernel, forward and back: carryover and saturation, in either order."""

import math

import numpy as np

from mmm.kernel.buffer.header import ChannelHead, Head
from mmm.kernel.maths.carry import carry, carry_back
from mmm.kernel.maths.compile_options import call, leaf
from mmm.kernel.maths.reading import at, window
from mmm.kernel.maths.series import fill


@leaf
def channel_parameter(buffer: np.ndarray, point: np.ndarray, place: int) -> float:
    """Return the parameter of a channel whose position in the vector the buffer has at `place`; 0 where it has none."""
    index = int(buffer[place])
    if index < 0:
        return 0.0
    if buffer[place + ChannelHead.TO_LINK] == 1.0:
        return 1.0 / (1.0 + math.exp(-point[index]))
    return math.exp(point[index])


@leaf
def add_derivative(
    buffer: np.ndarray, point: np.ndarray, place: int, derivative: float, gradient: np.ndarray
) -> None:
    """Add the derivative by a channel's parameter on its own scale to that by the unconstrained one, if it has it."""
    index = int(buffer[place])
    if index >= 0:
        value = channel_parameter(buffer, point, place)
        if buffer[place + ChannelHead.TO_LINK] == 1.0:
            value *= 1.0 - value
        gradient[index] += derivative * value


@leaf
def channel_memory(buffer: np.ndarray, channel: int) -> int:
    """Return where a channel's working memory begins: response, slope, what the family keeps, zeros, saturated exposure."""
    return at(buffer, Head.IN_CHANNEL) + channel * (4 * at(buffer, Head.CELLS) + at(buffer, Head.TAPS))


@leaf
def respond(buffer: np.ndarray, point: np.ndarray, work: np.ndarray, channel: int) -> None:
    """Write one channel's response, what the way back needs, and its carryover weights into the working memory."""
    cells, taps = at(buffer, Head.CELLS), at(buffer, Head.TAPS)
    record = at(buffer, Head.OF_CHANNEL) + channel * ChannelHead.LENGTH
    lags, memory = int(buffer[record + ChannelHead.LAGS]), work.ctypes.data
    kernel, space = at(buffer, Head.IN_KERNEL) + channel * 3 * taps, at(buffer, Head.IN_WEIGHT_SPACE)
    first = channel_parameter(buffer, point, record + ChannelHead.AT_ADSTOCK)
    second = channel_parameter(buffer, point, record + ChannelHead.AT_ADSTOCK_SECOND)
    call(
        int(buffer[record + ChannelHead.CALL_WEIGHTS]), (first, second, memory, kernel, taps, space, lags, 0)
    )
    first = channel_parameter(buffer, point, record + ChannelHead.AT_SATURATION)
    second = channel_parameter(buffer, point, record + ChannelHead.AT_SATURATION_SECOND)
    saturate = int(buffer[record + ChannelHead.CALL_SATURATE])
    exposure = at(buffer, Head.OF_EXPOSURE) + channel * (taps + cells) + taps
    response = channel_memory(buffer, channel)
    signal, extra, empty = response + cells, response + 2 * cells, response + 3 * cells
    source, start, into = buffer, exposure, signal
    if buffer[record + ChannelHead.SATURATION_FIRST] != 0.0:
        for cell in range(cells):
            work[signal + cell] = buffer[exposure + cell]
        fill(window(work, empty, taps), 0.0)
        call(saturate, (first, second, memory, signal, empty + taps, extra, cells, 0))
        source, start, into = work, empty + taps, response
    carry(source, start, 1, window(work, kernel, taps), lags, window(work, into, cells))
    if into == signal:
        call(saturate, (first, second, memory, signal, response, extra, cells, 0))


@leaf
def respond_back(
    buffer: np.ndarray, point: np.ndarray, work: np.ndarray, channel: int, gradient: np.ndarray
) -> None:
    """Add the derivatives by one channel's carryover and saturation parameters; that by its response is overwritten."""
    cells, taps = at(buffer, Head.CELLS), at(buffer, Head.TAPS)
    record = at(buffer, Head.OF_CHANNEL) + channel * ChannelHead.LENGTH
    lags, memory = int(buffer[record + ChannelHead.LAGS]), work.ctypes.data
    kernel, weight = at(buffer, Head.IN_KERNEL) + channel * 3 * taps, at(buffer, Head.IN_BY_WEIGHT)
    first = channel_parameter(buffer, point, record + ChannelHead.AT_SATURATION)
    second = channel_parameter(buffer, point, record + ChannelHead.AT_SATURATION_SECOND)
    back, by_second = int(buffer[record + ChannelHead.CALL_SATURATE_BACK]), at(buffer, Head.IN_BY_SECOND)
    response, begin = channel_memory(buffer, channel), at(buffer, Head.IN_ADJOINT)
    slope, extra, curve = response + cells, response + 2 * cells, response + 3 * cells + taps
    adjoint, by_weight = window(work, begin, cells), window(work, weight, taps)
    source, start = work, curve
    if buffer[record + ChannelHead.SATURATION_FIRST] != 0.0:
        # Slopes by the exposure are not needed: their place takes the derivative by the saturated exposure.
        carry(work, begin, -1, window(work, kernel, taps), lags, window(work, slope, cells))
        by_first = call(back, (first, second, memory, slope, curve, extra, cells, by_second))
    else:
        by_first = call(back, (first, second, memory, begin, response, extra, cells, by_second))
        for cell in range(cells):
            adjoint[cell] *= work[slope + cell]
        source, start = buffer, at(buffer, Head.OF_EXPOSURE) + channel * (taps + cells) + taps
    carry_back(source, start, adjoint, lags, by_weight)
    for part in range(2):
        total = 0.0
        for lag in range(lags + 1):
            total += by_weight[lag] * work[kernel + (part + 1) * taps + lag]
        add_derivative(buffer, point, record + ChannelHead.AT_ADSTOCK + part, total, gradient)
        of_saturation = work[by_second] if part == 1 else by_first
        add_derivative(buffer, point, record + ChannelHead.AT_SATURATION + part, of_saturation, gradient)
