"""Every table that a run folder may hold, or a command writes, whichever room writes it."""

from collections.abc import Collection

from lift.tables import ALL_TABLES as LIFT
from mixproof.aggregates.events.tables import TABLES as EVENTS
from mixproof.records.table import TableSpec
from mmm.tables import ALL_TABLES as MMM
from workflow.compare.tables import BRIDGE
from workflow.health.tables import TABLES as HEALTH
from workflow.triangulation.claims import TABLES as TRIANGULATION
from workflow.triangulation.fiscal_quarters import TABLES as FINANCE
from workflow.triangulation.plan_score import TABLES as PLAN_SCORE

TABLES = (
    *MMM,
    *LIFT,
    *TRIANGULATION,
    *PLAN_SCORE,
    *FINANCE,
    *EVENTS,
    *HEALTH,
    BRIDGE,
)
"""In the order of docs/tables.md."""


def specs_of(tables: Collection[str]) -> list[TableSpec]:
    """Return the specifications of tables by their names, in the order of the documentation."""
    return [spec for spec in TABLES if spec.name in tables]
