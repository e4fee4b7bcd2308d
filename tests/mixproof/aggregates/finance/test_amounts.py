"""What the panel holds by fiscal period: exact, split by days where weeks lie across a boundary, and nothing lost."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from mixproof.aggregates.finance.amounts import ZERO, Piece, by_period, extra_week, pieces_of
from mixproof.aggregates.finance.config import Account, FiscalOptions
from mixproof.aggregates.finance.fiscal import fiscal_calendar
from tests.mixproof.aggregates.finance.made_books import CALENDAR, HELD, PANEL, made_panel

MONTHS = fiscal_calendar(FiscalOptions(), date(2023, 10, 2), date(2024, 3, 31))


def test_pieces_are_the_cells_of_the_panel_to_the_cent() -> None:
    pieces = pieces_of(PANEL, Account(account="1", channels=("tv", "search")))
    spend = PANEL.data["spend"].values[0]
    assert [piece.amount for piece in pieces] == [sum(Decimal(repr(float(v))) for v in row) for row in spend]
    assert (pieces[0].start, pieces[0].end) == (date(2023, 10, 2), date(2023, 10, 8))


def test_counts_are_worth_their_value_and_what_is_unknown_stays_unknown() -> None:
    panel = made_panel()
    panel.data["outcome_value"][:] = 2.5
    panel.data["outcome"][0, 3] = np.nan
    counted = type(panel)(panel.data, "weekly", "EUR", "orders", "count")
    pieces = pieces_of(counted, Account(account="4000"))
    expected = (Decimal(repr(float(panel.data["outcome"].values[0, 0]))) * Decimal("2.5")).quantize(
        Decimal("0.01")
    )
    assert abs((pieces[0].amount or ZERO) - expected) <= Decimal("0.01")
    assert pieces[3].amount is None
    held = by_period(pieces, MONTHS)
    assert not held["FY2023-P10"].whole and held["FY2023-P12"].whole


def test_geos_of_an_account_alone_are_counted() -> None:
    assert pieces_of(PANEL, Account(account="1", channels=("tv",), geos=("elsewhere",)))[1].amount == 0


@pytest.mark.parametrize("calendar", [CALENDAR, MONTHS], ids=["weeks", "months"])
def test_cut_off_moves_amounts_and_loses_none(calendar) -> None:
    for account, _ in HELD:
        pieces = pieces_of(PANEL, account)
        held = by_period(pieces, calendar)
        assert sum(each.amount for each in held.values()) == sum(piece.amount for piece in pieces)
        assert sum(each.cut_off for each in held.values()) == 0
        assert any(each.straddling for each in held.values()) == (calendar is MONTHS)


def test_a_week_is_split_by_its_days() -> None:
    pieces = [
        Piece(date(2024, 1, 29), date(2024, 2, 4), Decimal("100.00")),
        Piece(date(2024, 2, 5), date(2024, 2, 11), Decimal("70.00")),
    ]
    held = by_period(pieces, MONTHS)
    assert held["FY2024-P01"].cut_off == Decimal("-57.14") and held["FY2024-P02"].cut_off == Decimal("57.14")
    assert held["FY2024-P01"].straddling == ("4 of 7 days from 2024-01-29 lie in FY2024-P02",)


def test_the_extra_week_is_the_last_of_its_period() -> None:
    period = CALENDAR.named("FY2023-P12")
    assert period is not None
    held = HELD[1][1]["FY2023-P12"]
    assert len(held.pieces) == 6 and extra_week(held, period) == held.pieces[-1].amount
    other = CALENDAR.named("FY2024-P01")
    assert other is not None and extra_week(HELD[1][1]["FY2024-P01"], other) is None
