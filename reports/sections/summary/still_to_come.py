"""What spend of the window brings only after it."""

from reports.context import Context
from reports.page import Column, Section, Table


def build(context: Context) -> Section | None:
    """Return the outcome that is still to come from each channel, or nothing where all of it has arrived."""
    numbers = context.numbers
    rows = context.inputs.channels
    rows = rows[(rows["kind"] != "group") & (rows["carry_out_mean"].fillna(0.0) != 0.0)]
    if rows.empty:
        return None
    columns = [Column("Channel", number=False), Column("Still to come", context.inputs.panel.outcome_name)]
    cells = [(str(row["channel"]), numbers.compact(row["carry_out_mean"])) for _, row in rows.iterrows()]
    caption = "Posterior means: outcome after the window that is caused by exposure inside it; no contribution counts it."
    return Section(
        "still-to-come",
        "Still to come",
        "What arrives after the window",
        [Table("By channel", columns, cells, caption)],
    )
