"""Tables to a panel: from files of a folder, or from frames in memory."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.panel import Panel
from mixproof.aggregates.reading.assembly import make_panel
from mixproof.aggregates.reading.limits import check_header, fault
from mixproof.aggregates.reading.loading import load_tables
from mixproof.aggregates.reading.measures import nearest
from mixproof.aggregates.reading.screening import screen_frame_currencies, screen_frames
from mixproof.aggregates.reading.table import FrameTable
from mixproof.aggregates.report import Report


def read_panel(config: DataConfig, folder: Path, spill: Path | None = None) -> Panel:
    """Return the panel that the files of `folder` make.

    Parameters
    ----------
    config : DataConfig
        The ``data:`` section.
    folder : pathlib.Path
        The data folder; nothing outside it is read.
    spill : pathlib.Path, optional
        Folder for what does not fit into memory while large tables are added up, removed afterwards; default a private
        folder of the system's.

    Returns
    -------
    Panel
        Data, units, and what was noticed or repaired by name while reading.

    Raises
    ------
    ConfigError
        A path is unsafe.
    DataError
        The data break their contract; all faults at once.
    PrivacyError
        A column looks like a person's identifier; its values are not shown.
    ResourceError
        A table is too large for an aggregate.
    """
    report = Report()
    tables, rates = load_tables(config, folder, spill, report)
    try:
        return make_panel(config, tables, rates, report)
    except MemoryError:
        what = "The tables could be read, but the panel made of them does not fit into memory."
        raise fault("reading-too-large", "data", what) from None


def panel_from_frames(config: DataConfig, frames: Mapping[str, pd.DataFrame]) -> Panel:
    """Return the panel that tables in memory make; the same contract as for files.

    Parameters
    ----------
    config : DataConfig
    frames : mapping of str to pandas.DataFrame
        Tables by the name the config gives as ``file``.

    Returns
    -------
    Panel
        Data, units, and what was noticed or repaired by name while reading.

    Raises
    ------
    DataError, PrivacyError
        As for `read_panel`.
    """
    report = Report()
    wanted = [table.file for table in config.tables]
    if config.rates is not None and config.rates.file is not None:
        wanted.append(config.rates.file)
    usable = {}
    for file in wanted:
        if file not in frames:
            report.add("file-missing", file, "There is no table of this name.", nearest(file, list(frames)))
        elif frames[file].empty:
            report.add("empty-table", file, "The table has no rows.")
        else:
            usable[file] = frames[file].rename(columns=str)
            check_header(list(usable[file].columns), file)
    screen_frames(config, usable)  # first: no later message may repeat a name that identifies someone
    for table in config.tables:
        if table.file in usable:
            screen_frame_currencies(usable[table.file], table, config, report)
    rates = usable.get(config.rates.file or "") if config.rates is not None else None
    return make_panel(config, {file: FrameTable(frame) for file, frame in usable.items()}, rates, report)
