"""The `data:` section: which columns of which tables are outcome, media, treatments and controls."""

from collections.abc import Iterator
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from mixproof.aggregates.panel import Frequency, OutcomeKind
from mixproof.config import CalendarDate, DateFormat, Section
from mixproof.text import look_alikes

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Accepted = Literal[
    "unit-switch",
    "all-zero-channel",
    "one-off-channel",
    "little-data",
    "spend-without-exposure",
    "exposure-without-spend",
    "geo-is-sum",
    "channel-is-sum",
    "control-is-outcome",
    "currency-unread",
    "media-share-implausible",
]
LONGEST_NAME, LONGEST_COLUMN = 80, 200
"""Letters of a name of our own, and of one that stands in a table."""
Label = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Column = Annotated[str, Field(min_length=1, max_length=LONGEST_COLUMN)]
CurrencyCode = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Positive = Annotated[float, Field(gt=0)]
_NO_PLACE = frozenset({"localtime", "posixrules", "Factory"})
"""Zones of the machine that reads, not of a place."""


def known_zone(zone: str) -> str:
    """Return the name of a time zone that every machine knows.

    Raises
    ------
    ValueError
        It is none.
    """
    if zone not in available_timezones() or zone in _NO_PLACE:
        raise ValueError("time_zone is an IANA name such as Europe/Berlin or America/New_York")
    return zone


class TableSource(Section):
    """One file, and what identifies a row in it."""

    file: Annotated[str, Field(min_length=1, max_length=500)]
    """Path of a .csv, .parquet or .xlsx file, relative to the data folder and inside it."""
    date: Column
    """Column with the period of the row: a date, or a plain integer year for yearly data."""
    geo: Column | None = None
    """Column with the name of the geo; absent for national tables."""
    layout: Literal["wide", "long"] = "wide"
    """wide: one row a period (and geo), a column a measure; long: one row a period (and geo) and channel."""
    channel: Column | None = None
    """Long layout only: column with the channel's name."""
    sheet: Label | None = None
    """Workbooks only: name of the sheet; default the first."""
    decimal: Literal[".", ","] | None = None
    """Decimal mark of numbers written as text: "." for 1,234.56 and "," for 1.234,56. Without it the point is the decimal
    mark, and a column is refused in which every mark has three digits behind it (50.211), so that it can be read both ways."""
    date_format: DateFormat | None = None
    """strptime format of this table's dates, where it differs from the section's."""
    dates_mark: Literal["start", "end"] = "start"
    """Whether a date names the first or the last day of its period (week ending, month end)."""
    rows_are: Literal["hourly", "daily"] | None = None
    """Grain of the rows where finer than `frequency`: amounts are summed, levels averaged."""
    ignore: Annotated[tuple[Column, ...], Field(max_length=500, strict=False)] = ()
    """Long tables: values of the channel column whose rows are left out (and counted in the ledger)."""
    duplicates: Literal["refuse", "sum"] = "refuse"
    """sum: several rows of one period, geo and channel (campaigns, say) are added up; otherwise a fault."""
    currency: Column | None = None
    """Column with the ISO 4217 code of the row's money; codes other than the panel's need `rates`."""

    @model_validator(mode="after")
    def _layout(self) -> "TableSource":
        if (self.layout == "long") != (self.channel is not None):
            raise ValueError(
                "`channel` names the channel column of a long table: give it with layout: long, and only then"
            )
        return self


class Rates(Section):
    """Rates of exchange: what one unit of a foreign currency is worth in the panel's currency."""

    fixed: dict[CurrencyCode, Positive] = Field(default_factory=dict)
    """One rate a currency for the whole panel (a budget rate), for example {USD: 0.92}."""
    file: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """Table of dated rates, one row a date and currency."""
    date: Column = "date"
    """Column of that table with the ISO date from which the rate holds."""
    currency: Column = "currency"
    """Column of that table with the ISO 4217 code."""
    rate: Column = "rate"
    """Column of that table with the rate."""
    valid_days: Annotated[int, Field(ge=1, le=400)] = 1
    """Days for which a dated rate holds, its own day included: 1 for daily, 31 for monthly rates."""

    @model_validator(mode="after")
    def _something(self) -> "Rates":
        if not self.fixed and self.file is None:
            raise ValueError("rates need `fixed` rates or a `file` of dated rates")
        return self


class Sourced(Section):
    """What every measure may say about where its columns stand."""

    table: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """File that holds the columns; needed only where several tables have columns of that name."""


class Outcome(Sourced):
    """What is explained."""

    column: Column
    """Column with the outcome."""
    kind: OutcomeKind
    """revenue (money) or count (orders, sign-ups, visits)."""
    value: Column | Positive | None = None
    """Counts only: money one unit is worth, as a column or a number; without it there is no ROI."""
    name: Label | None = None
    """Name shown on the page; default the column's."""
    currency: CurrencyCode | None = None
    """Currency of revenue or of `value` where it is not the panel's."""

    @model_validator(mode="after")
    def _value_of_counts(self) -> "Outcome":
        if self.kind == "revenue" and self.value is not None:
            raise ValueError("`value` is for outcome kind count; a revenue is its own value")
        return self


class Exposed(Sourced):
    """How much of a channel people met."""

    name: Label
    """Name of the channel; in long tables also the value in the channel column."""
    label: Column | None = None
    """Long tables: the value in the channel column where it differs from the name."""
    exposure: Column | None = None
    """Column with impressions, clicks, GRPs or messages sent."""
    reach: Column | None = None
    """Column with the people reached; with `frequency` instead of `exposure`."""
    frequency: Column | None = None
    """Column with the average number of contacts per person reached."""
    unit: Label | None = None
    """Unit of the exposure for the page; default the column's name."""
    allocate: Literal["population", "equal"] | None = None
    """Geo panels: how a channel known only nationally is spread over geos, by population or equally."""

    @model_validator(mode="after")
    def _one_driver(self) -> "Exposed":
        if (self.reach is None) != (self.frequency is None):
            raise ValueError("reach and frequency come together")
        if self.reach is not None and self.exposure is not None:
            raise ValueError("a channel has either an exposure or reach and frequency, not both")
        return self


class PaidChannel(Exposed):
    """A channel that costs money; without exposure its spend drives the response."""

    spend: Column
    """Column with what the channel cost."""
    currency: CurrencyCode | None = None
    """Currency of the spend where it is not the panel's; needs `rates`."""


class OrganicChannel(Exposed):
    """A channel that costs nothing: contribution, but no ROI."""

    @model_validator(mode="after")
    def _exposed(self) -> "OrganicChannel":
        if self.exposure is None and self.reach is None:
            raise ValueError("an organic channel needs an exposure, or reach and frequency")
        return self


class Treatment(Sourced):
    """A marketing decision that is not media (a promotion, say): a contribution, without carryover."""

    name: Label
    """Name shown on the page."""
    column: Column
    """Column with its strength; 0 where it did not take place."""


class Control(Sourced):
    """Something that moves the outcome and is not marketing: price level, weather, a competitor."""

    name: Label
    """Name shown on the page."""
    column: Column
    """Column with its value."""


class Population(Sourced):
    """People per geo, for scaling."""

    column: Column
    """Column with the population, constant in time within a geo."""


class Missing(Section):
    """Named repairs of cells and rows that are not there; without one, anything missing is a fault."""

    spend: Literal["refuse", "zero"] = "refuse"
    """zero: no row or an empty cell means that nothing was spent."""
    exposure: Literal["refuse", "zero"] = "refuse"
    """zero: no row or an empty cell means no exposure (reach and frequency included)."""
    outcome: Literal["refuse", "leave"] = "refuse"
    """leave: unknown outcomes stay unknown and take no part in the fit."""
    control: Literal["refuse", "previous"] = "refuse"
    """previous: a control keeps its last known value."""
    treatment: Literal["refuse", "zero"] = "refuse"
    """zero: no row or an empty cell means that it did not take place."""


class Restatement(Section):
    """Which changes of periods that the last run has used are known and accepted."""

    since: CalendarDate | None = None
    """Periods from this day on may have other values than in the last run; default all periods."""
    up_to: Positive | None = None
    """Largest change of a period that is accepted, as a share of its value: 0.05 for 5 %; default any."""

    @model_validator(mode="after")
    def _something(self) -> "Restatement":
        if self.since is None and self.up_to is None:
            raise ValueError("say what is accepted: `since` a day, or `up_to` a share")
        return self


class DataConfig(Section):
    """The data of a panel: tables, columns, calendar, money and named repairs."""

    frequency: Frequency
    """Length of a period: daily, weekly, monthly or yearly."""
    week_starts: Weekday = "monday"
    """Weekly data: the day on which a week begins."""
    date_format: DateFormat = "%Y-%m-%d"
    """strptime format of the dates, for example "%d.%m.%Y" or, for ISO weeks, "%G-W%V"."""
    time_zone: Label | None = None
    """Zone in whose calendar timestamps are read, for example Europe/Berlin; dates need none."""
    currency: CurrencyCode
    """ISO 4217 code of every money value in the panel."""
    rates: Rates | None = None
    """Rates of exchange for money in other currencies."""
    tables: Annotated[tuple[TableSource, ...], Field(min_length=1, max_length=50, strict=False)]
    """The files."""
    outcome: Outcome
    """What is explained."""
    channels: Annotated[tuple[PaidChannel, ...], Field(min_length=1, max_length=200, strict=False)]
    """Paid media."""
    organic: Annotated[tuple[OrganicChannel, ...], Field(max_length=100, strict=False)] = ()
    """Unpaid media."""
    treatments: Annotated[tuple[Treatment, ...], Field(max_length=100, strict=False)] = ()
    """Marketing decisions that are not media."""
    controls: Annotated[tuple[Control, ...], Field(max_length=200, strict=False)] = ()
    """What else moves the outcome."""
    population: Population | None = None
    """People per geo."""
    start: CalendarDate | None = None
    """First day of the outcome to be explained; media before it is warm-up, outcome before it is left out."""
    end: CalendarDate | None = None
    """Last day used; rows after it are left out and counted in the ledger."""
    unbalanced: bool = False
    """Whether geos may begin and end at different times."""
    missing: Missing = Missing()
    """Named repairs of what is missing."""
    refunds: Literal["refuse", "net"] = "refuse"
    """net: negative spend is set against the same channel's spend of earlier periods; totals stay."""
    accept: Annotated[tuple[Accepted, ...], Field(strict=False)] = ()
    """Doubts about the data that were looked into and are to be accepted."""
    accept_restatement: Restatement | None = None
    """Changes since the last published run of this name that are known; any other one above 0.5 % stops the run."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        return zone if zone is None else known_zone(zone)

    @model_validator(mode="after")
    def _coherent(self) -> "DataConfig":
        _distinct([c.name for c in (*self.channels, *self.organic)], "channels and organic")
        _distinct([c.name for c in self.controls], "controls")
        _distinct([t.name for t in self.treatments], "treatments")
        files = [table.file for table in self.tables]
        if len(set(files)) < len(files):
            raise ValueError("a file is listed twice under `tables`")
        unlisted = sorted({m.table for m in self.measures() if m.table is not None} - set(files))
        if unlisted:
            raise ValueError(f"`table` names files that are not listed under `tables`: {unlisted}")
        if self.frequency == "daily" and any(table.rows_are == "daily" for table in self.tables):
            raise ValueError("rows_are: daily is for weekly, monthly and yearly panels")
        if self.start and self.end and self.start > self.end:
            raise ValueError("start lies after end")
        return self

    def measures(self) -> Iterator[Sourced]:
        """Yield everything that names columns, outcome first."""
        yield self.outcome
        yield from (*self.channels, *self.organic, *self.treatments, *self.controls)
        if self.population is not None:
            yield self.population


def _distinct(names: list[str], where: str) -> None:
    """Refuse names that look alike."""
    for one, other in look_alikes(names):
        raise ValueError(f"{where}: the names {one!r} and {other!r} cannot be told apart")
