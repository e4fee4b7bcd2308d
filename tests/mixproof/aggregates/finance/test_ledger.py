"""Ledgers are read in exact decimals; every cell that cannot be read is told, and people's identifiers are refused."""

from decimal import Decimal
from pathlib import Path

import pytest

from mixproof.aggregates.finance.config import Closed, Invoices, Ledger
from mixproof.aggregates.finance.ledger import Line, read_lines
from mixproof.errors import DataError, MixproofError, PrivacyError

LEDGER = Ledger(
    file="l.csv",
    entity="entity",
    currency="currency",
    rate="rate",
    item="item",
    document="voucher",
    decimal=",",
)
GOOD = (
    "entity,account,period,currency,amount,rate,item,voucher\n"
    'DE,6110,FY2024-P07,eur,"1.234.567,89",,,V1\n'
    'DE,6110,FY2024-P07,GBP,"-10,5","1,1790",Credit,V2\n'
)
BAD = (
    "entity,account,period,currency,amount,rate,item,voucher\n"
    'DE,6110,FY2024-P07,EUR,"1,00",,,V1\n'
    "DE,,FY2024-P07,EUR,ten,,,V2\n"
    'DE,6110,,EUR,,"0,0",,V3\n'
    'DE,6110,FY2024-P07,,"10,505",x,,V4\n'
)
TOLD = {
    ("l.csv: account, row 2", "One cell is empty."),
    ("l.csv: period, row 3", "One cell is empty."),
    ("l.csv: currency, row 4", "One cell is empty."),
    ("l.csv: amount, row 2", "One cell is no finite number."),
    ("l.csv: amount, row 3", "One cell is empty."),
    ("l.csv: amount, row 4", "One cell has more than two decimals."),
    ("l.csv: rate, row 4", "One cell is no finite number."),
    ("l.csv: rate, row 3", "One cell is not above zero."),
}


def write(folder: Path, text: str, name: str = "l.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_lines_are_exact(tmp_path: Path) -> None:
    first, second = read_lines(LEDGER, write(tmp_path, GOOD), "EUR")
    assert first == Line(1, "DE", "6110", "FY2024-P07", "EUR", Decimal("1234567.89"), None, "", "V1")
    assert second == Line(
        2, "DE", "6110", "FY2024-P07", "GBP", Decimal("-10.5"), Decimal("1.179"), "credit", "V2"
    )


def test_all_that_cannot_be_read_is_told_at_once_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        read_lines(LEDGER, write(tmp_path, BAD), "EUR")
    assert {fault.code for fault in refused.value.faults} == {"ledger-cell"}
    assert {(fault.where, fault.what) for fault in refused.value.faults} == TOLD


def test_tables_without_columns_for_them_have_the_panels_currency_and_one_entity(tmp_path: Path) -> None:
    folder = write(tmp_path, "account,period,modelled\n6110,FY2024-P07,12.3\n")
    (line,) = read_lines(Closed(file="l.csv"), folder, "CHF")
    assert line == Line(1, "", "6110", "FY2024-P07", "CHF", Decimal("12.3"))
    write(tmp_path, "invoice,account,period,amount\nR1,6110,FY2024-P07,5\n")
    assert read_lines(Invoices(file="l.csv"), folder, "CHF")[0].document == "R1"


def test_missing_columns_are_told(tmp_path: Path) -> None:
    with pytest.raises(MixproofError) as refused:
        read_lines(Ledger(file="l.csv"), write(tmp_path, "account,period,sum\n6110,P1,2\n"), "EUR")
    assert refused.value.faults[0].code == "unknown-column"


def test_a_ledger_of_people_is_refused(tmp_path: Path) -> None:
    people = "".join(f"someone{i}@example.org,FY2024-P07,{i}.00\n" for i in range(30))
    with pytest.raises(PrivacyError):
        read_lines(Ledger(file="l.csv"), write(tmp_path, "account,period,amount\n" + people), "EUR")
