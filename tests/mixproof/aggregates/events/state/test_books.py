"""Closed periods stay as they were published; adjustments are told once enough people stand behind them."""

from decimal import Decimal

import pandas as pd
import pytest

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.state.books import Books, close_books, restated
from mixproof.errors import DataError
from mixproof.records.csv import to_csv
from tests.mixproof.aggregates.events.market import section

FIRST, SECOND = "2025-01-06", "2025-01-13"


def _config(through: str | None = "2025-01-12") -> EventsConfig:
    return section(state={"closed_through": through}, people_at_least=50)


def _tables(conversions: int, worth: str, cost: str = "5.00") -> dict[str, pd.DataFrame]:
    """Return two weeks, of which the first is given."""
    outcome = pd.DataFrame({"date": [FIRST, SECOND]}, dtype=object)
    outcome["conversions"] = pd.Series([conversions, 7], dtype=object)
    outcome["value"] = pd.Series([Decimal(worth), Decimal("70.00")], dtype=object)
    outcome["people"] = pd.Series([60, 61], dtype=object)
    media = pd.DataFrame({"date": [FIRST, SECOND], "channel": "=search", "touches": 3}, dtype=object)
    media["cost"] = pd.Series([Decimal(cost), Decimal("6.00")], dtype=object)
    return {"outcome": outcome, "media": media, "paths_30": pd.DataFrame({"path": ["a"]})}


BOOKED = close_books(_config(), _tables(10, "100.00"), Books(), 0)


def test_what_was_published_stays_and_open_periods_move() -> None:
    assert BOOKED.tables["outcome"]["conversions"].tolist() == [10, 7]
    later = close_books(_config(), _tables(12, "-90.00"), BOOKED.books, 49)
    assert to_csv(later.tables["outcome"]) == to_csv(BOOKED.tables["outcome"])
    assert later.tables["media"]["channel"].tolist() == ["=search"] * 2
    assert (later.held, later.told, "adjustments" in later.tables) == (True, False, False)
    assert later.tables["paths_30"]["path"].tolist() == ["a"]


def test_adjustments_are_told_once_enough_people_stand_behind_them() -> None:
    told = close_books(_config(), _tables(12, "-90.00"), BOOKED.books, 50)
    assert told.tables["adjustments"].values.tolist() == [
        [SECOND, "outcome", "conversions", "2", "50"],
        [SECOND, "outcome", "value", "-190.00", "50"],
    ]
    assert told.told and not told.held
    again = close_books(_config(), _tables(12, "-90.00"), told.books, 0)
    assert again.tables["adjustments"].equals(told.tables["adjustments"]) and not again.held
    more = close_books(_config(), _tables(13, "-90.00"), told.books, 80)
    assert more.tables["adjustments"].values.tolist()[2:] == [[SECOND, "outcome", "conversions", "1", "50"]]


def test_costs_of_closed_periods_need_no_people() -> None:
    told = close_books(_config(), _tables(10, "100.00", cost="4.00"), BOOKED.books, 0)
    assert told.tables["adjustments"].values.tolist() == [[SECOND, "media", "cost", "-1.00", ""]]
    assert told.tables["media"]["cost"].tolist() == [Decimal("5.00"), Decimal("6.00")]


def test_periods_are_closed_as_the_day_moves_on_and_never_opened() -> None:
    later = close_books(_config("2025-01-19"), _tables(12, "90.00"), BOOKED.books, 0)
    assert later.tables["outcome"]["conversions"].tolist() == [10, 7]
    assert later.books.closed_through == "2025-01-19"
    for through in ("2025-01-12", None):
        with pytest.raises(DataError, match="2025-01-19"):
            close_books(_config(through), _tables(12, "90.00"), later.books, 0)


def test_no_books_are_kept_unless_the_yaml_says_so() -> None:
    tables = _tables(10, "100.00")
    assert close_books(_config(None), tables, Books(), 0).tables is tables


def test_restated_cells_are_told_and_new_periods_are_not() -> None:
    config = section()
    before = {name: to_csv(table) for name, table in _tables(10, "100.00").items()}
    after = _tables(12, "100.00")
    assert restated(config, before, after).values.tolist() == [
        ["outcome", FIRST, "", "conversions", "10", "12"]
    ]
    first = {name: to_csv(table[table["date"] == FIRST]) for name, table in after.items() if "date" in table}
    assert restated(config, first, after).empty
    gone = {**after, "media": after["media"].assign(channel="social")}
    rows = restated(config, before, gone).query("table == 'media' and date == @FIRST")
    assert set(rows["cell"]) == {"=search", "social"} and "" in set(rows["after"])
