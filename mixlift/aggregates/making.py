"""Raw tables to a panel: refuse identifiers, place the rows, hold the contract, assemble."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from mixlift.aggregates.assembly import build_panel
from mixlift.aggregates.cells import fill
from mixlift.aggregates.config import DataConfig
from mixlift.aggregates.contract import hold
from mixlift.aggregates.measures import declared, nearest, resolve
from mixlift.aggregates.money import rate_book
from mixlift.aggregates.panel import Panel
from mixlift.aggregates.report import Report, place
from mixlift.aggregates.rows import Rows, key_rows
from mixlift.aggregates.screening import refuse_identifiers


def make_panel(config: DataConfig, frames: Mapping[str, pd.DataFrame], report: Report) -> Panel:
    """Return the panel of raw tables, or raise with everything that is wrong with them."""
    refuse_identifiers(
        frames, {m.column for m, _ in declared(config)}, {t.file: t.geo for t in config.tables}
    )  # first: no later message may repeat a name that identifies someone
    today = np.datetime64(date.today(), "D")
    tables: dict[str, Rows] = {}
    tainted: set[str] = set()
    for source in config.tables:
        if source.file in frames:
            before = len(report.faults)
            rows = key_rows(source, frames[source.file], config, report, today)
            if rows is not None:
                tables[source.file] = rows
            if len(report.faults) > before:
                tainted.add(source.file)
    measures = resolve(
        config, {file: list(map(str, rows.frame.columns)) for file, rows in tables.items()}, report
    )
    _check_labels(config, tables, _named_labels(config), report)
    book = rate_book(config, frames.get(config.rates.file or "") if config.rates else None, report)
    cells = fill(config, measures, tables, book, report)
    cells.tainted |= tainted
    hold(cells, report)
    report.raise_if_faulty()
    return build_panel(cells, tables, report)


def _named_labels(config: DataConfig) -> set[str]:
    """Return every value of a channel column that the config names."""
    return {measure.label for measure, _ in declared(config) if measure.label is not None}


def _check_labels(config: DataConfig, tables: Mapping[str, Rows], known: set[str], report: Report) -> None:
    """Report channels that a long table has and the config does not name, and the other way round."""
    long = [rows for rows in tables.values() if rows.source.channel is not None]
    for rows in long:
        for name in rows.labels:
            if name not in known and name not in rows.source.ignore:
                where = place(rows.file, rows.source.channel)
                report.add("unknown-channel", where, f"{name!r} is in the table and not in the config.")
    if not long:
        return
    for measure in resolve(config, {f: list(map(str, r.frame.columns)) for f, r in tables.items()}, Report()):
        if measure.label is not None and measure.label not in tables[measure.table].labels:
            rows = tables[measure.table]
            where = place(rows.file, rows.source.channel)
            what = f"Channel {measure.label!r} has no rows."
            report.add("missing-channel", where, what, nearest(measure.label, rows.labels))
