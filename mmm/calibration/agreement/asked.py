"""One experiment, and what a model says of it: with it, and without it by weights or by a fit that has not seen it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from mmm.calibration.agreement.conflict import Array, Conflict, Measured, conflict
from mmm.calibration.agreement.leave_one_out import LeftOut, leave_one_out
from mmm.calibration.predicted import predicted_readouts
from mmm.calibration.replay import Experiment
from mmm.effects.contribution import Contributions, contributions, draw_budget
from mmm.effects.return_on_spend import returns
from mmm.problem.draws import Draws, thin
from mmm.problem.problem import Problem


@dataclass(frozen=True, slots=True)
class Refit:
    """What a fit without one experiment says.

    Parameters
    ----------
    predicted : numpy.ndarray, shape (sample, readout)
        Of that experiment's readouts.
    roi : numpy.ndarray, shape (channel, sample)
        As in `judge_experiments`, of this fit's draws.
    """

    predicted: Array
    roi: Array


@dataclass(frozen=True, slots=True)
class Asked:
    """One experiment, and what draws of the model say of it.

    Parameters
    ----------
    experiment : Experiment
    measured : Measured
        With the bias at its usual size.
    size : numpy.ndarray, shape (sample,)
        Size of the bias in each draw, in usual ones.
    predicted : numpy.ndarray, shape (sample, readout)
    left : LeftOut
    refit : Refit or None
        What a fit without the experiment says, where there is one: it takes the place of the weights.
    """

    experiment: Experiment
    measured: Measured
    size: Array
    predicted: Array
    left: LeftOut
    refit: Refit | None = None

    @property
    def unknown(self) -> bool:
        """Return whether only a fit without the experiment, which is not there, could tell what the model says without it."""
        return self.left.refit and self.refit is None

    @property
    def before(self) -> tuple[Array, Array, Conflict]:
        """Return predictions without the experiment, their weights, and the conflict with what was measured."""
        if self.refit is None:
            return self.predicted, self.left.weights, self.left.conflict
        said = self.refit.predicted
        return said, np.full(len(said), 1 / len(said)), conflict(self.measured, said)

    @property
    def expected(self) -> Array:
        """Return what the model says of the readouts; where that is nothing, the course that its priors expect."""
        total = self.predicted.sum(axis=1)
        clear = abs(total.mean()) > total.std() or not self.experiment.bias_scale.any()
        return self.predicted.mean(axis=0) if clear else self.experiment.bias_scale

    @property
    def channel(self) -> str:
        """Return the channels tested, joined."""
        return " + ".join(self.experiment.channels)


def ask_all(problem: Problem, draws: Draws, posteriors: Mapping[str, xr.DataTree]) -> Sequence[Asked]:
    """Return every experiment of a calibrated model with what it says of it.

    Parameters
    ----------
    problem : Problem
    draws : Draws
        Of the posterior that has seen all experiments.
    posteriors : mapping of str to xarray.DataTree
        Of fits without one experiment each, by its name.

    Returns
    -------
    sequence of Asked
    """
    predicted = predicted_readouts(problem, draws)
    refits = {name: _refit(problem, name, posterior) for name, posterior in posteriors.items()}
    experiments = problem.replay.experiments if problem.replay is not None else ()
    return [ask(each, draws, predicted[each.name], refits.get(each.name)) for each in experiments]


def return_draws(problem: Problem, found: Contributions) -> Array:
    """Return the return of each channel in draws: in outcome per money where it has no value in money.

    Parameters
    ----------
    problem : Problem
    found : Contributions

    Returns
    -------
    numpy.ndarray, shape (channel, sample)
        NaN where a channel costs nothing.
    """
    brought = returns(problem, found)
    return np.where(np.isfinite(brought.roi), brought.roi, brought.actions_per_money)


def _refit(problem: Problem, name: str, posterior: xr.DataTree) -> Refit:
    draws = thin(posterior["posterior"].to_dataset(), draw_budget(problem))
    said = predicted_readouts(problem, draws)[name]
    return Refit(said, return_draws(problem, contributions(problem, draws)))


def ask(each: Experiment, draws: Draws, predicted: Array, refit: Refit | None) -> Asked:
    """Return an experiment with what the model says of it, itself left out.

    Parameters
    ----------
    each : Experiment
    draws : Draws
    predicted : numpy.ndarray, shape (sample, readout)
    refit : Refit or None

    Returns
    -------
    Asked
    """
    name = f"evidence_size_{each.kind}"
    sizes = draws.values(name) if each.bias_size > 0 and name in draws.arrays else np.zeros(draws.count)
    spread = np.sqrt(sizes**2 + each.age_variance)
    usual = float(np.sqrt(np.mean(spread**2)))
    freedom = np.inf if each.degrees_of_freedom is None else each.degrees_of_freedom
    measured = Measured(each.observed, each.covariance, usual * each.bias_scale, freedom)
    size = spread / usual if usual > 0 else np.ones(draws.count)
    return Asked(each, measured, size, predicted, leave_one_out(measured, predicted, size), refit)
