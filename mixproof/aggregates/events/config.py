"""The `events:` section: event tables, the roles of their columns, and the aggregates that are made of them."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from mixproof.aggregates.config import Column, CurrencyCode, Label, Positive, known_zone
from mixproof.aggregates.events.stream.config import StreamOptions
from mixproof.config import CalendarDate, Section

CreditRule = Literal["first", "last", "last_non_direct", "linear", "position", "time_decay"]
"""Every credit rule that the engine computes; each is an expression in `statements.credit`."""
Dimension = Literal["channel", "campaign", "creative", "product", "geo"]
File = Annotated[str, Field(min_length=1, max_length=500)]
SourceName = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]
Days = Annotated[int, Field(ge=1, le=180)]


class EventColumns(Section):
    """Columns of a table of events by their roles; what identifies a person or an event never leaves the engine."""

    event: Column
    """Identifier of the event: rows with the same one are the same event, and the one that came in first counts."""
    time: Column
    """Instant of the event: a timestamp with an offset, or in UTC."""
    person: Column
    """Identifier of the person or device. Empty cells are nobody: they are counted, and never linked."""
    ingest: Column | None = None
    """Instant at which the event came in, for lateness, and for which of two equal events came first."""
    channel: Column | None = None
    """Channel."""
    campaign: Column | None = None
    """Campaign."""
    creative: Column | None = None
    """Creative."""
    product: Column | None = None
    """Product."""
    geo: Column | None = None
    """Geo."""
    consent: Column | None = None
    """Whether the person had consented: true or false. An empty cell is no consent."""
    bot: Column | None = None
    """Score of bots and fraud between 0 and 1."""


class ConversionColumns(EventColumns):
    """Columns of a table of conversions by their roles."""

    value: Column | None = None
    """Value of the conversion, in the row's currency."""
    currency: Column | None = None
    """ISO 4217 code of the value; without it, the section's currency."""
    type: Column | None = None
    """Kind of outcome: order, store visit, subscription."""


class Source(Section):
    """A table of events, in one file or several."""

    name: SourceName
    """Name of the source in tables and messages."""
    file: File
    """.csv, .parquet or .jsonl (one JSON object a line), relative to the data folder; `*` stands for any part of a name, so
    that one source may be many files."""
    contract: File | None = None
    """File of the source's contract, as `mixproof contract` writes it: columns and types that every file must have."""

    def roles(self) -> dict[str, str]:
        """Return the columns by role, of the roles that are given."""
        columns: Section = getattr(self, "columns")  # noqa: B009  # each kind of source declares its own roles
        return columns.model_dump(exclude_none=True)


class Touches(Source):
    """A table of touches."""

    columns: EventColumns
    """Its columns."""

    @model_validator(mode="after")
    def _has_channel(self) -> "Touches":
        if self.columns.channel is None:
            raise ValueError("touches need the role `channel`")
        return self


class Conversions(Source):
    """A table of conversions, online or from a till or a CRM system."""

    columns: ConversionColumns
    """Its columns."""


class CostColumns(Section):
    """Columns of a table of costs."""

    day: Column
    """Day of the cost, YYYY-MM-DD or a date."""
    cost: Column
    """Cost, in the row's currency."""
    channel: Column
    """Channel."""
    campaign: Column | None = None
    """Campaign."""
    creative: Column | None = None
    """Creative."""
    product: Column | None = None
    """Product."""
    geo: Column | None = None
    """Geo."""
    currency: Column | None = None
    """ISO 4217 code of the cost; without it, the section's currency."""


class Costs(Source):
    """A table of costs; it holds no person."""

    columns: CostColumns
    """Its columns."""


class LinkColumns(Section):
    """Columns of a table that says which devices are one person."""

    device: Column
    """Identifier as the events have it."""
    person: Column
    """Identifier of the person."""


class Links(Source):
    """Deterministic identity: devices that are known to be one person. What is linked to nobody stays its own."""

    columns: LinkColumns
    """Its columns."""
    rate_drop: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """A day's share of linked touches below this fraction of the median of the 28 days before is named as a changed key."""


class ConsentColumns(Section):
    """Columns of a table of given and withdrawn consent."""

    person: Column
    """Identifier as the events have it."""
    time: Column
    """Instant of the change."""
    granted: Column
    """true: given; false: withdrawn."""


class ConsentTable(Source):
    """Consent as of the event: its last change before the event decides; who has withdrawn it by now is left out wholly."""

    columns: ConsentColumns
    """Its columns."""


class RateColumns(Section):
    """Columns of a table of exchange rates."""

    day: Column
    """Day from which the rate holds."""
    currency: Column
    """ISO 4217 code."""
    rate: Column
    """What one unit is worth in the section's currency."""


class DatedRates(Source):
    """Dated rates of exchange: each holds until the next one of its currency."""

    columns: RateColumns
    """Its columns."""


class AssignmentColumns(Section):
    """Columns of a table that says who was assigned to which arm."""

    person: Column
    """Identifier as the events have it."""
    arm: Column
    """Arm."""
    cell: Column | None = None
    """Cell or stratum."""


class Experiment(Source):
    """An experiment: its assignments, and the days on which its outcome is counted. Who stands in two arms is left out."""

    columns: AssignmentColumns
    """Its columns."""
    start: CalendarDate
    """First day."""
    end: CalendarDate
    """Last day."""
    covariate_days: Annotated[int, Field(ge=0, le=180)] = 0
    """Days before the start whose revenue is the covariate of each person; 0: none."""

    @model_validator(mode="after")
    def _order(self) -> "Experiment":
        if self.end < self.start:
            raise ValueError("end lies before start")
        return self


class PanelOptions(Section):
    """Grain and dimensions of the media and outcome panel."""

    frequency: Literal["daily", "weekly"] = "weekly"
    """Length of a period; weeks begin on Monday."""
    media_by: Annotated[tuple[Dimension, ...], Field(min_length=1, max_length=5, strict=False)] = ("channel",)
    """Dimensions of media.csv beside the period."""
    outcome_by: Annotated[tuple[Literal["geo", "product"], ...], Field(max_length=2, strict=False)] = ()
    """Dimensions of outcome.csv beside the period."""

    @model_validator(mode="after")
    def _dimensions(self) -> "PanelOptions":
        for given in (self.media_by, self.outcome_by):
            if len(set(given)) < len(given):
                raise ValueError("every dimension is named once")
        if "channel" not in self.media_by:
            raise ValueError("media_by always has `channel`")
        return self


class CreditOptions(Section):
    """Credit by rule and attribution window, and aggregate paths."""

    windows: Annotated[tuple[Days, ...], Field(min_length=1, max_length=4, strict=False)] = (30,)
    """Attribution windows in days: a touch counts when it is not older than that at the conversion."""
    rules: Annotated[tuple[CreditRule, ...], Field(min_length=1, strict=False)] = (
        "first",
        "last",
        "last_non_direct",
        "linear",
        "position",
        "time_decay",
    )
    """Credit rules."""
    direct: Label = "direct"
    """Name of direct visits, which last_non_direct passes over unless nothing else is there."""
    half_life_days: Positive = 7.0
    """time_decay: age at which a touch counts half."""
    nulls: bool = True
    """Whether paths count the journeys that ended without a conversion."""
    longest_path: Annotated[int, Field(ge=1, le=50)] = 12
    """Touches of a path that are kept, the last ones."""

    @model_validator(mode="after")
    def _distinct(self) -> "CreditOptions":
        if len(set(self.windows)) < len(self.windows) or len(set(self.rules)) < len(self.rules):
            raise ValueError("every window and every rule is named once")
        return self


class Bounds(Section):
    """What one person may contribute at most."""

    touches_a_day: Annotated[int, Field(ge=1)] | None = None
    """Touches of a person and day that count; which ones does not depend on their order."""
    conversions: Annotated[int, Field(ge=1)] | None = None
    """Conversions of a person that count."""
    value: Positive | None = None
    """Largest value of a conversion, in the section's currency; what is above is cut and counted."""


_ENVIRONMENT_NAME = "^[A-Z][A-Z0-9_]{2,60}$"


def _environment_name(word: str) -> str:
    """Return the name of an environment variable; what is none may be the secret itself, and is not shown."""
    if not re.fullmatch(_ENVIRONMENT_NAME, word):
        raise ValueError("this is no name of an environment variable (capitals, digits and underscores)")
    return word


class StateOptions(Section):
    """What is kept between runs, so that a new day costs little: rows under keyed pseudonyms, and sums of cells."""

    folder: File = "events_state"
    """Private folder, relative to the data folder."""
    key: Annotated[
        str, AfterValidator(_environment_name), Field(json_schema_extra={"pattern": _ENVIRONMENT_NAME})
    ] = "MIXPROOF_EVENTS_KEY"
    """Environment variable with the key of the pseudonyms, 32 characters or more. It is written nowhere."""
    closed_through: CalendarDate | None = None
    """Last day of closed books: what was published of periods up to it stays, and corrections are adjustments of the first
    open period, told once enough people stand behind them."""


class EventsConfig(Section):
    """Event tables, and the aggregates that an engine makes of them: no row of a person reaches this program's memory."""

    currency: CurrencyCode
    """ISO 4217 code of all money of the aggregates."""
    time_zone: Label = "UTC"
    """IANA name of the zone in whose calendar days are cut."""
    start: CalendarDate
    """First day of panel and conversions; touches before it count as far as the longest window reaches."""
    end: CalendarDate
    """Last day."""
    folder: File = "aggregates"
    """Folder of the aggregates, relative to the data folder; other sections of the YAML read its tables as files."""
    touches: Annotated[tuple[Touches, ...], Field(min_length=1, max_length=20, strict=False)]
    """Tables of touches."""
    conversions: Annotated[tuple[Conversions, ...], Field(min_length=1, max_length=20, strict=False)]
    """Tables of conversions: online, offline, CRM."""
    costs: Annotated[tuple[Costs, ...], Field(max_length=20, strict=False)] = ()
    """Tables of costs."""
    links: Links | None = None
    """Devices that are known to be one person."""
    consent: ConsentTable | None = None
    """Changes of consent, beside the column `consent` of the events."""
    rates: DatedRates | None = None
    """Rates of exchange for money in other currencies."""
    experiments: Annotated[tuple[Experiment, ...], Field(max_length=20, strict=False)] = ()
    """Experiments with people in arms."""
    panel: PanelOptions = PanelOptions()
    """Media and outcome panel."""
    credit: CreditOptions = CreditOptions()
    """Credit and paths."""
    bounds: Bounds = Bounds()
    """Largest contribution of a person."""
    bot_score_below: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Events with this score of bots or more do not count; without a score they do."""
    late_after_hours: Annotated[int, Field(ge=1, le=720)] = 24
    """From this delay on an event counts as late."""
    people_at_least: Annotated[int, Field(ge=10)] = 50
    """A cell with fewer distinct people is shown under no name of its own."""
    state: StateOptions | None = None
    """Keep what was worked out, and work out only what new or restated files touch."""
    stream: StreamOptions | None = None
    """Topics of a broker from which `mixproof stream` takes events."""
    memory: Annotated[str, Field(pattern="^[1-9][0-9]{0,4}(MB|GB)$")] = "2GB"
    """Memory that the engine may use; what does not fit goes to a private folder that is removed afterwards."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        return known_zone(zone)

    @model_validator(mode="after")
    def _coherent(self) -> "EventsConfig":
        if self.end < self.start:
            raise ValueError("end lies before start")
        if (self.end - self.start).days > 3660:
            raise ValueError("start and end are more than ten years apart")
        if self.panel.frequency == "weekly" and (self.start.weekday() != 0 or self.end.weekday() != 6):
            raise ValueError(
                "frequency: weekly begins on a Monday and ends on a Sunday; or say frequency: daily"
            )
        names = [source.name for source in self.sources()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"every source has its own name; given twice: {twice}")
        for dimension in self.panel.media_by:
            if not any(dimension in source.roles() for source in (*self.touches, *self.costs)):
                raise ValueError(f"media_by: no table of touches or costs has the role `{dimension}`")
        for dimension in self.panel.outcome_by:
            if not any(dimension in source.roles() for source in self.conversions):
                raise ValueError(f"outcome_by: no table of conversions has the role `{dimension}`")
        foreign = any("currency" in source.roles() for source in (*self.conversions, *self.costs))
        if foreign and self.rates is None:
            raise ValueError("a role `currency` needs `rates`")
        return self

    @model_validator(mode="after")
    def _streamed(self) -> "EventsConfig":
        if self.stream is None:
            return self
        names = {source.name for source in (*self.touches, *self.conversions)}
        unknown = sorted(set(self.stream.topics) - names)
        if unknown:
            raise ValueError(f"stream, topics: no table of touches or conversions is called {unknown}")
        if self.state is None:
            raise ValueError("`stream` needs `state`, where offsets and rows under pseudonyms are kept")
        if self.state.closed_through is not None:
            raise ValueError("a stream closes its periods by `keep_days`: leave `closed_through` away")
        if self.experiments:
            raise ValueError("an experiment needs whole histories: leave it to a YAML without `stream`")
        return self

    def sources(self) -> Iterator[Source]:
        """Yield every table of the section."""
        yield from (*self.touches, *self.conversions, *self.costs, *self.experiments)
        yield from (source for source in (self.links, self.consent, self.rates) if source is not None)

    def kind_of(self, source: Source) -> str:
        """Return what a source is a table of, as messages and tables name it."""
        kinds = {Touches: "touches", Conversions: "conversions", Costs: "costs", Experiment: "assignments"}
        kinds |= {Links: "links", ConsentTable: "consent", DatedRates: "rates"}
        return kinds[type(source)]
