"""How a run's tables are shown in a workbook: number formats by what a column is, and the order of the sheets."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from reports.inputs import SummaryInputs, records

_PARTS = ("_mean", "_median", "_lower", "_upper")

_FORMATS = {
    "share": "0.0%",
    "weight": "0.0%",
    "roi": "0.00",
    "mroi": "0.00",
    "cpia": "#,##0.00",
    "multiplier": "0.00",
    "half_life": "0.0",
    "r_hat": "0.000",
    "ess_bulk": "#,##0",
    "ess_tail": "#,##0",
    "spend": "#,##0",
    "lag": "0",
    "periods": "0",
    **dict.fromkeys(("estimate", "lower", "upper", "se", "p_value", "detectable"), "General"),
}
"""Formats by the column's stem; amounts of outcome get one by their size."""

_ORDER = (
    "channels",
    "paid_media",
    "channels_by_geo",
    "contributions",
    "waterfall",
    "tie_out",
    "decomposition",
    "response",
    "carryover",
    "fit",
    "fit_quality",
    "parameters",
    "verdict",
)


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet: name, number format (empty for text), unit and meaning, width in characters."""

    name: str
    number_format: str
    unit: str
    meaning: str
    width: float


def sheet_order(inputs: SummaryInputs) -> list[str]:
    """Return the names of the tables in the order of their sheets; the description of columns is not one of them."""
    names = [name for name in inputs.tables if name != "columns"]
    return sorted(names, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))


def sheet_columns(inputs: SummaryInputs, table: str) -> Sequence[SheetColumn]:
    """Return how each column of `table` is shown; units and meanings come from the run's table ``columns``.

    Parameters
    ----------
    inputs : SummaryInputs
        The run's tables.
    table : str
        Name of one of them.

    Returns
    -------
    sequence of SheetColumn
        In the table's order.
    """
    frame, words = inputs.tables[table], _described(inputs, table)
    return [_column(inputs, frame[name], words.get(str(name), ("", ""))) for name in frame.columns]


def row_meaning(inputs: SummaryInputs, table: str) -> str:
    """Return what one row of `table` is; empty when the run does not say.

    Parameters
    ----------
    inputs : SummaryInputs
        The run's tables.
    table : str
        Name of one of them.

    Returns
    -------
    str
        A sentence.
    """
    columns = inputs.table("columns")
    rows = columns[columns["table"] == table] if len(columns) else columns
    return str(rows["row"].iloc[0]) if len(rows) else ""


def _described(inputs: SummaryInputs, table: str) -> dict[str, tuple[str, str]]:
    columns = inputs.table("columns")
    if columns.empty:
        return {}
    rows = columns[columns["table"] == table]
    return {str(r["column"]): (_unit(inputs, str(r["unit"])), str(r["meaning"])) for r in records(rows)}


def _unit(inputs: SummaryInputs, unit: str) -> str:
    """Return a unit with the run's own words for outcome and currency."""
    panel = inputs.panel
    return {
        "outcome": panel.outcome_unit,
        "currency": panel.currency,
        "currency per currency": f"{panel.currency} per {panel.currency}",
        "currency per outcome unit": f"{panel.currency} per {panel.outcome_unit}",
        "periods": f"{panel.period}s",
    }.get(unit, unit)


def _column(inputs: SummaryInputs, values: pd.Series, words: tuple[str, str]) -> SheetColumn:
    name = str(values.name)
    if pd.api.types.is_datetime64_any_dtype(values):
        return SheetColumn(name, "yyyy-mm-dd", *words, width=12)
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        longest = max([len(name), *(len(str(v)) for v in values.head(500).tolist())])
        return SheetColumn(name, "", *words, width=min(longest + 2, 60))
    stem = next((name.removesuffix(part) for part in _PARTS if name.endswith(part)), name)
    chosen = _FORMATS.get(stem) or _by_size(values)
    return SheetColumn(name, chosen, *words, width=max(len(name) + 2, 12))


def _by_size(values: pd.Series) -> str:
    """Return a format whose digits suit the column's usual size."""
    usual = float(values.abs().median()) if values.notna().any() else 0.0
    return "#,##0" if usual >= 100 else "#,##0.00" if usual >= 1 else "0.0000"
