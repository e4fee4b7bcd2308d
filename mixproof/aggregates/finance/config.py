"""The `finance:` section: the fiscal calendar, the ledger's accounts, invoices, closed books, and how exactly all must tie."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from mixproof.aggregates.config import Column, Label, Weekday
from mixproof.config import Section

FileName = Annotated[str, Field(min_length=1, max_length=500)]
DecimalMark = Literal[".", ","]
CalendarKind = Literal["months", "4-4-5", "4-5-4", "5-4-4", "table"]


class YearEnd(Section):
    """On which day a fiscal year of whole weeks ends."""

    month: Annotated[int, Field(ge=1, le=12)]
    """Month, 1 to 12."""
    weekday: Weekday
    """Day on which its last week ends."""
    rule: Literal["last", "nearest"] = "nearest"
    """last: the last such day of the month; nearest: the one nearest to the month's last day."""
    extra_week: Annotated[int, Field(ge=1, le=4)] = 4
    """Quarter that has the 53rd week, in its last month, in years that have one."""


class FiscalOptions(Section):
    """The fiscal calendar: what its periods are and what they are called."""

    kind: CalendarKind = "months"
    """months; weeks in the pattern 4-4-5, 4-5-4 or 5-4-4; or a table of periods."""
    year_starts: Annotated[int, Field(ge=1, le=12)] = 1
    """months: the month in which the fiscal year starts."""
    year_ends: YearEnd | None = None
    """Weeks in a pattern: on which day the fiscal year ends."""
    year_named: Literal["end", "start"] = "end"
    """Whether a fiscal year has the number of the calendar year in which it ends or in which it starts."""
    file: FileName | None = None
    """table: the file with one row a period, without gaps and overlaps."""
    period: Column = "period"
    """Column of that table with the period's name."""
    start: Column = "start"
    """Column with its first day, ISO."""
    end: Column = "end"
    """Column with its last day, ISO."""
    quarter: Column | None = None
    """Column with the name of the quarter that it belongs to; without one, periods are quarters of their own."""
    year: Column | None = None
    """Column with the name of its fiscal year; without one, periods are years of their own."""

    @model_validator(mode="after")
    def _of_its_kind(self) -> "FiscalOptions":
        if (self.kind == "table") != (self.file is not None):
            raise ValueError(
                "`file` names the table of a calendar of kind `table`: give it there, and only there"
            )
        if ("-" in self.kind) != (self.year_ends is not None):
            raise ValueError(
                "`year_ends` says when a year of weeks ends: give it with a pattern of weeks, and only there"
            )
        if self.kind != "months" and self.year_starts != 1:
            raise ValueError("`year_starts` is for a calendar of months")
        return self


class Ledger(Section):
    """The ledger: one row a line, with its amount in the currency it was booked in."""

    file: FileName
    """Path of a .csv, .parquet or .xlsx file, relative to the data folder."""
    entity: Column | None = None
    """Column with the legal entity; absent where there is one."""
    account: Column = "account"
    """Column with the account."""
    period: Column = "period"
    """Column with the fiscal period, by the calendar's names."""
    currency: Column | None = None
    """Column with the ISO 4217 code; absent where all is in the panel's currency."""
    amount: Column = "amount"
    """Column with the amount."""
    rate: Column | None = None
    """Column with the rate at which the line was booked: the panel's currency for one unit of the line's."""
    item: Column | None = None
    """Column that names lines which are no media and no sales: tax, agency fee, credit, make-good, timing, not in scope. Empty
    for all others; accrual marks delivery that no invoice has come for."""
    document: Column | None = None
    """Column with the number of the voucher, which two lines never share."""
    decimal: DecimalMark | None = None
    """Decimal mark of amounts written as text."""


class Account(Section):
    """An account, and what of the panel it must add up to: media of some channels, or the outcome."""

    account: Label
    """As the ledger writes it."""
    entity: Label | None = None
    """Entity, where the ledger has a column for it."""
    channels: Annotated[tuple[Label, ...], Field(max_length=200, strict=False)] = ()
    """Paid channels whose spend is booked there; without any it is the outcome."""
    geos: Annotated[tuple[Label, ...], Field(max_length=10_000, strict=False)] = ()
    """Geos that belong to it; default all."""

    @property
    def key(self) -> tuple[str, str]:
        """Return entity and account, as lines of the ledger have them."""
        return self.entity or "", self.account

    @property
    def what(self) -> str:
        """Return what it must add up to, in words."""
        return " + ".join(self.channels) if self.channels else "outcome"


class Invoices(Section):
    """Invoices of media, by the fiscal period that they are for."""

    file: FileName
    """Path of the file, relative to the data folder."""
    invoice: Column = "invoice"
    """Column with the invoice's number."""
    entity: Column | None = None
    """Column with the legal entity; absent where there is one."""
    account: Column = "account"
    """Column with the account that it is booked on."""
    period: Column = "period"
    """Column with the fiscal period that the media are of."""
    currency: Column | None = None
    """Column with the ISO 4217 code; absent where all is in the panel's currency."""
    amount: Column = "amount"
    """Column with the amount without tax."""
    rate: Column | None = None
    """Column with the rate at which it was booked."""
    decimal: DecimalMark | None = None
    """Decimal mark of amounts written as text."""


class Closed(Section):
    """What the panel said of each account when its period's books were closed: what came later is late data."""

    file: FileName
    """Path of the file, relative to the data folder: `tables/ledger_tie_out.csv` of the run of that day, say."""
    entity: Column | None = None
    """Column with the legal entity; absent where there is one."""
    account: Column = "account"
    """Column with the account."""
    period: Column = "period"
    """Column with the fiscal period."""
    amount: Column = "modelled"
    """Column with the amount of the panel, in its currency."""
    decimal: DecimalMark | None = None
    """Decimal mark of amounts written as text."""


class Tolerance(Section):
    """What may stay unexplained of an account in a period: the larger of the two."""

    absolute: Annotated[float, Field(ge=0)] = 0.01
    """In the panel's currency."""
    relative: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """As a share of the ledger's amount."""


class FinanceConfig(Section):
    """What finance asks: the fiscal calendar, and whether the panel's amounts tie to the ledger."""

    calendar: FiscalOptions = FiscalOptions()
    """The fiscal calendar of everything that is reported by period."""
    ledger: Ledger | None = None
    """The ledger; without one there is a calendar alone."""
    accounts: Annotated[tuple[Account, ...], Field(max_length=500, strict=False)] = ()
    """Accounts that must tie."""
    invoices: Invoices | None = None
    """Invoices that are held against delivery."""
    closed: Closed | None = None
    """What was reported when books were closed."""
    adjusted: Annotated[tuple[Label, ...], Field(max_length=500, strict=False)] = ()
    """Periods whose prior-period adjustment the ledger holds already."""
    tolerance: Tolerance = Tolerance()
    """How exactly accounts must tie."""

    @model_validator(mode="after")
    def _whole(self) -> "FinanceConfig":
        if (self.ledger is None) != (not self.accounts):
            raise ValueError(
                "`ledger` and `accounts` come together: accounts say what of the ledger must tie"
            )
        if self.ledger is None and (self.invoices is not None or self.closed is not None or self.adjusted):
            raise ValueError("`invoices`, `closed` and `adjusted` are about a `ledger`, and there is none")
        keys = [(each.entity, each.account) for each in self.accounts]
        twice = sorted({account for entity, account in keys if keys.count((entity, account)) > 1})
        if twice:
            raise ValueError(f"`accounts` names {twice[0]!r} twice; join its channels in one entry")
        return self

    @property
    def files(self) -> list[str]:
        """Return the files that the section reads, as the YAML names them."""
        parts = (self.calendar, self.ledger, self.invoices, self.closed)
        return list(dict.fromkeys(part.file for part in parts if part is not None and part.file is not None))
