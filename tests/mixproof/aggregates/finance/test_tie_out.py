"""The tie-out: good books tie to the cent, each fault of books is found by name, and no amount is absorbed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from mixproof.aggregates.finance.config import Tolerance
from mixproof.aggregates.finance.ties import Problem, Tie
from tests.mixproof.aggregates.finance.made_books import (
    CASES,
    CONFIG,
    HELD,
    PERIODS,
    Case,
    changed,
    good_books,
    restated,
    tied,
)

CENT = Decimal("0.01")


def of(ties: list[Tie], account: str, period: str) -> Tie:
    return next(tie for tie in ties if tie.account.account == account and tie.period.name == period)


def test_good_books_tie_to_the_cent() -> None:
    ties = tied(good_books())
    assert len(ties) == 3 * len(PERIODS)
    for tie in ties:
        assert tie.unexplained == 0 and tie.ties and not tie.problems and tie.modelled == tie.ledger


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_fault_is_caught_and_named_and_blocks(case: Case) -> None:
    ties = tied(case.breaks(good_books()))
    found = of(ties, case.account, case.period)
    names = {problem.name for problem in found.problems}
    assert set(case.names) <= names and found.blocked and found.ties == case.ties
    for tie in ties:
        assert tie.modelled + tie.named + tie.unexplained == tie.ledger
    others = [tie for tie in ties if tie.account.account != case.account]
    assert not any(tie.problems for tie in others)


ITEMS = [
    ("tax", Decimal("190.00")),
    ("agency fee", Decimal("75.25")),
    ("credit", Decimal("-60.00")),
    ("make-good", Decimal("-12.34")),
    ("timing", Decimal("5.00")),
    ("not in scope", Decimal("1000.00")),
]


@pytest.mark.parametrize(("name", "amount"), ITEMS)
def test_lines_with_a_name_are_items(name: str, amount: Decimal) -> None:
    books = changed(
        "6110", "FY2024-P02", lambda line: [line, replace(line, number=80, amount=amount, item=name)]
    )
    tie = of(tied(books(good_books())), "6110", "FY2024-P02")
    assert [(item.name, item.amount) for item in tie.items] == [(name, amount)]
    assert tie.ties and not tie.blocked


@pytest.mark.parametrize(
    ("books", "which"),
    [
        (
            lambda good: replace(good, ledger=[*good.ledger, replace(good.ledger[1], period="P2")]),
            "Ledger line",
        ),
        (
            lambda good: replace(good, invoices=[*good.invoices, replace(good.invoices[0], period="P2")]),
            "Invoice line",
        ),
        (
            lambda good: replace(good, closed={**good.closed, ("", "6110", "P2"): Decimal(1)}),
            "A closed amount",
        ),
    ],
    ids=["ledger", "invoices", "closed"],
)
def test_a_period_that_the_calendar_does_not_have_blocks_the_account(books, which: str) -> None:
    ties = tied(books(good_books()))
    for tie in (each for each in ties if each.account.account == "6110"):
        (problem,) = [each for each in tie.problems if each.name == "unknown period"]
        assert tie.blocked and problem.sentence.startswith(which) and "'P2'" in problem.sentence
    assert not any(tie.blocked for tie in ties if tie.account.account == "6120")


def test_a_name_that_is_none_is_no_item() -> None:
    books = changed(
        "6110", "FY2024-P02", lambda line: [line, replace(line, amount=Decimal(10), item="sundry")]
    )
    tie = of(tied(books(good_books())), "6110", "FY2024-P02")
    assert not tie.items and tie.unexplained == 10 and "unknown item" in {each.name for each in tie.problems}


def test_a_rate_difference_is_an_item_and_never_absorbed() -> None:
    book = Decimal("1.25")

    def pounds(line):
        return replace(line, currency="GBP", amount=(line.amount / Decimal("1.2")).quantize(CENT), rate=book)

    config = CONFIG.model_copy(update={"tolerance": Tolerance(absolute=0.02)})
    before = of(tied(good_books()), "6120", "FY2024-P02")
    tie = of(tied(changed("6120", "FY2024-P02", pounds)(good_books()), config), "6120", "FY2024-P02")
    (item,) = tie.items
    foreign = (before.ledger / Decimal("1.2")).quantize(CENT)
    assert item.name == "rate difference"
    assert item.amount == (foreign * book).quantize(CENT) - (foreign * Decimal("1.2")).quantize(CENT)
    assert tie.ties and not tie.blocked and tie.ledger == (foreign * book).quantize(CENT)


def test_an_adjusted_period_must_tie_without_the_late_data() -> None:
    config = CONFIG.model_copy(update={"adjusted": (PERIODS[0],)})
    assert of(tied(restated(good_books()), config), "6110", PERIODS[0]).unexplained == -300
    books = replace(good_books(), closed=restated(good_books()).closed)
    assert not of(tied(books, config), "6110", PERIODS[0]).problems


def test_delivery_without_an_invoice_is_named_and_accruals_count() -> None:
    lacking = replace(good_books(), invoices=[i for i in good_books().invoices if i.period != "FY2024-P02"])
    tie = of(tied(lacking), "6110", "FY2024-P02")
    assert tie.problems == (Problem("delivery without invoice", tie.problems[0].sentence, blocks=False),)
    whole = tie.ledger
    unbooked = changed("6110", "FY2024-P02", lambda line: replace(line, amount=Decimal("1.00")))(lacking)
    found = of(tied(unbooked), "6110", "FY2024-P02")
    assert found.items[0].amount == -whole and found.unexplained == 1
    accrued = changed("6110", "FY2024-P02", lambda line: replace(line, item="accrual"))(lacking)
    assert not of(tied(accrued), "6110", "FY2024-P02").problems


@pytest.mark.parametrize(
    ("absolute", "relative", "ties"), [(0.01, 0.0, False), (5.0, 0.0, True), (0.0, 0.01, True)]
)
def test_the_larger_tolerance_counts(absolute: float, relative: float, ties: bool) -> None:
    config = CONFIG.model_copy(update={"tolerance": Tolerance(absolute=absolute, relative=relative)})
    books = changed("6110", "FY2024-P02", lambda line: replace(line, amount=line.amount + 3))(good_books())
    tie = of(tied(books, config), "6110", "FY2024-P02")
    assert tie.ties == ties and tie.blocked != ties and tie.unexplained == 3


def test_two_lines_with_one_document_are_told() -> None:
    def twice(line):
        return [replace(line, document="V1"), replace(line, number=77, amount=Decimal(1), document="V1")]

    books = changed("6110", "FY2024-P02", twice)(good_books())
    names = [each.name for each in of(tied(books), "6110", "FY2024-P02").problems]
    assert "duplicated line" in names


def test_a_period_that_the_panel_does_not_hold_in_full_is_not_whole() -> None:
    first = HELD[0][1]["FY2023-P10"]
    books = changed(
        "4000", "FY2023-P11", lambda line: [line, replace(line, period="FY2023-P10", amount=first.amount)]
    )
    tie = of(tied(books(good_books())), "4000", "FY2023-P10")
    assert tie.ties and tie.blocked and [each.name for each in tie.problems] == ["not whole"]
