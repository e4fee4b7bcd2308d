"""Raw tables to a panel: place the rows, hold the contract, assemble."""

from collections.abc import Mapping

import pandas as pd

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.contract import hold
from mixproof.aggregates.money import rate_book
from mixproof.aggregates.panel import Panel
from mixproof.aggregates.reading.assembly import build_panel
from mixproof.aggregates.reading.cells import fill
from mixproof.aggregates.reading.keys import key_tables
from mixproof.aggregates.reading.table import RawTable
from mixproof.aggregates.report import Report


def make_panel(
    config: DataConfig, raw: Mapping[str, RawTable], rates: pd.DataFrame | None, report: Report
) -> Panel:
    """Return the panel of raw tables and dated rates of exchange, or raise with everything that is wrong with them."""
    keyed = key_tables(config, raw, report)
    book = rate_book(config, rates, report)
    cells = fill(config, keyed.measures, keyed.rows, book, report)
    cells.tainted |= keyed.tainted
    hold(cells, report)
    report.raise_if_faulty()
    return build_panel(cells, keyed.rows, report)
