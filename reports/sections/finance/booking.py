"""What may be booked: attributed, incremental and booked amounts side by side, for each channel in each fiscal quarter."""

import math
from collections.abc import Sequence

from reports.charts.intervals import Row, Scale, intervals
from reports.context import Context
from reports.inputs import Record, records
from reports.numbers import MISSING
from reports.page import Block, Column, Figure, Section, Table, Text, Tile, Tiles
from reports.wording.finance import booking_sentences, cents, quarters_of

TABLE = "finance_booking"


def build(context: Context) -> Section | None:
    """Return the section, None where the run has no ledger."""
    table = context.inputs.table(TABLE)
    if table.empty:
        return None
    quarters = quarters_of(context)
    blocks: list[Block] = [
        Text(booking_sentences(context), bullets=True),
        Tiles(_tiles(context, quarters[-1])),
    ]
    for quarter in reversed(quarters):
        rows = records(table[table["period"] == quarter])
        why = [f"{row['channel']}: {row['reason']}" for row in rows]
        blocks += [*_figure(context, quarter, rows), _table(context, quarter, rows), Text(why, bullets=True)]
    first = records(table)[0]
    numbers = context.numbers
    how = (
        f"Booked is the {numbers.percent(first['quantile'])} quantile of the increment, times the margin of "
        f"{numbers.percent(first['margin'])}; nothing where a period does not tie, or the answer may not be reported."
    )
    return Section("booking", "Booking", "What may be booked", [*blocks, Text([how])])


def _tiles(context: Context, quarter: str) -> list[Tile]:
    table = context.inputs.table(TABLE)
    rows = table[table["period"] == quarter]
    held = int(rows["blocked"].sum())
    currency = context.inputs.panel.currency
    return [
        Tile(
            context.money(float(rows["booked"].sum())),
            f"of margin may be booked in {quarter}",
            f"in {currency}",
        ),
        Tile(f"{len(rows) - held} of {len(rows)}", "channels may be booked", quarter),
        Tile(*_tied(context)),
    ]


def _tied(context: Context) -> tuple[str, str]:
    rows = context.inputs.table("ledger_tie_out")
    free = int((~rows["blocked"].astype(bool)).sum())
    return f"{free} of {len(rows)}", "accounts and periods tie to the ledger"


def _figure(context: Context, quarter: str, rows: Sequence[Record]) -> list[Block]:
    """Return what channels brought with what attribution counts as a stroke; nothing where no increment is money."""
    known = [row for row in rows if math.isfinite(row["incremental"])]
    if not known:
        return []
    marks = [_mark(context, row) for row in sorted(known, key=lambda row: -row["incremental"])]
    currency = context.inputs.panel.currency
    svg = intervals(marks, Scale(f"value in {quarter}, {currency}", context.numbers.tick))
    caption = (
        f"Dot: what came of the channel; bar: its {context.inputs.interval.short}. Upright stroke: what attribution counts. "
        "Beside it: what may be booked."
    )
    return [Figure(f"Attributed, incremental, booked: {quarter}", svg, caption)]


def _mark(context: Context, row: Record) -> Row:
    middle, low, high = (float(row[f"incremental{part}"]) for part in ("", "_lower", "_upper"))
    words = "blocked" if row["blocked"] else f"{context.numbers.compact(row['booked'])} booked"
    name = str(row["channel"])
    return Row(
        name, middle, low, high, context.colour.get(name, "#5B6675"), words, "", float(row["attributed"])
    )


def _table(context: Context, quarter: str, rows: Sequence[Record]) -> Table:
    currency = context.inputs.panel.currency
    columns = [Column("Channel", number=False), Column("Spend", currency), Column("Attributed", currency)]
    columns += [Column("Factor"), Column("Incremental", currency), Column("Bookable", currency)]
    columns += [Column("Booked", currency), Column("Source", number=False)]
    body = [
        [
            str(row["channel"]),
            cents(context, row["spend"]),
            cents(context, row["attributed"]),
            _factor(context, row),
            _incremental(context, row),
            cents(context, row["bookable"]),
            "blocked" if row["blocked"] else cents(context, row["booked"]),
            str(row["source"]),
        ]
        for row in rows
    ]
    spend, booked = (sum(float(row[name]) for row in rows) for name in ("spend", "booked"))
    body.append(["Sum", cents(context, spend), *[""] * 4, cents(context, booked), ""])
    return Table(f"{quarter}, channel by channel", columns, body)


def _factor(context: Context, row: Record) -> str:
    if not math.isfinite(row["factor"]):
        return MISSING
    span = context.numbers.ratio_span(row["factor_lower"], row["factor_upper"])
    return f"{context.numbers.ratio(row['factor'])} ({span})"


def _incremental(context: Context, row: Record) -> str:
    middle, low, high = (float(row[f"incremental{part}"]) for part in ("", "_lower", "_upper"))
    if not math.isfinite(middle):
        return MISSING
    if not (math.isfinite(low) and math.isfinite(high)):
        return context.numbers.compact(middle)
    words, span = context.numbers.triple(middle, low, high)
    return f"{words} ({span})"
