"""Every table that a run folder may hold, whichever room writes it."""

from lift.tables import ALL_TABLES as LIFT
from mixproof.records.table import TableSpec
from mmm.backtest.tables import TABLES as BACKTEST
from mmm.effects.tables import TABLES as MMM
from workflow.triangulation.statements import TRIANGULATION

TABLES: tuple[TableSpec, ...] = (*MMM, *BACKTEST, *LIFT, TRIANGULATION)
"""In the order of docs/tables.md."""
