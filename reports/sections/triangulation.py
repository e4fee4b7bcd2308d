"""Triangulation: what every source says of a channel, on one axis a channel, and what of it may be booked."""

import math
from collections.abc import Callable, Iterator

import pandas as pd

from reports.charts.intervals import Row, Scale, intervals
from reports.charts.palette import ACCENT, FAINT, INK
from reports.context import Context
from reports.inputs import Record, groups, records
from reports.numbers import Numbers
from reports.page import Block, Column, Figure, Section, Table, Text

_COLOURS = {
    "experiment": ACCENT,
    "model before calibration": "#56b4e9",
    "model": "#009e73",
    "attribution": FAINT,
    "attribution, calibrated": "#d55e00",
    "credit rule": FAINT,
    "to book": INK,
}
"""Of each source; claims without a test behind them are grey."""


def build(context: Context) -> Section | None:
    """Return the section of a run's summary, None where the run has one source alone."""
    inputs = context.inputs
    return section(inputs.table("triangulation"), context.numbers, inputs.panel.currency, inputs.break_even)


def section(frame: pd.DataFrame, numbers: Numbers, currency: str, break_even: float = 1.0) -> Section | None:
    """Return the section on triangulation, None where a run has no such table.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table ``triangulation``; empty where the run has none.
    numbers : Numbers
    currency : str
    break_even : float
        Return on spend at which it pays for itself.

    Returns
    -------
    Section or None
    """
    if frame.empty:
        return None
    money = str(frame["unit"].iloc[0]) == currency
    blocks: list[Block] = [Text(list(_sentences(frame, numbers)), bullets=True)]
    for channel, mine in groups(frame, "channel"):
        figure = _figure(channel, mine, numbers, (currency, break_even) if money else None)
        blocks += [figure] if figure else []
    blocks += [_table(frame, numbers, currency)]
    return Section("triangulation", "Triangulation", "What all sources say, and what may be booked", blocks)


def _sentences(frame: pd.DataFrame, numbers: Numbers) -> Iterator[str]:
    """Yield what may be booked of each channel, and why."""
    for row in records(frame[frame["source"] == "to book"]):
        days = f" ({numbers.day(row['start'])} to {numbers.day(row['end'])})" if row["start"] else ""
        if row["detail"] == "nothing":
            yield f"{row['channel']}: nothing may be booked{days}. {row['note']}"
        else:
            amount = numbers.amount(row["increment"], row["unit"])
            yield f"{row['channel']}: {amount} may be booked{days}. {row['note']}"


def _figure(
    channel: str, mine: pd.DataFrame, numbers: Numbers, money: tuple[str, float] | None
) -> Figure | None:
    """Return the sources of one channel on one axis, None where none of them knows its spend; `money` has its break-even."""
    shown = [row for row in records(mine) if math.isfinite(row["per_spend"]) and row["detail"] != "nothing"]
    marks = [_mark(row, numbers) for row in shown]
    if not marks:
        return None
    unit = f"{money[0]} per {money[0]}" if money else f"{mine['unit'].iloc[0]} per unit of spend"
    reference = (money[1], "break-even") if money else (None, "")
    scale = Scale(f"increment, {unit}", numbers.tick, *reference)
    svg = intervals(marks, scale)
    caption = (
        "Dot: what the source says came of one unit of spend. Bar: its interval; grey claims have none. Sources count "
        "different days and regions: compare returns, not amounts."
    )
    return Figure(f"{channel}: every source on one axis", svg, caption)


def _mark(row: Record, numbers: Numbers) -> Row:
    middle, low, high = (row[f"per_spend{part}"] for part in ("", "_lower", "_upper"))
    known = row["source"] != "to book" and math.isfinite(low) and math.isfinite(high)
    words = numbers.ratio(middle) + (f" ({numbers.ratio_span(low, high)})" if known else "")
    ends = (low, high) if known else (middle, middle)
    return Row(str(row["source"]), middle, *ends, _COLOURS[row["source"]], words, str(row["detail"]))


def _table(frame: pd.DataFrame, numbers: Numbers, currency: str) -> Table:
    unit = str(frame["unit"].iloc[0])
    columns = [Column(head, number=False) for head in ("Channel", "Source", "Of", "Days")]
    columns += [Column("Spend", currency), Column("Increment", unit), Column("Interval", unit)]
    columns += [Column("Per spend", f"{unit} per {currency}"), Column("Note", number=False)]
    body = [
        (
            str(row["channel"]),
            str(row["source"]),
            str(row["detail"]),
            f"{numbers.day(row['start'])} to {numbers.day(row['end'])}" if row["start"] else "",
            _known(row["spend"], numbers.compact),
            _known(row["increment"], numbers.compact),
            _span(row, numbers),
            _known(row["per_spend"], numbers.ratio),
            str(row["note"]),
        )
        for row in records(frame)
    ]
    return Table("All sources", columns, body, folded=True)


def _known(value: float, write: Callable[[float], str]) -> str:
    return write(value) if math.isfinite(value) else ""


def _span(row: Record, numbers: Numbers) -> str:
    low, high = row["increment_lower"], row["increment_upper"]
    return numbers.span(low, high) if math.isfinite(low) and math.isfinite(high) else ""
