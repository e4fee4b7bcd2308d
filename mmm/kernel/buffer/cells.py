"""The form that series have in the kernel (see `mmm.kernel.buffer.header`), and how much memory a gradient works in."""

from dataclasses import dataclass

import numpy as np

from mmm.calibration.replay import Replay
from mmm.kernel.buffer.header import (
    FEATURES_AT_ONCE,
    NOISE_SPACE,
    VECTOR,
    WEIGHTS_AT_ONCE,
    Head,
)
from mmm.problem.problem import Problem
from mmm.transforms.family import WEIGHT_SPACE

REGISTER = 8
"""Doubles in the widest register: rows begin at multiples of it."""


def _up(size: int, unit: int) -> int:
    """Return `size` rounded up to a multiple of `unit`."""
    return -(-size // unit) * unit


@dataclass(frozen=True, slots=True)
class Form:
    """How series of a panel lie in the kernel.

    Parameters
    ----------
    geos, dates : int
    stride : int
        Cells of a geo.
    length : int
        Cells of all geos and what lies behind them.
    taps : int
        Carryover weights of a channel.
    """

    geos: int
    dates: int
    stride: int
    length: int
    taps: int

    @classmethod
    def of(cls, problem: Problem) -> "Form":
        """Return the form of the series of a problem's panel."""
        geos, dates = problem.window.shape
        lags = max(way.carryover.lags for way in problem.pathways)
        stride = _up(dates, VECTOR) if geos == 1 else _up(dates + lags, REGISTER)
        replayed = 0 if problem.replay is None else len(problem.replay.exposure)
        return cls(geos, dates, stride, _up(geos * stride + replayed, VECTOR), _up(lags + 1, WEIGHTS_AT_ONCE))

    def row(self, values: np.ndarray) -> np.ndarray:
        """Return (..., date) with empty cells behind the last date, flat."""
        padding = [(0, 0)] * (values.ndim - 1) + [(0, self.stride - self.dates)]
        return np.pad(values.astype(float), padding).ravel()

    def cells(self, values: np.ndarray, lead: int = 0) -> np.ndarray:
        """Return (..., geo, date) as series of cells with `lead` zeros before each, flat.

        Parameters
        ----------
        values : numpy.ndarray, shape (..., geo, date)
        lead : int, default 0
            Zeros before each series.

        Returns
        -------
        numpy.ndarray, shape (series times (lead + length),)
        """
        series = self.row(values).reshape(-1, self.geos * self.stride)
        return np.pad(series, [(0, 0), (lead, self.length - series.shape[1])]).ravel()


def stored(features: int) -> int:
    """Return how many columns a design of this many features is stored with, zeros behind the last."""
    return _up(features, FEATURES_AT_ONCE)


def working_memory(
    form: Form, channels: int, features: int, parameters: int, replay: Replay | None
) -> dict[Head, int]:
    """Return where a gradient keeps what, and how long its working memory is, in doubles.

    Parameters
    ----------
    form : Form
        Lengths of series.
    channels, features, parameters : int
        How many there are; features of all components together.
    replay : Replay or None
        Experiments that the model is held against.

    Returns
    -------
    dict of Head to int
        Places counted in doubles from the start of the memory; `Head.WORK` is its length.
    """
    changes, readouts = (0, 0) if replay is None else (len(replay.weight), len(replay.starts) - 1)
    sizes = {
        Head.IN_EXPECTED: form.length,
        Head.IN_COMMON: form.stride,
        Head.IN_FEATURES: 2 * stored(features),
        Head.IN_MEDIA: form.length,
        Head.IN_LEVEL: form.geos,
        Head.IN_NOISE: NOISE_SPACE * (form.length + 1),
        Head.IN_BY_EXPECTED: form.length,
        Head.IN_BY_GEO: 2 * form.geos,
        Head.IN_COEFFICIENT: 3 * channels * form.geos,
        Head.IN_KERNEL: 3 * channels * form.taps,
        Head.IN_BY_WEIGHT: form.taps,
        Head.IN_ADJOINT: form.length + form.taps,
        Head.IN_CHANNEL: channels * (4 * form.length + form.taps),
        Head.IN_SIZE: 2 * parameters,
        Head.IN_WEIGHT_SPACE: WEIGHT_SPACE * (form.taps + 1),
        Head.IN_BY_SECOND: 1,
        Head.IN_CHANGE: changes,
        Head.IN_BY_CHANGE: changes,
        Head.IN_COUNTED: changes,
        Head.IN_VARIANCE: 0 if replay is None else form.geos,
        Head.IN_READOUT: 3 * readouts,
    }
    ends = np.cumsum(list(sizes.values()))
    starts = dict(zip(sizes, (ends - list(sizes.values())).tolist(), strict=True))
    return starts | {Head.WORK: int(ends[-1])}
