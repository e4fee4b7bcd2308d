"""No table of a run tells a channel's own answer without what must be read with it."""

import pytest

from mixproof.records.table import TableSpec
from workflow.tables import TABLES, specs_of

NAMING = {"channel", "channels", "component", "line", "parameter"}
MONEY, MEASURED, CLAIMED = "money, and no answer", "what an experiment measured", "what systems claim"
EXEMPT = {
    "carryover": "when an effect arrives, whatever its size",
    "calibration": MEASURED,
    "calibration_tension": MEASURED,
    "lift": MEASURED,
    "lift_next": MEASURED,
    "lift_pool": MEASURED,
    "plan_budget": MONEY,
    "plan_score": MONEY,
    "ledger_lines": MONEY,
    "plan_score_channels": "money, and what a plan of record had promised, whose own tables carry the mark",
    "triangulation": "the note of a model's row says it, and nothing is booked of a marked channel",
    "finance_booking": "books nothing of a marked channel, and the note says why",
    "credit": CLAIMED,
    "attributed": CLAIMED,
    "attributed_by_quarter": CLAIMED,
    "attribution": "claims times what experiments measured",
    "attribution_total": "claims times what experiments measured",
    "attribution_covariance": "claims times what experiments measured",
    "over_credit": MEASURED,
}
"""Tables that name channels beside numbers and need no mark, and why."""
NAMED = [
    spec
    for spec in TABLES
    if NAMING & {column.name for column in spec.columns}
    and "number" in {column.kind for column in spec.columns}
]


@pytest.mark.parametrize("spec", NAMED, ids=lambda spec: spec.name)
def test_a_table_that_names_channels_has_a_mark_or_a_reason_to_have_none(spec: TableSpec) -> None:
    assert ("caution" in [column.name for column in spec.columns]) != (spec.name in EXEMPT)


def test_every_exemption_is_of_a_table_that_names_channels() -> None:
    assert set(EXEMPT) <= {spec.name for spec in NAMED}
    assert [spec.name for spec in specs_of(["lift", "channels"])] == ["channels", "lift"]
