"""What a next test needs, against power worked out by itself."""

import math

import pytest
from scipy.special import ndtr, ndtri

from lift.next_test import POWER, next_rows


def row(estimand: str, estimate: float, lower: float, upper: float, **more: object) -> dict[str, object]:
    """Return a primary row with the standard error that its 95 % interval implies."""
    shared = {
        "experiment": "e",
        "channel": "tv",
        "arm": "a",
        "outcome": "revenue",
        "role": "primary",
        "unit": "EUR",
    }
    se = (upper - lower) / (2 * ndtri(0.975))
    return {
        **shared,
        "estimand": estimand,
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "level": 0.95,
        "se": se,
        **more,
    }


LOST = row("incremental_profit", -50.0, -90.0, -10.0)
PAID = row("incremental_profit", 50.0, 10.0, 90.0)
CASES = [
    # rows, decision, decided by, times to decide
    ([row("iroas", 2.0, 1.2, 2.8)], "pays", "iroas", 1.0),
    ([row("iroas", 0.5, 0.2, 0.8)], "does not pay", "iroas", 1.0),
    ([row("iroas", 1.5, 0.5, 2.5)], "open", "iroas", 4.0),
    ([row("iroas", 1.0, 0.5, 1.5)], "open", "iroas", math.inf),
    ([row("iroas", 0.8, 0.5, 1.1), PAID], "pays", "incremental_profit", 1.0),
    # spend taken away: what was lost had been earned
    ([PAID, row("incremental_spend", -20.0, -21.0, -19.0)], "does not pay", "incremental_profit", 1.0),
    ([LOST, row("incremental_spend", -20.0, -21.0, -19.0)], "pays", "incremental_profit", 1.0),
    ([], "", "", math.nan),
]  # fmt: skip


@pytest.mark.parametrize(("more", "decision", "by", "times"), CASES)
def test_what_is_decided(more: list[dict[str, object]], decision: str, by: str, times: float) -> None:
    (found,) = next_rows([row("relative_lift", 0.1, 0.02, 0.18), *more])
    assert (found["decision"], found["decided_by"]) == (decision, by)
    assert found["times_to_decide"] == pytest.approx(times, nan_ok=True)


def test_information_for_the_wanted_power() -> None:
    (found,) = next_rows([row("relative_lift", 0.04, -0.04, 0.12)])
    se = 0.08 / ndtri(0.975) / math.sqrt(found["times_to_find"])
    assert 1 - ndtr(ndtri(0.975) - 0.04 / se) == pytest.approx(POWER)
    assert found["detectable"] == pytest.approx((ndtri(0.975) + ndtri(0.8)) * 0.08 / ndtri(0.975))


@pytest.mark.parametrize(
    ("estimate", "lower", "upper", "share"),
    [(100, 60, 140, 0.6), (-100, -140, -30, 0.3), (100, -1, 201, math.nan), (0, 0, 0, math.nan)],
)
def test_bias_that_overturns(estimate: float, lower: float, upper: float, share: float) -> None:
    (found,) = next_rows([row("incremental_outcome", estimate, lower, upper)])
    assert found["bias_to_overturn"] == pytest.approx(share, nan_ok=True)


def test_one_row_an_arm_and_outcome_from_primary_answers_alone() -> None:
    rows = [
        row("relative_lift", 0.1, 0.0, 0.2, arm="a"),
        row("relative_lift", 0.5, 0.4, 0.6, arm="b"),
        row("relative_lift", 9.0, 8.0, 10.0, arm="a", role="comparison"),
        row("incremental_spend", 9.0, 9.0, 9.0, arm="c"),
    ]
    assert [(found["arm"], found["estimand"]) for found in next_rows(rows)] == [
        ("a", "relative_lift"),
        ("b", "relative_lift"),
    ]
