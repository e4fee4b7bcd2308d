"""Which geo is in which cell, where a table says it: nobody has to type a list of pairs."""

import contextlib
from pathlib import Path

import pandas as pd

from lift.geo.config import Geo
from lift.geo.data.series import fault
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.errors import DataError, Fault
from mixproof.privacy.identifiers import Use
from mixproof.yaml.validation import nearest


def assigned(section: Geo, folder: Path) -> Geo:
    """Return the experiment with the geos of each cell, and the groups, that its assignment file names.

    Parameters
    ----------
    section : Geo
    folder : pathlib.Path
        Folder from which the file is read.

    Returns
    -------
    Geo
        `section` itself where its assignment names no file.

    Raises
    ------
    ConfigError
        The path leads out of `folder`.
    DataError
        A column is missing; a geo has two cells or groups; the file's cells and the YAML's differ.
    PrivacyError
        A column looks like identifiers of people.
    """
    plan = section.assignment
    if plan is None or plan.file is None:
        return section
    frame = _read(plan.file, [name for name in (plan.geo, plan.cell, plan.group) if name is not None], folder)
    frame = frame[~frame["geo"].isin(section.excluded)]
    cells = frame["cell"].where(frame["cell"] != "", plan.control)
    faults = _differences(section, plan.file, plan.cell, plan.control, cells, frame["geo"])
    if faults:
        raise DataError(faults)
    named = tuple(
        cell.model_copy(update={"geos": tuple(frame["geo"][cells == cell.name])}) for cell in section.cells
    )
    groups = plan.groups
    if plan.group is not None:
        filled = frame[frame["group"] != ""]
        groups = tuple(tuple(part) for _, part in filled.groupby("group", sort=True)["geo"])
    return section.model_copy(
        update={"cells": named, "assignment": plan.model_copy(update={"groups": groups})}
    )


def _read(file: str, columns: list[str], folder: Path) -> pd.DataFrame:
    """Return columns geo, cell and (where asked) group as text, one row a geo."""
    path = safe_path(folder, file, "assignment.file")
    uses: dict[str, Use] = {columns[0]: "geo", **dict.fromkeys(columns[1:], "label")}
    with contextlib.closing(connect(folder)) as connection:
        frame = read_file(path, file, None, connection, uses=uses)
    lacking = [name for name in columns if name not in frame.columns]
    if lacking:
        raise DataError([_no_column(file, name, [str(one) for one in frame.columns]) for name in lacking])
    names = ["geo", "cell", "group"][: len(columns)]
    text = frame[columns].set_axis(names, axis=1).fillna("").astype(str)
    distinct = text.drop_duplicates()
    twice = distinct["geo"][distinct["geo"].duplicated()].unique()
    if len(twice):
        what = f"{len(twice)} geos stand in two cells or groups, the first {twice[0]!r}."
        raise DataError(
            [
                Fault(
                    "geo-assignment",
                    f"{file} column {columns[1]}",
                    what,
                    "Give every geo one cell and one group.",
                )
            ]
        )
    return distinct


def _no_column(file: str, name: str, columns: list[str]) -> Fault:
    near = nearest(name, columns)
    what = f"There is no column {name!r}" + (f"; the nearest is {near!r}." if near else ".")
    return Fault(
        "geo-column", f"{file} column {name}", what, "Correct the name under assignment, or add the column."
    )


def _differences(
    section: Geo, file: str, column: str, control: str, cells: "pd.Series[str]", geos: "pd.Series[str]"
) -> list[Fault]:
    """Return faults for cells that only the file or only the YAML has."""
    place = f"{file} column {column}"
    there, wanted = set(cells) - {control}, {cell.name for cell in section.cells}
    found = [
        fault("geo-assignment", place, f"No geo is in cell {name!r}, which the YAML names.")
        for name in sorted(wanted - there)
    ]
    found += [
        Fault(
            "geo-assignment",
            place,
            f"{int((cells == name).sum())} geos are in {name!r}, which is no cell of the YAML (the first is "
            f"{geos[cells == name].iloc[0]!r}).",
            f"Name it under cells, say control: {name} under assignment, or put these geos under excluded.",
        )
        for name in sorted(there - wanted)
    ]
    return found
