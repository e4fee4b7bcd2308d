"""From files to a tie-out: the shipped books of the quarter tie to the cent with their input tables, added up independently."""

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.finance.config import FinanceConfig
from mixproof.aggregates.finance.reconcile import Reconciliation, calendar_of, reconcile
from mixproof.aggregates.panel import Panel
from mixproof.aggregates.sources import read_panel
from mixproof.errors import ConfigError
from workflow.config import load_config

CONFIGS = Path(__file__).parents[4] / "configs"
ACCOUNT = {
    "4000": "revenue",
    "6110": "tv_spend",
    "6120": "search_spend",
    "6130": "social_spend",
    "6140": "video_spend",
}
START = {
    f"FY2024-P{n:02d}": date(2024, 7, 1) + timedelta(weeks=w)
    for n, w in zip(range(7, 13), (0, 4, 8, 13, 17, 21), strict=True)
}
WEEKS = dict(zip(START, (4, 4, 5, 4, 4, 5), strict=True))


@pytest.fixture(scope="module")
def market() -> tuple[FinanceConfig, DataConfig, Panel]:
    config = load_config(CONFIGS / "quarter.yaml")
    assert config.data is not None and config.finance is not None
    return config.finance, config.data, read_panel(config.data, CONFIGS)


def reconciled(market: tuple[FinanceConfig, DataConfig, Panel], **changes: object) -> Reconciliation:
    finance, data, panel = market
    section = finance.model_copy(update=changes)
    return reconcile(section, data, panel, calendar_of(section, panel, CONFIGS), CONFIGS)


@pytest.fixture(scope="module")
def shipped(market) -> Reconciliation:
    return reconciled(market)


def rows(name: str) -> list[dict[str, str]]:
    with (CONFIGS / "data" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_modelled_and_ledger_are_the_sums_of_the_input_tables(shipped: Reconciliation) -> None:
    cells = rows("calibration.csv")
    booked: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in rows("quarter_ledger.csv"):
        amount = Decimal(line["amount"]) * Decimal(line["rate"] or "1")
        booked[line["account"], line["period"]] += amount.quantize(Decimal("0.01"))
    for tie in shipped.ties:
        account, period = tie.account.account, tie.period.name
        assert tie.ledger == booked[account, period]
        assert tie.period.start == START[period]
        days = {str(START[period] + timedelta(weeks=week)) for week in range(WEEKS[period])}
        column = ACCOUNT.get(account, "radio_spend")
        assert tie.modelled == sum(Decimal(cell[column]) for cell in cells if cell["date"] in days)


def test_all_ties_but_what_finance_must_see(shipped: Reconciliation) -> None:
    blocked = {(tie.account.what, tie.period.name): tie.problems for tie in shipped.ties if tie.blocked}
    assert {key: problems[0].name for key, problems in blocked.items()} == {
        ("tv", "FY2024-P08"): "restated",
        ("social", "FY2024-P11"): "invoice without delivery",
    }
    assert len(shipped.ties) == 36 and all(tie.ties for tie in shipped.ties)
    items = shipped.tables["ledger_items"]
    assert {"agency fee", "not in scope", "make-good", "rate difference"} <= set(items["item"])


def test_channels_without_an_account_are_told(market) -> None:
    found = reconciled(market, accounts=market[0].accounts[:-1], invoices=None, closed=None)
    absent = [tie for tie in found.ties if not tie.account.account]
    assert [tie.account.what for tie in absent] == ["radio"] * 6
    spent = [tie for tie in absent if tie.modelled]
    assert spent and all([p.name for p in tie.problems] == ["absent from the ledger"] for tie in spent)


def test_lines_that_are_held_against_nothing_are_said(market, shipped: Reconciliation) -> None:
    assert not shipped.left_out
    known = [each for each in market[0].accounts if each.account != "6110"]
    said = reconciled(market, accounts=known).left_out
    assert [words.split(",")[0] for words in said] == [
        "Of the ledger",
        "Of the invoices",
        "Of the closed amounts",
    ]
    assert all("lines are of 6110, which `finance.accounts` does not have" in words for words in said)


def test_geos_that_the_panel_does_not_have_are_refused(market) -> None:
    accounts = (market[0].accounts[0].model_copy(update={"geos": ("north",)}),)
    with pytest.raises(ConfigError) as refused:
        reconciled(market, accounts=accounts)
    assert refused.value.faults[0].code == "finance-geo"


def test_a_section_without_a_ledger_is_a_calendar(market) -> None:
    found = reconciled(market, ledger=None, accounts=())
    assert not found.ties and list(found.tables) == ["fiscal_calendar"]
