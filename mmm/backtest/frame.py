"""The one model that all origins of a backtest share: what is known at the first of them, and the calendar.

Units and priors come from the outcomes and media before the first forecast alone: what an average period is, the usual
exposure, the window that a prior on ROI is about, the mean and spread of controls, the largest dose of a treatment.
From the dates after it comes only what a calendar tells: which seasons, holidays and stretches of the drift there are.
The media, controls and treatments of forecast periods are read as plans: forecasts are conditional on them.

Origins then differ in nothing but how many outcomes they have seen, so that a posterior of one is, reweighted, that of
another, and the log densities of all forecasts add up to that of the whole stretch.
"""

from dataclasses import dataclass, replace

import numpy as np

from mixproof.aggregates.panel import Panel
from mixproof.errors import ConfigError, DataError, Fault
from mmm.calibration import Calibration
from mmm.config import LINKS
from mmm.kernel.compiled import KernelModel, build_kernel
from mmm.kernel.supported_models import uncovered
from mmm.problem.media import Media, outcome_window, prepare
from mmm.problem.problem import Problem
from mmm.problem.scaling import Scaling, scale

LEAST_TRAINING = 0.5
"""Share of the periods with an outcome that the first origin must know."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The model of a backtest.

    Parameters
    ----------
    problem : Problem
        With all outcomes, in the units of the first training window; the vector is the same for every origin.
    forecasts : numpy.ndarray of int, shape (origin,)
        Index of the first period that each origin has not seen.
    """

    problem: Problem
    forecasts: np.ndarray

    @property
    def first(self) -> int:
        """Index of the first period that any origin forecasts."""
        return int(self.forecasts[0])

    def day(self, period: int) -> str:
        """Return the start of a period as an ISO date."""
        return str(self.problem.panel.data["date"].values[period])[:10]

    def place(self, number: int) -> int:
        """Return the place of an origin's first forecast among all dates from the first forecast on."""
        return int(self.forecasts[number]) - self.first

    def model(self, forecast: int) -> KernelModel:
        """Return the model that has seen the outcomes before period `forecast`."""
        return build_kernel(self.problem.with_outcome(hidden_from(self.problem.panel, forecast)))


def set_frame(problem: Problem, calibration: Calibration | None = None) -> Frame:
    """Return the frame of a backtest; its first forecasts are of the last ``backtest.origins`` periods with an outcome.

    Parameters
    ----------
    problem : Problem
        Of the whole panel, in its own units.
    calibration : Calibration, optional
        Experiments; only those that ended before the first forecast are known.

    Returns
    -------
    Frame

    Raises
    ------
    ConfigError
        There are more origins than the data can carry, or the model is not one that can be backtested.
    DataError
        A geo or a channel begins only where forecasts do.
    """
    _refuse(problem)
    panel, config = problem.panel, problem.config
    known = np.flatnonzero(panel.observed.any(axis=0))
    forecasts = known[-config.backtest.origins :]
    training = replace(panel, data=panel.data.isel(date=slice(0, int(forecasts[0]))))
    scaling = scale(training, config)
    framed = replace(
        problem,
        scaling=scaling,
        media=_media(problem, training, scaling),
        designs=tuple((part, part.rebase(design, panel, training)) for part, design in problem.designs),
    )
    framed = framed.with_outcome(panel)
    if calibration is not None:
        first = str(panel.data["date"].values[int(forecasts[0])])[:10]
        framed = framed.calibrated(calibration.until(first))
        _refuse_uncovered(framed)
    return Frame(framed, forecasts)


def _refuse(problem: Problem) -> None:
    """Raise what speaks against a backtest before anything is fitted."""
    panel, origins, where = problem.panel, problem.config.backtest.origins, "mmm.backtest.origins"
    known = np.flatnonzero(panel.observed.any(axis=0))
    most = int(len(known) * (1 - LEAST_TRAINING))
    _refuse_uncovered(problem)
    if origins > most:
        what = f"{origins} origins, and {len(known)} periods with an outcome."
        raise ConfigError(
            Fault("backtest-too-long", where, what, f"At most {most} origins are possible here.")
        )
    first = int(known[-origins])
    seen = panel.observed[:, :first].any(axis=1)
    bought = (
        np.nan_to_num(panel.data["exposure"].transpose("geo", "date", "channel").values)[:, :first] > 0
    ).any(axis=(0, 1))
    late = [f"geo {n}" for n, there in zip(panel.geos, seen, strict=True) if not there]
    late += [f"channel {n}" for n, there in zip(panel.channels, bought, strict=True) if not there]
    day = str(panel.data["date"].values[first])[:10]
    raise_for = [
        Fault(
            "backtest-unseen",
            name,
            f"Nothing is known of it before {day}, where forecasts begin.",
            "Take fewer mmm.backtest.origins, or leave it out.",
        )
        for name in late
    ]
    if raise_for:
        raise DataError(raise_for)


def _refuse_uncovered(problem: Problem) -> None:
    lacking = uncovered(problem)
    if lacking is not None:
        what = f"A model with {lacking} is computed by PyMC and cannot be backtested yet."
        raise ConfigError(
            Fault("backtest-uncovered", "mmm", what, "Leave it out of the model to be backtested.")
        )


def hidden_from(panel: Panel, date: int) -> Panel:
    """Return the panel with the outcomes from period `date` on unknown.

    Parameters
    ----------
    panel : Panel
        With outcomes.
    date : int
        Position among the panel's dates.

    Returns
    -------
    Panel
        A copy; everything but the outcome is as it was.
    """
    outcome = panel.data["outcome"].transpose("geo", "date").copy()
    outcome[:, date:] = np.nan
    return replace(panel, data=panel.data.assign(outcome=outcome))


def _media(problem: Problem, training: Panel, scaling: Scaling) -> Media:
    """Return the media of all dates in the units, and with the priors, of the training window."""
    first = prepare(training, scaling, problem.priors, LINKS[problem.config.likelihood.family])
    data, later = problem.panel.data, problem.window.shape[1] - training.data.sizes["date"]
    exposure = data["exposure"].transpose("geo", "date", "channel").values
    frequency = data["frequency"].transpose("geo", "date", "channel").values
    return replace(
        first,
        exposure=exposure / scaling.exposure[:, None, :],
        frequency=frequency / scaling.frequency,
        window=outcome_window(problem.panel),
        weight=np.pad(first.weight, ((0, 0), (0, later), (0, 0))),
    )
