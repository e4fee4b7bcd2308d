import pytest

from mixproof.records.attribution import ATTRIBUTED, ATTRIBUTION, BASELINE, NO_CHANNEL, NOT_IN_EXPORT

PROMISED = (
    "system", "channel", "period", "attributed",
    "factor", "factor_lower", "factor_upper",
    "calibrated", "calibrated_lower", "calibrated_upper",
)  # fmt: skip
"""Columns that finance and media teams build on."""


def test_the_calibrated_table_keeps_its_promise() -> None:
    names = [column.name for column in ATTRIBUTION.columns]
    assert [name for name in names if name in PROMISED] == list(PROMISED)


@pytest.mark.parametrize("spec", [ATTRIBUTED, ATTRIBUTION], ids=lambda spec: spec.name)
def test_every_amount_has_a_unit_and_every_column_a_meaning(spec) -> None:
    assert all(column.unit for column in spec.columns if column.kind == "number")
    assert all(column.meaning for column in spec.columns)
    assert len({column.name for column in spec.columns}) == len(spec.columns)


def test_names_that_are_no_channels_cannot_be_taken_for_one() -> None:
    names = (*NO_CHANNEL, BASELINE)
    assert len(set(names)) == len(names) == 5
    assert all(name.startswith("(") and name.endswith(")") for name in names)
    assert NOT_IN_EXPORT in NO_CHANNEL
