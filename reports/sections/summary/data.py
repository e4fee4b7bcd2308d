"""Data and privacy: what was read, what was left out and why, and what the run knows about people."""

from collections.abc import Mapping
from typing import Any

from reports.context import Context
from reports.inputs import groups
from reports.page import Block, Column, Facts, Section, Table, Text
from reports.wording.run import listing


def build(context: Context) -> Section:
    """Return facts of the panel, the ledger of rows, the notices, and the statement on personal data."""
    panel, numbers = context.inputs.panel, context.numbers
    channels = context.inputs.channels
    pairs = [
        (
            "Outcome",
            f"{panel.outcome_name}, {'money in ' + panel.currency if panel.outcome_kind == 'revenue' else 'a count'}",
        ),
        ("Window", f"{numbers.day(panel.start)} to {numbers.day(panel.end)}, {panel.frequency}"),
        ("Geos", f"{len(panel.geos)}" if len(panel.geos) > 1 else "national"),
        *(
            (
                f"{kind.capitalize()} channels" if kind != "treatment" else "Treatments",
                listing([str(n) for n in rows["channel"]]),
            )
            for kind, rows in groups(channels, "kind")
        ),
        ("Currency", panel.currency),
    ]
    blocks: list[Block] = [Facts("The panel", pairs)]
    if panel.ledger:
        blocks.append(_ledger(context))
    if panel.notices:
        blocks.append(Text(["What the configuration had done to the data by name, and what else was noted:"]))
        blocks.append(Text(list(panel.notices), bullets=True))
    else:
        blocks.append(Text(["Nothing was repaired, filled or dropped beyond the rows of the ledger."]))
    blocks.append(Text(_privacy(context)))
    return Section("data", "Data", "Data and privacy", blocks)


def _ledger(context: Context) -> Table:
    write = context.numbers.plain
    columns = [
        Column("Table", number=False),
        Column("Read", "rows"),
        Column("Used", "rows"),
        Column("Excluded", "rows"),
        Column("Reason", number=False),
    ]
    rows = [
        (str(r["table"]), write(r["read"]), write(r["used"]), write(r["excluded"]), str(r["reason"] or ""))
        for r in context.inputs.panel.ledger
    ]
    return Table("Ledger of rows", columns, rows, "Read = used + excluded, for every table.")


def _privacy(context: Context) -> list[str]:
    """Return what may be said about personal data, and on which grounds."""
    panel = context.inputs.panel
    data: Mapping[str, Any] = context.inputs.config.get("data") or {}
    files = [str(table.get("file", "")) for table in data.get("tables") or () if isinstance(table, Mapping)]
    cell = f"geo and {panel.period}" if len(panel.geos) > 1 else panel.period
    where = f" in {listing(files)}" if files else ""
    return [
        f"No personal data: the model saw sums per {cell} and nothing about any person.",
        f"What was checked: before anything else was computed, every column{where}, used or not, was searched, by its name and "
        "by all of its values, for the forms of identifiers: e-mail and IP addresses, telephone, card, account and national "
        "numbers, click and device ids, and hashes. A run is refused when one is found. This run exists, so none was found. "
        "Names and home addresses of people can be told by their form only in part.",
    ]
