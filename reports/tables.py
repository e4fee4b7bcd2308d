"""How tables are shown in a workbook: number formats, units and meanings of their columns, and the order of the sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from reports.inputs import PanelFacts, SummaryInputs, records
from reports.wording.run import WATERMARK

FORMATS = {
    "whole": "#,##0",
    "tenth": "#,##0.0",
    "cents": "#,##0.00",
    "ratio": "0.00",
    "thousandth": "0.000",
    "percent": "0.0%",
    "as_is": "General",
}
"""What a spreadsheet calls the forms of `mixproof.records.table`."""

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


@dataclass(frozen=True, slots=True)
class Sheets:
    """Tables to be written as sheets, and what is said of their columns.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    described : pandas.DataFrame
        The table ``columns`` of their run; empty where it has none.
    units : mapping of str to str
        The run's own words for units of that table.
    mark : str
        What every sheet says first; empty for nothing.
    """

    tables: Mapping[str, pd.DataFrame]
    described: pd.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""

    @property
    def order(self) -> list[str]:
        """Return the names of the tables in the order of their sheets."""
        return sorted(
            self.tables, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)
        )

    def columns(self, table: str) -> Sequence[SheetColumn]:
        """Return how each column of `table` is shown, in the table's order."""
        frame = self.tables[table]
        words = {str(row["column"]): row for row in records(self._about(table))}
        return [self._column(frame[name], words.get(str(name), {})) for name in frame.columns]

    def row_meaning(self, table: str) -> str:
        """Return what one row of `table` is; empty when the run does not say."""
        rows = self._about(table)
        return str(rows["row"].iloc[0]) if len(rows) else ""

    def _about(self, table: str) -> pd.DataFrame:
        return self.described[self.described["table"] == table] if len(self.described) else self.described

    def _column(self, values: pd.Series, words: Mapping[str, object]) -> SheetColumn:
        name, unit = str(values.name), str(words.get("unit", ""))
        said = (self.units.get(unit, unit), str(words.get("meaning", "")))
        if pd.api.types.is_datetime64_any_dtype(values):
            return SheetColumn(name, "yyyy-mm-dd", *said, width=12)
        if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
            longest = max([len(name), *(len(str(v)) for v in values.head(500).tolist())])
            return SheetColumn(name, "", *said, width=min(longest + 2, 60))
        chosen = FORMATS.get(str(words.get("form", ""))) or _by_size(values)
        return SheetColumn(name, chosen, *said, width=max(len(name) + 2, 12))


def sheets_of(inputs: SummaryInputs) -> Sheets:
    """Return the tables of a media-mix run as sheets; the description of columns is not one of them."""
    tables = {name: frame for name, frame in inputs.tables.items() if name != "columns"}
    mark = WATERMARK if inputs.marked else ""
    return Sheets(tables, inputs.table("columns"), unit_words(inputs.panel), mark)


def unit_words(panel: PanelFacts) -> dict[str, str]:
    """Return the run's own words for units of outcome, money and time."""
    return {"outcome": panel.outcome_unit, "periods": f"{panel.period}s"} | money_words(
        panel.currency, panel.outcome_unit
    )


def money_words(currency: str, outcome: str = "outcome") -> dict[str, str]:
    """Return the run's own words for units of money.

    Parameters
    ----------
    currency : str
    outcome : str, default "outcome"
        Unit of the outcome that money is divided by.

    Returns
    -------
    dict of str to str
    """
    return {
        "currency": currency,
        "currency per currency": f"{currency} per {currency}",
        "currency per outcome unit": f"{currency} per {outcome}",
    }


def _by_size(values: pd.Series) -> str:
    """Return a format whose digits suit the column's usual size."""
    usual = float(values.abs().median()) if values.notna().any() else 0.0
    return "#,##0" if usual >= 100 else "#,##0.00" if usual >= 1 else "0.0000"
