"""The half about experiments and attribution: what was caused, and how far what is claimed may be believed."""

from lift.attribution.tables import TABLES as _ATTRIBUTION
from lift.design.tables import TABLES as _DESIGN
from lift.tables import TABLES as _EXPERIMENTS
from mixproof.records.table import TableSpec

TABLES: tuple[TableSpec, ...] = (*_EXPERIMENTS, *_ATTRIBUTION, *_DESIGN)
"""Every table of this half, in the order of docs/tables.md."""
