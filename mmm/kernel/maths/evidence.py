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
from mmm.kernel.maths.series import fill
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
            for cell in range(int(buffer[record + PieceHead.CELLS])):
                change[into + cell] += factor * work[response + first + cell]


@leaf
def changes_back(
    buffer: np.ndarray, work: np.ndarray, channel: int, response: np.ndarray, coefficient: np.ndarray,
    by_coefficient: np.ndarray, adjoint: np.ndarray,
) -> None:  # fmt: skip
    """Add the derivatives by one channel's coefficients (geo) and by its response (cell), given those by the changes."""
    by_change = area(buffer, work, Head.IN_BY_CHANGE, at(buffer, Head.CHANGES))
    start = at(buffer, Head.OF_PIECE_START) + channel
    for piece in range(int(buffer[start]), int(buffer[start + 1])):
        record = at(buffer, Head.OF_PIECE) + piece * PieceHead.LENGTH
        first, into = int(buffer[record + PieceHead.FIRST]), int(buffer[record + PieceHead.INTO])
        geo, sign = int(buffer[record + PieceHead.GEO]), buffer[record + PieceHead.SIGN]
        factor, total = sign * coefficient[geo], 0.0
        for cell in range(int(buffer[record + PieceHead.CELLS])):
            total += by_change[into + cell] * response[first + cell]
            adjoint[first + cell] += factor * by_change[into + cell]
        by_coefficient[geo] += sign * total


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
    for readout in range(readouts):
        own = 0.0
        for cell in range(int(starts[readout]), int(starts[readout + 1])):
            own += counted(buffer, point, work, cell)
        residual[readout] = observed[readout] - own
    total = 0.0
    for experiment in range(at(buffer, Head.EXPERIMENTS)):
        record = at(buffer, Head.OF_EXPERIMENT) + experiment * ExperimentHead.LENGTH
        first = int(buffer[record + ExperimentHead.FIRST])
        count = int(buffer[record + ExperimentHead.COUNT])
        total += one_experiment(
            buffer, point, work, record, window(residual, first, count), window(observed, readouts + first, count),
            window(white, first, count), window(by_readout, first, count), gradient,
        )  # fmt: skip
    by_shift = 0.0
    for readout in range(readouts):
        for cell in range(int(starts[readout]), int(starts[readout + 1])):
            by_shift += counted_back(buffer, point, work, cell, by_readout[readout], gradient)
    if at(buffer, Head.LOG_LINK) != 0 and at(buffer, Head.AT_AUTOCORRELATION) >= 0:
        logit = at(buffer, Head.AT_AUTOCORRELATION)
        share = 1.0 / (1.0 + math.exp(-point[logit]))
        rho = RHO_LOW + (RHO_HIGH - RHO_LOW) * share
        gradient[logit] += by_shift * rho / (1.0 - rho * rho) * (RHO_HIGH - RHO_LOW) * share * (1.0 - share)
    return total


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
        white[k] = 0.0
        for j in range(k + 1):
            white[k] += buffer[whitening + k * count + j] * residual[j]
        square += white[k] * white[k]
    heavier, total = 1.0, buffer[record + ExperimentHead.CONSTANT]
    if nu > 0.0:
        total -= 0.5 * (nu + count) * math.log1p(square / nu)
        heavier = (nu + count) / (nu + square)
    else:
        total -= 0.5 * square
    by_bias = 0.0
    for k in range(count):
        by_readout[k] = 0.0
        for j in range(k, count):
            by_readout[k] += heavier * buffer[whitening + j * count + k] * white[j]
        by_bias += by_readout[k] * scale[k]
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


@leaf
def counted(buffer: np.ndarray, point: np.ndarray, work: np.ndarray, cell: int) -> float:
    """Return what the change in one cell adds to its readout."""
    change, weight = work[at(buffer, Head.IN_CHANGE) + cell], buffer[at(buffer, Head.OF_CHANGE_WEIGHT) + cell]
    if at(buffer, Head.LOG_LINK) == 0:
        return weight * change
    place = int(buffer[at(buffer, Head.OF_CHANGE_CELL) + cell])
    if place < 0:
        return weight * buffer[at(buffer, Head.OF_CHANGE_LEVEL) + cell] * math.expm1(change)
    shift = 0.5 * noise_variance(buffer, point, place // at(buffer, Head.STRIDE))
    return -weight * math.exp(work[at(buffer, Head.IN_EXPECTED) + place] + shift) * math.expm1(-change)


@leaf
def counted_back(
    buffer: np.ndarray,
    point: np.ndarray,
    work: np.ndarray,
    cell: int,
    by_readout: float,
    gradient: np.ndarray,
) -> float:
    """Write the derivative by the change in one cell, add those by its mean outcome; return that by log (1 - rho^2) / -2."""
    change, weight = work[at(buffer, Head.IN_CHANGE) + cell], buffer[at(buffer, Head.OF_CHANGE_WEIGHT) + cell]
    into, pull = at(buffer, Head.IN_BY_CHANGE) + cell, by_readout * weight
    if at(buffer, Head.LOG_LINK) == 0:
        work[into] = pull
        return 0.0
    place = int(buffer[at(buffer, Head.OF_CHANGE_CELL) + cell])
    if place < 0:
        work[into] = pull * buffer[at(buffer, Head.OF_CHANGE_LEVEL) + cell] * math.exp(change)
        return 0.0
    geo = place // at(buffer, Head.STRIDE)
    variance = noise_variance(buffer, point, geo)
    mean = math.exp(work[at(buffer, Head.IN_EXPECTED) + place] + 0.5 * variance)
    work[into] = pull * mean * math.exp(-change)
    by_mean = -pull * mean * math.expm1(-change)
    work[at(buffer, Head.IN_BY_EXPECTED) + place] += by_mean
    gradient[at(buffer, Head.AT_NOISE) + geo] += by_mean * variance
    return by_mean * variance
