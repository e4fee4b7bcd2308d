"""All channels of the kernel, forward and back: responses, coefficients, and the effect of all media together."""

import numpy as np

from mmm.kernel.buffer.header import ChannelHead, Head
from mmm.kernel.maths.channel import channel_memory, respond, respond_back
from mmm.kernel.maths.coefficient import coefficients, coefficients_back
from mmm.kernel.maths.compile_options import glue
from mmm.kernel.maths.evidence import add_by_coefficient, add_by_response
from mmm.kernel.maths.level import media_mean
from mmm.kernel.maths.reading import area, at, window
from mmm.kernel.maths.series import add_scaled, fill, inner


@glue
def media_forward(buffer: np.ndarray, point: np.ndarray, work: np.ndarray) -> None:
    """Write every channel's response, coefficients and what they follow from, and the effect of all media."""
    cells, stride, geos = at(buffer, Head.CELLS), at(buffer, Head.STRIDE), at(buffer, Head.GEOS)
    media = area(buffer, work, Head.IN_MEDIA, cells)
    fill(media, 0.0)
    for channel in range(at(buffer, Head.CHANNELS)):
        respond(buffer, point, work, channel)
        response = window(work, channel_memory(buffer, channel), cells)
        record = at(buffer, Head.OF_CHANNEL) + channel * ChannelHead.LENGTH
        weight = at(buffer, Head.OF_WEIGHT) + int(buffer[record + ChannelHead.WEIGHT]) * cells
        factor = buffer[record + ChannelHead.WEIGHT_FACTOR]
        fixed = at(buffer, Head.OF_FIXED) + channel * geos
        place = at(buffer, Head.IN_COEFFICIENT) + 3 * channel * geos
        worth, coefficient = window(work, place, geos), window(work, place + 2 * geos, geos)
        for geo in range(geos):
            gained = inner(response, window(buffer, weight, cells), geo * stride, stride)
            worth[geo] = buffer[fixed + geo] + factor * gained
        sizes = area(buffer, work, Head.IN_SIZE, point.shape[0])
        coefficients(buffer, point, sizes, channel, worth, window(work, place + geos, geos), coefficient)
        for geo in range(geos):
            add_scaled(media, response, coefficient[geo], geo * stride, stride)


@glue
def media_back(buffer: np.ndarray, point: np.ndarray, work: np.ndarray, gradient: np.ndarray) -> None:
    """Add the derivatives by all media parameters, given that by the effect of all media."""
    cells, stride, geos = at(buffer, Head.CELLS), at(buffer, Head.STRIDE), at(buffer, Head.GEOS)
    by_media = area(buffer, work, Head.IN_BY_EXPECTED, cells)
    by_geo = area(buffer, work, Head.IN_BY_GEO, 2 * geos)
    by_coefficient, by_worth = window(by_geo, 0, geos), window(by_geo, geos, geos)
    sizes = area(buffer, work, Head.IN_SIZE, 2 * point.shape[0])
    adjoint = area(buffer, work, Head.IN_ADJOINT, cells + at(buffer, Head.TAPS))
    tested = at(buffer, Head.CHANGES) > 0
    fill(adjoint, 0.0)
    for channel in range(at(buffer, Head.CHANNELS)):
        response = window(work, channel_memory(buffer, channel), cells)
        record = at(buffer, Head.OF_CHANNEL) + channel * ChannelHead.LENGTH
        weight = at(buffer, Head.OF_WEIGHT) + int(buffer[record + ChannelHead.WEIGHT]) * cells
        factor = buffer[record + ChannelHead.WEIGHT_FACTOR]
        place = at(buffer, Head.IN_COEFFICIENT) + 3 * channel * geos
        coefficient = window(work, place + 2 * geos, geos)
        for geo in range(geos):
            by_coefficient[geo] = inner(by_media, response, geo * stride, stride)
        if tested:
            add_by_coefficient(buffer, work, channel, response, by_coefficient)
        coefficients_back(
            buffer, point, sizes, channel, window(work, place, geos), window(work, place + geos, geos),
            coefficient, by_coefficient, by_worth, gradient,
        )  # fmt: skip
        for geo in range(geos):
            begin = geo * stride
            out, pull = window(adjoint, begin, stride), window(by_media, begin, stride)
            worth = window(buffer, weight + begin, stride)
            per_media, per_worth = coefficient[geo], by_worth[geo] * factor
            for cell in range(stride):
                out[cell] = per_media * pull[cell] + per_worth * worth[cell]
        if tested:
            fill(window(adjoint, geos * stride, cells - geos * stride), 0.0)
            add_by_response(buffer, work, channel, coefficient, adjoint)
        respond_back(buffer, point, work, channel, gradient)


@glue
def write_coefficients(buffer: np.ndarray, point: np.ndarray, work: np.ndarray, out: np.ndarray) -> None:
    """Write the coefficients (geo, channel), and behind them the intercepts (geo), behind as many places as `point` has."""
    geos, channels = at(buffer, Head.GEOS), at(buffer, Head.CHANNELS)
    first, coefficient = point.shape[0], at(buffer, Head.IN_COEFFICIENT)
    media = area(buffer, work, Head.IN_MEDIA, at(buffer, Head.CELLS))
    for geo in range(geos):
        for channel in range(channels):
            out[first + geo * channels + channel] = work[coefficient + (3 * channel + 2) * geos + geo]
        level = point[at(buffer, Head.AT_LEVEL) + geo]
        out[first + geos * channels + geo] = level - media_mean(buffer, media, geo)
