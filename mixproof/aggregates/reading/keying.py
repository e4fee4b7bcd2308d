"""Tables to keyed tables: where each row belongs, which table gives each measure, and whether both know all channels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.reading.measures import Measure, declared, nearest, resolve
from mixproof.aggregates.reading.rows import Rows, key_rows
from mixproof.aggregates.reading.table import RawTable
from mixproof.aggregates.report import Report, place

SHOWN = 12


@dataclass(slots=True)
class Keyed:
    """Tables with their keys, by file; what they measure; and the files with faults in their keys."""

    rows: dict[str, Rows] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)
    tainted: set[str] = field(default_factory=set)


def key_tables(config: DataConfig, raw: Mapping[str, RawTable], report: Report) -> Keyed:
    """Return the tables with their keys; what is wrong with keys, columns and channels is reported."""
    today = np.datetime64(date.today(), "D")
    keyed = Keyed()
    for source in config.tables:
        if source.file in raw:
            before = len(report.faults)
            rows = key_rows(source, raw[source.file], config, report, today)
            if rows is not None:
                keyed.rows[source.file] = rows
            if len(report.faults) > before:
                keyed.tainted.add(source.file)
    keyed.measures = resolve(config, {file: rows.table.columns for file, rows in keyed.rows.items()}, report)
    _check_labels(config, keyed, report)
    _note_unused(config, keyed, report)
    return keyed


def _note_unused(config: DataConfig, keyed: Keyed, report: Report) -> None:
    """Note the columns that nothing reads: a column that has come to a table is seen, and harms nothing."""
    for file, rows in keyed.rows.items():
        source = rows.source
        used = {m.column for m in keyed.measures if m.table == file}
        used |= {key for key in (source.date, source.geo, source.channel, source.currency) if key is not None}
        rest = [name for name in rows.table.columns if name not in used]
        if rest and file != (config.rates.file if config.rates is not None else None):
            listed = ", ".join(rest[:SHOWN]) + (f" and {len(rest) - SHOWN} more" if len(rest) > SHOWN else "")
            report.note(f"{file}: nothing reads the column{'s' * (len(rest) > 1)} {listed}.")


def _check_labels(config: DataConfig, keyed: Keyed, report: Report) -> None:
    """Report channels that a long table has and the config does not name, and the other way round."""
    known = {measure.label for measure, _ in declared(config) if measure.label is not None}
    for rows in keyed.rows.values():
        if rows.source.channel is None:
            continue
        for name in rows.labels:
            if name not in known and name not in rows.source.ignore:
                where = place(rows.file, rows.source.channel)
                report.add("unknown-channel", where, f"{name!r} is in the table and not in the config.")
    for measure in keyed.measures:
        rows = keyed.rows[measure.table]
        if measure.label is not None and measure.label not in rows.labels:
            where = place(rows.file, rows.source.channel)
            what = f"Channel {measure.label!r} has no rows."
            report.add("missing-channel", where, what, nearest(measure.label, rows.labels))
