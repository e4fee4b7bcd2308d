import pytest

from lift.holdout.health import check_orders


@pytest.mark.parametrize(
    ("variation", "converters", "status"), [(1.2, 900, "pass"), (2.5, 900, "warning"), (1.2, 90, "warning")]
)
def test_few_buyers_or_uneven_orders_are_warned_of(variation, converters, status) -> None:
    assert check_orders("test", variation, converters, "pooled")[0].status == status
