"""All tables of a media-mix run, from one examination of its posterior."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.finance.fiscal import FiscalCalendar
from mmm.effects.accounts import (
    fit_quality_table,
    paid_media_by_period_table,
    paid_media_table,
    tie_out_table,
)
from mmm.effects.channels import CAUTIOUS, Groups, cautions_of, channels_table, geo_channels_table, marked
from mmm.effects.contribution import Contributions
from mmm.effects.fitted import Diagnostics, Fitted, fit_table, parameters_table
from mmm.effects.periods import contributions_table, decomposition_table, waterfall_table
from mmm.effects.response import carryover_table, half_lives, response_curves, response_table
from mmm.effects.return_on_spend import Accounts, widened
from mmm.problem.draws import Draws, thin
from mmm.problem.problem import Problem

CURVE_DRAWS = 400
"""Draws that response curves are computed from: 21 levels of spend each."""


def curve_draws(problem: Problem, posterior: xr.Dataset) -> np.ndarray:
    """Return response curves from the draws that they are computed from.

    Parameters
    ----------
    problem : Problem
    posterior : xarray.Dataset
        All draws.

    Returns
    -------
    numpy.ndarray, shape (channel, multiplier, sample)
        In original outcome, as `response_curves` returns them.
    """
    return response_curves(problem, thin(posterior, CURVE_DRAWS))


def effect_tables(
    problem: Problem,
    draws: Draws,
    found: Contributions,
    groups: Groups,
    result: Fitted,
    curves: np.ndarray,
    fiscal: FiscalCalendar | None = None,
    accounts: Accounts | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of effects by name.

    Parameters
    ----------
    problem : Problem
    draws : Draws
        The thinned draws that `found` was computed from.
    found : Contributions
    groups : tuple of tuple of int
        Channels that the data cannot tell apart.
    result : Fitted
        With expectations from the same draws.
    curves : numpy.ndarray, shape (channel, multiplier, sample)
        From `curve_draws`.
    fiscal : FiscalCalendar, optional
        The declared one.
    accounts : mapping of int to Account, optional
        Of channels whose spend may follow demand, by position; default none.

    Returns
    -------
    dict of str to pandas.DataFrame
    """
    found = widened(found, accounts or {})
    return {
        "channels": channels_table(problem, found, half_lives(problem, draws), groups),
        "channels_by_geo": geo_channels_table(problem, found),
        "contributions": contributions_table(problem, found, fiscal),
        "decomposition": decomposition_table(problem, found),
        "waterfall": waterfall_table(problem, found),
        "tie_out": tie_out_table(problem, found, result),
        "paid_media": paid_media_table(problem, found),
        "paid_media_by_period": paid_media_by_period_table(problem, found, groups, fiscal),
        "carryover": carryover_table(problem, draws),
        "response": response_table(problem, curves, accounts or {}),
    }


def fit_tables(
    problem: Problem, posterior: xr.Dataset, result: Fitted, diagnostics: Diagnostics
) -> dict[str, pd.DataFrame]:
    """Return the tables about the fit itself by name.

    Parameters
    ----------
    problem : Problem
    posterior : xarray.Dataset
        All draws.
    result : Fitted
    diagnostics : mapping of str to (R-hat, bulk ESS, tail ESS)
        By the label of a parameter.

    Returns
    -------
    dict of str to pandas.DataFrame
    """
    return {
        "fit": fit_table(problem, result),
        "fit_quality": fit_quality_table(problem, result),
        "parameters": parameters_table(posterior, diagnostics, problem.config.interval),
    }


def cautious(
    tables: Mapping[str, pd.DataFrame], mixed: Sequence[str], assumed: Sequence[str] = ()
) -> dict[str, pd.DataFrame]:
    """Return tables in which every row about a channel with a caution says so.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    mixed, assumed : sequence of str
        Channels whose spend follows demand, and those that are mostly assumed.

    Returns
    -------
    dict of str to pandas.DataFrame
    """
    cautions = cautions_of(mixed, assumed)
    return {
        name: marked(table, CAUTIOUS[name], cautions) if name in CAUTIOUS else table
        for name, table in tables.items()
    }
