"""What draws say that each experiment should have measured: the same responses as in all effects, on the paths of the tests."""

from collections.abc import Mapping

import numpy as np

from mmm.effects.contribution import expected_outcome
from mmm.effects.predictive import expected
from mmm.effects.terms import Exposure, observed_exposure, response
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem


def predicted_readouts(problem: Problem, draws: Draws) -> Mapping[str, np.ndarray]:
    """Return what the model says each readout is, without sampling error and without the experiment's own bias.

    Parameters
    ----------
    problem : Problem
        With experiments; those whose predictions are wanted need not be what the draws were calibrated with.
    draws : Draws
        Posterior or prior draws of the model.

    Returns
    -------
    mapping of str to numpy.ndarray, shape (sample, readout)
        By experiment; in the unit of `Experiment.observed`. Empty where the problem has no experiments.
    """
    replay = problem.replay
    if replay is None:
        return {}
    answers = np.empty((len(replay.starts) - 1, draws.count))
    cells = problem.window.size + len(replay.exposure)
    for place, block in draws.blocks((len(problem.panel.channels) + 2) * cells):
        responses = [_responses(problem, block, channel) for channel in range(len(problem.panel.channels))]
        level = None
        if problem.multiplicative:
            outcome = expected_outcome(problem, block, expected(problem, block))
            level = (outcome / problem.scaling.outcome[:, None, None]).reshape(problem.window.size, -1)
        change = replay.changes(responses, block.values("coefficient"))
        answers[:, place] = replay.answers(change, level)
    return {each.name: answers[span].T for each, span in zip(replay.experiments, replay.spans, strict=True)}


def _responses(problem: Problem, draws: Draws, channel: int) -> np.ndarray:
    """Return the response of a channel in the panel's cells and behind them in the replayed ones, shape (place, sample)."""
    replay = problem.replay
    assert replay is not None
    own = response(problem, draws, channel, observed_exposure(problem, channel))
    if not len(replay.exposure):
        return own.reshape(-1, draws.count)
    often = replay.frequency[None, :, channel] if problem.pathways[channel].by_frequency else None
    replayed = response(problem, draws, channel, Exposure(replay.exposure[None, :, channel], often))
    return np.concatenate([own.reshape(-1, draws.count), replayed.reshape(-1, draws.count)])
