"""Raw tables to a panel: place the rows, hold the contract, assemble."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.config import DataConfig, Exposed
from mixproof.aggregates.contract import hold
from mixproof.aggregates.contract.grain import grain_faults
from mixproof.aggregates.money import rate_book
from mixproof.aggregates.panel import LedgerRow, Panel
from mixproof.aggregates.reading.cells import Cells, fill
from mixproof.aggregates.reading.keys import key_tables
from mixproof.aggregates.reading.table import RawTable, Rows
from mixproof.aggregates.report import Report


def make_panel(
    config: DataConfig, raw: Mapping[str, RawTable], rates: pd.DataFrame | None, report: Report
) -> Panel:
    """Return the panel of raw tables and dated rates of exchange, or raise with everything that is wrong with them.

    Parameters
    ----------
    config : DataConfig
        The ``data:`` section.
    raw : mapping of str to RawTable
        By file.
    rates : pandas.DataFrame or None
        Dated rates of exchange, where the YAML names a table of them.
    report : Report
        Of the reading; receives faults and notices.

    Returns
    -------
    Panel
        Holds the report's notices and ledger of rows.

    Raises
    ------
    DataError
        With every fault of the reading and of the contract.
    """
    keyed = key_tables(config, raw, report)
    keyed.tainted |= grain_faults(keyed.rows, config, report)
    book = rate_book(config, rates, report)
    cells = fill(config, keyed.measures, keyed.rows, book, report)
    cells.tainted |= keyed.tainted
    hold(cells, report)
    report.raise_if_faulty()
    return build_panel(cells, keyed.rows, report)


def build_panel(cells: Cells, tables: Mapping[str, Rows], report: Report) -> Panel:
    """Return the panel, paid channels before organic ones, geos in alphabetical order.

    Parameters
    ----------
    cells : Cells
    tables : mapping of str to Rows
        Keyed tables by file, for the ledger.
    report : Report
        Its notices become the panel's.

    Returns
    -------
    Panel
    """
    config = cells.config
    channels: list[tuple[str, Exposed]] = [("paid", c) for c in config.channels] + [
        ("organic", c) for c in config.organic
    ]
    names = [channel.name for _, channel in channels]
    unknown = np.full((len(cells.geos), len(cells.dates)), np.nan)
    exposure = [_first(cells, name, ("exposure", "reach", "spend")) for name in names]
    variables = {
        "outcome": (("geo", "date"), cells.outcome),
        "outcome_value": (("geo", "date"), _value(cells)),
        "exposure": (("geo", "date", "channel"), _stack(exposure, unknown)),
        "spend": (("geo", "date", "channel"), _stack([cells.series("spend", n) for n in names], unknown)),
        "frequency": (
            ("geo", "date", "channel"),
            _stack([cells.series("frequency", n) for n in names], unknown),
        ),
        "controls": (
            ("geo", "date", "control"),
            _stack([cells.series("control", c.name) for c in config.controls], unknown),
        ),
        "treatments": (
            ("geo", "date", "treatment"),
            _stack([cells.series("treatment", t.name) for t in config.treatments], unknown),
        ),
        "population": (("geo",), _population(cells)),
    }
    data = xr.Dataset(
        variables,
        coords={
            "geo": np.array(cells.geos, dtype=str),
            "date": cells.dates.astype("datetime64[ns]"),
            "channel": np.array(names, dtype=str),
            "control": np.array([c.name for c in config.controls], dtype=str),
            "treatment": np.array([t.name for t in config.treatments], dtype=str),
            "kind": ("channel", np.array([kind for kind, _ in channels], dtype=str)),
            "driver": ("channel", np.array([_driver(channel) for _, channel in channels], dtype=str)),
        },
    )
    outcome = config.outcome
    return Panel(
        data, config.frequency, config.currency, outcome.name or outcome.column, outcome.kind,
        tuple(ledger(cells, tables)), tuple(report.notices),
    )  # fmt: skip


def _first(cells: Cells, name: str, roles: tuple[str, ...]) -> np.ndarray | None:
    """Return what drives a channel: exposure, else reach, else its spend."""
    return next((found for role in roles if (found := cells.series(role, name)) is not None), None)


def _stack(series: list[np.ndarray | None], unknown: np.ndarray) -> np.ndarray:
    """Return series side by side, shape (geo, period, n); NaN where one is not known at all."""
    if not series:
        return np.empty((*unknown.shape, 0))
    return np.stack([unknown if s is None else s for s in series], axis=-1)


def _driver(channel: Exposed) -> str:
    """Return the unit of what drives a channel."""
    return channel.unit or channel.exposure or channel.reach or "spend"


def _value(cells: Cells) -> np.ndarray:
    """Return money per unit of outcome, shape (geo, period)."""
    outcome = cells.config.outcome
    shape = (len(cells.geos), len(cells.dates))
    if outcome.kind == "revenue":
        return np.ones(shape)
    column = next((cells.values[m.key] for m in cells.of("value")), None)
    if column is not None:
        return column
    return np.full(shape, outcome.value if isinstance(outcome.value, float | int) else np.nan)


def _population(cells: Cells) -> np.ndarray:
    """Return people by geo, 1 where unknown."""
    for measure in cells.of("population"):
        values = cells.values[measure.key]
        return np.nanmax(values, axis=1)
    return np.ones(len(cells.geos))


def ledger(cells: Cells, tables: Mapping[str, Rows]) -> list[LedgerRow]:
    """Return a row a table: read = used + excluded, with every reason and its number.

    Parameters
    ----------
    cells : Cells
    tables : mapping of str to Rows
        Keyed tables by file.

    Returns
    -------
    list of LedgerRow
    """
    out = []
    for file, rows in tables.items():
        reasons: dict[str, int] = {}
        used = np.zeros(len(rows.period), dtype=bool)
        if any(m.table == file for m in cells.measures):
            used[:] = True
            ignored = [i for i, name in enumerate(rows.labels) if name in rows.source.ignore]
            count = rows.table.count
            skip = np.isin(rows.label, ignored) & (rows.source.channel is not None)
            early = ~skip & (rows.period < cells.dates[0])
            late = ~skip & (rows.period > cells.dates[-1])
            reasons = {
                "ignored channels": int(count[skip].sum()),
                "before the panel starts": int(count[early].sum()),
                "after the panel ends": int(count[late].sum()),
            }
            used &= ~(skip | early | late)
        else:
            reasons = {"no column of this table is used": rows.table.rows}
        reason = "; ".join(f"{count} {name}" for name, count in reasons.items() if count)
        kept = int(rows.table.count[used].sum())
        out.append(LedgerRow(file, rows.table.rows, kept, rows.table.rows - kept, reason))
    return out
