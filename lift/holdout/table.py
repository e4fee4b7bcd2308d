"""From a table of sums to moments by arm, stratum and entry day; whatever contradicts itself is refused, all at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from lift.checks.arrivals import repeated
from lift.checks.possible import impossible
from lift.faults import fault
from lift.holdout.columns import entry_days, identifiers, missing_columns, numbers, roles_of
from lift.holdout.config import Holdout
from lift.moments import MomentTable
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.errors import DataError, Fault, PrivacyError


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
    """

    table: MomentTable
    ghost: MomentTable | None
    labels: tuple[str, ...]
    sha256: str
    notices: tuple[str, ...] = ()


def read_holdout(experiment: Holdout, folder: Path, currency: str) -> HoldoutData:
    """Return the sums of a holdout from its table.

    Parameters
    ----------
    experiment : Holdout
    folder : pathlib.Path
        Folder to which the table's path is relative.
    currency : str
        ISO 4217 code in which the table's revenue must be.

    Raises
    ------
    ConfigError
        The path leads out of `folder`.
    DataError
        With every fault of the table.
    PrivacyError
        Labels look like persons.
    """
    if experiment.table_currency not in (None, currency):
        what = f"The table is in {experiment.table_currency}, the section in {currency}."
        raise DataError(fault("holdout-unit", f"{experiment.table}: {experiment.columns.revenue}", what))
    path = safe_path(folder, experiment.table)
    frame = read_file(path, experiment.table, None, connect(folder))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return holdout_from_frame(experiment, frame, digest)


def holdout_from_frame(experiment: Holdout, frame: pd.DataFrame, sha256: str = "") -> HoldoutData:
    """Return the sums of a holdout from a frame with the columns that the YAML names; see `read_holdout`."""
    name, columns = experiment.table, experiment.columns
    personal = identifiers(frame, name, columns)
    if personal:
        raise PrivacyError(personal)
    faults = [*missing_columns(frame, name, columns), *_declared(experiment)]
    if faults:
        raise DataError(faults)
    values, faults = numbers(frame, name, roles_of(columns))
    days = np.zeros(len(frame), int)
    if columns.day is not None:
        days, trouble = entry_days(frame, name, columns.day, experiment.start, experiment.end)
        faults += trouble
    arms = frame[columns.arm].astype(str).str.strip()
    strata = (
        frame[columns.stratum].astype(str).str.strip() if columns.stratum else pd.Series("all", frame.index)
    )
    faults += _arm_faults(experiment, arms)
    faults += _duplicates(name, arms, strata, days)
    faults += _impossible(name, values)
    if faults:
        raise DataError(faults)
    keys = _Keys(experiment, arms, strata, days)
    table = _table(keys, values, "")
    ghost = _table(keys, values, "ghost_") if columns.ghost is not None else None
    faults = [*_population(experiment, table), *_gaps(name, table)]
    if faults:
        raise DataError(faults)
    table, ghost, notices = _mature(experiment, table, ghost)
    labels = tuple(
        str(day) if experiment.start is None else (experiment.start + timedelta(days=day)).isoformat()
        for day in table.days
    )
    return HoldoutData(table, ghost, labels, sha256, notices)


class _Keys:
    """Where each row belongs: arm, stratum and day as positions, control first, strata and days sorted."""

    def __init__(self, experiment: Holdout, arms: pd.Series, strata: pd.Series, days: np.ndarray) -> None:
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


def _declared(experiment: Holdout) -> list[Fault]:
    """Return the faults that the YAML alone shows."""
    if experiment.day_means == "calendar" and experiment.columns.day is not None:
        where = f"{experiment.table}: {experiment.columns.day}"
        return [
            fault("holdout-active-users", where, "The YAML says that a row holds the people active on a day.")
        ]
    return []


def _arm_faults(experiment: Holdout, arms: pd.Series) -> list[Fault]:
    """Return faults for arms that only the table or only the YAML has."""
    where = f"{experiment.table}: {experiment.columns.arm}"
    named = [experiment.control.name, *(arm.name for arm in experiment.arms)]
    present = set(arms.unique())
    lacking = [name for name in named if name not in present]
    faults = [fault("holdout-arm", where, f"The table has no row of arm {name!r}.") for name in lacking]
    stray = sorted(present - set(named))
    if stray:
        shown = ", ".join(repr(name) for name in stray[:3])
        faults.append(
            fault("holdout-arm", where, f"The table has arms that the YAML does not name: {shown}.")
        )
    return faults


def _duplicates(table: str, arms: pd.Series, strata: pd.Series, days: np.ndarray) -> list[Fault]:
    """Return a fault where an arm, stratum and day stands there twice."""
    keys = pd.DataFrame({"arm": arms, "stratum": strata, "day": days})
    twice = keys.duplicated(keep=False)
    if not twice.any():
        return []
    first = keys[twice].iloc[0]
    where = f"{table}: arm {first['arm']}, stratum {first['stratum']}, day {first['day']}"
    return [fault("holdout-duplicate", where, f"{int(twice.sum())} rows share their arm, stratum and day.")]


def _impossible(table: str, values: Mapping[str, np.ndarray]) -> list[Fault]:
    """Return a fault for each rule of arithmetic that rows break."""
    plain = {role: cells for role, cells in values.items() if not role.startswith("ghost_")}
    groups = [("", plain)]
    ghost = {
        role.removeprefix("ghost_"): cells for role, cells in values.items() if role.startswith("ghost_")
    }
    if ghost:
        groups.append(("predicted-exposed people: ", ghost))
        more = ghost["users"] > plain["users"]
        if more.any():
            rows = ", ".join(map(str, np.flatnonzero(more)[:3] + 1))
            what = f"{int(more.sum())} rows have more predicted-exposed people than users."
            return [fault("holdout-impossible", f"{table}: rows {rows}", what)]
    faults = []
    for words, sums in groups:
        for sentence, mask in impossible(sums).items():
            rows = ", ".join(map(str, np.flatnonzero(mask)[:3] + 1))
            what = f"{int(mask.sum())} rows have {words}{sentence}."
            faults.append(fault("holdout-impossible", f"{table}: rows {rows}", what))
    return faults


def _population(experiment: Holdout, table: MomentTable) -> list[Fault]:
    """Return faults where people are counted more than once, or are too few."""
    faults = []
    if repeated(table.users):
        what = (
            f"Every arm and stratum has exactly the same number of people on each of {len(table.days)} days."
        )
        faults.append(fault("holdout-active-users", f"{experiment.table}: {experiment.columns.users}", what))
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
    return table.until(last), None if ghost is None else ghost.until(last), (words,)
