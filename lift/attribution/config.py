"""The `attribution:` section: what attribution systems export, and paths with the rules that divide their credit."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from lift.experiment import Level, Name, NonNegative, Positive
from mixproof.config import DateFormat, Section

RuleName = Literal[
    "first",
    "last",
    "last_non_direct",
    "linear",
    "linear_distinct",
    "position",
    "time_decay",
    "markov",
    "shapley",
]
"""Every credit rule; each is a row of `lift.attribution.credit.rules.RULES`."""
NEED_NULLS = ("markov", "shapley")
"""Rules that compare journeys with and without a conversion."""


class PathTable(Section):
    """A table of aggregate paths: one row a sequence of channels, with how often it ended in a conversion and how often not."""

    file: Name
    """File, .csv, .parquet or .xlsx, relative to the data folder."""
    path: Name
    """Column with the channels of the path in their order. Rows without a path: empty or (unattributed) where no touch was
    seen, (other) for rare paths put together, (consent-lost) where touches were lost to consent."""
    separator: Annotated[str, Field(min_length=1, max_length=5)] = ">"
    """What stands between two touches; spaces around it do not count."""
    conversions: Name
    """Column with the conversions of the path."""
    value: Name | None = None
    """Column with their value, in the currency of the section."""
    nulls: Name | None = None
    """Column with the journeys of the path that ended without a conversion; markov and shapley need it."""
    ages: Name | None = None
    """Column with the age of each touch in days before the end of the path, separated as the path is; for time_decay."""
    start: date | None = None
    """First day of the conversions, so that credit can be held against the spend of the same days."""
    end: date | None = None
    """Last day of the conversions."""
    direct: Name = "direct"
    """Name of direct visits, which last_non_direct passes over unless nothing else is there."""
    decimal: Literal[".", ","] | None = None
    """Decimal mark of numbers written as text; a column that can be read both ways (50.211) is refused without it."""

    @model_validator(mode="after")
    def _days(self) -> "PathTable":
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end of the paths come together")
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError("end lies before start")
        return self


ExportKind = Literal["long", "ga4", "google_ads", "meta", "mmp", "skan", "clean_room"]
"""Every kind of export; each is a row of `lift.attribution.contract.exports.EXPORTS`."""
Basis = Literal["click", "view", "modelled", "any"]
DatedBy = Literal["conversion", "touch", "install"]
Range = tuple[NonNegative, NonNegative]


class SystemColumns(Section):
    """Columns of an export under other names than its template knows."""

    channel: Name | None = None
    """Channel, or what the system calls so."""
    start: Name | None = None
    """First day of the period, or the day."""
    end: Name | None = None
    """Last day of the period; default one `period` from `start`."""
    geo: Name | None = None
    """Geo, by the names that experiments use."""
    arm: Name | None = None
    """Arm of an experiment: conversions credited in a control arm are over-credit seen directly."""
    campaign: Name | None = None
    """Campaign."""
    attributed: Name | None = None
    """Attributed conversions."""
    lower: Name | None = None
    """Least they can be, where only an interval is known."""
    upper: Name | None = None
    """Most they can be."""
    noise_sd: Name | None = None
    """Standard deviation of the privacy noise in the count."""
    value: Name | None = None
    """Attributed value."""
    currency: Name | None = None
    """ISO 4217 code of the value; must be the section's."""
    postback: Name | None = None
    """SKAN, AdAttributionKit: sequence index 0, 1 or 2 of the postback."""
    fine: Name | None = None
    """SKAN, AdAttributionKit: conversion value, empty where Apple withheld it."""
    coarse: Name | None = None
    """SKAN, AdAttributionKit: low, medium or high."""
    won: Name | None = None
    """SKAN, AdAttributionKit: whether the postback won the attribution; others are not counted."""


class AttributionSystem(Section):
    """One attribution system, and the export that says what it claims."""

    name: Name
    """Name shown in tables and on pages."""
    export: ExportKind = "long"
    """Kind of export, which gives the names of columns; long: columns as this section names its roles."""
    file: Name
    """File, .csv, .parquet or .xlsx, relative to the data folder."""
    columns: SystemColumns = SystemColumns()
    """Columns with other names than the template knows."""
    channel: Name | None = None
    """Channel of all rows, for an export of one channel."""
    channels: dict[str, Name] = Field(default_factory=dict)
    """The system's label: channel, by the names that experiments and the media-mix model use; others stay as they are."""
    outcome: Name = "conversions"
    """What is counted, by the name that experiments use for their outcome."""
    period: Literal["daily", "weekly", "monthly"] = "daily"
    """Length of a period, where the export gives its first day alone."""
    date_format: DateFormat | None = None
    """How days are written, as strptime; default what the template knows."""
    decimal: Literal[".", ","] | None = None
    """Decimal mark of numbers written as text, the other one may group thousands; a column that can be read both ways
    (50.211) is refused without it."""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    """Currency of the value where the export has no column for it; must be `attribution.currency`."""
    basis: Basis | None = None
    """What credit is based on; default the template's."""
    dated_by: DatedBy | None = None
    """Whose day the period is: the conversion's, the touch's or the install's; default the template's."""
    lookback_days: Positive | None = None
    """How far back a touch counts."""
    overlap: bool = False
    """Whether rows may count one conversion several times; then they are not held against the total."""
    total: NonNegative | None = None
    """What the system counted in all over the export's days; default its own total row, where it has one."""
    noise_sd: NonNegative = 0.0
    """Standard deviation of privacy noise added to every count, where no column says it."""
    suppressed_below: Positive | None = None
    """Threshold under which cells are withheld: an empty count then lies between 0 and this number."""
    conversion_values: dict[str, Range] = Field(default_factory=dict)
    """SKAN, AdAttributionKit: conversion value ("0" to "63", "low", "medium", "high"): least and most money it stands for."""

    @model_validator(mode="after")
    def _ranges(self) -> "AttributionSystem":
        wrong = [name for name, (low, high) in self.conversion_values.items() if low > high]
        if wrong:
            raise ValueError(f"conversion_values: the least comes before the most ({wrong[0]!r})")
        return self


class Factors(Section):
    """How experiments calibrate credit."""

    level: Level = 0.9
    """Level of the prediction intervals of factors and of calibrated credit."""
    half_life_weeks: Positive = 26.0
    """Age at which a factor has half forgotten what it was: the prior median, learnt where there are several tests."""
    break_even: Positive = 1.0
    """Return on spend from which a channel pays: the scorecard counts how often a claim decides as its test does."""
    value_of: dict[str, Positive] = Field(default_factory=dict)
    """Outcome that systems count: what one is worth, so that claims in counts can be held against break-even, too."""


class Stability(Section):
    """What a system's credit may change by from one period to the next, and between systems, beyond chance."""

    share_shift: Positive = 0.1
    """Largest shift of any channel's share of the credit."""
    divergence: Positive = 0.05
    """Kullback-Leibler divergence of the shares of two neighbouring periods, in nats."""
    between: Positive = 0.2
    """The same between two systems in one period, over the channels that both have."""
    lost: Positive = 0.05
    """Rise of the share that is credited to nobody: unattributed, or lost to consent."""


class AttributionConfig(Section):
    """What user-level attribution claims, side by side by rule and system, and how far it may be believed."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    """ISO 4217 code of every money value of the section."""
    paths: PathTable | None = None
    """Aggregate paths, whose credit `rules` divide."""
    systems: tuple[AttributionSystem, ...] = ()
    """Attribution systems with their exports, for factors, scores and comparisons."""
    factors: Factors = Factors()
    """Calibration of each system's credit by the experiments of the `lift` section."""
    stability: Stability = Stability()
    """Thresholds of changes over time and between systems."""
    rules: Annotated[tuple[RuleName, ...], Field(min_length=1)] = (
        "first",
        "last",
        "last_non_direct",
        "linear",
        "linear_distinct",
        "position",
        "time_decay",
    )
    """Credit rules, computed side by side; markov and shapley need `paths.nulls`."""
    half_life_days: Positive = 7.0
    """time_decay: days before the end at which a touch counts half; steps where the paths have no ages."""
    markov_orders: Annotated[tuple[Annotated[int, Field(ge=1, le=10)], ...], Field(min_length=1)] = (1,)
    """markov: how many touches a state remembers; one result for each order."""

    @model_validator(mode="after")
    def _whole(self) -> "AttributionConfig":
        if self.paths is None and not self.systems:
            raise ValueError("there is nothing to do without `paths` or `systems`")
        names = [system.name for system in self.systems]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"every system has its own name; given twice: {twice}")
        if len(set(self.rules)) < len(self.rules):
            raise ValueError("every rule is named once")
        lacking = [rule for rule in self.rules if rule in NEED_NULLS]
        if lacking and (self.paths is None or self.paths.nulls is None):
            raise ValueError(
                f"{', '.join(lacking)} needs paths.nulls, the journeys without a conversion: without them every "
                "journey converts, and credit is presence alone"
            )
        return self
