"""Tables of a tie-out hold its amounts to the cent and say what every row is about."""

from decimal import Decimal

import pandas as pd

from mixproof.aggregates.finance.tables import TABLES, calendar_table, tie_tables
from tests.mixproof.aggregates.finance.made_books import CALENDAR, CASES, PERIODS, good_books, tied


def tables(name: str | None = None) -> dict[str, pd.DataFrame]:
    books = good_books() if name is None else CASES[name].breaks(good_books())
    return tie_tables(tied(books), books, CALENDAR, ("FY2023-P11",))


def test_every_row_adds_up_in_decimals_read_back_from_text() -> None:
    for name in (None, "an invoice without delivery", "a restated week", "a duplicated line"):
        frame = tables(name)["ledger_tie_out"]
        for row in frame.to_dict("records"):
            amounts = {key: Decimal(repr(row[key])) for key in ("modelled", "items", "unexplained", "ledger")}
            assert amounts["modelled"] + amounts["items"] + amounts["unexplained"] == amounts["ledger"]


def test_items_problems_and_lines_belong_to_accounts() -> None:
    found = tables("an invoice without delivery")
    item = found["ledger_items"].iloc[0]
    assert (item["account"], item["period"], item["amount"]) == ("6110", "FY2024-P02", 5000.0)
    problem = found["ledger_problems"].iloc[0]
    assert problem["blocks"] and "Invoice R99 has no delivery for 5,000.00" in problem["sentence"]
    lines = found["ledger_lines"]
    assert set(lines["source"]) == {"ledger", "invoice"} and len(lines) == 16 + 11
    ledger = lines[lines["source"] == "ledger"].groupby(["account", "period"])["booked"].sum()
    frame = found["ledger_tie_out"].set_index(["account", "period"])
    assert (ledger - frame["ledger"]).abs().max() < 0.005


def test_closed_periods_have_their_adjustment() -> None:
    frame = tables("a restated week")["prior_periods"]
    mine = frame[frame["account"] == "6110"].iloc[0]
    assert mine["adjustment"] == 300.0 and mine["now"] - mine["closed"] == 300.0 and mine["adjusted"]
    assert set(frame["period"]) == {PERIODS[0]}


def test_lines_without_a_rate_have_no_booked_amount() -> None:
    frame = tables("a missing rate")["ledger_lines"]
    foreign = frame[(frame["currency"] == "USD") & (frame["source"] == "ledger")]
    assert len(foreign) == 1 and foreign["booked"].isna().all() and foreign["rate"].isna().all()


def test_the_calendar_names_its_long_year() -> None:
    frame = calendar_table(CALENDAR)
    assert frame.loc[frame["extra_week"], "period"].tolist() == ["FY2023-P12"]
    assert {spec.name for spec in TABLES} == {"fiscal_calendar", *tables()}
