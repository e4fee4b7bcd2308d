import json
from typing import Any

import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower

from lift.design.config import HoldoutPlan, PriorLift
from lift.design.holdout import compared, design_holdout, value_of_test

BASE: dict[str, Any] = {
    "kind": "holdout",
    "name": "plan",
    "users": 200_000,
    "conversion_rate": 0.05,
    "expected_lift": 0.1,
}


def plan(**changes: Any) -> HoldoutPlan:
    return HoldoutPlan.model_validate_json(json.dumps({**BASE, **changes}))


def test_size_is_the_textbook_formula() -> None:
    found = design_holdout(plan(holdout_share=0.5), 1).best
    p0, p1 = 0.05, 0.055
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert found.users_needed == pytest.approx(2 * z**2 * (p0 * (1 - p0) + p1 * (1 - p1)) / 0.005**2, abs=1)
    reference = NormalIndPower().solve_power(
        0.005 / ((p0 * (1 - p0) + p1 * (1 - p1)) / 2) ** 0.5, power=0.8, alpha=0.05
    )
    assert found.users_needed == pytest.approx(2 * reference, rel=1e-3)


def test_the_needed_number_of_people_gives_the_wanted_power() -> None:
    needed = design_holdout(plan(holdout_share=0.2), 1).best.users_needed
    found = design_holdout(plan(holdout_share=0.2, users=int(needed)), 1)
    assert found.best.power == pytest.approx(0.8, abs=1e-3)
    assert found.best.mde == pytest.approx(0.1, rel=1e-3)
    assert found.delivered_power == pytest.approx(0.8, abs=0.04)  # 4,000 simulated tests: six standard errors
    assert found.run == (found.best.power >= 0.8)


def test_the_cheapest_split_with_enough_power_is_chosen() -> None:
    found = design_holdout(plan(users=400_000), 1)
    enough = [o for o in found.options if o.power >= 0.8]
    assert found.run and found.best.cost == min(o.cost for o in enough)
    assert found.best.cost == pytest.approx(found.best.holdout_share * 400_000 * 0.05 * 0.1)


def test_skew_lowers_the_power_and_keeps_the_false_positives() -> None:
    """At 80/20 with orders of variation 3 the pooled-moment test holds its level of 5 %, within six standard errors."""
    revenue = {"outcome": "revenue", "order_value": 40.0, "holdout_share": 0.2, "users": 60_000}
    mild, wild = (design_holdout(plan(order_variation=v, **revenue), 2) for v in (0.5, 3.0))
    assert wild.best.power < mild.best.power and wild.delivered_power < mild.delivered_power
    assert wild.false_positives <= 0.08


CASES = [
    # changes, share compared, rate, lift among the compared
    ({}, 1.0, 0.05, 0.1),
    ({"lift_on": "exposed", "exposed_share": 0.5}, 1.0, 0.05, 0.05),
    ({"lift_on": "exposed", "exposed_share": 0.2, "exposed_rate_ratio": 4.0}, 1.0, 0.05, 0.05),
    ({"lift_on": "exposed", "exposed_share": 0.5, "ghost_exposures": True}, 0.5, 0.05, 0.1),
    ({"exposed_share": 0.5, "ghost_exposures": True}, 0.5, 0.05, 0.2),
]


@pytest.mark.parametrize(("changes", "share", "rate", "lift"), CASES)
def test_dilution(changes: dict[str, Any], share: float, rate: float, lift: float) -> None:
    found = compared(plan(**changes))
    assert (found.share, found.rate, found.lift) == pytest.approx((share, rate, lift))


def test_ghost_exposures_save_the_share_that_theory_says() -> None:
    """With equal rates a diluted test needs 1 / exposed share as many people (Johnson et al. 2017); the lift is small."""
    diluted, ghost = (
        design_holdout(
            plan(
                lift_on="exposed", exposed_share=0.1, expected_lift=0.02, ghost_exposures=g, holdout_share=0.5
            ),
            1,
        )
        for g in (False, True)
    )
    assert diluted.best.users_needed / ghost.best.users_needed == pytest.approx(10, rel=0.02)


REASONS = [
    ({"users": 2_000}, "people would be needed"),
    ({"users": 400_000, "most_cost": 1.0}, "more than the 1 allowed"),
    (
        {
            "users": 400_000,
            "prior": {"mean": 0.5, "sd": 0.001, "yearly_outcome_value": 1000.0, "break_even_lift": 0.1},
        },
        "expected value",
    ),
]


@pytest.mark.parametrize(("changes", "words"), REASONS)
def test_do_not_run_says_why(changes: dict[str, Any], words: str) -> None:
    found = design_holdout(plan(**changes), 1)
    assert not found.run and any(words in reason for reason in found.reasons)


def test_value_of_a_test() -> None:
    prior = PriorLift(mean=0.05, sd=0.05, yearly_outcome_value=1e6, break_even_lift=0.05)
    perfect = 1e6 * 0.05 * stats.norm.pdf(0)
    assert value_of_test(prior, 1e-9) == pytest.approx(perfect)
    assert value_of_test(prior, 0.05) == pytest.approx(perfect / 2**0.5)
    assert value_of_test(prior, 10.0) < 0.01 * perfect
