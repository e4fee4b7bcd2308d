"""Experiments as the kernel reads them: pieces by channel, cells with their weights, and what each experiment measured."""

import math

import numpy as np

from mmm.calibration.replay import Experiment, Replay
from mmm.kernel.buffer.cells import Form
from mmm.kernel.buffer.header import ExperimentHead, Head
from mmm.problem.problem import Problem
from mmm.problem.vector import Layout


def evidence_blocks(problem: Problem, form: Form) -> list[tuple[Head, np.ndarray]]:
    """Return data of the experiments, each with its place in the header; nothing where there are none.

    Parameters
    ----------
    problem : Problem
    form : Form

    Returns
    -------
    list of (Head, numpy.ndarray)
    """
    replay = problem.replay
    if replay is None:
        return []
    channels = len(problem.panel.channels)
    pieces = replay.pieces.copy()
    pieces[:, 2] = _places(replay.pieces[:, 2], form)
    pieces = joined(pieces)
    starts = np.searchsorted(pieces[:, 0], np.arange(channels + 1))
    records, whitenings = _experiments(replay, problem.layout)
    scale = np.concatenate([each.bias_scale for each in replay.experiments])
    observed = np.concatenate([each.observed for each in replay.experiments])
    return [
        (Head.OF_PIECE, pieces[:, 1:]),
        (Head.OF_PIECE_START, starts),
        (Head.OF_CHANGE_WEIGHT, replay.weight),
        (Head.OF_CHANGE_CELL, np.where(replay.cell < 0, -1, _places(replay.cell, form))),
        (Head.OF_CHANGE_LEVEL, replay.level),
        (Head.OF_READOUT_START, replay.starts),
        (Head.OF_READOUT, np.concatenate([observed, scale])),
        (Head.OF_WHITENING, whitenings),
        (Head.OF_EXPERIMENT, records),
    ]


def evidence_sizes(problem: Problem) -> dict[Head, int]:
    """Return how much of everything there is; zeros where no experiment calibrates the model."""
    replay = problem.replay
    return {
        Head.EXPERIMENTS: 0 if replay is None else len(replay.experiments),
        Head.READOUTS: 0 if replay is None else len(replay.starts) - 1,
        Head.CHANGES: 0 if replay is None else len(replay.weight),
        Head.LOG_LINK: int(problem.multiplicative),
    }


def joined(pieces: np.ndarray) -> np.ndarray:
    """Return pieces with those that continue one another made one: a test with weekly readouts has one a week.

    Parameters
    ----------
    pieces : numpy.ndarray of int, shape (piece, 6)
        As `mmm.calibration.replay.Replay` has them.

    Returns
    -------
    numpy.ndarray of int, shape (joined piece, 6)
        Sorted by channel; the same cells count for the same changes.
    """
    channel, geo, place, cells, into, sign = pieces.T
    order = np.lexsort((into, place - into, sign, geo, channel))
    channel, geo, place, cells, into, sign = pieces[order].T
    alike = [np.diff(each) == 0 for each in (channel, geo, sign, place - into)]
    goes_on = np.concatenate([[False], np.all([*alike, np.diff(into) == cells[:-1]], axis=0)])
    first = np.flatnonzero(~goes_on)
    whole = pieces[order][first]
    whole[:, 3] = np.add.reduceat(cells, first)
    return whole


def _places(places: np.ndarray, form: Form) -> np.ndarray:
    """Return places of the panel's cells, and of replayed ones behind them, among the kernel's cells."""
    panel = form.geos * form.dates
    own = places // form.dates * form.stride + places % form.dates
    return np.where(places < panel, own, form.geos * form.stride + places - panel)


def _experiments(replay: Replay, layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """Return a record of each experiment, and what makes its residuals independent, place counted from the first."""
    biased = [each.name for each in replay.biased]
    records, whitenings, place = [], [np.empty(0)], 0
    for each, span in zip(replay.experiments, replay.spans, strict=True):
        factor = np.linalg.cholesky(each.covariance)
        whitening = np.linalg.inv(factor).ravel()
        record = np.zeros(ExperimentHead.LENGTH)
        record[ExperimentHead.FIRST], record[ExperimentHead.COUNT] = span.start, len(each.observed)
        record[ExperimentHead.WHITENING] = place
        record[ExperimentHead.FREEDOM] = each.degrees_of_freedom or 0.0
        record[ExperimentHead.CONSTANT] = _constant(each) - np.log(np.diag(factor)).sum()
        known = each.name in biased
        record[ExperimentHead.AT_BIAS] = (
            layout.start("evidence_bias") + biased.index(each.name) if known else -1
        )
        sized = each.bias_size > 0
        record[ExperimentHead.AT_SIZE] = layout.start(f"evidence_size_{each.kind}") if sized else -1
        record[ExperimentHead.AGE_VARIANCE] = each.age_variance
        records.append(record)
        whitenings.append(whitening)
        place += whitening.size
    return np.array(records), np.concatenate(whitenings)


def _constant(each: Experiment) -> float:
    """Return the log of what makes the density of independent residuals one."""
    count, freedom = len(each.observed), each.degrees_of_freedom
    if freedom is None:
        return -0.5 * count * math.log(2 * math.pi)
    gammas = math.lgamma(0.5 * (freedom + count)) - math.lgamma(0.5 * freedom)
    return gammas - 0.5 * count * math.log(freedom * math.pi)
