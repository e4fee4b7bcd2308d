"""The tie-out: per account and fiscal period, modelled amount + named items + unexplained = ledger, to the cent.

An amount is never absorbed: what has a reason is an item with its name, the rest is unexplained, and more of it than the
tolerance allows keeps everything that rests on the period from being booked.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from mixproof.aggregates.finance.amounts import ZERO, Modelled, extra_week
from mixproof.aggregates.finance.config import Account, FinanceConfig
from mixproof.aggregates.finance.fiscal import FiscalCalendar, FiscalPeriod
from mixproof.aggregates.finance.ledger import CENT, Line
from mixproof.aggregates.finance.likenesses import likeness, over_periods
from mixproof.aggregates.finance.rates import Rate
from mixproof.aggregates.finance.ties import (
    ACCRUAL,
    CUT_OFF,
    LATE,
    NAMED,
    RATE,
    UNDELIVERED,
    UNINVOICED,
    Item,
    Problem,
    Tie,
)


@dataclass(frozen=True, slots=True)
class Books:
    """All that is held against the panel.

    Parameters
    ----------
    ledger, invoices : sequence of Line
    closed : mapping of (entity, account, period) to decimal.Decimal
        What the panel said when books were closed.
    rate : callable
        The panel's rates.
    currency : str
        The panel's.
    """

    ledger: Sequence[Line]
    invoices: Sequence[Line]
    closed: Mapping[tuple[str, str, str], Decimal]
    rate: Rate
    currency: str


def tie_out(
    section: FinanceConfig,
    calendar: FiscalCalendar,
    held: Sequence[tuple[Account, Mapping[str, Modelled]]],
    books: Books,
) -> list[Tie]:
    """Return each account in each period of the ledger.

    Parameters
    ----------
    section : FinanceConfig
    calendar : FiscalCalendar
    held : sequence of (Account, mapping of str to Modelled)
        Accounts, and what the panel holds for each in a period.
    books : Books

    Returns
    -------
    list of Tie
        Accounts in the order of the YAML, periods in that of time.
    """
    names = {line.period for line in books.ledger}
    periods = [period for period in calendar.periods if period.name in names]
    if periods:
        periods = [
            period for period in calendar.periods if periods[0].start <= period.start <= periods[-1].start
        ]
    found: list[Tie] = []
    for account, panel in held:
        strange = list(_strange(books, account.key, calendar))
        ties = [
            _tie(section, (account, period), panel.get(period.name, Modelled()), books) for period in periods
        ]
        ties = [replace(tie, problems=(*tie.problems, *strange)) for tie in ties]
        found += over_periods(ties, panel)
    return found


def _strange(books: Books, key: tuple[str, str], calendar: FiscalCalendar) -> Iterator[Problem]:
    """Yield a problem of the whole account for each period that the calendar does not have."""
    for source, lines in (("Ledger", books.ledger), ("Invoice", books.invoices)):
        unknown = [line for line in lines if line.key == key and calendar.named(line.period) is None]
        for name in dict.fromkeys(line.period for line in unknown):
            rows = [line.number for line in unknown if line.period == name]
            verb = "are" if len(rows) != 1 else "is"
            yield _unknown(f"{source} {_rows(rows)} {verb}", name, calendar)
    for *account, name in books.closed:
        if tuple(account) == key and calendar.named(name) is None:
            yield _unknown("A closed amount is", name, calendar)


def _unknown(which: str, name: str, calendar: FiscalCalendar) -> Problem:
    said = f"{which} of the period {name!r}, which the fiscal calendar does not have; its periods are called like"
    return Problem("unknown period", f"{said} {_nearest(name, calendar)}.")


def _nearest(name: str, calendar: FiscalCalendar) -> str:
    """Return the period whose name is most like a name."""
    names = [period.name for period in calendar.periods]
    return (difflib.get_close_matches(name, names, 1, 0.0) or names)[0]


def _tie(section: FinanceConfig, place: tuple[Account, FiscalPeriod], panel: Modelled, books: Books) -> Tie:
    """Return an account in a period: its items one after the other, then what is wrong with it."""
    account, period = place
    key = account.key
    lines = [line for line in books.ledger if line.key == key and line.period == period.name]
    invoices = [line for line in books.invoices if line.key == key and line.period == period.name]
    ledger, items, problems = _booked(lines, period, books)
    if panel.cut_off:
        items.append(Item(CUT_OFF, panel.cut_off, "; ".join(panel.straddling)))
    late, said = _late(section, (*key, period.name), panel, books)
    items += late
    problems += [*said, *_standing(lines, panel, period)]
    share = Decimal(repr(section.tolerance.relative)) * abs(ledger)
    tolerance = max(Decimal(repr(section.tolerance.absolute)), share).quantize(CENT)
    tie = Tie(account, period, panel.amount, ledger, tuple(items), tolerance, tuple(problems))
    if books.invoices and account.channels:
        tie = _with_invoices(tie, lines, invoices, books)
    if not tie.ties and lines:
        week = extra_week(panel, period)
        tie = replace(tie, problems=(*tie.problems, *likeness(tie, lines, week)))
    return tie


def _booked(
    lines: Sequence[Line], period: FiscalPeriod, books: Books
) -> tuple[Decimal, list[Item], list[Problem]]:
    """Return what the ledger has in the panel's currency, its lines that are items by name, and what is wrong with them."""
    total, items, problems = ZERO, dict[str, Decimal](), list[Problem]()
    difference, codes = ZERO, set[str]()
    for line in lines:
        own, panel = booking_rates(line, period, books)
        if own is None:
            problems.append(
                Problem(
                    "missing rate",
                    f"Ledger line {line.number} is in {line.currency}, and there is no rate for it.",
                )
            )
            continue
        amount = (line.amount * own).quantize(CENT)
        total += amount
        if panel is not None and panel != own:
            difference += amount - (line.amount * panel).quantize(CENT)
            codes.add(line.currency)
        if line.item in NAMED:
            items[line.item] = items.get(line.item, ZERO) + (line.amount * (panel or own)).quantize(CENT)
        elif line.item not in ("", ACCRUAL):
            said = f"Ledger line {line.number} is called {line.item!r}; an item is {', '.join((*NAMED, ACCRUAL))}."
            problems.append(Problem("unknown item", said))
    found = [Item(name, amount, "lines of the ledger") for name, amount in items.items()]
    if difference:
        words = f"{', '.join(sorted(codes))} booked at other rates than the panel's on {period.end}"
        found.append(Item(RATE, difference, words))
    return total, found, problems


def booking_rates(line: Line, period: FiscalPeriod, books: Books) -> tuple[Decimal | None, Decimal | None]:
    """Return the rate that a line was booked at and the panel's, None where there is none.

    Parameters
    ----------
    line : Line
    period : FiscalPeriod
        Whose last day's rate is the panel's.
    books : Books

    Returns
    -------
    tuple of decimal.Decimal or None
    """
    if line.currency == books.currency:
        return Decimal(1), Decimal(1)
    panel = books.rate(line.currency, period)
    return (line.rate if line.rate is not None else panel), panel


def _late(
    section: FinanceConfig, key: tuple[str, str, str], panel: Modelled, books: Books
) -> tuple[list[Item], list[Problem]]:
    """Return what has come since a period was closed, as an item and as what keeps it from being booked."""
    if key not in books.closed or key[2] in section.adjusted:
        return [], []
    late = panel.amount - books.closed[key]
    if not late:
        return [], []
    said = (
        f"The panel has {panel.amount:,.2f} now and had {books.closed[key]:,.2f} when the books were closed: "
        f"book a prior-period adjustment of {late:+,.2f}, and name the period under `finance.adjusted`."
    )
    return [Item(LATE, -late, "the panel now less the panel at the close")], [Problem("restated", said)]


def _standing(lines: Sequence[Line], panel: Modelled, period: FiscalPeriod) -> Iterator[Problem]:
    """Yield what is wrong with the lines and days of an account in a period, whatever they add up to."""
    if not lines and panel.amount:
        yield Problem(
            "absent from the ledger", f"The ledger has no line for {panel.amount:,.2f} of {period.name}."
        )
    if not panel.whole:
        days = f"{period.start} to {period.end}"
        yield Problem("not whole", f"The panel does not know every day of {period.name} ({days}).")
    same: dict[tuple[object, ...], list[int]] = {}
    for line in lines:
        same.setdefault((line.currency, line.amount, line.item, line.document), []).append(line.number)
    for (currency, amount, *_), rows in same.items():
        if len(rows) > 1:
            said = (
                f"Ledger {_rows(rows)} are the same: {amount:,.2f} {currency} stands there {len(rows)} times."
            )
            yield Problem("duplicated line", said)
    for document in dict.fromkeys(line.document for line in lines if line.document):
        rows = [line.number for line in lines if line.document == document]
        if len({(line.currency, line.amount) for line in lines if line.document == document}) > 1:
            yield Problem("duplicated line", f"Ledger {_rows(rows)} have one document number.")


def _with_invoices(tie: Tie, lines: Sequence[Line], invoices: Sequence[Line], books: Books) -> Tie:
    """Return the account with what was invoiced and not delivered, or delivered and not invoiced, as an item."""
    billed = [_at_panel_rate(line, tie.period, books) for line in invoices]
    lacking = next((line for line, amount in zip(invoices, billed, strict=True) if amount is None), None)
    if lacking is not None:
        said = f"Invoice {lacking.document} is in {lacking.currency}, and there is no rate for it."
        return replace(tie, problems=(*tie.problems, Problem("missing rate", said)))
    invoiced = sum((amount for amount in billed if amount is not None), ZERO)
    accruals = (_at_panel_rate(line, tie.period, books) for line in lines if line.item == ACCRUAL)
    accrued = sum((amount for amount in accruals if amount is not None), ZERO)
    delivered = tie.modelled + sum((item.amount for item in tie.items if item.name == CUT_OFF), ZERO)
    if invoiced - delivered > tie.tolerance:
        more = invoiced - delivered
        alone = [line.document for line, amount in zip(invoices, billed, strict=True) if amount == more]
        which = f"Invoice {alone[0]} has" if len(alone) == 1 else f"Invoices of {invoiced:,.2f} have"
        said = f"{which} no delivery for {more:,.2f} in {tie.period.name}: the panel has {delivered:,.2f}."
        return _with_item(tie, Item(UNDELIVERED, more, said), Problem(UNDELIVERED, said))
    rest = delivered - invoiced - accrued
    if rest > tie.tolerance:
        said = f"{rest:,.2f} of {tie.period.name} were delivered, and neither invoiced nor accrued."
        return _with_item(tie, Item(UNINVOICED, -rest, said), Problem(UNINVOICED, said, blocks=False))
    return tie


def _at_panel_rate(line: Line, period: FiscalPeriod, books: Books) -> Decimal | None:
    """Return a line's amount at the panel's rate, at its own where the panel has none, None without either."""
    own, panel = booking_rates(line, period, books)
    rate = panel if panel is not None else own
    return None if rate is None else (line.amount * rate).quantize(CENT)


def _with_item(tie: Tie, item: Item, problem: Problem) -> Tie:
    """Return an account with a problem, and with its item where the ledger holds the amount, too."""
    if abs(tie.unexplained - item.amount) < abs(tie.unexplained):
        tie = replace(tie, items=(*tie.items, item))
    return replace(tie, problems=(*tie.problems, problem))


def _rows(numbers: Sequence[int]) -> str:
    return f"line{'s' * (len(numbers) != 1)} {', '.join(map(str, numbers))}"
