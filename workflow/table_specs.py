"""Every table that a run folder may hold: those of the model, of its backtest, of experiments and of designs."""

from lift.design.tables import TABLES as DESIGN
from lift.tables import TABLES as LIFT
from mixproof.records.table import TableSpec
from mmm.backtest.tables import TABLES as BACKTEST
from mmm.effects.tables import TABLES as MMM

SPECS: tuple[TableSpec, ...] = (*MMM, *BACKTEST, *LIFT, *DESIGN)
"""In the order of docs/tables.md."""
