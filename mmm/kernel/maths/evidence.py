"""Experiments in the kernel: the model's own readouts, how far they are from what was measured, and their derivatives.

A piece is a stretch of one channel's response in one geo that counts for the change of as many cells, as run (+) or
without the test (-). It lies in the panel's own cells, or behind the last geo, where all channels have room for paths
of their own: the channel's code computes both alike. See `mmm.calibration.replay` and `mmm.model.evidence`.
"""

import math

import numpy as np

from mmm.kernel.buffer.header import ExperimentHead, Head, PieceHead
from mmm.kernel.maths.channel import channel_memory
from mmm.kernel.maths.compile_options import glue, leaf
from mmm.kernel.maths.reading import area, at, block, window
from mmm.kernel.maths.series import add_scaled, fill, inner
from mmm.numerics.elementary import exp, expm1
from mmm.problem.priors import AUTOCORRELATION_RANGE

RHO_LOW, RHO_HIGH = AUTOCORRELATION_RANGE


@glue
def add_changes(buffer: np.ndarray, work: np.ndarray) -> None:
    """Write what channels change: their effects as run less those without the tests, in all cells that count."""
    geos, channels = at(buffer, Head.GEOS), at(buffer, Head.CHANNELS)
    change = area(buffer, work, Head.IN_CHANGE, at(buffer, Head.CHANGES))
    fill(change, 0.0)
    for channel in range(channels):
        response = channel_memory(buffer, channel)
        coefficient = at(buffer, Head.IN_COEFFICIENT) + (3 * channel + 2) * geos
        start = at(buffer, Head.OF_PIECE_START) + channel
        for piece in range(int(buffer[start]), int(buffer[start + 1])):
            record = at(buffer, Head.OF_PIECE) + piece * PieceHead.LENGTH
            first, into = int(buffer[record + PieceHead.FIRST]), int(buffer[record + PieceHead.INTO])
            factor = buffer[record + PieceHead.SIGN] * work[coefficient + int(buffer[record + PieceHead.GEO])]
            cells = int(buffer[record + PieceHead.CELLS])
            add_scaled(window(change, into, cells), window(work, response + first, cells), factor, 0, cells)


@leaf
def add_by_coefficient(
    buffer: np.ndarray, work: np.ndarray, channel: int, response: np.ndarray, by_coefficient: np.ndarray
) -> None:
    """Add the derivatives by one channel's coefficients (geo), given those by the changes."""
    by_change = area(buffer, work, Head.IN_BY_CHANGE, at(buffer, Head.CHANGES))
    start = at(buffer, Head.OF_PIECE_START) + channel
    for piece in range(int(buffer[start]), int(buffer[start + 1])):
        record = at(buffer, Head.OF_PIECE) + piece * PieceHead.LENGTH
        cells, geo = int(buffer[record + PieceHead.CELLS]), int(buffer[record + PieceHead.GEO])
        brought = window(response, int(buffer[record + PieceHead.FIRST]), cells)
        pull = window(by_change, int(buffer[record + PieceHead.INTO]), cells)
        by_coefficient[geo] += buffer[record + PieceHead.SIGN] * inner(pull, brought, 0, cells)


@leaf
def add_by_response(
    buffer: np.ndarray, work: np.ndarray, channel: int, coefficient: np.ndarray, adjoint: np.ndarray
) -> None:
    """Add the derivatives by one channel's response (cell), given those by the changes."""
    by_change = area(buffer, work, Head.IN_BY_CHANGE, at(buffer, Head.CHANGES))
    start = at(buffer, Head.OF_PIECE_START) + channel
    for piece in range(int(buffer[start]), int(buffer[start + 1])):
        record = at(buffer, Head.OF_PIECE) + piece * PieceHead.LENGTH
        cells, factor = int(buffer[record + PieceHead.CELLS]), buffer[record + PieceHead.SIGN]
        factor *= coefficient[int(buffer[record + PieceHead.GEO])]
        into = window(adjoint, int(buffer[record + PieceHead.FIRST]), cells)
        add_scaled(into, window(by_change, int(buffer[record + PieceHead.INTO]), cells), factor, 0, cells)


@glue
def evidence(buffer: np.ndarray, point: np.ndarray, work: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log-density of all readouts; write the derivatives by the changes and add all others.

    With a log link a change multiplies the mean outcome of its cell, whose derivatives are added to those of the
    likelihood.
    """
    readouts = at(buffer, Head.READOUTS)
    add_changes(buffer, work)
    space = area(buffer, work, Head.IN_READOUT, 3 * readouts)
    residual, white, by_readout = (
        window(space, 0, readouts),
        window(space, readouts, readouts),
        window(space, 2 * readouts, readouts),
    )
    observed = block(buffer, Head.OF_READOUT, 2 * readouts)
    starts = block(buffer, Head.OF_READOUT_START, readouts + 1)
    count(buffer, point, work)
    counted = area(buffer, work, Head.IN_COUNTED, at(buffer, Head.CHANGES))
    for readout in range(readouts):
        own = 0.0
        for cell in range(int(starts[readout]), int(starts[readout + 1])):
            own += counted[cell]
        residual[readout] = observed[readout] - own
    total = 0.0
    for experiment in range(at(buffer, Head.EXPERIMENTS)):
        record = at(buffer, Head.OF_EXPERIMENT) + experiment * ExperimentHead.LENGTH
        first = int(buffer[record + ExperimentHead.FIRST])
        number = int(buffer[record + ExperimentHead.COUNT])
        total += one_experiment(
            buffer, point, work, record, window(residual, first, number), window(observed, readouts + first, number),
            window(white, first, number), window(by_readout, first, number), gradient,
        )  # fmt: skip
    by_change = area(buffer, work, Head.IN_BY_CHANGE, at(buffer, Head.CHANGES))
    for readout in range(readouts):
        for cell in range(int(starts[readout]), int(starts[readout + 1])):
            by_change[cell] *= by_readout[readout]
            counted[cell] *= by_readout[readout]
    if at(buffer, Head.LOG_LINK) != 0:
        means_back(buffer, point, work, counted, gradient)
    return total


@leaf
def count(buffer: np.ndarray, point: np.ndarray, work: np.ndarray) -> None:
    """Write what the change in each cell adds to its readout, and the derivative of that by the change.

    With a log link a change without the test multiplies the stated outcome, one as run is what the mean outcome of its
    cell lacks without it.
    """
    changes, stride = at(buffer, Head.CHANGES), at(buffer, Head.STRIDE)
    weight = block(buffer, Head.OF_CHANGE_WEIGHT, changes)
    change = area(buffer, work, Head.IN_CHANGE, changes)
    counted, by_change = (
        area(buffer, work, Head.IN_COUNTED, changes),
        area(buffer, work, Head.IN_BY_CHANGE, changes),
    )
    if at(buffer, Head.LOG_LINK) == 0:
        for cell in range(changes):
            counted[cell] = weight[cell] * change[cell]
            by_change[cell] = weight[cell]
        return
    places = block(buffer, Head.OF_CHANGE_CELL, changes)
    level = block(buffer, Head.OF_CHANGE_LEVEL, changes)
    expected = area(buffer, work, Head.IN_EXPECTED, at(buffer, Head.CELLS))
    variance = area(buffer, work, Head.IN_VARIANCE, at(buffer, Head.GEOS))
    for geo in range(variance.shape[0]):
        variance[geo] = noise_variance(buffer, point, geo)
    for cell in range(changes):
        place = int(places[cell])
        # The logarithm of the mean outcome; it is raised below, in vectors.
        counted[cell] = expected[place] + 0.5 * variance[place // stride] if place >= 0 else 0.0
    for cell in range(changes):
        stated = places[cell] < 0.0
        side = 1.0 if stated else -1.0
        mean = weight[cell] * (level[cell] if stated else exp(counted[cell]))
        rise = expm1(side * change[cell])
        counted[cell] = side * mean * rise
        by_change[cell] = mean * (1.0 + rise)


@leaf
def means_back(
    buffer: np.ndarray, point: np.ndarray, work: np.ndarray, by_log_mean: np.ndarray, gradient: np.ndarray
) -> None:
    """Add the derivatives by expectation and noise, given those by the logarithms of the mean outcomes (change)."""
    stride, logit = at(buffer, Head.STRIDE), at(buffer, Head.AT_AUTOCORRELATION)
    places = block(buffer, Head.OF_CHANGE_CELL, by_log_mean.shape[0])
    by_expected = area(buffer, work, Head.IN_BY_EXPECTED, at(buffer, Head.CELLS))
    variance = area(buffer, work, Head.IN_VARIANCE, at(buffer, Head.GEOS))
    by_shift = 0.0
    for cell in range(by_log_mean.shape[0]):
        place = int(places[cell])
        if place >= 0:
            geo = place // stride
            pull = by_log_mean[cell] * variance[geo]
            by_expected[place] += by_log_mean[cell]
            gradient[at(buffer, Head.AT_NOISE) + geo] += pull
            by_shift += pull
    if logit >= 0:
        share = 1.0 / (1.0 + math.exp(-point[logit]))
        rho = RHO_LOW + (RHO_HIGH - RHO_LOW) * share
        gradient[logit] += by_shift * rho / (1.0 - rho * rho) * (RHO_HIGH - RHO_LOW) * share * (1.0 - share)


@leaf
def one_experiment(
    buffer: np.ndarray, point: np.ndarray, work: np.ndarray, record: int, residual: np.ndarray, scale: np.ndarray,
    white: np.ndarray, by_readout: np.ndarray, gradient: np.ndarray,
) -> float:  # fmt: skip
    """Return the log-density of one experiment's readouts, given their residuals but for its bias.

    Notes
    -----
    This is one numerical piece: compiled code takes arrays, not objects.
    """
    count, parameters = residual.shape[0], point.shape[0]
    sizes = area(buffer, work, Head.IN_SIZE, 2 * parameters)
    bias, size_at = int(buffer[record + ExperimentHead.AT_BIAS]), int(buffer[record + ExperimentHead.AT_SIZE])
    whitening = at(buffer, Head.OF_WHITENING) + int(buffer[record + ExperimentHead.WHITENING])
    nu = buffer[record + ExperimentHead.FREEDOM]
    score = point[bias] if bias >= 0 else 0.0
    size = sizes[size_at] if size_at >= 0 else 0.0
    spread = math.sqrt(size * size + buffer[record + ExperimentHead.AGE_VARIANCE])
    square = 0.0
    for k in range(count):
        residual[k] -= spread * score * scale[k]
        white[k] = inner(window(buffer, whitening + k * count, k + 1), residual, 0, k + 1)
        square += white[k] * white[k]
    heavier, total = 1.0, buffer[record + ExperimentHead.CONSTANT]
    if nu > 0.0:
        total -= 0.5 * (nu + count) * math.log1p(square / nu)
        heavier = (nu + count) / (nu + square)
    else:
        total -= 0.5 * square
    fill(by_readout, 0.0)
    for k in range(count):
        row = window(buffer, whitening + k * count, k + 1)
        add_scaled(by_readout, row, heavier * white[k], 0, k + 1)
    by_bias = inner(by_readout, scale, 0, count)
    if bias >= 0:
        gradient[bias] += by_bias * spread
    if size_at >= 0:
        narrow = size / spread if spread > 0.0 else 1.0
        gradient[size_at] += by_bias * score * narrow * sizes[parameters + size_at]
    return total


@leaf
def noise_variance(buffer: np.ndarray, point: np.ndarray, geo: int) -> float:
    """Return the stationary variance of a geo's noise."""
    sigma, logit = math.exp(point[at(buffer, Head.AT_NOISE) + geo]), at(buffer, Head.AT_AUTOCORRELATION)
    if logit < 0:
        return sigma * sigma
    rho = RHO_LOW + (RHO_HIGH - RHO_LOW) / (1.0 + math.exp(-point[logit]))
    return sigma * sigma / (1.0 - rho * rho)
