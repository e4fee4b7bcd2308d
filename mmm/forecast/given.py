"""The table of what controls and treatments are going to be, read from a CSV and held against the periods it must have."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.errors import DataError, Fault
from mmm.forecast.config import FAULTS
from mmm.forecast.future import later_dates


def read_given(file: Path, panel: Panel, count: int) -> xr.Dataset:
    """Return paths of controls and treatments over the `count` periods after a panel, by name, dims (geo, date).

    Parameters
    ----------
    file : pathlib.Path
        A CSV with `date`, with `geo` where the panel has several, and a column a control or treatment.
    panel : Panel
    count : int

    Returns
    -------
    xarray.Dataset

    Raises
    ------
    DataError
        ``forecast-given``: periods are missing or there twice, a column is none of the model's, or a cell is no number.
    """
    try:
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DataError(_fault(file.name, "It cannot be read as a CSV in UTF-8.")) from error
    several = len(panel.geos) > 1
    keys = ["date", "geo"] if several else ["date"]
    known = [str(name) for kind in ("control", "treatment") for name in panel.data[kind].values]
    columns = [name for name in table.columns if name not in keys]
    faults = [_fault(f"{file.name}, column {key}", "It is not there.") for key in keys if key not in table]
    faults += [
        _fault(
            f"{file.name}, column {name}",
            f"No control or treatment is called so; there are {', '.join(known)}.",
        )
        for name in columns
        if name not in known
    ]
    if faults:
        raise DataError(faults)
    wanted = pd.MultiIndex.from_product(
        [[str(day) for day in later_dates(panel, count)], panel.geos], names=["date", "geo"]
    )
    table = table if several else table.assign(geo=panel.geos[0])
    table = table.apply(lambda column: column.str.strip()).set_index(["date", "geo"])
    faults = [*_periods(file.name, table.index, wanted), *_numbers(file.name, table, wanted)]
    if faults:
        raise DataError(faults)
    values = table.loc[wanted].astype(float)
    shape = (count, len(panel.geos))
    paths = {name: (("date", "geo"), values[name].to_numpy().reshape(shape)) for name in columns}
    return xr.Dataset(paths).transpose("geo", "date")


def _periods(where: str, index: pd.MultiIndex, wanted: pd.MultiIndex) -> list[Fault]:
    """Return what is missing or there twice; rows of other periods are not read."""
    missing, twice = wanted.difference(index), index[index.duplicated()].unique().intersection(wanted)
    said = [("There is no row of", missing), ("There are several rows of", twice)]
    return [
        _fault(
            where,
            f"{what} {_place(found[0])}{f', and {len(found) - 1} more' if len(found) > 1 else ''}.",
        )
        for what, found in said
        if len(found)
    ]


def _numbers(where: str, table: pd.DataFrame, wanted: pd.MultiIndex) -> list[Fault]:
    faults = []
    rows = table.loc[table.index.intersection(wanted)]
    for name in table.columns:
        odd = ~np.isfinite(pd.to_numeric(rows[name], errors="coerce"))
        if odd.any():
            faults.append(
                _fault(f"{where}, column {name}", f"In {_place(rows.index[odd][0])} there is no number.")
            )
    return faults


def _place(row: Iterable[object]) -> str:
    return " in ".join(map(str, row))


def _fault(where: str, what: str) -> Fault:
    return Fault("forecast-given", where, what, FAULTS["forecast-given"][2])
