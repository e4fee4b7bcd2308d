"""The tables a planner reads first: what each channel, group and geo brought, and what it returned."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mmm.config import Interval
from mmm.effects.contribution import Contributions
from mmm.effects.intervals import estimate, interval
from mmm.effects.return_on_spend import Returns, assumed_share, returns, roi_by_geo
from mmm.effects.tables import ASSUMED, CHANNELS, GEO_CHANNELS, MIXED, TABLES
from mmm.problem.problem import Problem

NAMING = ("channel", "component", "line", "parameter")
"""Columns that name a channel, a sum of channels, or a parameter of one."""
CAUTIOUS = {
    spec.name: next(name for name in NAMING if name in columns)
    for spec in TABLES
    if "caution" in (columns := [column.name for column in spec.columns])
}
"""Tables that say what a channel brought or returned, and the column that names it."""
RETURN_PARAMETER = re.compile(r"^(?:media_value|media_z|coefficient)\[(?P<labels>.*)\]$")
"""Parameters that are a return, or as much as one."""
Groups = tuple[tuple[int, ...], ...]
"""Sets of channel numbers that the data cannot tell apart."""


def group_name(problem: Problem, members: tuple[int, ...]) -> str:
    """Return the name of a group in every table and sentence.

    Parameters
    ----------
    problem : Problem
    members : tuple of int
        Places in the panel's channels.

    Returns
    -------
    str
    """
    return " + ".join(problem.panel.channels[number] for number in members)


def channels_table(
    problem: Problem, found: Contributions, half_life: np.ndarray, groups: Groups = ()
) -> pd.DataFrame:
    """Return the table ``channels``: each channel, then groups as sums, then treatments.

    Parameters
    ----------
    problem : Problem
    found : Contributions
    half_life : numpy.ndarray, shape (channel, sample)
        In periods.
    groups : tuple of tuple of int
        Channels that the data cannot tell apart; each group gets a row, its members say that they belong to it.

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``channels``.
    """
    options, modelled = problem.config.interval, found.total.sum(axis=0)
    rows = [
        _channel_rows(problem, found, half_life, groups, modelled),
        _group_rows(problem, found, groups, modelled),
        _treatment_rows(found, modelled, options),
    ]
    kept = pd.concat([frame for frame in rows if len(frame)], ignore_index=True)
    return CHANNELS.frame(kept.assign(caution=""))  # what follows demand is known to the checks


def _channel_rows(
    problem: Problem, found: Contributions, half_life: np.ndarray, groups: Groups, modelled: np.ndarray
) -> pd.DataFrame:
    """Return one row a channel, in the panel's order."""
    kinds = [found.parts[place].kind for place in found.channels]
    belongs = {number: group_name(problem, members) for members in groups for number in members}
    lower, upper = interval(half_life, problem.config.interval)
    columns = {
        "channel": problem.panel.channels,
        "kind": kinds,
        "half_life": half_life.mean(axis=-1),
        "half_life_lower": lower,
        "half_life_upper": upper,
        "reported_as": [
            f"only within {belongs[n]}" if n in belongs else "alone"
            for n in range(len(problem.panel.channels))
        ],
    }
    alone = tuple((number,) for number in range(len(found.channels)))
    return pd.DataFrame(columns | _worth(problem, found, alone, modelled))


def _group_rows(problem: Problem, found: Contributions, groups: Groups, modelled: np.ndarray) -> pd.DataFrame:
    """Return one row a group: the sums of its members, draw by draw."""
    if not groups:
        return pd.DataFrame()
    columns = {
        "channel": [group_name(problem, members) for members in groups],
        "kind": "group",
        **dict.fromkeys(("half_life", "half_life_lower", "half_life_upper"), np.nan),
        "reported_as": "sum",
    }
    return pd.DataFrame(columns | _worth(problem, found, groups, modelled))


def _worth(
    problem: Problem, found: Contributions, groups: Groups, modelled: np.ndarray
) -> dict[str, np.ndarray]:
    """Return contribution, share and return columns of groups of channels."""
    options = problem.config.interval
    brought = np.stack([found.media[list(members)].sum(axis=0) for members in groups])
    earned = returns(problem, found, [list(members) for members in groups])
    return {
        "spend": earned.spend,
        **estimate("contribution", brought, options),
        **estimate("share", brought / modelled, options),
        **estimate("roi", earned.roi, options, median=True),
        **estimate("mroi", earned.mroi, options),
        **estimate(
            "contribution_observed",
            brought - np.stack([found.assumed[list(members)].sum(axis=0) for members in groups]),
            options,
        ),
        **estimate("roi_observed", earned.observed, options),
        **estimate("assumed_share", np.stack([assumed_share(found, each) for each in groups]), options),
        **_cost_per_action(earned, options),
        "carry_in_mean": np.stack([found.carry_in[list(g)].sum(axis=0).mean() for g in groups]),
        "carry_out_mean": np.stack([found.carry_out[list(g)].sum(axis=0).mean() for g in groups]),
    }


def _cost_per_action(earned: Returns, options: Interval) -> dict[str, np.ndarray]:
    """Return the cost-per-action columns: the inverses of mean and interval of the actions per unit of spend.

    Its own mean need not exist: near-zero contributions have a place in the posterior. Where the interval of the
    contribution reaches zero, no cost is too high to be ruled out, and the upper end is infinite.
    """
    lower, upper = interval(earned.actions_per_money, options)
    return {
        "cpia_mean": _inverse(earned.actions_per_money.mean(axis=-1)),
        "cpia_lower": _inverse(upper),
        "cpia_upper": _inverse(lower),
    }


def _inverse(rate: np.ndarray) -> np.ndarray:
    """Return 1 / rate, infinite where the rate is zero or less, NaN where it is unknown."""
    return np.where(rate > 0, 1.0 / np.where(rate > 0, rate, 1.0), np.where(np.isnan(rate), np.nan, np.inf))


def _treatment_rows(found: Contributions, modelled: np.ndarray, options: Interval) -> pd.DataFrame:
    """Return one row a treatment: a contribution, no spend and no return."""
    places = [place for place, part in enumerate(found.parts) if part.kind == "treatment"]
    if not places:
        return pd.DataFrame()
    brought = found.total[places]
    columns: dict[str, Any] = dict.fromkeys((column.name for column in CHANNELS.columns), np.nan)
    columns |= {
        "channel": [found.parts[place].name for place in places],
        "kind": "treatment",
        "reported_as": "alone",
        "carry_in_mean": 0.0,
        "carry_out_mean": 0.0,
    }
    worth = estimate("contribution", brought, options) | estimate("share", brought / modelled, options)
    return pd.DataFrame(columns | worth)


def geo_channels_table(problem: Problem, found: Contributions) -> pd.DataFrame:
    """Return the table ``channels_by_geo``: contribution and ROI of each channel in each geo.

    Parameters
    ----------
    problem : Problem
    found : Contributions
        Of the window, in original outcome.

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``channels_by_geo``.
    """
    options, geos = problem.config.interval, problem.panel.geos
    spend, roi = problem.spend.sum(axis=1), roi_by_geo(problem, found)
    frames = []
    for number, place in enumerate(found.channels):
        columns = {"geo": geos, "channel": problem.panel.channels[number], "spend": spend[:, number]}
        worth = estimate("contribution", found.by_geo[place], options)
        frames.append(pd.DataFrame(columns | worth | estimate("roi", roi[number], options, median=True)))
    return GEO_CHANNELS.frame(pd.concat(frames, ignore_index=True).assign(caution=""))


def cautions_of(mixed: Sequence[str], assumed: Sequence[str]) -> dict[str, str]:
    """Return what is to be read with the numbers of channels, by channel.

    Parameters
    ----------
    mixed : sequence of str
        Channels whose spend follows demand.
    assumed : sequence of str
        Channels of whose contribution most may lie below the lowest observed level.

    Returns
    -------
    dict of str to str
        Joined by ``; `` where both; channels of which nothing is to be said are left out.
    """
    marks = {MIXED: mixed, ASSUMED: assumed}
    return {
        name: "; ".join(mark for mark, names in marks.items() if name in names)
        for name in [*mixed, *(name for name in assumed if name not in mixed)]
    }


def marked(table: pd.DataFrame, column: str, cautions: Mapping[str, str]) -> pd.DataFrame:
    """Return a table in which every row about a channel with a caution, or about a sum with one, says so.

    Parameters
    ----------
    table : pandas.DataFrame
    column : str
        That names a channel, a sum such as ``tv + radio``, or a parameter such as ``media_value[tv]``.
    cautions : mapping of str to str
        By channel.

    Returns
    -------
    pandas.DataFrame
        With the column ``caution``; where there is a column ``reported_as``, a channel that stood alone says it there too.
    """
    said = {name: _caution(str(name), cautions) for name in table[column].unique()}
    result = table.assign(caution=table[column].map(said).astype(str))
    if "reported_as" in table:
        alone = ((result["caution"] != "") & (table["reported_as"] == "alone")).to_numpy()
        result["reported_as"] = np.where(alone, result["caution"], result["reported_as"])
    return result


def _caution(name: str, cautions: Mapping[str, str]) -> str:
    """Return what is to be read with a row: the cautions of all channels that it is about, each once."""
    words = [word for each in _members(name) if each in cautions for word in cautions[each].split("; ")]
    return "; ".join(dict.fromkeys(words))


def _members(name: str) -> list[str]:
    """Return the channel that a row is about, or the channels of its sum; of a parameter its last labels."""
    parameter = RETURN_PARAMETER.match(name)
    if parameter is None:
        return [name, *name.split(" + ")]
    labels = parameter["labels"].split(", ")  # a name may hold a comma itself
    return [", ".join(labels[start:]) for start in range(len(labels))]
