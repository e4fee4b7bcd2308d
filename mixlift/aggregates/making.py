"""Raw tables to a panel: refuse identifiers, place the rows, hold the contract, assemble."""

from collections.abc import Mapping

import pandas as pd

from mixlift.aggregates.assembly import build_panel
from mixlift.aggregates.cells import fill
from mixlift.aggregates.config import DataConfig
from mixlift.aggregates.contract import hold
from mixlift.aggregates.keying import key_tables
from mixlift.aggregates.money import rate_book
from mixlift.aggregates.panel import Panel
from mixlift.aggregates.report import Report
from mixlift.aggregates.screening import screen
from mixlift.aggregates.table import RawTable


def make_panel(
    config: DataConfig, raw: Mapping[str, RawTable], rates: pd.DataFrame | None, report: Report
) -> Panel:
    """Return the panel of raw tables and dated rates of exchange, or raise with everything that is wrong with them."""
    screen(config, raw)  # first: no later message may repeat a name that identifies someone
    keyed = key_tables(config, raw, report)
    book = rate_book(config, rates, report)
    cells = fill(config, keyed.measures, keyed.rows, book, report)
    cells.tainted |= keyed.tainted
    hold(cells, report)
    report.raise_if_faulty()
    return build_panel(cells, keyed.rows, report)
