"""An export opened: its header found, its columns given their roles, identifiers refused, total rows set apart."""

import csv
from pathlib import Path

import pandas as pd

from lift.attribution.config import AttributionSystem
from lift.attribution.contract.columns import Cells, numbers
from lift.attribution.contract.exports import EXPORTS, ROLES, Export
from lift.attribution.faults import fault
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.aggregates.reading.screening import screen_frame
from mixproof.errors import DataError, Fault, PrivacyError
from mixproof.privacy.identifiers import Use
from mixproof.privacy.names import families_of

MOST_PREAMBLE = 50
"""Lines before the header that are looked through."""
AMOUNTS = ("attributed", "lower", "upper", "noise_sd", "value", "postback", "fine")
"""Roles that are numbers."""


def open_export(system: AttributionSystem, folder: Path) -> Cells:
    """Return the cells of a system's export.

    Parameters
    ----------
    system : AttributionSystem
    folder : pathlib.Path

    Returns
    -------
    Cells

    Raises
    ------
    ConfigError, DataError, PrivacyError
        As `lift.attribution.contract.read.read_system`.
    """
    path = safe_path(folder, system.file, "attribution, file")
    export = EXPORTS[system.export]
    skip = _preamble(path, system, export) if export.preamble and path.suffix.lower() == ".csv" else 0
    return open_frame(system, read_file(path, system.file, None, connect(folder), skip))


def open_frame(system: AttributionSystem, frame: pd.DataFrame) -> Cells:
    """Return the cells of a frame with the export's columns; see `open_export`.

    Parameters
    ----------
    system : AttributionSystem
        The attribution system of the YAML: its export's kind, file name and columns.
    frame : pandas.DataFrame
        One row a line of the export, header as columns.

    Returns
    -------
    Cells
        With the column of each role; values as they stand, None where a cell is empty.

    Raises
    ------
    DataError
        A column that the export needs is missing, or a name in it cannot be taken.
    PrivacyError
        A column, whether it is read or not, looks like identifiers of people.
    """
    export = EXPORTS[system.export]
    present = [str(name) for name in frame.columns]
    found = _columns(system, export, present)
    lacking = [
        role for role in export.needs if role not in found and not (role == "channel" and system.channel)
    ]
    if lacking:
        raise DataError([_missing(system, export, role, present) for role in lacking])
    uses: dict[str, Use] = {found[role]: "measure" for role in AMOUNTS if role in found}
    uses |= {found["geo"]: "geo"} if "geo" in found else {}
    screen_frame(frame, system.file, uses)
    _refuse_names(system, frame, found)
    return Cells(system, export, frame.astype(object).where(frame.notna(), None), found)


def without_totals(cells: Cells) -> tuple[Cells, float | None, list[Fault]]:
    """Return the cells without total rows, the total that the first of them states, and what is wrong with it."""
    if not cells.export.totals:
        return cells, None, []
    first = pd.Series([str(v).strip().lower() if v is not None else "" for v in cells.frame.iloc[:, 0]])
    labels = cells.text("channel").str.lower() if "channel" in cells.columns else first
    starts = cells.export.totals
    mark = (first.str.startswith(starts) | labels.str.startswith(starts)).to_numpy()
    if not mark.any():
        return cells, None, []
    sums, faults = numbers(cells.rows(mark), ("attributed",))
    return cells.rows(~mark), float(sums["attributed"][0]), faults


def _preamble(path: Path, system: AttributionSystem, export: Export) -> int:
    """Return how many lines stand before the header: the first line that has every column that is needed."""
    with path.open("rb") as source:
        for at in range(MOST_PREAMBLE):
            line = source.readline(1_000_000)
            if not line:
                break
            text = line.decode("utf-8-sig", errors="replace").strip()
            for delimiter in (",", ";", "\t"):
                names = [name.strip() for name in next(csv.reader([text], delimiter=delimiter), [])]
                found = _columns(system, export, names)
                if all(role in found or (role == "channel" and system.channel) for role in export.needs):
                    return at
    return 0


def _columns(system: AttributionSystem, export: Export, present: list[str]) -> dict[str, str]:
    """Return the column of each role: the one that the YAML names, or the first of the template's that is there."""
    found: dict[str, str] = {}
    for role in ROLES:
        named = getattr(system.columns, role)
        names = (named,) if named is not None else export.columns.get(role, ())
        match = next((name for name in names if name in present), None)
        if match is not None and not (role == "channel" and system.channel):
            found[role] = match
    return found


def _missing(system: AttributionSystem, export: Export, role: str, present: list[str]) -> Fault:
    named = getattr(system.columns, role)
    wanted = named or " or ".join(export.columns.get(role, ())[:3]) or role
    what = f"There is no column for {role} ({wanted}). The table has: {', '.join(present[:20])}."
    return fault("attribution-column", f"{system.file}: {role}", what)


def _refuse_names(system: AttributionSystem, frame: pd.DataFrame, found: dict[str, str]) -> None:
    """Raise PrivacyError where a label looks like a person; the label is not shown."""
    for role in ("channel", "campaign", "geo", "arm"):
        if role in found and any(families_of([str(v) for v in frame[found[role]].dropna().unique()])):
            what = f"Some {role}s are named like persons or clicks."
            raise PrivacyError(fault("attribution-identifier", f"{system.file}: {found[role]}", what))
