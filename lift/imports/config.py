"""An experiment analysed elsewhere, in the YAML: a point and an interval with their scale and unit."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lift.experiment import Experiment, Level, Name, NonNegative, Positive

Source = Literal["geolift", "causalimpact", "meridian_geox", "platform_lift", "other"]
Scope = Literal["total", "per_user", "per_period", "relative", "iroas", "cost_per_incremental"]


class Imported(Experiment):
    """The result of a test that another tool analysed."""

    kind: Literal["imported"]
    """Kind of experiment."""
    source: Source
    """Tool or platform the numbers come from."""
    scope: Scope
    """What the point is: a total over the test; per treated user; per period (CausalImpact's "average", GeoLift's ATT for one
    geo); a relative lift as a fraction; incremental value per unit of spend; spend per incremental conversion."""
    point: float
    """Point estimate, in `unit`."""
    lower: float | None = None
    """Lower end of the interval."""
    upper: float | None = None
    """Upper end of the interval."""
    interval_level: Level | None = None
    """Level of that interval: 0.95 for CausalImpact, 0.9 for GeoLift unless it was changed."""
    se: float | None = None
    """Standard error, instead of an interval."""
    outcome_kind: Literal["revenue", "count"]
    """Whether the outcome is money or a number of things."""
    outcome: Name | None = None
    """Name of the outcome; default revenue for revenue, conversions for counts."""
    unit: Name
    """Unit of the point: a currency code for revenue, the outcome's name for counts, "fraction" for a relative lift,
    "EUR per EUR" for iROAS, "EUR per conversions" for a cost."""
    spend: NonNegative | None = None
    """Media money spent on the treated units over the test."""
    spend_without: NonNegative = 0.0
    """What would have been spent there without the treatment."""
    users: Positive | None = None
    """Treated people; needed for scope per_user."""
    periods: Annotated[int, Field(gt=0)] | None = None
    """Periods of the test times treated units averaged over; needed for scope per_period."""
    baseline: Positive | None = None
    """Outcome of the treated units as it would have been; needed to turn a relative lift into a total."""
    geos: tuple[Name, ...] = ()
    """Treated geos; empty for the whole market."""
    treated_share: Annotated[float, Field(gt=0, le=1)] | None = None
    """Treated people as a share of all people of the geos."""
    randomised: bool | None = None
    """Whether treatment was assigned at random; leave it out where that is not known."""

    @model_validator(mode="after")
    def _spread(self) -> "Imported":
        interval = (self.lower, self.upper, self.interval_level)
        given = [value for value in interval if value is not None]
        if self.se is None and len(given) < 3:
            raise ValueError("give lower, upper and interval_level together, or se")
        if self.se is not None and given:
            raise ValueError("give either an interval or se, not both: they might disagree")
        return self

    @property
    def outcome_name(self) -> str:
        """Name of the outcome."""
        return self.outcome or ("revenue" if self.outcome_kind == "revenue" else "conversions")
