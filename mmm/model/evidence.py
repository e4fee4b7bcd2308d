"""What experiments measured, in PyMC: the readouts that the model itself gives, and how far they are from what was seen.

    readouts of an experiment ~ N or t (the model's own + bias size_at_prior, covariance)
    bias = sqrt(size^2 + age) score,   score ~ N(0, 1),   size ~ half-normal, one for each kind of measurement

The model's own readout is the difference between two paths of exposure through the model's carryover, saturation and
coefficients: see `mmm.calibration.replay`, whose pieces, cells and weights these are.
"""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from mmm.calibration.replay import Experiment, Replay
from mmm.model.half_normal_transform import HalfNormalScore
from mmm.model.response import respond
from mmm.problem.problem import Problem


def add_evidence(
    problem: Problem, parameters: list[dict[str, Any]], response: Any, coefficient: Any, expected: Any
) -> None:
    """Add what the experiments of `problem` measured to the model's density; nothing where there are none.

    Parameters
    ----------
    problem : Problem
    parameters : list of dict
        Carryover and saturation of each channel, as `mmm.model.response.shape_parameters` returns them.
    response : TensorVariable, shape (geo, date, channel)
        To the panel's exposure.
    coefficient : TensorVariable, shape (geo, channel)
    expected : TensorVariable, shape (geo, date)
        What all components add up to.
    """
    replay = problem.replay
    if replay is None:
        return
    answers = _answers(problem, replay, _changes(problem, parameters, response, coefficient), expected)
    sizes = {kind: _size(kind, replay) for kind in replay.kinds}
    scores: Any = None
    biased = [each.name for each in replay.biased]
    if biased:
        pm.modelcontext(None).add_coord("experiment", biased)
        scores = pm.Normal("evidence_bias", 0, 1, dims="experiment")
    for number, (each, span) in enumerate(zip(replay.experiments, replay.spans, strict=True)):
        centre = answers[span]
        if each.name in biased:
            size = sizes.get(each.kind, 0.0) if each.bias_size > 0 else 0.0
            spread = pt.sqrt(size**2 + each.age_variance) if each.age_variance > 0 else size
            centre = centre + spread * scores[biased.index(each.name)] * each.bias_scale
        pm.Potential(f"evidence_{number}", pm.logp(_law(each, centre), each.observed))


def _changes(problem: Problem, parameters: list[dict[str, Any]], response: Any, coefficient: Any) -> Any:
    """Return the media effect as run less without the test in every cell that counts, shape (change,)."""
    replay, channels = problem.replay, len(problem.panel.channels)
    assert replay is not None
    places = response.reshape((-1, channels))
    if len(replay.exposure):
        replayed, _ = respond(replay.exposure[None], replay.frequency[None], problem.pathways, parameters)
        places = pt.concatenate([places, replayed.reshape((-1, channels))], axis=0)
    # One row for each cell of each piece.
    channel, geo, place, into, sign = (
        np.concatenate([_cells(piece, field) for piece in replay.pieces]) for field in range(5)
    )
    brought = sign * coefficient[geo, channel] * places[place, channel]
    return pt.inc_subtensor(pt.zeros(len(replay.weight))[into], brought)


def _cells(piece: np.ndarray, field: int) -> np.ndarray:
    """Return channel, geo, place, change or sign of each cell of a piece."""
    channel, geo, place, cells, into, sign = piece
    steps = np.arange(cells)
    return (steps * 0 + channel, steps * 0 + geo, place + steps, into + steps, steps * 0 + sign)[field]


def _answers(problem: Problem, replay: Replay, change: Any, expected: Any) -> Any:
    """Return the model's own readouts, shape (readout,)."""
    if problem.multiplicative:
        level = pt.exp(expected + _mean_shift(problem)).ravel()
        own = -level[np.maximum(replay.cell, 0)] * pt.expm1(-change)
        change = pt.where(replay.cell < 0, replay.level * pt.expm1(change), own)
    counts = np.zeros((len(replay.starts) - 1, len(replay.weight)))
    for number, row in enumerate(counts):
        cells = slice(replay.starts[number], replay.starts[number + 1])
        row[cells] = replay.weight[cells]
    return pt.dot(pt.as_tensor(counts), change)


def _mean_shift(problem: Problem) -> Any:
    """Return how far the log of the mean lies above the mean of the log, shape (geo, 1)."""
    if problem.config.likelihood.family != "lognormal":
        return 0.0
    model = pm.modelcontext(None)
    variance = model["noise"] ** 2
    if problem.config.likelihood.autocorrelation:
        variance = variance / (1 - model["autocorrelation"] ** 2)
    return 0.5 * variance[:, None]


def _size(kind: str, replay: Replay) -> Any:
    scale = next(each.bias_size for each in replay.experiments if each.kind == kind)
    return pm.HalfNormal(f"evidence_size_{kind}", scale, default_transform=HalfNormalScore(scale))


def _law(each: Experiment, centre: Any) -> Any:
    if each.degrees_of_freedom is None:
        return pm.MvNormal.dist(centre, each.covariance)
    return pm.MvStudentT.dist(nu=each.degrees_of_freedom, mu=centre, scale=each.covariance)
