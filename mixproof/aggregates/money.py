"""Money in other currencies to the panel's: by fixed or dated rates, never by a guess."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mixproof.aggregates.calendar import read_stamps
from mixproof.aggregates.config import DataConfig, TableSource
from mixproof.aggregates.reading.measures import Measure, nearest
from mixproof.aggregates.reading.numbers import as_numbers
from mixproof.aggregates.reading.table import Rows
from mixproof.aggregates.report import Report, place


@dataclass(frozen=True, slots=True)
class RateBook:
    """Rates by currency: fixed ones, and dated ones with their days in ascending order."""

    fixed: dict[str, float]
    dated: dict[str, tuple[np.ndarray, np.ndarray]]
    valid_days: int
    broken: frozenset[str] = frozenset()
    """Currencies of rows that give no usable rate, which has been reported."""

    def knows(self, code: str) -> bool:
        """Say whether there is any rate for a currency."""
        return code in self.fixed or code in self.dated

    def rates(self, code: str, days: np.ndarray) -> np.ndarray:
        """Return the rate of each day, shape of `days`; NaN where none holds.

        Parameters
        ----------
        code : str
            ISO 4217.
        days : numpy.ndarray of datetime64[D]

        Returns
        -------
        numpy.ndarray, shape of `days`
            Money of the panel's currency for one unit of `code`.
        """
        if code not in self.dated:
            return np.full(days.shape, self.fixed.get(code, np.nan))
        known, rates = self.dated[code]
        at = np.searchsorted(known, days, side="right") - 1
        age = (days - known[np.maximum(at, 0)]).astype("timedelta64[D]").astype("int64")
        return np.where(
            (at >= 0) & (age < self.valid_days) & ~np.isnat(days), rates[np.maximum(at, 0)], np.nan
        )


def rate_book(config: DataConfig, frame: pd.DataFrame | None, report: Report) -> RateBook:
    """Return the rates the config names; `frame` is the table of dated rates, None where there is none.

    Parameters
    ----------
    config : DataConfig
    frame : pandas.DataFrame or None
        The table of dated rates, None where there is none.
    report : Report
        Takes the rows that give no usable rate.

    Returns
    -------
    RateBook
    """
    rates = config.rates
    if rates is None:
        return RateBook({}, {}, 1)
    if frame is None or rates.file is None:
        return RateBook(dict(rates.fixed), {}, rates.valid_days)
    names = list(frame.columns)
    for column in (rates.date, rates.currency, rates.rate):
        if column not in names:
            report.add(
                "unknown-column", rates.file, f"There is no column {column!r}.", nearest(column, names)
            )
            return RateBook(dict(rates.fixed), {}, rates.valid_days)
    source = TableSource(file=rates.file, date=rates.date, date_format="%Y-%m-%d")
    days = read_stamps(frame[rates.date], source, config).day
    values = as_numbers(frame[rates.rate]).values
    codes = frame[rates.currency].astype(object).to_numpy()
    bad = (
        np.isnat(days)
        | ~(values > 0)
        | pd.isna(codes)
        | pd.Series([*zip(codes, days, strict=True)]).duplicated().to_numpy()
    )
    if bad.any():
        lines = ", ".join(str(i + 2) for i in np.flatnonzero(bad)[:3])
        report.add(
            "rate-invalid", f"{rates.file}, line {lines}", f"{int(bad.sum())} rows give no usable rate."
        )
    dated: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for code in sorted({str(c) for c in codes[~bad]}):
        mine = np.flatnonzero(~bad & (codes == code))
        mine = mine[np.argsort(days[mine])]
        dated[code] = days[mine], values[mine]
    return RateBook(dict(rates.fixed), dated, rates.valid_days, frozenset(map(str, codes[bad])))


def converted(
    values: np.ndarray, measure: Measure, rows: Rows, config: DataConfig, book: RateBook, report: Report
) -> np.ndarray:
    """Return a money column in the panel's currency, shape (row,); every missing rate is a fault.

    Parameters
    ----------
    values : numpy.ndarray, shape (row,)
        Money in the currency that the row, the measure or the panel has, NaN where unknown.
    measure : Measure
    rows : Rows
    config : DataConfig
    book : RateBook
    report : Report
        Takes missing rates, mixed currencies, and a note of what was converted.

    Returns
    -------
    numpy.ndarray, shape (row,)
        NaN where a rate is missing.
    """
    kinds, kind = _codes(measure, rows, config)
    out = values.copy()
    for code in sorted({c for c in kinds if c is not None} - {config.currency}):
        mine = np.isin(kind, [i for i, c in enumerate(kinds) if c == code]) & np.isfinite(values)
        where = place(rows.file, measure.column)
        if not book.knows(code) and code in book.broken:
            continue
        if not book.knows(code):
            report.add(
                "currency-mixed", where, f"Money in {_shown(code)} stands in a panel in {config.currency}."
            )
            continue
        rates = book.rates(code, rows.period)
        lacking = mine & np.isnan(rates) & ~np.isnat(rows.period)
        if lacking.any():
            days = np.unique(rows.period[lacking])
            report.add(
                "rate-missing", place(rows.file, measure.column, days=days), f"There is no rate for {code}."
            )
        out[mine] = values[mine] * rates[mine]
        report.note(f"{measure.column} was converted from {code} to {config.currency} by the declared rates.")
    blank = np.isin(kind, [i for i, c in enumerate(kinds) if c is None]) & np.isfinite(values)
    if blank.any():
        report.add("currency-mixed", place(rows.file, rows.source.currency), "Rows with money have no currency.",
                   "Give every row its currency.")  # fmt: skip
    return out


def _codes(measure: Measure, rows: Rows, config: DataConfig) -> tuple[list[str | None], np.ndarray]:
    """Return the currencies met, None for a cell that names none, and each row's index into them."""
    if rows.source.currency is None:
        return [measure.currency or config.currency], np.zeros(len(rows.period), dtype=np.int64)
    codes, distinct = pd.factorize(rows.table.key(rows.source.currency), use_na_sentinel=True)
    kinds = [str(cell).strip().upper() or None for cell in distinct]
    return [*kinds, None], np.where(codes < 0, len(kinds), codes)


def _shown(code: str) -> str:
    """Return a code as it may be shown: three letters, or only that it is none."""
    return code if len(code) == 3 and code.isalpha() else "something that is no ISO 4217 code"
