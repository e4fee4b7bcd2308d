"""The outcome that is forecast under each plan: the baseline as it goes on, and what money in the plan and before it brings."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.forecast.analyse import foresee, periods_after
from mmm.forecast.future import MediaPath, continued, likened
from mmm.forecast.results import forecast_tables
from mmm.forecast.tables import FORECAST_CHANNELS
from mmm.plan.config import PlanConfig
from mmm.plan.window import Window, build_window
from mmm.problem.problem import build_problem


def forecast_plans(
    posterior: xr.DataTree,
    panel: Panel,
    config: MmmConfig,
    plan: PlanConfig,
    budget: pd.DataFrame,
    names: Sequence[str] = ("current", "proposed"),
    seed: int = 1,
    cautions: Mapping[str, str] | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of forecasts, with the rows of every plan; noise and baseline are the same draws in all of them.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `mmm.fit.fit` returns it, or read back from a run folder.
    panel : Panel
    config : MmmConfig
        Those of the fit.
    plan : PlanConfig
        Its window, prices and outlook.
    budget : pandas.DataFrame
        The table ``plan_budget``.
    names : sequence of str
        Columns of it.
    seed : int
        Of the simulated paths.
    cautions : mapping of str to str, optional
        What is to be said of channels' own answers, by channel.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``forecast``, ``forecast_total``, ``forecast_channels`` and ``forecast_inputs``.

    Raises
    ------
    ConfigError
        The outlook names what the model does not have.
    """
    problem = build_problem(panel, config)
    window = build_window(problem, plan)
    periods = len(window.dates)
    count = periods_after(panel, plan.start, periods)
    found: dict[str, list[pd.DataFrame]] = {}
    for name in names:
        money = money_of(window, budget, name)
        future = continued(
            problem, plan.outlook, count, periods, media=media_path(window, money, count, name)
        )
        for table, rows in forecast_tables(foresee(posterior, problem, future, seed), name).items():
            found.setdefault(table, []).append(rows)
    tables = {table: pd.concat(rows, ignore_index=True) for table, rows in found.items()}
    channels = tables[FORECAST_CHANNELS.name]
    said = [(cautions or {}).get(name, "") for name in channels["channel"]]
    return tables | {FORECAST_CHANNELS.name: channels.assign(caution=said)}


def money_of(window: Window, budget: pd.DataFrame, name: str) -> np.ndarray:
    """Return the money of a plan, shape (geo, period, paid channel).

    Parameters
    ----------
    window : Window
    budget : pandas.DataFrame
        The table ``plan_budget``.
    name : str
        Its column.

    Returns
    -------
    numpy.ndarray
    """
    series = budget.set_index(["geo", "period", "channel"])[name]
    wanted = pd.MultiIndex.from_product([window.problem.panel.geos, window.dates, window.channels])
    shape = (len(window.problem.panel.geos), len(window.dates), len(window.channels))
    return series.loc[wanted].to_numpy(dtype=float).reshape(shape)


def media_path(window: Window, money: np.ndarray, count: int, name: str) -> MediaPath:
    """Return what is bought in all periods after the panel when a plan is followed, in original units.

    Parameters
    ----------
    window : Window
    money : numpy.ndarray, shape (geo, period, paid channel)
    count : int
        Periods after the panel, the last ones being the window.
    name : str
        Of the plan.

    Returns
    -------
    MediaPath
    """
    problem, gap = window.problem, count - len(window.dates)
    data, like = problem.panel.data, likened(problem.panel, count)
    spend = data["spend"].transpose("geo", "date", "channel").values[:, like].copy()
    exposure = problem.media.exposure[:, like].copy()
    kept = min(gap, window.before.shape[1])
    exposure[:, gap - kept : gap] = window.before[:, window.before.shape[1] - kept :]
    inside = window.organic.copy()
    inside[..., window.places] = window.exposure(money)
    exposure[:, gap:] = inside
    spend[:, gap:, window.places] = money
    return MediaPath(spend, exposure * problem.scaling.exposure[:, None, :], f"as in the {name} plan")
