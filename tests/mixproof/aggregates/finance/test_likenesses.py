"""What an unexplained amount looks like is told, and looks like nothing where it does not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from mixproof.aggregates.finance.amounts import Modelled
from mixproof.aggregates.finance.ledger import Line
from mixproof.aggregates.finance.likenesses import likeness, over_periods
from mixproof.aggregates.finance.ties import Tie
from tests.mixproof.aggregates.finance.made_books import ACCOUNTS, CALENDAR, HELD, PERIODS

WEEK = Decimal("700.00")


def tie(ledger: str, place: int = 0, modelled: str = "5000.00") -> Tie:
    period = CALENDAR.named(PERIODS[place])
    assert period is not None
    return Tie(ACCOUNTS[1], period, Decimal(modelled), Decimal(ledger), (), Decimal("0.01"))


@pytest.mark.parametrize(
    ("ledger", "week", "said"),
    [
        ("4300.00", WEEK, "leaves out the 53rd week"),
        ("5700.00", WEEK, "has twice the 53rd week"),
        ("5700.00", None, "-"),
        ("5012.00", WEEK, "as much as line 2"),
        ("5013.00", WEEK, "-"),
    ],
)
def test_of_one_period(ledger: str, week: Decimal | None, said: str) -> None:
    lines = [Line(1, "", "6110", "", "EUR", Decimal(5000)), Line(2, "", "6110", "", "EUR", Decimal(12))]
    found = list(likeness(tie(ledger), lines, week))
    assert found[0].name == "unexplained"
    assert (len(found) == 1) if said == "-" else any(said in each.sentence for each in found[1:])


def test_opposite_amounts_in_neighbouring_periods_are_one_amount_in_the_wrong_one() -> None:
    size = HELD[1][1][PERIODS[0]].pieces[1].amount
    assert size is not None
    ties = [tie(str(Decimal(5000) - size)), tie(str(Decimal(5000) + size), 1), tie("5000.00", 2)]
    found = over_periods(ties, HELD[1][1])
    assert [[each.name for each in one.problems] for one in found] == [
        ["another period"],
        ["another period"],
        [],
    ]
    words = f"of {PERIODS[0]}, as much as the panel has from 2023-10-30 on, seem to be booked in {PERIODS[1]}"
    assert all(words in one.problems[0].sentence for one in found[:2]), found[0].problems[0].sentence


def test_amounts_that_are_not_opposite_are_not() -> None:
    found = over_periods([tie("4900.00"), tie("5150.00", 1)], {PERIODS[0]: Modelled()})
    assert not found[0].problems and not found[1].problems


@pytest.mark.parametrize(("factor", "named"), [("100", True), ("1.19", True), ("1.08", True), ("1", False)])
def test_one_factor_over_all_periods_is_told(factor: str, named: bool) -> None:
    sizes = ("5000.00", "6200.00", "4100.00")
    ties = [tie(str(Decimal(size) * Decimal(factor)), place, size) for place, size in enumerate(sizes)]
    found = over_periods(ties, {})
    assert all(bool(one.problems) == named for one in found)
    assert not named or f"{Decimal(factor):.6g} times" in found[0].problems[0].sentence
    several = over_periods([ties[0], replace(ties[1], ledger=Decimal(9000))], {})
    assert not any(each.name == "one factor" for one in several for each in one.problems)
