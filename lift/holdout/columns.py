"""Cells of a holdout's table as numbers, days and names; whatever contradicts itself is refused, all at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches

import numpy as np
import pandas as pd

from lift.checks.possible import impossible
from lift.faults import fault
from lift.holdout.config import Columns, Holdout
from mixproof.aggregates.reading.numbers import LARGEST, as_numbers, mark_faults
from mixproof.errors import DataError, Fault
from mixproof.privacy.identifiers import Use

ROLES: tuple[str, ...] = (
    "users",
    "converters",
    "revenue",
    "revenue_squared",
    "covariate",
    "covariate_squared",
    "covariate_revenue",
    "covariate_converters",
    "exposed",
    "exposed_converters",
    "exposed_revenue",
    "spend",
)
"""Numeric roles of `Columns`, each a sum over the row's people."""
SIGNED: frozenset[str] = frozenset(
    {"revenue", "covariate", "covariate_revenue", "covariate_converters", "exposed_revenue"}
)
"""Roles that refunds or differences may make negative."""
COUNTS: frozenset[str] = frozenset({"users", "converters", "exposed", "exposed_converters"})
"""Roles that count people: whole numbers."""
NOISE_SD = "_noise_sd"
"""End of the name of a column that holds the standard deviation of another one's privacy noise, as releases write it."""
MOST_PEOPLE = 1e10
"""More people than there are."""
MOST_SQUARES = 1e30
"""Squares of sums that are real."""
FAR = 10.0
"""Standard deviations of privacy noise that no row reaches: Laplace noise does in one of 1.4 million rows."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The rows of a table.

    Parameters
    ----------
    values : mapping of str to numpy.ndarray, shape (row,)
        Numbers by role; those of predicted-exposed people are prefixed ``ghost_``.
    arms, strata : pandas.Series
        Names, without spaces around them; one stratum where there are none.
    days : numpy.ndarray of int, shape (row,)
        Entry days counted from the start; 0 where there are none.
    """

    values: Mapping[str, np.ndarray]
    arms: pd.Series
    strata: pd.Series
    days: np.ndarray


def read_cells(experiment: Holdout, frame: pd.DataFrame, currency: str | None = None) -> Cells:
    """Return the cells of a table, or raise every fault in them.

    Parameters
    ----------
    experiment : Holdout
    frame : pandas.DataFrame
        With the columns that the YAML names.
    currency : str, optional
        ISO 4217 code that marks of money must mean.

    Returns
    -------
    Cells

    Raises
    ------
    DataError
        With every fault of names, numbers, days, arms, doubles and arithmetic.
    """
    name, columns = experiment.table, experiment.columns
    faults = [*missing_columns(frame, name, columns), *_declared(experiment)]
    if faults:
        raise DataError(faults)
    values, faults = numbers(frame, experiment, currency)
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
    faults += _impossible(name, values, FAR * experiment.noise_sd)
    if faults:
        raise DataError(faults)
    return Cells(values, arms, strata, days)


def with_stated_noise(experiment: Holdout, frame: pd.DataFrame) -> Holdout:
    """Return the experiment with the privacy noise that its table states beside the counts, where the YAML states none.

    Parameters
    ----------
    experiment : Holdout
    frame : pandas.DataFrame
        As read; columns of noise end in `NOISE_SD`.

    Returns
    -------
    Holdout
        `noise_sd` is the largest of the rows'. Noise in counts of people counts as much as the rate of conversion has it.

    Raises
    ------
    DataError
        The columns hold what is no standard deviation, or the experiment asks for what does not take noise into account.
    """
    columns, found, faults = experiment.columns, {}, []
    for role in ("converters", "users"):
        name = getattr(columns, role) + NOISE_SD
        if experiment.noise_sd or name not in frame.columns:
            continue
        cells = as_numbers(frame[name], experiment.decimal).values
        wrong = ~(np.isfinite(cells) & (cells >= 0) & (cells <= MOST_PEOPLE))
        if wrong.any():
            what = f"{int(wrong.sum())} cells are no standard deviation of noise."
            faults.append(fault("holdout-number", f"{experiment.table}: {name}, rows {_places(wrong)}", what))
        else:
            found[role] = float(cells.max(initial=0.0))
    if faults:
        raise DataError(faults)
    if found.get("users") and not missing_columns(frame, experiment.table, columns):
        people, buyers = (
            as_numbers(frame[column], experiment.decimal).values
            for column in (columns.users, columns.converters)
        )
        rates = np.divide(buyers, people, out=np.zeros_like(buyers), where=people > 0)
        found["users"] *= float(np.clip(np.nan_to_num(rates), 0.0, 1.0).max(initial=0.0))
    noise = float(np.hypot(found.get("converters", 0.0), found.get("users", 0.0)))
    if noise and experiment.without_noise:
        raise DataError(
            fault("holdout-noised", experiment.table, f"Its counts have privacy noise ({noise:.4g}).")
        )
    return experiment.model_copy(update={"noise_sd": noise}) if noise else experiment


def roles_of(columns: Columns) -> dict[str, str]:
    """Return the table's column for each numeric role that the YAML names; ghost roles are prefixed ``ghost_``."""
    named = {role: getattr(columns, role) for role in ROLES if getattr(columns, role) is not None}
    if columns.ghost is not None:
        ghost = columns.ghost.model_dump(exclude_none=True)
        named |= {f"ghost_{role}": column for role, column in ghost.items()}
    return named


def missing_columns(frame: pd.DataFrame, table: str, columns: Columns) -> list[Fault]:
    """Return a fault for each column of the YAML that the table lacks, with the nearest name it has.

    Parameters
    ----------
    frame : pandas.DataFrame
    table : str
        The file as the YAML names it.
    columns : Columns
        The YAML's column names.

    Returns
    -------
    list of Fault
        Empty where every column is there.
    """
    present = [str(name) for name in frame.columns]
    keys = [columns.arm, columns.stratum, columns.day]
    wanted = [name for name in keys if name is not None] + list(roles_of(columns).values())
    faults = []
    for name in dict.fromkeys(wanted):
        if name not in present:
            near = get_close_matches(name, present, 1)
            hint = f" Did you mean {near[0]!r}?" if near else f" The table has: {', '.join(present[:20])}."
            faults.append(fault("holdout-column", f"{table}: {name}", f"There is no such column.{hint}"))
    return faults


def numbers(
    frame: pd.DataFrame, experiment: Holdout, currency: str | None = None
) -> tuple[dict[str, np.ndarray], list[Fault]]:
    """Return each role's column as floats, and a fault for each column with cells that are none or cannot be.

    Parameters
    ----------
    frame : pandas.DataFrame
    experiment : Holdout
    currency : str, optional
        ISO 4217 code that marks of money must mean.

    Returns
    -------
    dict of str to numpy.ndarray, list of Fault
    """
    values: dict[str, np.ndarray] = {}
    faults = []
    for role, column in roles_of(experiment.columns).items():
        plain, where = role.removeprefix("ghost_"), f"{experiment.table}: {column}"
        read = as_numbers(frame[column], experiment.decimal)
        cells, bad = read.values, ~np.isfinite(read.values)
        known = np.where(bad, 0.0, cells)
        # Noise that was added to a count leaves fractions and, where few people converted, numbers below zero.
        noise = experiment.noise_sd if role == "converters" else 0.0
        faults += mark_faults(read, where, currency if plain in ("revenue", "spend") else None)
        for mask, code, what in (
            (bad, "holdout-number", "cells are empty or no finite number."),
            (
                known < -FAR * noise if plain not in SIGNED else ~bad & bad,
                "holdout-negative",
                "cells are below zero.",
            ),
            (_too_large(plain, known), "holdout-number", "cells are too large to be real."),
            (
                _not_whole(plain, known) & (not read.unclear and not noise),
                "holdout-whole",
                "cells are no whole number of people.",
            ),
        ):
            if mask.any():
                faults.append(fault(code, f"{where}, rows {_places(mask)}", f"{int(mask.sum())} {what}"))
        values[role] = known
    return values, faults


def _too_large(role: str, cells: np.ndarray) -> np.ndarray:
    most = MOST_PEOPLE if role in COUNTS else MOST_SQUARES if role.endswith("_squared") else LARGEST
    return np.abs(cells) > most


def _not_whole(role: str, cells: np.ndarray) -> np.ndarray:
    return (cells != np.round(cells)) if role in COUNTS else np.zeros(len(cells), dtype=bool)


def entry_days(
    frame: pd.DataFrame, table: str, column: str, start: date | None, end: date | None
) -> tuple[np.ndarray, list[Fault]]:
    """Return each row's entry day counted from the start of the test, from ISO dates or whole numbers.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a cell of the table.
    table : str
        The file as the YAML names it.
    column : str
        The column of entry days.
    start, end : datetime.date or None
        First and last day of treatment; without them no row can lie outside, and the first day found is day 0.

    Returns
    -------
    tuple of (numpy.ndarray of int, list of Fault)
        Day of each row, shape (rows,), and a fault for unreadable cells or days outside the test.
    """
    text = frame[column].astype(str).str.strip()
    whole = text.str.fullmatch(r"\d{1,5}")
    if whole.all():
        days = text.astype(int).to_numpy()
    else:
        stamps = pd.to_datetime(text.str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
        bad = (~whole if whole.any() else stamps.isna()).to_numpy()
        if bad.any():
            where = f"{table}: {column}, rows {_places(bad)}"
            return np.zeros(len(text), int), [
                fault(
                    "holdout-day", where, f"{int(bad.sum())} cells are neither ISO dates nor whole numbers."
                )
            ]
        first = pd.Timestamp(start) if start is not None else stamps.min()
        days = (stamps - first).dt.days.to_numpy()
    if start is None or end is None:
        return days, []
    outside = (days < 0) | (days > (end - start).days)
    if not outside.any():
        return days, []
    shown = sorted({(start + timedelta(days=int(day))).isoformat() for day in days[outside]})[:3]
    what = f"{int(outside.sum())} rows entered before {start} or after {end}, first on {', '.join(shown)}."
    return days, [fault("holdout-window", f"{table}: {column}", what)]


def uses_of(columns: Columns) -> dict[str, Use]:
    """Return what the columns of the table are used for; columns that are not named here are read by nothing."""
    uses: dict[str, Use] = dict.fromkeys(roles_of(columns).values(), "measure")
    if columns.day is not None:
        uses[columns.day] = "date"
    uses |= dict.fromkeys((columns.converters + NOISE_SD, columns.users + NOISE_SD), "measure")
    return uses | {label: "label" for label in (columns.arm, columns.stratum) if label is not None}


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


def _impossible(table: str, values: Mapping[str, np.ndarray], noise: float) -> list[Fault]:
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
        for sentence, mask in impossible(sums, noise).items():
            rows = ", ".join(map(str, np.flatnonzero(mask)[:3] + 1))
            what = f"{int(mask.sum())} rows have {words}{sentence}."
            faults.append(fault("holdout-impossible", f"{table}: rows {rows}", what))
    return faults


def _places(mask: np.ndarray) -> str:
    """Return the first three row numbers (1 is the first row below the header)."""
    rows = np.flatnonzero(mask) + 1
    more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    return ", ".join(map(str, rows[:3])) + more
