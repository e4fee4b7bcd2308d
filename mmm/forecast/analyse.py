"""A forecast from a posterior: the window, what is assumed of it, and the tables."""

from datetime import date

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.panel import PERIODS_PER_YEAR, Frequency, Panel
from mixproof.errors import ConfigError, Fault
from mmm.config import MmmConfig
from mmm.forecast.ahead import look_ahead
from mmm.forecast.config import FAULTS, Outlook
from mmm.forecast.future import LAST_YEAR, Future, continued, later_dates
from mmm.forecast.results import Simulated, forecast_tables, simulated
from mmm.problem.draws import thin
from mmm.problem.problem import Problem, build_problem

QUARTER: dict[Frequency, int] = {"daily": 91, "weekly": 13, "monthly": 3, "yearly": 1}
"""Periods of a window of which nothing is said."""
MOST_DRAWS, FEWEST_DRAWS = 4000, 500
"""Draws, and so paths: all of a usual fit, fewer of a large panel."""
MOST_NUMBERS = 20_000_000
"""Cells times channels times draws up to which more draws are used."""
YEARS_AHEAD = 3
"""Years after the panel within which a window ends."""


def forecast(
    posterior: xr.DataTree,
    panel: Panel,
    config: MmmConfig,
    seed: int,
    *,
    outlook: Outlook | None = None,
    start: date | None = None,
    periods: int | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the forecast of a window after the panel, media as in the same periods a year before.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `mmm.fit.fit` returns it, or read back from a run folder.
    panel : Panel
    config : MmmConfig
        Those of the fit.
    seed : int
        Of the simulated paths.
    outlook : Outlook, optional
        What is assumed of controls, treatments and events.
    start : datetime.date, optional
        First day of the window; default the day after the panel.
    periods : int, optional
        Of the window; default a quarter.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``forecast``, ``forecast_total``, ``forecast_channels`` and ``forecast_inputs``.

    Raises
    ------
    ConfigError
        The window begins where no period does, or the outlook names what the model does not have.
    """
    problem, window = build_problem(panel, config), periods or QUARTER[panel.frequency]
    count = periods_after(panel, start, window)
    future = continued(problem, outlook or Outlook(), count, window)
    return forecast_tables(foresee(posterior, problem, future, seed), LAST_YEAR)


def foresee(posterior: xr.DataTree, problem: Problem, future: Future, seed: int) -> Simulated:
    """Return simulated outcomes of a future.

    Parameters
    ----------
    posterior : xarray.DataTree
        Of `problem`.
    problem : Problem
    future : Future
        The panel of `problem` and what follows it.
    seed : int
        The same seed gives the same paths.

    Returns
    -------
    Simulated
    """
    ahead = look_ahead(problem, future)
    size = ahead.problem.window.size * len(problem.panel.channels)
    most = int(np.clip(MOST_NUMBERS // size, FEWEST_DRAWS, MOST_DRAWS))
    draws = thin(posterior["posterior"].to_dataset(), most)
    return simulated(ahead, draws, future, np.random.default_rng([seed, future.start]))


def periods_after(panel: Panel, start: date | None, window: int) -> int:
    """Return how many periods after the panel there are up to the end of a window.

    Parameters
    ----------
    panel : Panel
    start : datetime.date or None
        First day of the window; None for the day after the panel.
    window : int
        Periods of the window.

    Returns
    -------
    int

    Raises
    ------
    ConfigError
        ``forecast-start``: no period after the panel begins on that day.
    """
    if start is None:
        return window
    days = later_dates(panel, round(YEARS_AHEAD * PERIODS_PER_YEAR[panel.frequency]))
    place = int(np.searchsorted(days, np.datetime64(start, "D")))
    if place == len(days) or days[place] != np.datetime64(start, "D"):
        near = ", ".join(str(day) for day in days[max(place - 1, 0) : place + 1])
        what = (
            f"No period begins on {start} in the {YEARS_AHEAD} years after the panel; some begin on {near}."
        )
        raise ConfigError(Fault("forecast-start", "start", what, FAULTS["forecast-start"][2]))
    return place + window
