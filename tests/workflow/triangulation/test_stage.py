"""The stages of triangulation: when they are wanted, and what booking by quarter leaves in the run."""

from types import SimpleNamespace
from typing import Any

import pytest

from mixproof.records.verdict import Verdict
from tests.mixproof.aggregates.finance.made_books import CASES, good_books, tied
from tests.workflow.triangulation.test_fiscal_quarters import tables
from workflow.config import parse_config
from workflow.triangulation.stage import BOOK, TRIANGULATE, book_quarters

DATA = """\
name: brand
data:
  frequency: weekly
  currency: EUR
  tables: [{file: a.csv, date: week}]
  outcome: {column: revenue, kind: revenue}
  channels: [{name: tv, spend: tv_spend}]
mmm: {margin: 0.5}
"""
LEDGER = 'finance: {ledger: {file: l.csv}, accounts: [{account: "1", channels: [tv]}]}\n'
CLAIMS = "attribution: {currency: EUR, systems: [{name: ads, file: b.csv}]}\n"


@pytest.mark.parametrize(
    ("text", "triangulates", "books"),
    [
        (DATA, False, False),
        (DATA + "finance: {}\n", False, False),
        (DATA + LEDGER, False, True),
        (DATA + CLAIMS, True, False),
        (DATA + CLAIMS + LEDGER, True, True),
    ],
)
def test_a_run_has_the_stages_that_it_asks_for(text: str, triangulates: bool, books: bool) -> None:
    config = parse_config(text)
    assert TRIANGULATE.wanted(config) == triangulates and BOOK.wanted(config) == books


@pytest.mark.parametrize(("case", "free"), [(None, 4), ("an invoice without delivery", 3)])
def test_booking_leaves_its_table_and_says_how_much_may_be_booked(case: str | None, free: int) -> None:
    config, said = parse_config(DATA + LEDGER), list[str]()
    books = good_books() if case is None else CASES[case].breaks(good_books())
    state: Any = SimpleNamespace(
        config=config,
        mmm=config.mmm,
        verdict=Verdict(()),
        panel=SimpleNamespace(outcome_kind="revenue"),
        tables=tables(),
        ties=tied(books),
        display=SimpleNamespace(say=said.append),
    )
    book_quarters(state)
    frame = state.tables["finance_booking"]
    assert int((~frame["blocked"]).sum()) == free and said == [
        f"          {free} of 4 channels and quarters may be booked"
    ]
