"""Books with one fault, and the books after its remedy."""

from pathlib import Path

from mixproof.aggregates.finance.reconcile import calendar_of, reconcile
from mixproof.aggregates.sources import read_panel
from tests.end_to_end.remedies.folder import CONFIG, Case, Files, national, swap
from workflow.config import load_config

LEDGER, PERIODS, CLOSED = "ledger.csv", "periods.csv", "closed.csv"
FINANCE = """\
finance:
  calendar: {kind: table, file: periods.csv}
  ledger: {file: ledger.csv}
  accounts:
    - {account: "6110", channels: [tv]}
"""


def tied(path: Path) -> None:
    """Read a config, its panel and its books, and tie them."""
    config = load_config(path)
    assert config.data is not None and config.finance is not None
    panel = read_panel(config.data, path.parent)
    reconcile(
        config.finance, config.data, panel, calendar_of(config.finance, panel, path.parent), path.parent
    )


def books() -> Files:
    """Return a good national folder with a ledger and a fiscal calendar of its own."""
    files = national()
    table = "period,start,end\nA,2000-01-01,2022-12-31\nB,2023-01-01,2040-12-31\n"
    return {
        **files,
        CONFIG: str(files[CONFIG]).replace("mmm:\n", "mmm:\n  margin: 0.5\n") + FINANCE,
        LEDGER: "account,period,amount\n6110,A,1200.50\n6110,B,10.00\n",
        PERIODS: table,
    }


def closed_books() -> Files:
    """Return the same with an amount of a period whose books were closed."""
    files = books()
    config = str(files[CONFIG]).replace("  accounts:\n", "  closed: {file: closed.csv}\n  accounts:\n")
    return {**files, CONFIG: config, CLOSED: "account,period,modelled\n6110,A,6.00\n"}


CASES = (
    Case("fiscal-table", (swap("B,2023-01-01", "B,2023-01-03", PERIODS),), "on the day after",
         (swap("B,2023-01-03", "B,2023-01-01", PERIODS),), "a gap", books),
    Case("fiscal-table", (swap("A,2000-01-01", "A,2022-12-01", PERIODS),), "from the first day of the data",
         (swap("A,2022-12-01", "A,2010-12-01", PERIODS),), "too short", books),
    Case("ledger-cell", (swap("1200.50", "1200.505", LEDGER),), "at most two decimals",
         (swap("1200.505", "1200.50", LEDGER),), "three decimals", books),
    Case("ledger-cell", (swap("1200.50", '"1200,50"', LEDGER), swap("10.00", '"ten"', LEDGER)), "Fill it",
         (swap('"ten"', '"10,00"', LEDGER), swap("ledger.csv}", "ledger.csv, decimal: \",\"}")), "a comma", books),
    Case("closed-twice", (swap("6110,A,6.00", "6110,A,6.00\n6110,A,7.00", CLOSED),), "Keep one row",
         (swap("6110,A,7.00\n", "", CLOSED),), "two amounts", closed_books),
    Case("finance-geo", (swap("channels: [tv]}", "channels: [tv], geos: [west]}"),), "leave `geos` out",
         (swap(", geos: [west]", ""),), "left out", books),
    Case("finance-geo", (swap("channels: [tv]}", "channels: [tv], geos: [west]}"),), "Name geos of the panel",
         (swap("geos: [west]", "geos: [national]"),), "named", books),
)  # fmt: skip
