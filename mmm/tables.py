"""Every table of the media-mix half, whichever of its rooms writes it."""

from mixproof.records.table import TableSpec
from mmm.backtest.tables import TABLES as BACKTEST
from mmm.calibration.agreement.tables import TABLES as CALIBRATION
from mmm.effects.tables import TABLES as EFFECTS
from mmm.plan.tables import ALL_TABLES as PLAN

ALL_TABLES: tuple[TableSpec, ...] = (*EFFECTS, *CALIBRATION, *BACKTEST, *PLAN)
"""In the order of docs/tables.md."""
