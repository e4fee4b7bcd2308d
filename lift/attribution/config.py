"""The `attribution:` section: paths and the rules that divide their credit."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lift.experiment import Name, Positive
from mixproof.config import Section

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
    direct: Name = "direct"
    """Name of direct visits, which last_non_direct passes over unless nothing else is there."""
    decimal: Literal[".", ","] = "."
    """Decimal mark of numbers written as text."""


class AttributionConfig(Section):
    """What user-level attribution claims, side by side by rule and system, and how far it may be believed."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    """ISO 4217 code of every money value of the section."""
    paths: PathTable | None = None
    """Aggregate paths, whose credit `rules` divide."""
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
        if self.paths is None:
            raise ValueError("there is nothing to do without `paths`")
        if len(set(self.rules)) < len(self.rules):
            raise ValueError("every rule is named once")
        lacking = [rule for rule in self.rules if rule in NEED_NULLS]
        if lacking and self.paths.nulls is None:
            raise ValueError(
                f"{', '.join(lacking)} needs paths.nulls, the journeys without a conversion: without them every "
                "journey converts, and credit is presence alone"
            )
        return self
