"""Cells of a holdout's table as numbers, days and names, with every fault in them found."""

from collections.abc import Mapping
from datetime import date, timedelta
from difflib import get_close_matches

import numpy as np
import pandas as pd

from lift.faults import fault
from lift.holdout.config import Columns
from mixproof.errors import Fault
from mixproof.privacy.identifiers import identifier_family

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
)
"""Numeric roles of `Columns`, each a sum over the row's people."""
SIGNED: frozenset[str] = frozenset(
    {"revenue", "covariate", "covariate_revenue", "covariate_converters", "exposed_revenue"}
)
"""Roles that refunds or differences may make negative."""


def roles_of(columns: Columns) -> dict[str, str]:
    """Return the table's column for each numeric role that the YAML names; ghost roles are prefixed ``ghost_``."""
    named = {role: getattr(columns, role) for role in ROLES if getattr(columns, role) is not None}
    if columns.ghost is not None:
        ghost = columns.ghost.model_dump(exclude_none=True)
        named |= {f"ghost_{role}": column for role, column in ghost.items()}
    return named


def missing_columns(frame: pd.DataFrame, table: str, columns: Columns) -> list[Fault]:
    """Return a fault for each column of the YAML that the table lacks, with the nearest name it has."""
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
    frame: pd.DataFrame, table: str, roles: Mapping[str, str]
) -> tuple[dict[str, np.ndarray], list[Fault]]:
    """Return each role's column as floats, and a fault for each column with cells that are none or cannot be."""
    values: dict[str, np.ndarray] = {}
    faults = []
    for role, column in roles.items():
        cells = pd.to_numeric(frame[column], errors="coerce").to_numpy(float)
        bad = ~np.isfinite(cells)
        if bad.any():
            where = f"{table}: {column}, rows {_places(bad)}"
            faults.append(
                fault("holdout-number", where, f"{int(bad.sum())} cells are empty or no finite number.")
            )
        negative = np.isfinite(cells) & (cells < 0)
        if role.removeprefix("ghost_") not in SIGNED and negative.any():
            where = f"{table}: {column}, rows {_places(negative)}"
            faults.append(fault("holdout-negative", where, f"{int(negative.sum())} cells are below zero."))
        values[role] = np.where(bad, 0.0, cells)
    return values, faults


def entry_days(
    frame: pd.DataFrame, table: str, column: str, start: date | None, end: date | None
) -> tuple[np.ndarray, list[Fault]]:
    """Return each row's entry day counted from the start of the test, from ISO dates or whole numbers."""
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


def identifiers(frame: pd.DataFrame, table: str, columns: Columns) -> list[Fault]:
    """Return a fault for each label column whose values look like a person's identifier; values are never shown."""
    faults = []
    for column in (columns.arm, columns.stratum):
        if column is None or column not in frame.columns:
            continue
        for value in frame[column].astype(str).unique():
            family = identifier_family(value)
            if family is not None:
                what = f"Values look like a person's identifier ({family})."
                remedy = "Aggregate over people before reading: arms and strata are groups, not persons."
                faults.append(Fault("holdout-identifier", f"{table}: {column}", what, remedy))
                break
    return faults


def _places(mask: np.ndarray) -> str:
    """Return the first three row numbers (1 is the first row below the header)."""
    rows = np.flatnonzero(mask) + 1
    more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    return ", ".join(map(str, rows[:3])) + more
