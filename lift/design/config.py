"""The `design:` section: tests that might be run, and what they must be able to show."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from lift.experiment import Level, Name, NonNegative, Positive
from lift.geo.config import GeoTable
from lift.geo.estimators.table import REFITTED
from mixproof.config import Section

Share = Annotated[float, Field(gt=0, lt=1)]
if TYPE_CHECKING:
    PlannedMethod = str
else:
    PlannedMethod = Literal[*REFITTED]


class PriorLift(Section):
    """What is believed about the lift before the test, for the value of running it."""

    mean: float
    """Expected relative lift."""
    sd: Positive
    """Its standard deviation."""
    yearly_outcome_value: Positive
    """Profit per year of the outcome to which the decision applies, before any lift."""
    break_even_lift: float
    """Relative lift at which the media pay for themselves."""


class HoldoutPlan(Section):
    """A holdout of people."""

    kind: Literal["holdout"]
    """Marks a holdout."""
    name: Name
    """Name of the plan."""
    users: Annotated[int, Field(ge=100)]
    """People who can be assigned, both arms together."""
    conversion_rate: Share
    """Conversions per person over the test, without the treatment."""
    outcome: Literal["conversions", "revenue"] = "conversions"
    """What is compared."""
    order_value: Positive = 1.0
    """Mean revenue of a converter."""
    order_variation: NonNegative = 0.0
    """Standard deviation of a converter's revenue over its mean: the skew; 1 to 3 is common."""
    expected_lift: Positive
    """Relative lift worth finding."""
    lift_on: Literal["assigned", "exposed"] = "assigned"
    """Whether the lift is among all assigned people or among those who see the ad."""
    exposed_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Share of assigned people who will see the ad."""
    exposed_rate_ratio: Positive = 1.0
    """Conversion rate of people who would see the ad over that of the others."""
    ghost_exposures: bool = False
    """Whether the ad server logs predicted exposures in both arms, so that only they need be compared."""
    holdout_share: Share | None = None
    """Share of people held out; default the cheapest that reaches the power."""
    level: Level = 0.95
    """Confidence level."""
    power: Share = 0.8
    """Wanted probability of finding the expected lift."""
    margin: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Profit per unit of revenue."""
    media_cost_per_user: NonNegative = 0.0
    """Media spend per treated person, saved in the holdout."""
    most_cost: NonNegative | None = None
    """Largest acceptable cost of withholding."""
    prior: PriorLift | None = None
    """For the value of the test against its cost."""

    @model_validator(mode="after")
    def _exposure(self) -> "HoldoutPlan":
        if self.exposed_share == 1.0 and self.exposed_rate_ratio != 1.0:
            raise ValueError(
                "exposed_rate_ratio compares people who see the ad with others; with exposed_share 1 there are none"
            )
        return self


class GeoPlan(Section):
    """A test of geos."""

    kind: Literal["geo"]
    """Marks a geo test."""
    name: Name
    """Name of the plan."""
    data: GeoTable
    """Past series from which power is learned."""
    sizes: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1, max_length=8)]
    """Numbers of treated geos to consider."""
    periods: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1, max_length=8)]
    """Lengths of the test to consider, in data periods."""
    cooldown: Annotated[int, Field(ge=0)] = 0
    """Periods after the test that count too."""
    expected_lift: Positive
    """Relative lift worth finding, of the treated geos' outcome."""
    level: Level = 0.9
    """Confidence level."""
    power: Share = 0.8
    """Wanted probability of finding the expected lift."""
    method: PlannedMethod = "ensemble"
    """Estimator that the analysis will use."""
    randomise: bool = False
    """Draw the treated geos (exact inference) instead of choosing the set that is easiest to match."""
    include: tuple[Name, ...] = ()
    """Geos that must be treated."""
    never: tuple[Name, ...] = ()
    """Geos that must stay untreated, but may be controls."""
    excluded: tuple[Name, ...] = ()
    """Geos that are neither."""
    candidates: Annotated[int, Field(ge=40, le=2000)] = 120
    """Sets of geos tried for each size."""
    spend_increase: Positive | None = None
    """Spend added in treated geos as a share of their spend (needs data.spend)."""
    cost_per_incremental: Positive | None = None
    """Spend needed for one more unit of outcome; with the expected lift it gives the budget."""
    most_budget: Positive | None = None
    """Largest acceptable budget."""

    @model_validator(mode="after")
    def _consistent(self) -> "GeoPlan":
        if self.spend_increase is not None and self.data.spend is None:
            raise ValueError("spend_increase is a share of spend, so data.spend must name its column")
        if self.spend_increase is not None and self.cost_per_incremental is not None:
            raise ValueError("give spend_increase or cost_per_incremental, not both")
        if self.randomise and self.include:
            raise ValueError("geos that must be treated cannot be drawn; leave out include or randomise")
        lists = [*self.include, *self.never, *self.excluded]
        twice = sorted({geo for geo in lists if lists.count(geo) > 1})
        if twice:
            raise ValueError(f"geos stand in two of include, never and excluded: {twice}")
        return self


AnyPlan = Annotated[HoldoutPlan | GeoPlan, Field(discriminator="kind")]


class DesignConfig(Section):
    """Tests to plan."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    """ISO 4217 code of every money value of the section."""
    plans: Annotated[tuple[AnyPlan, ...], Field(min_length=1, max_length=50)]
    """The plans."""

    @model_validator(mode="after")
    def _names(self) -> "DesignConfig":
        names = [plan.name for plan in self.plans]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"every plan has its own name; given twice: {twice}")
        return self
