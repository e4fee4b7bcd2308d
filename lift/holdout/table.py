"""From the cells of a holdout's table to moments by arm, stratum and entry day, each person counted once."""

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from lift.checks.arrivals import repeated, too_even
from lift.faults import fault
from lift.holdout.columns import Cells, read_cells, uses_of, with_stated_noise
from lift.holdout.config import Holdout
from lift.moments import Array, MomentTable
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.aggregates.reading.screening import screen_frame
from mixproof.errors import DataError, Fault


@dataclass(frozen=True, slots=True)
class DailySpend:
    """Media money by arm and day.

    Parameters
    ----------
    arms : tuple of str
    days : tuple of int
        Counted from the start.
    money : numpy.ndarray, shape (arm, day)
    """

    arms: tuple[str, ...]
    days: tuple[int, ...]
    money: Array

    def of(self, arm: str) -> Array:
        """Return the money of one arm by day."""
        return self.money[self.arms.index(arm)]


@dataclass(frozen=True, slots=True)
class HoldoutData:
    """The sums of a holdout.

    Parameters
    ----------
    table : MomentTable
        Variables ``conversion`` and, where given, ``revenue``, ``covariate``, ``exposed``; control first.
    ghost : MomentTable or None
        The same for predicted-exposed people.
    labels : tuple of str
        Entry days as shown to people.
    sha256 : str
        Hash of the file.
    notices : tuple of str
        What was left out because the YAML asked for it.
    spend : DailySpend or None
        Where the table has it; of all days, those that were left out included.
    noise_sd : float
        Of the privacy noise in a row's converters, as the YAML or the table itself states it.
    """

    table: MomentTable
    ghost: MomentTable | None
    labels: tuple[str, ...]
    sha256: str
    notices: tuple[str, ...] = ()
    spend: DailySpend | None = None
    noise_sd: float = 0.0


def read_holdout(experiment: Holdout, folder: Path, currency: str) -> HoldoutData:
    """Return the sums of a holdout from its table.

    Parameters
    ----------
    experiment : Holdout
    folder : pathlib.Path
        Folder to which the table's path is relative.
    currency : str
        ISO 4217 code in which the table's revenue must be.

    Returns
    -------
    HoldoutData
        Moments by arm, stratum and entry day, the ghost table, and what was left out.

    Raises
    ------
    ConfigError
        The path leads out of `folder`.
    DataError
        With every fault of the table.
    PrivacyError
        A column, whether it is read or not, looks like identifiers of people.
    """
    if experiment.table_currency not in (None, currency):
        what = f"The table is in {experiment.table_currency}, the section in {currency}."
        raise DataError(fault("holdout-unit", f"{experiment.table}: {experiment.columns.revenue}", what))
    path = safe_path(folder, experiment.table, "table")
    with contextlib.closing(connect(folder)) as connection:
        frame = read_file(path, experiment.table, None, connection, uses=uses_of(experiment.columns))
    return _from_frame(experiment, frame, hashlib.sha256(path.read_bytes()).hexdigest(), currency)


def holdout_from_frame(experiment: Holdout, frame: pd.DataFrame, sha256: str = "") -> HoldoutData:
    """Return the sums of a holdout from a frame with the columns that the YAML names; see `read_holdout`.

    Parameters
    ----------
    experiment : Holdout
    frame : pandas.DataFrame
        One row an arm, or an arm in a stratum and entry day.
    sha256 : str
        Hash of the file that the frame was read from.

    Returns
    -------
    HoldoutData
    """
    screen_frame(frame, experiment.table, uses_of(experiment.columns))
    return _from_frame(experiment, frame, sha256)


def _from_frame(
    experiment: Holdout, frame: pd.DataFrame, sha256: str, currency: str | None = None
) -> HoldoutData:
    experiment = with_stated_noise(experiment, frame)
    name, cells = experiment.table, read_cells(experiment, frame, currency)
    keys = _Keys(experiment, cells)
    table = _table(keys, cells.values, "")
    ghost = _table(keys, cells.values, "ghost_") if experiment.columns.ghost is not None else None
    faults = [*_population(experiment, table), *_gaps(name, table)]
    if faults:
        raise DataError(faults)
    spend = _daily_spend(keys, cells)
    table, ghost, notices = _mature(experiment, table, ghost)
    labels = tuple(
        str(day) if experiment.start is None else (experiment.start + timedelta(days=day)).isoformat()
        for day in table.days
    )
    return HoldoutData(table, ghost, labels, sha256, notices, spend, experiment.noise_sd)


def _daily_spend(keys: "_Keys", cells: Cells) -> DailySpend | None:
    """Return the money of each arm and day, summed over strata; None where the table has none."""
    if "spend" not in cells.values:
        return None
    money = np.zeros((len(keys.arms), len(keys.days)))
    np.add.at(money, (keys.at[0], keys.at[2]), cells.values["spend"])
    return DailySpend(keys.arms, keys.days, money)


class _Keys:
    """Where each row belongs: arm, stratum and day as positions, control first, strata and days sorted."""

    def __init__(self, experiment: Holdout, cells: Cells) -> None:
        arms, strata, days = cells.arms, cells.strata, cells.days
        self.arms = (experiment.control.name, *(arm.name for arm in experiment.arms))
        self.strata = tuple(sorted(strata.unique()))
        self.days = tuple(int(day) for day in np.unique(days))
        place = {name: i for i, name in enumerate(self.strata)}
        self.at = (
            arms.map({name: i for i, name in enumerate(self.arms)}).to_numpy(int),
            strata.map(place).to_numpy(int),
            np.searchsorted(self.days, days),
        )


def _table(keys: _Keys, values: Mapping[str, np.ndarray], prefix: str) -> MomentTable:
    """Return the moments of the rows; cross sums that the table lacks are NaN."""
    given = {role.removeprefix(prefix): cells for role, cells in values.items() if role.startswith(prefix)}
    names = tuple(
        variable
        for variable, role in (
            ("conversion", "converters"),
            ("revenue", "revenue"),
            ("covariate", "covariate"),
            ("exposed", "exposed"),
        )
        if role in given
    )
    products: dict[tuple[str, str], str] = {
        ("conversion", "conversion"): "converters",
        # Whoever has revenue has converted: conversion x revenue is revenue.
        ("conversion", "revenue"): "revenue",
        ("conversion", "covariate"): "covariate_converters",
        ("conversion", "exposed"): "exposed_converters",
        ("revenue", "revenue"): "revenue_squared",
        ("revenue", "covariate"): "covariate_revenue",
        ("revenue", "exposed"): "exposed_revenue",
        ("covariate", "covariate"): "covariate_squared",
        ("exposed", "exposed"): "exposed",
    }
    shape = (len(keys.arms), len(keys.strata), len(keys.days))
    size = len(names)
    users, sums = np.zeros(shape), np.zeros((*shape, size))
    cross = np.full((*shape, size, size), 0.0)
    users[keys.at] = given["users"]
    for i, first in enumerate(names):
        sums[(*keys.at, i)] = given["converters" if first == "conversion" else first]
        for j, second in enumerate(names):
            role = products.get((first, second)) or products.get((second, first))
            if role is None or role not in given:
                cross[..., i, j] = np.nan
            else:
                cross[(*keys.at, i, j)] = given[role]
    return MomentTable(names, keys.arms, keys.strata, keys.days, users, sums, cross)


def _population(experiment: Holdout, table: MomentTable) -> list[Fault]:
    """Return faults where people are counted more than once, or are too few."""
    faults = []
    if repeated(table.users):
        what = (
            f"Every arm and stratum has exactly the same number of people on each of {len(table.days)} days."
        )
        faults.append(fault("holdout-active-users", f"{experiment.table}: {experiment.columns.users}", what))
    elif (what := too_even(table.users)) and "holdout-active-users" not in experiment.accept:
        remedy = (
            "Export sums by the day people ENTERED the test, or totals without days; or accept: [holdout-active-users] in the "
            "experiment where a fixed number of people entered each day."
        )
        where = f"{experiment.table}: {experiment.columns.users}"
        faults.append(fault("holdout-active-users", where, what, remedy))
    sides = [(side.name, side.assigned) for side in experiment.sides]
    everyone = float(table.users.sum())
    if experiment.population is not None and everyone > experiment.population:
        what = f"The rows add up to {everyone:,.0f} people, more than the population of {experiment.population:,}."
        faults.append(fault("holdout-active-users", f"{experiment.table}: {experiment.columns.users}", what))
    for name, assigned in sides:
        counted = table.arm(name).users
        where = f"{experiment.table}: arm {name}"
        if assigned is not None and counted > assigned:
            what = f"The rows add up to {counted:,.0f} people, but {assigned:,} were assigned."
            faults.append(fault("holdout-active-users", where, what))
        if counted < 2:
            faults.append(fault("holdout-too-small", where, f"The arm has {counted:,.0f} people."))
    return faults


def _gaps(name: str, table: MomentTable) -> list[Fault]:
    """Return a fault for each arm without people on days on which another arm has some."""
    entered = table.users.sum(axis=1) > 0
    any_arm = entered.any(axis=0)
    faults = []
    for at, arm in enumerate(table.arms):
        lacking = [
            day
            for day, here, there in zip(table.days, entered[at], any_arm, strict=True)
            if there and not here
        ]
        if lacking:
            shown = ", ".join(map(str, lacking[:3]))
            what = f"Nobody entered on {len(lacking)} days on which others did (days {shown})."
            faults.append(fault("holdout-gap", f"{name}: arm {arm}", what))
    return faults


def _mature(
    experiment: Holdout, table: MomentTable, ghost: MomentTable | None
) -> tuple[MomentTable, MomentTable | None, tuple[str, ...]]:
    """Return the cohorts that have had all days of their follow-up, and what was left out in words."""
    follow = experiment.follow_up
    if follow is None:
        return table, ghost, ()
    last = follow.through - follow.days
    young = [day for day in table.days if day > last]
    if not young:
        return table, ghost, ()
    people = float(table.users[:, :, [table.days.index(day) for day in young]].sum())
    what = f"Cohorts of days {young[0]} to {young[-1]} ({people:,.0f} people) have had less than {follow.days} days."
    if follow.immature == "refuse" or len(young) == len(table.days):
        raise DataError(fault("holdout-immature", f"{experiment.table}: {experiment.columns.day}", what))
    words = f"{what} They are left out of every arm, as follow_up.immature says."
    first = table.days[0]
    return table.entered(first, last), None if ghost is None else ghost.entered(first, last), (words,)
