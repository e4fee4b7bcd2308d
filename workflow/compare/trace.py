"""Where a number comes from: from a row of a table to the cells it sums up, the rows of files these were read from, and hashes.

Everything is read from the run folder, which must be what its manifest says; files of the data are held against the hashes of
the manifest, and their rows against the cells of the panel.
"""

import difflib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixproof.aggregates.panel import Panel
from mixproof.errors import ConfigError, Fault
from mixproof.records.run import TABLES, Run
from mixproof.records.run_folder.files import sha256
from workflow.faults import FAULTS

SHOWN = 8
"""Rows and cells that are written out; the others are counted and in the sums."""
CENT = 0.005
STAGES: Mapping[str, tuple[str, ...]] = {
    "ledger": ("aggregate", "reconcile"),
    "prior_periods": ("aggregate", "reconcile"),
    "fiscal_calendar": ("aggregate", "reconcile"),
    "ingestion": ("events",),
    "dead_letters": ("events",),
    "lift": ("lift",),
    "attribut": ("attribution",),
    "credit": ("attribution",),
    "scorecard": ("attribution", "lift"),
    "calibration": ("calibrate", "fit"),
    "plan_": ("fit", "effects", "plan"),
    "forecast": ("fit", "plan"),
    "triangulation": ("fit", "lift", "attribution", "triangulate"),
    "finance_": ("reconcile", "triangulate", "book"),
    "health": ("health",),
}
"""Beginning of a table's name -> stages that decide it; all others are the model's: aggregate, fit, effects."""


OF_CELLS = ("channels", "paid_media", "paid_media_by_period", "decomposition", "waterfall")
"""Tables whose rows are sums over cells of the panel: all modelled periods, or those that the row names."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What is known of the rows that a key names.

    Parameters
    ----------
    lines : tuple of str
        For people.
    agrees : bool
        Whether everything that could be held against something else agrees with it.
    """

    lines: tuple[str, ...]
    agrees: bool


def trace(path: Path, table: str, key: str, data: Path | None = None) -> Traced:
    """Return where the numbers of the rows that a key names come from.

    Parameters
    ----------
    path : pathlib.Path
        A run's folder.
    table : str
        Name of one of its tables.
    key : str
        A value of one of its columns of text, or ``column=value`` pairs with commas between them, or a row's number.
    data : pathlib.Path, optional
        Folder that the run's files were read from; without it their hashes are told and not looked at.

    Returns
    -------
    Traced

    Raises
    ------
    ConfigError
        ``trace-unknown``: there is no such table, column or value; the nearest are named.
    IntegrityError
        The run is not what its manifest says.
    """
    if data is not None and not os.path.isdir(data):  # noqa: PTH112  # pathlib raises where a name is too long
        raise ConfigError(Fault("data-folder", f"--data {data}", *FAULTS["data-folder"][1:]))
    run = Run.open(path)
    if table not in run.tables:
        raise _unknown(f"There is no table {table!r} in this run.", table, run.tables)
    frame = run.table(table)
    rows = _rows(frame, table, key)
    lines = [f"run:     {run.manifest['run_id']}, manifest {run.seal}"]
    lines += [f"table:   {TABLES}/{table}.csv, SHA-256 {run.manifest['artefacts'][f'{TABLES}/{table}.csv']}"]
    lines += [
        f"made by: stage {name}, {run.manifest['stages'][name]}"
        for name in _stages(table)
        if name in run.manifest["stages"]
    ]
    if "plan_of" in run.manifest:
        source = run.manifest["plan_of"]
        lines.append(f"plan of: {source['run_id']}, manifest {source['manifest']}: trace that run, too")
    words, agrees = _words(run, table), True
    for place, row in rows.head(SHOWN).iterrows():
        lines.append(f"row {int(str(place)) + 1}:")
        lines += [f"  {name} = {_text(value)}{words.get(str(name), '')}" for name, value in row.items()]
        found = list(_origins(run, table, row, data))
        agrees &= all(fine for _, fine in found)
        lines += [f"  {line}" for line, _ in found]
    if len(rows) > SHOWN:
        lines.append(f"and {len(rows) - SHOWN} rows more; name one with column=value, or by its number")
    files = list(_files(run, data))
    return Traced((*lines, *(line for line, _ in files)), agrees and all(fine for _, fine in files))


def _stages(table: str) -> tuple[str, ...]:
    return next(
        (stages for start, stages in STAGES.items() if table.startswith(start)),
        ("aggregate", "fit", "effects"),
    )


def _unknown(what: str, said: str, known: Iterable[str]) -> ConfigError:
    names = sorted({str(each) for each in known} - {""})
    near = difflib.get_close_matches(said, names, 3, 0.4) or names[:SHOWN]
    return ConfigError(
        Fault(
            "trace-unknown",
            "mixproof trace",
            f"{what} The nearest: {', '.join(near)}." if near else what,
            FAULTS["trace-unknown"][2],
        )
    )


def _rows(frame: pd.DataFrame, table: str, key: str) -> pd.DataFrame:
    """Return the rows that a key names."""
    if re.fullmatch("[0-9]+", key) and 1 <= int(key) <= len(frame):
        return frame.iloc[[int(key) - 1]]
    texts = frame.apply(lambda column: column.map(_text))
    named = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    chosen = (texts[named] == key).any(axis=1) if named and key else pd.Series(False, frame.index)
    if "=" in key and not chosen.any():
        chosen = pd.Series(True, frame.index)
        for pair in re.split(r",(?=[^,=]+=)", key):  # a value may have commas
            chosen &= _holding(texts, table, *(part.strip() for part in pair.split("=", 1)))
    if not chosen.any():
        values = [value for name in named for value in texts[name].unique()]
        raise _unknown(f"No row of {table} has {key!r}; its rows are 1 to {len(frame)}.", key, values)
    return frame[chosen]


def _holding(texts: pd.DataFrame, table: str, name: str, value: str) -> pd.Series:
    """Return which rows have a value in a column."""
    if name not in texts:
        raise _unknown(f"The table {table} has no column {name!r}.", name, map(str, texts))
    found = texts[name] == value
    if not found.any():
        raise _unknown(f"No row of {table} has {name} = {value!r}.", value, texts[name].unique())
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return "" if not isinstance(value, str) and pd.isna(value) else str(value)


def _words(run: Run, table: str) -> dict[str, str]:
    """Return meaning and unit of each column, as the run itself documents them."""
    if "columns" not in run.tables:
        return {}
    mine = run.table("columns")
    mine = mine[mine["table"] == table]
    return {
        str(row["column"]): f"   ({row['meaning']}{'; ' if row['unit'] else ''}{row['unit']})"
        for row in mine.to_dict("records")
    }


def _origins(run: Run, table: str, row: pd.Series, data: Path | None) -> Iterator[tuple[str, bool]]:
    """Yield what a row was made of, each line with whether it agrees with what it is held against."""
    if {"account", "period"} <= set(row.index) and "ledger_lines" in run.tables:
        yield from _booked(run, row)
    names = run.manifest["panel"].get("channels", [])
    channel = str(row.get("channel", row.get("component", "")))
    if (
        table in OF_CELLS
        and channel in names
        and "posterior.zarr/constant_data/zarr.json" in run.manifest["artefacts"]
    ):
        yield from _cells(run, table, row, channel, data)
    if "system" in row.index and run.config.get("attribution"):
        for system in run.config["attribution"].get("systems", []):
            if system["name"] == row["system"]:
                yield (
                    f"read from {system['file']}, SHA-256 {run.manifest['inputs'].get(system['file'], 'unknown')}",
                    True,
                )


def _booked(run: Run, row: pd.Series) -> Iterator[tuple[str, bool]]:
    """Yield the lines of ledger and invoices behind an account in a period, and whether they add up to what it says."""
    lines = run.table("ledger_lines")
    mine = lines[(lines["account"] == row["account"]) & (lines["period"] == row["period"])]
    for each in mine.head(SHOWN).to_dict("records"):
        amount = f"{each['amount']:,.2f} {each['currency']} at {each['rate']}, booked {each['booked']:,.2f}"
        yield f"{each['source']} line {each['line']}: {amount}", True
    if "ledger" in row.index:
        total = float(mine.loc[mine["source"] == "ledger", "booked"].sum())
        fine = abs(total - float(row["ledger"])) < CENT
        words = f"{len(mine)} lines; those of the ledger add up to {total:,.2f}"
        yield f"{words}, the row says {float(row['ledger']):,.2f}: {_agree(fine)}", fine


def _cells(
    run: Run, table: str, row: pd.Series, channel: str, data: Path | None
) -> Iterator[tuple[str, bool]]:
    """Yield the cells of spend behind a row, their sum against what it says, and the rows of files they were read from."""
    panel = run.panel()
    days = _window(run, panel, table, row)
    cells = panel.data["spend"].sel(channel=channel).sum("geo").to_series()
    mine = cells[np.isin(cells.index.values.astype("datetime64[D]"), days)]
    shown = ", ".join(f"{day:%Y-%m-%d} {value:,.2f}" for day, value in mine.head(SHOWN).items())
    yield (
        f"cells of spend, {channel}: {len(mine)} periods, {shown}{', ...' if len(mine) > SHOWN else ''}",
        True,
    )
    yield from _contribution(run, row, channel, days)
    total = float(mine.sum())
    if "spend" in row.index and pd.notna(row["spend"]):
        fine = abs(total - float(row["spend"])) < CENT
        yield (
            f"cells of spend add up to {total:,.2f}, the row says {float(row['spend']):,.2f}: {_agree(fine)}",
            fine,
        )
    yield (
        f"panel of {len(panel.data['date'])} periods, fingerprint {run.manifest['panel']['fingerprint']}",
        True,
    )
    if data is not None:
        yield from _read_rows(run, channel, days, total, data)


def _contribution(run: Run, row: pd.Series, channel: str, days: np.ndarray) -> Iterator[tuple[str, bool]]:
    """Yield what the model says of these periods one by one, whether that adds up, and the draws that it is the mean of."""
    if "contribution_mean" not in row.index or "decomposition" not in run.tables or "geo" in row.index:
        return
    parts = run.table("decomposition")
    when = pd.to_datetime(parts["date"]).to_numpy().astype("datetime64[D]")
    total = float(parts.loc[(parts["component"] == channel) & np.isin(when, days), "contribution_mean"].sum())
    said = float(row["contribution_mean"])
    fine = abs(total - said) <= 1e-6 * max(abs(said), 1.0)
    yield (
        f"table decomposition, {channel}: these periods add up to {total:,.2f}, the row says {said:,.2f}: {_agree(fine)}",
        fine,
    )
    count = sum(name.startswith("posterior.zarr/") for name in run.manifest["artefacts"])
    yield f"draws: posterior.zarr, {count} files, each as the manifest says", True


def _window(run: Run, panel: Panel, table: str, row: pd.Series) -> np.ndarray:
    """Return the first days of the periods that a row is about: those it names, else all that are modelled."""
    days = panel.data["date"].values.astype("datetime64[D]")
    first, last = (np.datetime64(str(run.manifest["panel"][name]), "D") for name in ("start", "end"))
    if "date" in row.index:
        first = last = np.datetime64(str(row["date"])[:10], "D")
    elif {"start", "last"} <= set(row.index):
        first, last = (np.datetime64(str(row[name])[:10], "D") for name in ("start", "last"))
    return days[(days >= first) & (days <= last)]


def _read_rows(
    run: Run, channel: str, days: np.ndarray, total: float, data: Path
) -> Iterator[tuple[str, bool]]:
    """Yield the rows of the files that a channel's spend was read from, and whether they add up to its cells."""
    section = run.config["data"]
    entry = next((each for each in section["channels"] if each["name"] == channel), None)
    if entry is None or not entry.get("spend"):
        return
    for source in section["tables"]:
        file = data / source["file"]
        if not file.is_file() or file.suffix not in (".csv", ".parquet"):
            continue
        frame = pd.read_csv(file, dtype=str) if file.suffix == ".csv" else pd.read_parquet(file).astype(str)
        if entry["spend"] not in frame or source["date"] not in frame:
            continue
        wanted = pd.Series(True, frame.index)
        if source.get("layout") == "long":
            wanted = frame[source["channel"]] == (entry.get("label") or channel)
        stamps = pd.to_datetime(frame[source["date"]], format=section.get("date_format"), errors="coerce")
        ends = np.append(
            days[1:], days[-1] + (np.timedelta64(7, "D") if len(days) < 2 else days[-1] - days[-2])
        )
        inside = stamps.between(pd.Timestamp(days[0]), pd.Timestamp(ends[-1]), inclusive="left")
        mine = frame[wanted & inside]
        numbers = pd.to_numeric(mine[entry["spend"]], errors="coerce").sum()
        fine = abs(float(numbers) - total) < CENT
        places = f"rows {mine.index.min() + 1} to {mine.index.max() + 1}" if len(mine) else "no row"
        what = f"{source['file']}, column {entry['spend']}: {len(mine)} rows, {places}, add up to {float(numbers):,.2f}"
        rates = " (in the file's own currency)" if entry.get("currency") or source.get("currency") else ""
        yield f"{what}{rates}: {_agree(fine)}", fine or bool(rates)


def _files(run: Run, data: Path | None) -> Iterator[tuple[str, bool]]:
    """Yield every file that the run has read with its hash, and whether the one that is there now has the same."""
    for name, digest in run.manifest["inputs"].items():
        if data is None:
            now, fine = "not looked at: name its folder with --data", True
        elif not (data / name).is_file():
            now, fine = f"not in {data}", False
        else:
            fine = sha256(data / name) == digest
            now = "the same now" if fine else "HAS CHANGED since the run"
        yield f"file:    {name}, SHA-256 {digest}: {now}", fine


def _agree(fine: bool) -> str:
    return "agrees" if fine else "DIFFERS"
